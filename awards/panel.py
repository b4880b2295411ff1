"""The panel (评审): drawn from the expert pool, conflicts of interest by data, sheets sealed until the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from awards import conflicts, ranking
from awards.cycles import only_organiser
from awards.eligibility import certificate_levels, seniorities
from awards.models import AwardCycle, CallUp, Nomination, PanelSeat, PoolMember, Recusal, Score, ScoreSheet
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_S, _N = AwardCycle.State, Nomination.State
CLOSED = "评审已经结束，不能再打分。"
FORMING = (_S.CALL, _S.RECOMMENDATION, _S.PRELIMINARY)
JOINING = (*FORMING, _S.PANEL)  # a sitting panel may grow, so that enough remain where some stand aside

# What the data shows between reviewers and nominees of one cycle; a social worker on the panel has a record here.
_BETWEEN = conflicts.by_data(
    account="s.account_id",
    employer="n.employer_id",
    employers="""SELECT o.employer_id FROM talents_employment o WHERE o.worker_id = n.worker_id
                 AND m.worker_id <> n.worker_id AND COALESCE(o."end", %(on)s) >= %(since)s""",
    people="n.worker_id",
)
_BY_DATA = f"""
INSERT INTO awards_recusal (seat_id, nomination_id, kind, note)
SELECT DISTINCT s.id, n.id, found.kind, ''
FROM awards_panelseat s
JOIN awards_poolmember m ON m.id = s.member_id
JOIN awards_nomination n ON n.cycle_id = s.cycle_id
CROSS JOIN LATERAL (
    SELECT 'self' AS kind WHERE m.worker_id = n.worker_id
    UNION ALL SELECT 'nominator' WHERE n.nominated_by_id = s.account_id AND m.worker_id IS DISTINCT FROM n.worker_id
    UNION ALL {_BETWEEN}
) found
WHERE s.cycle_id = %(cycle)s AND n.state IN ('recommended', 'eligible')
ON CONFLICT DO NOTHING
"""


def candidates(cycle: AwardCycle) -> QuerySet[PoolMember]:
    """Experts in force of the organiser's pool who can sign in, are nominated for nothing here and sit not yet."""
    today = timezone.localdate()
    rows = PoolMember.objects.in_force(today).filter(
        pool=PoolMember.Pool.EXPERT, state=PoolMember.State.MEMBER, region_id=cycle.region_id
    )
    rows = rows.filter(Q(account__is_active=True) | Q(worker__account__is_active=True, worker__account_met=True))
    nominated = Nomination.objects.standing().filter(cycle=cycle).values("worker")
    rows = rows.exclude(worker__in=nominated).exclude(seats__cycle=cycle)
    return rows.select_related("worker", "account", "worker__account").order_by("pk")


def account_of(member: PoolMember) -> int | None:
    """Who scores for this member."""
    account = member.account_of
    return account.pk if account else None


def draw(user: User, cycle: AwardCycle, number: int) -> list[PanelSeat]:
    """Draw so many experts by lot: the smallest SHA-256 of «seed:panel:member» first. Raises Refused for too few."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = _before_the_end(cycle, *JOINING)
        free = sorted(
            candidates(found),
            key=lambda each: hashlib.sha256(f"{found.seed}:panel:{each.pk}".encode()).hexdigest(),
        )
        if number < 1 or len(free) < number:
            raise Refused(f"专家库里还能抽的只有 {len(free)} 人，抽不出 {number} 人。请先补充专家，或者少抽几人。")
        seats = [_seat(found, each, drawn=True) for each in free[:number]]
        _late(found)
        return seats


def seat(user: User, cycle: AwardCycle, member: PoolMember) -> PanelSeat:
    """Choose an expert by name, besides the lot."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = _before_the_end(cycle, *JOINING)
        if not candidates(found).filter(pk=member.pk).exists():
            raise Refused("这位专家不能进评审组：要在本地专家库里、有能登录的账号、不是本届人选。")
        made = _seat(found, member, drawn=False)
        _late(found)
        return made


def unseat(user: User, cycle: AwardCycle, pk: int) -> None:
    """Take a seat away before the panel opens."""
    only_organiser(user, cycle)
    with transaction.atomic():
        _before_the_end(cycle, *FORMING)
        PanelSeat.objects.filter(pk=pk, cycle=cycle).delete()


def _late(cycle: AwardCycle) -> None:
    """Who joins a panel that sits already stands aside as the others do."""
    if cycle.state == _S.PANEL:
        note_conflicts(cycle)


def _seat(cycle: AwardCycle, member: PoolMember, *, drawn: bool) -> PanelSeat:
    try:
        with transaction.atomic():
            return PanelSeat.objects.create(cycle=cycle, member=member, account_id=account_of(member), drawn=drawn)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


def _before_the_end(cycle: AwardCycle, *states: str) -> AwardCycle:
    found = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
    if found.higher or found.state not in states:
        raise Refused(f"本届现在是「{found.get_state_display()}」，不能再改评审组。")
    return found


def note_conflicts(cycle: AwardCycle) -> int:
    """Enter every conflict that the data shows; returns how many were new."""
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(_BY_DATA, {"cycle": cycle.pk, "on": today, "since": conflicts.since(today)})
        return cursor.rowcount


def open_panel(user: User, cycle: AwardCycle) -> AwardCycle:
    """Let the panel begin: everybody is examined, enough reviewers remain for each nominee. Raises Refused."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
        if found.state != _S.PRELIMINARY or found.higher:
            raise Refused(f"本届现在是「{found.get_state_display()}」，不能开始评审。")
        waiting = found.nominations.filter(state=_N.RECOMMENDED).count()
        if waiting:
            raise Refused(f"还有 {waiting} 名人选没有初审，初审完再开始评审。")
        eligible = found.nominations.filter(state=_N.ELIGIBLE).count()
        if not eligible:
            raise Refused("没有初审通过的人选，不能开始评审。")
        note_conflicts(found)
        short = [each for each in standing(found) if each["able"] < found.quorum]
        if short:
            names = "、".join(f"{each['name']}（{each['able']} 人）" for each in short[:5])
            raise Refused(f"每名人选至少要 {found.quorum} 人评分，回避以后不够的有：{names}。请增加评审人。")
        found.state = _S.PANEL
        found.save(update_fields=["state"])
    return found


def standing(cycle: AwardCycle) -> list[dict[str, object]]:
    """Each eligible nominee with `able` reviewers and sheets `handed_in`; never what is on them. Two queries."""
    seats = cycle.seats.count()
    rows = cycle.nominations.filter(state__in=(_N.ELIGIBLE, _N.SCORED, _N.ON_NOTICE, _N.AWARDED, _N.NOT_AWARDED))
    rows = rows.annotate(
        aside=Count("recusals__seat", distinct=True), handed_in=Count("sheets", distinct=True)
    ).select_related("worker", "employer")
    rows = rows.filter(Q(state=_N.ELIGIBLE) | Q(score__isnull=False))
    return [
        {
            "nomination": each,
            "name": each.worker.name,
            "able": seats - each.aside,
            "handed_in": each.handed_in,
        }
        for each in rows.order_by("rank", "worker__pinyin", "pk")
    ]


def to_score(seat: PanelSeat) -> list[Nomination]:
    """Nominees of the seat's panel in an order of its own, with `aside` (kinds) and `own` (the own sheet's total)."""
    rows = Nomination.objects.filter(cycle=seat.cycle_id, state=_N.ELIGIBLE).select_related("worker", "employer")
    aside: dict[int, list[str]] = {}
    for each in Recusal.objects.filter(seat=seat):
        aside.setdefault(each.nomination_id, []).append(each.get_kind_display())
    own = dict(ScoreSheet.objects.filter(seat=seat).values_list("nomination", "total"))
    found = sorted(
        rows.defer("worker__identity", "worker__phone"),
        key=lambda each: hashlib.sha256(f"{seat.pk}:{each.pk}".encode()).hexdigest(),
    )
    for each in found:
        each.aside, each.own = aside.get(each.pk, []), own.get(each.pk)
    return found


def declare(user: User, seat: PanelSeat, nomination: Nomination, kind: str, note: str = "") -> None:
    """A reviewer stands aside for a nominee and says why; a sheet already handed in goes. Raises Refused."""
    if seat.account_id != user.pk:
        raise PermissionDenied("只能为自己申报回避。")
    if kind not in (Recusal.Kind.RELATIVE, Recusal.Kind.OTHER):
        raise Refused("请选回避的情形。")
    with transaction.atomic():
        cycle = AwardCycle.objects.select_for_update().get(pk=seat.cycle_id)
        if cycle.state not in (_S.PRELIMINARY, _S.PANEL):
            raise Refused(CLOSED)
        if timezone.localdate() > cycle.panel_end:
            raise Refused("评审已截止，交来的评分表不能再作废。要回避的，请联系组织单位延长评审。")
        ScoreSheet.objects.filter(seat=seat, nomination=nomination).delete()
        Recusal.objects.get_or_create(seat=seat, nomination=nomination, kind=kind, defaults={"note": note[:200]})


def score(
    user: User, seat: PanelSeat, nomination: Nomination, points: Mapping[int, Decimal], comment: str = ""
) -> ScoreSheet:
    """Hand in the sheet of one nominee, once. `points`: 0 to 100 by criterion. Raises PermissionDenied, Refused."""
    if seat.account_id != user.pk:
        raise PermissionDenied("只能填自己的评分表。")
    weights = dict(seat.cycle.criteria.values_list("pk", "weight"))
    if set(points) != set(weights):
        raise Refused("每项指标都要打分。")
    try:
        with transaction.atomic():
            cycle = AwardCycle.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.cycle_id)
            if cycle.state != _S.PANEL or timezone.localdate() > cycle.panel_end:
                raise Refused(CLOSED)
            if nomination.cycle_id != cycle.pk or nomination.state != _N.ELIGIBLE:
                raise Refused("这名人选不在本次评审里。")
            if Recusal.objects.filter(seat=seat, nomination=nomination).exists():
                raise Refused("你对这名人选要回避，不能打分。")
            sheet = ScoreSheet.objects.create(
                seat=seat, nomination=nomination, comment=comment[:500], total=ranking.sheet_total(points, weights)
            )
            Score.objects.bulk_create(
                Score(sheet=sheet, criterion_id=criterion, points=value) for criterion, value in points.items()
            )
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return sheet


def withdraw_sheet(user: User, seat: PanelSeat, nomination: Nomination) -> None:
    """Take the own sheet back while the panel sits, to fill it in anew."""
    if seat.account_id != user.pk:
        raise PermissionDenied("只能撤回自己的评分表。")
    with transaction.atomic():
        cycle = AwardCycle.objects.select_for_update().get(pk=seat.cycle_id)
        if cycle.state != _S.PANEL or timezone.localdate() > cycle.panel_end:
            raise Refused(CLOSED)
        ScoreSheet.objects.filter(seat=seat, nomination=nomination).delete()


def missing(cycle: AwardCycle) -> list[str]:
    """Sentences about nominees with fewer sheets than the quorum."""
    return [
        f"{each['name']}只有 {each['handed_in']} 份评分，至少要 {cycle.quorum} 份。"
        for each in standing(cycle)
        if each["handed_in"] < cycle.quorum
    ]


def close_panel(user: User, cycle: AwardCycle) -> AwardCycle:
    """End the scoring and rank everybody; from now on sheets are open to the organiser. Raises Refused."""
    only_organiser(user, cycle)
    with transaction.atomic():
        found = AwardCycle.objects.select_for_update().get(pk=cycle.pk)
        if found.state != _S.PANEL:
            raise Refused(f"本届现在是「{found.get_state_display()}」，没有在评审。")
        short = missing(found)
        if short:
            raise Refused(short[:10])
        nominees = {each.pk: each for each in found.nominations.filter(state=_N.ELIGIBLE).select_related("worker")}
        placed = ranking.ranking(entries(found, nominees), trim=found.trim, tie=found.tie, seed=found.seed)
        place(nominees.values(), placed)
        took_part(user, found)
        found.state = _S.RANKED
        found.save(update_fields=["state"])
    return found


def took_part(user: User, cycle: AwardCycle) -> None:
    """Whoever handed in a sheet took part in a review (三(二)-3); the hours are for the officer to add."""
    today = timezone.localdate()
    served = cycle.seats.filter(sheets__isnull=False).values_list("member", flat=True).distinct()
    CallUp.objects.bulk_create(
        (
            CallUp(
                member_id=member, kind=CallUp.Kind.REVIEW, title=cycle.title[:120], on=today, state=CallUp.State.DONE,
                placed_because="在评审组评分", called_by=user,
            )
            for member in served
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def place(nominees: Iterable[Nomination], placed: Iterable[ranking.Placed]) -> None:
    """Store scores, ranks and how they came about."""
    by_pk = {each.pk: each for each in nominees}
    for each in placed:
        nomination = by_pk[each.nomination]
        nomination.score, nomination.rank, nomination.state = each.score, each.rank, _N.SCORED
        nomination.reckoning = {
            "counted": [str(value) for value in each.counted],
            "dropped": [str(value) for value in each.dropped],
            "first": str(each.first),
            "told_by": each.told_by,
            "lot": each.lot,
        }
    Nomination.objects.bulk_update(by_pk.values(), ["score", "rank", "state", "reckoning"])


def entries(cycle: AwardCycle, nominees: Mapping[int, Nomination]) -> list[ranking.Entry]:
    """What the ranking needs: the sheets of each nominee, and what ties are told apart by."""
    first = cycle.criteria.order_by("place").values_list("pk", flat=True).first()
    sheets: dict[int, list[tuple[Decimal, Decimal]]] = {pk: [] for pk in nominees}
    rows = Score.objects.filter(criterion=first, sheet__nomination__in=nominees)
    for nomination, total, points in rows.values_list("sheet__nomination", "sheet__total", F("points")):
        sheets[nomination].append((total, points))
    workers = [each.worker_id for each in nominees.values()]
    levels, years = certificate_levels(workers, cycle.call_end), seniorities(workers, cycle.call_end)
    return [
        ranking.Entry(pk, tuple(sheets[pk]), levels[each.worker_id], years[each.worker_id])
        for pk, each in nominees.items()
    ]
