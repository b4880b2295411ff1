"""Call-ups (抽调, 三(二)-3): candidates in turn with conflicts left out, the call, the answer, and what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from awards import conflicts, pools
from awards.kinds_of_notices import CALL_UP
from awards.models import CallTask, CallUp, PoolMember
from awards.rotation import Standing, Turn, turns
from talents.models import SocialWorker
from xmsw.dated import months_later
from xmsw.notices.writing import Told, tell
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_S = CallUp.State
MOST_HOURS = Decimal(500)
BUSY, ASKED = "这一天已有抽调", "这次已经抽调过"
CHANGED = "名单刚刚有变化（别人先抽调了，或者成员有变动）。请看最新的顺序，再确认。"


@dataclass
class Candidates:
    """Who may be called for a task: `turns` in order, `out` with the sentences that leave a member out."""

    members: dict[int, PoolMember] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    out: list[tuple[PoolMember, list[str]]] = field(default_factory=list)

    def first(self, number: int) -> list[int]:
        """Keys of the first so many."""
        return [each.member for each in self.turns[:number]]


def runs(user: User, task: CallTask) -> bool:
    """Whether the account calls for this task: who keeps the region's pools."""
    return pools.keeps_any(user) and user.area_code == task.region_id


def only_runner(user: User, task: CallTask) -> None:
    """Raises PermissionDenied."""
    if not runs(user, task):
        raise PermissionDenied("只有组织这次抽调的民政部门能办理。")


def plan(user: User, task: CallTask) -> CallTask:
    """Store what members are wanted for, with a seed that nobody chooses. Raises PermissionDenied, Refused."""
    if not pools.keeps_any(user):
        raise PermissionDenied("只有市、区民政干部能组织抽调。")
    if task.on < timezone.localdate():
        raise Refused("抽调的日期不能在今天以前。")
    task.region_id, task.made_by, task.seed = user.area_code, user, secrets.token_hex(16)
    try:
        with transaction.atomic():
            task.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return task


def wanted(task: CallTask) -> int:
    """How many more are needed: those who declined or were cancelled leave a place."""
    return max(0, task.number - task.calls.standing().count())


def suitable(task: CallTask) -> QuerySet[PoolMember]:
    """Members of the region whose term holds today and on the day, of the pool and with the field asked for."""
    rows = PoolMember.objects.in_force(timezone.localdate()).in_force(task.on)
    rows = rows.filter(state=PoolMember.State.MEMBER, region_id=task.region_id)
    if task.pool:
        rows = rows.filter(pool=task.pool)
    if task.expertise:
        rows = rows.filter(expertise__contains=[task.expertise])
    return rows.select_related("worker__account", "account").defer("worker__identity", "worker__phone").order_by("pk")


def candidates(task: CallTask) -> Candidates:
    """Everybody suitable, in turn, and who is left out and why. A fixed number of queries."""
    today = timezone.localdate()
    months = int(values_on(today)["pool_rotation_months"])
    persons = _Persons(suitable(task))
    against = persons.called(task)
    if task.employer_id is not None:
        for pk, sentences in conflicts.with_employer(list(persons.members), task.employer_id, today).items():
            against.setdefault(pk, []).extend(sentences)
    free = [each for each in persons.standings(task, months) if each.member not in against]
    out = [(persons.members[pk], sentences) for pk, sentences in sorted(against.items())]
    return Candidates(persons.members, turns(free, task.seed, months), out)


class _Persons:
    """One membership a person, of several the one entered first; what a person did in any pool counts for it."""

    def __init__(self, rows: QuerySet[PoolMember]) -> None:
        self.members: dict[int, PoolMember] = {}
        self.whose: dict[int, int] = {}
        for each in rows:
            if each.worker_id is None or each.worker_id not in self.whose:
                self.members[each.pk] = each
            if each.worker_id is not None:
                self.whose.setdefault(each.worker_id, each.pk)

    def calls(self) -> QuerySet[CallUp]:
        """Call-ups of these persons, in whichever pool."""
        return CallUp.objects.filter(Q(member__in=self.members) | Q(member__worker__in=self.whose)).order_by()

    def of(self, member: int, worker: int | None) -> int:
        """The membership that stands here for a member."""
        return member if worker is None else self.whose.get(worker, member)

    def called(self, task: CallTask) -> dict[int, list[str]]:
        """Who is called already for this task, or for something else on its day."""
        rows = self.calls().filter(Q(task=task) | Q(on=task.on, state__in=CallUp.OPEN))
        found: dict[int, list[str]] = {}
        for member, worker, of in rows.values_list("member", "member__worker", "task").distinct():
            found.setdefault(self.of(member, worker), []).append(ASKED if of == task.pk else BUSY)
        return found

    def standings(self, task: CallTask, months: int) -> list[Standing]:
        """How often and when each was called last; what was declined was a turn, what was cancelled was not."""
        since = months_later(task.on, -months)
        rows = self.calls().exclude(state=_S.CANCELLED).values_list("member", "member__worker")
        found: dict[int, tuple[int, date | None]] = {}
        for member, worker, number, last in rows.annotate(n=Count("pk", filter=Q(on__gt=since)), last=Max("on")):
            pk = self.of(member, worker)
            calls, latest = found.get(pk, (0, None))
            found[pk] = calls + number, max(filter(None, (latest, last)))
        return [Standing(pk, *found.get(pk, (0, None))) for pk in self.members]


def call(user: User, task: CallTask, shown: Sequence[int]) -> list[CallUp]:
    """Call those whose turn it is; `shown`: whom the officer saw and confirmed. Raises PermissionDenied, Refused.

    Officers who call at once stand in a queue at the members and persons: whoever comes second looks again, and is told
    where the list is no longer the one that was shown.
    """
    only_runner(user, task)
    try:
        with transaction.atomic():
            found = CallTask.objects.select_for_update().get(pk=task.pk)
            _refuse(found)
            _queue(shown)
            number = wanted(found)
            asked = candidates(found)
            if not number:
                raise Refused("人数已经抽调够了。")
            if not asked.turns:
                raise Refused("没有可以抽调的成员。请放宽人才库或专长，或者换个日期。")
            if asked.first(number) != list(shown):
                raise Overtaken(CHANGED)
            made = CallUp.objects.bulk_create(
                CallUp(
                    member=asked.members[turn.member], task=found, kind=found.kind, title=found.title, on=found.on,
                    employer_id=found.employer_id, called_by=user, placed_because=turn.because[:200],
                )
                for turn in asked.turns[:number]
            )  # fmt: skip
            _tell(made)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return made


def _refuse(task: CallTask) -> None:
    if task.cancelled_because:
        raise Refused("这次抽调已经取消。")
    if task.on < timezone.localdate():
        raise Refused("抽调的日期已经过去。")


def _queue(members: Sequence[int]) -> None:
    """Lock members, then the persons behind them (who may be members elsewhere), always in one order."""
    rows = PoolMember.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=members).order_by("pk")
    workers = [each.worker_id for each in rows if each.worker_id]
    people = SocialWorker.objects.select_for_update(no_key=True).filter(pk__in=workers)
    list(people.order_by("pk").values_list("pk", flat=True))


def _tell(made: Sequence[CallUp]) -> None:
    """A notice to each who can sign in."""
    _told(made, "", "抽调", lambda each: "请答复能不能参加。")


def _told(rows: Sequence[CallUp], stage: str, word: str, words: Callable[[CallUp], str]) -> None:
    tell(
        CALL_UP,
        (
            Told(
                account.pk, each.pk, stage, f"{word}：{each.title}",
                f"{each.on:%Y-%m-%d} {each.get_kind_display()}。{words(each)}", reverse("awards:call", args=[each.pk]),
            )
            for each in rows
            if (account := each.member.account_of) is not None
        ),
    )  # fmt: skip


def answers(user: User, call_up: CallUp) -> bool:
    """Whether the account is the member's own and may still answer."""
    account = call_up.member.account_of
    mine = account is not None and account.pk == user.pk
    return mine and call_up.state in CallUp.OPEN and call_up.on >= timezone.localdate()


def answer(user: User, call_up: CallUp, *, accepts: bool, words: str) -> CallUp:
    """The member accepts, or declines and says why; an acceptance may still be taken back. Raises PermissionDenied,
    Refused."""
    account = call_up.member.account_of
    if account is None or account.pk != user.pk:
        raise PermissionDenied("只能答复自己的抽调。")
    if not accepts and not words.strip():
        raise Refused("请写明不能参加的原因。")
    with transaction.atomic():
        found = _held(call_up)
        if found.on < timezone.localdate():
            raise Refused("抽调的日期已经过去，不能再答复。")
        found.state, found.answer = _S.ACCEPTED if accepts else _S.DECLINED, words.strip()[:200]
        found.save(update_fields=["state", "answer"])
    return found


def finish(user: User, call_up: CallUp, hours: Decimal) -> CallUp:
    """Enter that it took place, and the hours; they may be mended later. Raises PermissionDenied, Refused."""
    pools.only_keeper(user, call_up.member)
    if not 0 < hours <= MOST_HOURS:
        raise Refused(f"时数要大于 0，最多 {MOST_HOURS}。")
    with transaction.atomic():
        found = _held(call_up, _S.DONE)
        if found.on > timezone.localdate():
            raise Refused(f"{found.on:%Y-%m-%d} 还没有到，不能登记完成。")
        found.state, found.hours = _S.DONE, hours
        found.save(update_fields=["state", "hours"])
    return found


def cancel(user: User, call_up: CallUp, reason: str) -> CallUp:
    """Take a call back with the reason; the member is told. Raises PermissionDenied, Refused."""
    pools.only_keeper(user, call_up.member)
    if not reason.strip():
        raise Refused("请写明取消的原因。")
    with transaction.atomic():
        found = _held(call_up)
        _cancelled([found], reason)
    return found


def cancel_task(user: User, task: CallTask, reason: str) -> CallTask:
    """Take the whole task back: whoever was called and has not served yet is told. Raises PermissionDenied, Refused."""
    only_runner(user, task)
    if not reason.strip():
        raise Refused("请写明取消的原因。")
    with transaction.atomic():
        found = CallTask.objects.select_for_update().get(pk=task.pk)
        if found.cancelled_because:
            raise Refused("这次抽调已经取消。")
        found.cancelled_because = reason.strip()[:200]
        found.save(update_fields=["cancelled_because"])
        rows = CallUp.objects.select_for_update(of=("self",)).filter(task=found, state__in=CallUp.OPEN)
        _cancelled(list(rows.select_related("member__worker__account", "member__account")), reason)
    return found


def _cancelled(rows: Sequence[CallUp], reason: str) -> None:
    for each in rows:
        each.state, each.cancelled_because = _S.CANCELLED, reason.strip()[:200]
        each.save(update_fields=["state", "cancelled_because"])
    _told(rows, "cancelled", "抽调取消", lambda each: each.cancelled_because)


def _held(call_up: CallUp, *also: str) -> CallUp:
    """The row under a lock, still open or in one of the states named besides. Raises Overtaken."""
    rows = CallUp.objects.select_for_update(of=("self",))
    found = rows.select_related("member__worker__account", "member__account").get(pk=call_up.pk)
    if found.state not in (*CallUp.OPEN, *also):
        raise Overtaken(f"这件抽调现在是「{found.get_state_display()}」，不能这样办。请看最新情况。")
    return found
