"""Policies that fit an agency, its applications, its fees (四(二)-5, -6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from payroll.models import PurchaseProject
from posts.models import Employer, Kind
from supervision.models import FeeItem, MarketIncome, PolicyApplication, PreferentialPolicy
from talents.models import Certificate, Employment
from xmsw.accounts.roles import Capability
from xmsw.dated import months_later
from xmsw.workflow.actions import held
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

EDITABLE = ("draft", "returned")


@dataclass(frozen=True)
class Agency:
    """What is known of an agency on a day: the facts that conditions speak of."""

    kind: str
    start: date
    staff: int
    certified: int

    @property
    def certified_share(self) -> Decimal:
        """Certified ÷ staff; 0 without staff."""
        return Decimal(self.certified) / self.staff if self.staff else Decimal(0)


def agencies_on(employers: Iterable[Employer], on: date) -> list[tuple[Employer, Agency]]:
    """Agencies with their facts; two queries beside their own, however many there are."""
    employers = list(employers)
    staff: dict[int, set[int]] = {each.pk: set() for each in employers}
    working = Employment.objects.in_force(on).filter(employer__in=staff)
    for employer, worker in working.values_list("employer", "worker"):
        staff[employer].add(worker)
    everybody = set().union(*staff.values())
    certified = set(
        Certificate.objects.filter(worker__in=everybody, issued_on__lte=on).values_list("worker", flat=True)
    )
    return [
        (each, Agency(each.kind, each.start, len(staff[each.pk]), len(staff[each.pk] & certified)))
        for each in employers
    ]


def agency_on(employer: Employer, on: date) -> Agency:
    """One agency's facts."""
    return agencies_on([employer], on)[0][1]


def unfit(policy: PreferentialPolicy, agency: Agency, on: date) -> Iterator[str]:
    """Sentences against it: each condition that the agency does not meet, with what it is."""
    if policy.kinds and agency.kind not in policy.kinds:
        yield f"不适用于{Kind(agency.kind).label}"
    if policy.least_years is not None and on < months_later(agency.start, 12 * policy.least_years):
        yield f"要成立满 {policy.least_years} 年（{agency.start:%Y-%m-%d} 成立）"
    if policy.most_years is not None and on >= months_later(agency.start, 12 * policy.most_years):
        yield f"要成立不满 {policy.most_years} 年（{agency.start:%Y-%m-%d} 成立）"
    if policy.least_staff is not None and agency.staff < policy.least_staff:
        yield f"在职人员至少 {policy.least_staff} 人（现有 {agency.staff} 人）"
    if policy.least_certified is not None and agency.certified_share < policy.least_certified:
        yield f"持证人员占比至少 {policy.least_certified:.0%}（现有 {agency.certified_share:.1%}）"


def own_employer(user: User, employer: Employer) -> None:
    """Only its own people enter what an agency says of itself. Raises PermissionDenied."""
    if not user.can(Capability.APPLY) or not employer.members.filter(user=user).exists():
        raise PermissionDenied("只有本单位的经办人能登记。")


def against(application: PolicyApplication) -> Iterator[str]:
    """Sentences against handing in an application as it stands."""
    today = timezone.localdate()
    policy = application.policy
    if policy.start > today or (policy.end is not None and policy.end < today):
        yield f"「{policy}」现在不在施行期。"
    for each in unfit(policy, agency_on(application.employer, today), today):
        yield f"「{policy}」的条件不符：{each}。"


def apply_for(user: User, application: PolicyApplication) -> PolicyApplication:
    """Store a new or corrected application. Raises PermissionDenied, Overtaken, Refused."""
    own_employer(user, application.employer)
    try:
        with transaction.atomic():
            if application.pk is not None:
                held(PolicyApplication, application.pk, EDITABLE)
            application.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return application


def hand_over(user: User, application: PolicyApplication, decision: Decision) -> None:
    """Handing in and taking back are for the agency's own people."""
    own_employer(user, application.employer)


def conclude(user: User, application: PolicyApplication, decision: Decision) -> None:
    """Effect of the result: what was said, and today."""
    application.result, application.result_on = decision.said[:300], timezone.localdate()


def record_jobs(user: User, application: PolicyApplication) -> None:
    """How many jobs came of a granted policy, by the agency or civil affairs. Raises PermissionDenied, Refused."""
    if not user.can(Capability.KEEP_FUNDING):
        own_employer(user, application.employer)
    with transaction.atomic():
        held(PolicyApplication, application.pk, (PolicyApplication.State.GRANTED,))
        application.save(update_fields=["jobs_created"])


def bought(employer: Employer, service: str, on: date) -> PurchaseProject | None:
    """A running project that buys this service of the agency: one name holds the other."""
    named = "".join(service.split())
    rows = PurchaseProject.objects.filter(provider=employer).in_force(on).order_by("pk")
    return next((each for each in rows if named and (named in each.title or each.title in named)), None)


def enter_fee(user: User, fee: FeeItem) -> FeeItem:
    """Store a fee of the own agency. What is bought is not charged twice. Raises PermissionDenied, Refused."""
    own_employer(user, fee.employer)
    found = bought(fee.employer, fee.service, timezone.localdate())
    ended = fee.end is not None and fee.end < timezone.localdate()
    if found is not None and not ended and not fee.apart.strip():
        raise Refused(
            f"「{fee.service}」由{found.buyer}的项目「{found.title}」购买（到 {found.end:%Y-%m-%d}），"
            "不能向服务对象重复收费。向项目以外的人收费的，在「收费对象」写明。"
        )
    fee.save()
    return fee


def enter_income(user: User, income: MarketIncome) -> MarketIncome:
    """Store a year's income of the own agency. Raises PermissionDenied."""
    own_employer(user, income.employer)
    income.save()
    return income
