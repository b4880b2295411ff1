"""What people are paid now, held against their guidance (三(一)-5): below-standard lists and the structure of pay.

The newest record of the last months, as a full-time month, as rule 31050 judges it; on any day.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Avg,
    Count,
    DecimalField,
    Exists,
    Expression,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, Left, Round

from payroll.benchmarking import months_back
from payroll.guidance import in_order, monthly
from payroll.models import GUIDED_SECTORS, DistrictFloat, GuidanceStandard, PayRecord
from payroll.models.records import COMPONENTS
from posts.models import Employer
from talents.models import Employment
from xmsw.dated import holds_on
from xmsw.policy.parameters import values_on

if TYPE_CHECKING:
    from xmsw.accounts.models import User

MONEY = DecimalField(max_digits=14, decimal_places=2)
_EMPLOYER = "employment__employer"


def paid(user: User, on: date) -> QuerySet[PayRecord]:
    """The newest record of the last months of everybody employed that day whose pay the account sees, 在编 left out.

    Adds `full_time`: yuan a month at full time.
    """
    recent = Q(period__lte=on, period__gt=months_back(on, values_on(on)["recent_pay_months"]))
    newer = PayRecord.objects.filter(recent, employment=OuterRef("employment"), period__gt=OuterRef("period"))
    held = holds_on(on, f"{_EMPLOYER}__start", f"{_EMPLOYER}__end")
    rows = PayRecord.objects.visible_to(user).filter(recent, ~Exists(newer), held, _in_force(on))
    rows = rows.filter(**{f"{_EMPLOYER}__state__in": Employer.COUNTED})
    rows = rows.exclude(employment__form=Employment.Form.ESTABLISHED)
    return rows.annotate(full_time=Round(F("total") / F("time_share"), 2, output_field=MONEY))


def _in_force(on: date) -> Q:
    return holds_on(on, "employment__start", "employment__end")


def floors(cities: Collection[str], on: date) -> dict[str, str]:
    """Yuan a month by «place:sector:rung», the floors of a day; two queries however many people are held against them.

    The place is a city (the least that a district may set), or a district that has set its own rate.
    """
    rows = GuidanceStandard.objects.in_force(on).filter(city_id__in=cities).prefetch_related("rungs")
    own = Prefetch("floats", DistrictFloat.objects.filter(holds_on(on)), to_attr="own")
    found = {}
    for standard in rows.prefetch_related(own):
        rates = {standard.city_id: -standard.float_down} | {each.district_id: each.rate for each in standard.own}
        for rung in in_order(standard):
            for place, rate in rates.items():
                found[f"{place}:{standard.sector}:{rung.rung}"] = str(monthly(rung.annual, rate))
    return found


def _cities(user: User) -> set[str]:
    if user.area_code:
        return {user.area_code[:4]}
    own = Employer.objects.visible_to(user).order_by()
    return set(own.values_list(Left("region_id", 4), flat=True).distinct())


def _looked_up(known: Mapping[str, Any], key: Expression) -> Func:
    """The value of a key in what was computed before, handed to the statement once; NULL where there is none."""
    given = Cast(Value(json.dumps(known)), JSONField())
    return Func(given, key, template="(%(expressions)s)", arg_joiner=" ->> ", output_field=TextField())


def guided(user: User, on: date) -> QuerySet[PayRecord]:
    """Those whom a standard covers, with `floor`: computed once a standard, rung and district, then looked up."""
    rows = paid(user, on).filter(**{f"{_EMPLOYER}__sector__in": GUIDED_SECTORS}).exclude(rung="")
    known = floors(_cities(user), on)
    region, rest = f"{_EMPLOYER}__region_id", (Value(":"), f"{_EMPLOYER}__sector", Value(":"), "rung")
    district, city = (_looked_up(known, Concat(Left(region, digits), *rest)) for digits in (6, 4))
    return rows.annotate(floor=Cast(Coalesce(district, city), MONEY)).exclude(floor=None)


def below(user: User, on: date) -> QuerySet[PayRecord]:
    """Those paid less than their floor, with `gap`: yuan a month at full time that are missing."""
    return guided(user, on).filter(full_time__lt=F("floor")).annotate(gap=F("floor") - F("full_time"))


def employers_below(user: User, on: date) -> QuerySet[Employer]:
    """Employers with somebody below, with `short` (people) and `missing` (yuan a month, by everybody's time share).

    What is below is grouped in one pass; the list then only looks up the figures of each employer.
    """
    missing = Sum(Round(F("gap") * F("time_share"), 2, output_field=MONEY), output_field=MONEY)
    grouped = below(user, on).order_by().values_list(_EMPLOYER).annotate(n=Count("pk"), sum=missing)
    counts, sums = {}, {}
    for employer, n, total in grouped:
        counts[str(employer)], sums[str(employer)] = n, str(total)
    key = Cast("pk", TextField())
    found = Employer.objects.visible_to(user).filter(pk__in=[int(each) for each in counts])
    return found.annotate(
        short=Cast(_looked_up(counts, key), IntegerField()), missing=Cast(_looked_up(sums, key), MONEY)
    )


def structure(user: User, on: date, sector: str = "") -> list[dict[str, Any]]:
    """By rung: people, mean monthly pay in yuan and what share of it each component is; the last row is all of them."""
    rows = paid(user, on).filter(total__gt=0)
    rows = rows.filter(**{f"{_EMPLOYER}__sector": sector}) if sector else rows
    sums: dict[str, Any] = {name: Sum(name) for name in (*COMPONENTS, "total")}
    sums |= {"n": Count("pk"), "mean": Avg("full_time")}
    found = list(rows.order_by().values("rung").annotate(**{f"sum_{name}": each for name, each in sums.items()}))
    whole = rows.aggregate(**{f"sum_{name}": each for name, each in sums.items()})
    return [*found, {"rung": None, **whole}] if whole["sum_n"] else []
