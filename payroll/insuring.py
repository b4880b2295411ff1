"""Who is not enrolled or in arrears (三(一)-4), enrolment by the employer, and the city's terms of contribution."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from payroll.models import ITEMS, ContributionTerms, InsuranceEnrolment, InsuranceMonth
from posts.models import Employer
from talents.models import Employment
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on, months_later
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User

NUMBER = IntegerField()
UNKNOWN, MISSING, ARREARS = "unknown", "missing", "arrears"
DEFECTS = ((MISSING, "有项目未参保"), (ARREARS, "有月份欠缴"), (UNKNOWN, "没有参保登记"))


def _months(on: date, months: int) -> QuerySet[InsuranceMonth]:
    """Reported months of the last so many, of the employment outside; as the rules count them."""
    rows = InsuranceMonth.objects.filter(employment=OuterRef("pk"), period__lte=on)
    return rows.filter(period__gt=months_later(on, -months))


def insured(user: User, on: date) -> QuerySet[Employment]:
    """Employments of the day that the account sees, 在编 left out, as rules 31040 and 31041 judge them.

    Adds `missing` (items not enrolled; None where nothing is known or the days of grace run) and `arrears` (months).
    """
    values = values_on(on)
    rows = Employment.objects.visible_to(user).in_force(on).exclude(form=Employment.Form.ESTABLISHED)
    rows = rows.filter(holds_on(on, "employer__start", "employer__end"), employer__state__in=Employer.COUNTED)
    latest = _months(on, values["recent_pay_months"]).order_by("-period")
    unpaid = latest.values(n=Func(*map(F, ITEMS), function="num_nulls", output_field=NUMBER))[:1]
    not_enrolled = sum(
        (
            Case(When(**{f"enrolment__{item}__lte": on, "then": Value(0)}), default=Value(1), output_field=NUMBER)
            for item in ITEMS
        ),
        start=Value(0),
    )
    due = Q(start__lt=on - timedelta(days=values["insurance_grace_days"]))
    owed = reduce(
        or_, (Q(**{f"{item}__isnull": True, "period__gte": OuterRef(f"enrolment__{item}")}) for item in ITEMS)
    )
    owing = _months(on, values["insurance_arrears_months"]).filter(owed).order_by().values("employment")
    return rows.annotate(
        missing=Case(
            When(~due, then=None),
            When(enrolment__isnull=False, then=not_enrolled),
            default=Subquery(unpaid, output_field=NUMBER),
            output_field=NUMBER,
        ),
        due=Case(When(due, then=Value(True)), default=Value(False)),
        arrears=Coalesce(Subquery(owing.values(n=Count("pk")), output_field=NUMBER), 0),
    )


def grace(on: date) -> int:
    """Days after joining within which everything is to be enrolled."""
    return int(values_on(on)["insurance_grace_days"])


def defective(rows: QuerySet[Employment], defect: str = "") -> QuerySet[Employment]:
    """Those of `insured` with one of DEFECTS, or with any."""
    conditions = {
        MISSING: Q(missing__gt=0),
        ARREARS: Q(arrears__gt=0),
        UNKNOWN: Q(missing__isnull=True, due=True),
    }
    return rows.filter(conditions[defect] if defect else reduce(or_, conditions.values()))


def said(row: Employment, on: date) -> str:
    """What is wrong with the enrolment of one row of `insured`: the items by name where they are known."""
    if row.missing is None:
        return "没有参保登记" if row.due else ""
    enrolment = getattr(row, "enrolment", None)
    if enrolment is None:
        return f"月报缺 {row.missing} 项" if row.missing else ""
    days = ((label, getattr(enrolment, item)) for item, label in ITEMS.items())
    return "、".join(label for label, day in days if row.missing and (day is None or day > on))


def may_enrol(user: User, employment: Employment) -> bool:
    """The employer's own staff."""
    return user.can(Capability.APPLY) and Employment.objects.visible_to(user).filter(pk=employment.pk).exists()


def enrol(user: User, enrolment: InsuranceEnrolment) -> InsuranceEnrolment:
    """Store from which day each item is enrolled. Raises PermissionDenied, and Refused for days to come."""
    if not may_enrol(user, enrolment.employment):
        raise PermissionDenied("只能登记本单位人员的参保情况。")
    today = timezone.localdate()
    ahead = [label for item, label in ITEMS.items() if (day := getattr(enrolment, item)) and day > today]
    if ahead:
        raise Refused(f"{'、'.join(ahead)}的参保日期还没有到，办理以后再登记。")
    enrolment.save()
    return enrolment


def issue_terms(user: User, new: ContributionTerms) -> ContributionTerms:
    """The city's terms from a day on; those that held until then end the day before.

    Raises PermissionDenied outside the own city, Refused where terms of that day or a later one stand.
    """
    if not user.can(Capability.KEEP_TERMS) or not user.area_code or new.city_id != user.area_code[:4]:
        raise PermissionDenied("只有市级能维护缴费标准。")
    with transaction.atomic():
        held = ContributionTerms.objects.select_for_update().filter(city=new.city_id)
        if held.filter(start__gte=new.start).exists():
            raise Refused("这一天或以后已有缴费标准，新的要从更晚的日期起。")
        held.filter(end=None).update(end=new.start - timedelta(days=1))
        new.save()
    return new
