"""Whether a person may be nominated: the round's rules held against what the portal knows, each with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Q
from django.utils import timezone

from awards.models import HIGHER, AwardCycle, Honour, Nomination
from posts.models import CertificateLevel, Employer, Sector
from talents.models import Certificate, Employment, SocialWorker
from xmsw.dated import years_of
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.outcomes import Outcome

OFFICIAL = (Sector.GOVERNMENT, Sector.MASS)


@dataclass(frozen=True)
class Check:
    """One condition: met or not, and one sentence that says what was found."""

    label: str
    met: bool
    text: str


def seniority(worker: SocialWorker, on: date) -> Decimal:
    """Years employed by the day, times that overlap counted once; one decimal, half up."""
    return seniorities([worker.pk], on)[worker.pk]


def seniorities(workers: Collection[int], on: date) -> dict[int, Decimal]:
    """The same of many, by worker; one query."""
    spans: dict[int, list[tuple[date, date | None]]] = {pk: [] for pk in workers}
    rows = Employment.objects.filter(worker__in=spans, start__lte=on).order_by("start")
    for worker, start, end in rows.values_list("worker", "start", "end"):
        spans[worker].append((start, end))
    return {worker: years_of(_days(found, on)) for worker, found in spans.items()}


def _days(spans: Iterable[tuple[date, date | None]], on: date) -> int:
    """Days covered up to `on` by spans in the order of their starts."""
    days, reached = 0, date.min
    for start, end in spans:
        until = min(end or on, on)
        begins = max(start, date.fromordinal(reached.toordinal() + 1)) if reached > date.min else start
        if until >= begins:
            days += (until - begins).days + 1
            reached = until
    return days


def certificate_levels(workers: Collection[int], on: date) -> dict[int, int]:
    """By worker, the highest verified certificate issued by the day; 0 for none; one query."""
    rows = Certificate.objects.filter(worker__in=workers, issued_on__lte=on, state=Certificate.State.VERIFIED)
    found = dict(rows.order_by().values_list("worker").annotate(Max("level")))
    return {worker: found.get(worker, 0) for worker in workers}


def checks(cycle: AwardCycle, worker: SocialWorker, employer: Employer, nomination: int | None = None) -> list[Check]:
    """Every condition that the portal can judge, as of the last day of the call. A fixed number of queries.

    `nomination`: the one that is checked, left out where nominations are counted.
    """
    on = cycle.call_end
    found = [
        *_employed(cycle, worker, employer, on),
        *_career(cycle, worker, on),
        *_won_before(cycle, worker),
        *_crowded(cycle, employer, nomination),
    ]
    if cycle.clean_employer:
        found.append(_clean(employer))
    return found


def against(found: Iterable[Check]) -> list[str]:
    """Sentences of what is not met."""
    return [each.text for each in found if not each.met]


def _employed(cycle: AwardCycle, worker: SocialWorker, employer: Employer, on: date) -> Iterable[Check]:
    today = timezone.localdate()
    rows = Employment.objects.filter(worker=worker, employer=employer).in_force(min(on, today))
    forms = set(rows.values_list("form", flat=True))
    here = bool(forms) and employer.region_id.startswith(cycle.region_id)
    text = f"在{employer.name}任职" if here else f"没有在{cycle.region.name}的单位任职，不能参评"
    yield Check("在本地任职", here, text)
    if not cycle.officials:
        official = Employment.Form.ESTABLISHED in forms and employer.sector in OFFICIAL
        text = "是机关、群团在编人员，本届不在评选范围" if official else "不是机关、群团在编人员"
        yield Check("不是机关在编人员", not official, text)


def _career(cycle: AwardCycle, worker: SocialWorker, on: date) -> Iterable[Check]:
    if cycle.certificate_min:
        yield _certified(cycle.certificate_min, worker, on)
    if cycle.years_min:
        years = seniority(worker, on)
        met = years >= cycle.years_min
        text = (
            f"从业 {years} 年"
            if met
            else f"截至 {on:%Y-%m-%d} 从业 {years} 年，要求 {cycle.years_min.normalize():f} 年"
        )
        yield Check(f"从业满 {cycle.years_min.normalize():f} 年", met, text)


def _certified(least: int, worker: SocialWorker, on: date) -> Check:
    """What was verified counts; what was only entered is told apart, so that it can be verified in time."""
    issued = Q(issued_on__lte=on)
    held = worker.certificates.aggregate(
        sure=Max("level", filter=issued & Q(state=Certificate.State.VERIFIED)), entered=Max("level", filter=issued)
    )
    wanted, sure, entered = CertificateLevel(least).label, held["sure"] or 0, held["entered"] or 0
    met = sure >= least
    if met:
        text = f"持有{CertificateLevel(sure).label}"
    elif entered >= least:
        text = f"登记的{CertificateLevel(entered).label}还没有核验，请先由区民政局核验"
    else:
        has = f"持有{CertificateLevel(entered).label}" if entered else "没有证书"
        text = f"截至 {on:%Y-%m-%d} {has}，要求{wanted}以上"
    return Check(f"{wanted}以上", met, text)


def _won_before(cycle: AwardCycle, worker: SocialWorker) -> Iterable[Check]:
    rows = Honour.objects.filter(worker=worker, revoked_on=None)
    if not cycle.repeat:
        before = rows.filter(series=cycle.series, level=cycle.level).order_by("-awarded_on").first()
        text = f"{before.awarded_on.year} 年已获「{before.title}」，不重复表彰" if before else "没有获过本奖项"
        yield Check("不是往届获奖者", before is None, text)
    if not cycle.higher_winners and cycle.level not in HIGHER:
        higher = rows.filter(level__in=HIGHER).order_by("-awarded_on").first()
        text = (
            f"{higher.awarded_on.year} 年已获{higher.get_level_display()}「{higher.title}」，本届不再参评"
            if higher
            else "没有获过国家级、省级同类表彰"
        )
        yield Check("不是国家级、省级获奖者", higher is None, text)


def _crowded(cycle: AwardCycle, employer: Employer, nomination: int | None) -> Iterable[Check]:
    if cycle.per_employer is None:
        return
    handed_in = Nomination.objects.standing().exclude(state__in=("draft", "returned")).exclude(pk=nomination)
    number = handed_in.filter(cycle=cycle, employer=employer, by_oneself=False).count()
    met = number < cycle.per_employer
    text = (
        f"本单位已推荐 {number} 人，每单位最多 {cycle.per_employer} 人"
        if number
        else f"每单位最多推荐 {cycle.per_employer} 人"
    )
    yield Check("单位推荐人数", met, text)


def _clean(employer: Employer) -> Check:
    """Judged as it stands now; whether, not how many or which: those who nominate may not see them."""
    found = verdicts(Evaluation(timezone.localdate(), Employers.of_ids([employer.pk])))
    wrong = any(each.outcome == Outcome.VIOLATION for each in found)
    text = f"{employer.name}还有违反项没有消除" if wrong else f"{employer.name}没有违反项"
    return Check("单位没有违反项", not wrong, text)
