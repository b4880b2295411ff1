"""Allocation plans of districts and streets (补充配置, 二(二)-5), and incubated agencies (二(二)-8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from posts.models import AllocationLine, AllocationPlan, Employer, Incubation, Kind, Sector
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

ALLOCATED_KINDS = (Kind.C01, Kind.C02, Kind.C03)
EDITABLE = (AllocationPlan.State.DRAFT, AllocationPlan.State.RETURNED)


def against(plan: AllocationPlan) -> Iterator[str]:
    """Sentences against handing in or approving a plan."""
    if not plan.document:
        yield "请写批准文件或会议纪要。"
    if not plan.lines.exists():
        yield "计划里还没有单位，先添加要补充配置的社区或中心。"
    fitting = Q(employer__kind__in=ALLOCATED_KINDS, employer__region__code__startswith=plan.region_id)
    for each in plan.lines.exclude(fitting).select_related("employer"):
        yield f"{each.employer.name}不是{plan.region.name}范围内的社区或中心，请移出。"


def _counted(rows: QuerySet[AllocationLine], on: date) -> QuerySet[AllocationLine]:
    """With `arrived`, appointments filed against the line that had started on that day, and `missing`."""
    filed = Count("arrivals", filter=Q(arrivals__state__in=("filed", "ended"), arrivals__start__lte=on))
    return rows.annotate(arrived=filed).annotate(missing=Greatest(F("headcount") - F("arrived"), 0))


def lines(plan: AllocationPlan, on: date) -> QuerySet[AllocationLine]:
    """Lines of a plan with `arrived` and `missing` on that day, by place."""
    return _counted(plan.lines.select_related("employer__region"), on).order_by("employer__region_id", "pk")


def with_figures(plans: QuerySet[AllocationPlan], on: date) -> QuerySet[AllocationPlan]:
    """Plans with `headcount` and `arrived`, in people."""
    own = AllocationLine.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    arrivals = Q(arrivals__state__in=("filed", "ended"), arrivals__start__lte=on)
    arrived = own.annotate(n=Count("arrivals", filter=arrivals)).values("n")
    planned = own.annotate(n=Sum("headcount")).values("n")
    return plans.annotate(headcount=Coalesce(Subquery(planned), 0), arrived=Coalesce(Subquery(arrived), 0))


def _permitted(user: User, plan: AllocationPlan) -> None:
    inside = user.area_code is not None and plan.region_id.startswith(user.area_code)
    if not user.can(Capability.PLAN_ALLOCATION) or not inside:
        raise PermissionDenied("你的账号不能编制这个地区的补充配置计划。")


def keep(user: User, plan: AllocationPlan) -> AllocationPlan:
    """Save a draft plan of a district or street of the account's area."""
    _permitted(user, plan)
    try:
        with transaction.atomic():
            if plan.pk:
                plan.state = _locked(plan).state
            plan.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return plan


def _locked(plan: AllocationPlan) -> AllocationPlan:
    """The plan as it is now, held; refused once it is handed in."""
    found = AllocationPlan.objects.select_for_update(of=("self",)).select_related("region").get(pk=plan.pk)
    if found.state not in EDITABLE:
        raise Refused(f"这份计划现在是「{found.get_state_display()}」，不能再改。要改的话，先撤回。")
    return found


def add_line(user: User, plan: AllocationPlan, code: str, headcount: int, need: str) -> AllocationLine:
    """Put a community or centre of the plan's area into it, by community, street or credit code."""
    _permitted(user, plan)
    rows = Employer.objects.filter(kind__in=ALLOCATED_KINDS, end__isnull=True, region__code__startswith=plan.region_id)
    employer = rows.filter(Q(region=code) | Q(credit_code=code)).first()
    if employer is None:
        raise Refused(f"{plan.region.name}范围内没有代码为「{code[:18]}」的社区或中心。")
    try:
        with transaction.atomic():
            held = _locked(plan)
            return AllocationLine.objects.create(plan=held, employer=employer, headcount=headcount, need=need)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


@transaction.atomic
def remove_line(user: User, plan: AllocationPlan, line_id: int) -> None:
    """Take a line out of a plan that is still a draft."""
    _permitted(user, plan)
    _locked(plan).lines.filter(pk=line_id).delete()


def incubate(user: User, incubation: Incubation, code: str) -> Incubation:
    """Record, or correct, that a street or town incubates a registered agency, and until when."""
    if not user.can(Capability.PLAN_ALLOCATION) or not incubation.street_id.startswith(user.area_code or "-"):
        raise PermissionDenied("你的账号不能登记这个街道（镇）的孵化机构。")
    agency = Employer.objects.filter(credit_code=code, sector=Sector.SOCIAL, end__isnull=True).first()
    if agency is None:
        raise Refused("没有用这个统一社会信用代码登记的社会组织。请核对，或请机构先登记。")
    incubation.agency = agency
    try:
        with transaction.atomic():
            incubation.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return incubation
