"""Appointments (聘用/任): what hinders one, proposing, filing, ending; the rules are those of every other path."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from posts.models import AllocationLine, Post
from talents.actions.finding import person_named
from talents.models import Appointment, Employment, SocialWorker, TitleMap
from talents.standing import Standing, standing, standings
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Verdict, explain
from xmsw.policy.models import Clause, ParameterValue
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import Values, values_on
from xmsw.policy.rules import rules
from xmsw.workflow.actions import held
from xmsw.workflow.refusals import Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from xmsw.accounts.models import User

FIRST_DAY = date(2000, 1, 1)  # no parameter has a value before
NOBODY = "没有找到这个姓名和身份证号的人。请核对；库里还没有的人，到「数据导入」登记。"
EDITABLE = (Appointment.State.DRAFT, Appointment.State.RETURNED)


@dataclass(frozen=True)
class Reasons:
    """Sentences against an appointment, by what they are about."""

    post: list[str]
    person: list[str]
    certificate: list[str]
    source: list[str]

    @property
    def all(self) -> list[str]:
        return [*self.post, *self.person, *self.certificate, *self.source]


def blocking_verdicts(post: Post, held: int, start: date, values: Values) -> list[Verdict]:
    """Rules that would refuse a holder of that level (0: none) in this post on that day (二(四)-6 to -8)."""
    facts = {
        "id": 0,
        "post_grade": post.grade,
        "post_institution_grade": post.institution_grade,
        "started_on": start,
        "held_at_start": held,
    }
    params = {**values, "today": start}
    judged = (explain(rule, facts, params) for rule in rules("appointment") if rule.blocks)
    return [each for each in judged if each is not None and each.outcome == Outcome.VIOLATION]


def _told(verdict: Verdict, clause: Clause) -> str:
    """The refusal with the clause quoted and the way out."""
    mend = f"{verdict.mend}。" if verdict.mend else ""
    return f"{verdict.message}。依据 {clause.document_id} {clause.pk}「{clause.quote}」。{mend}"


def against(appointment: Appointment) -> Reasons:
    """Every sentence against filing this appointment as it stands."""
    if appointment.start < FIRST_DAY:
        early = f"聘用日期早于 {FIRST_DAY:%Y-%m-%d}，那时还没有社会工作者职业水平评价。请核对。"
        return Reasons(post=[early], person=[], certificate=[], source=[])
    stands = standing(appointment)
    verdicts = blocking_verdicts(appointment.post, stands.held, appointment.start, values_on(appointment.start))
    return _reasons(appointment, stands, verdicts, Clause.objects.in_bulk({each.rule.clause for each in verdicts}))


def _reasons(
    appointment: Appointment, stands: Standing, verdicts: list[Verdict], clauses: Mapping[str, Clause]
) -> Reasons:
    return Reasons(
        post=list(_of_post(appointment, stands)),
        person=list(_of_person(appointment, stands)),
        certificate=[_told(each, clauses[each.rule.clause]) for each in verdicts],
        source=list(_of_source(appointment, stands)),
    )


def hindrances(appointment: Appointment) -> list[str]:
    """All sentences of `against`; where the dates are impossible that alone."""
    if appointment.end is not None and appointment.end < appointment.start:
        return ["聘期截止早于聘用日期。"]
    return against(appointment).all


def concerns(ids: list[int]) -> dict[int, list[str]]:
    """Hindrances of stored appointments, those that have any: a fixed number of queries, a few a parameter version."""
    rows = Appointment.objects.filter(pk__in=ids).select_related("post", "worker", "allocation__plan__region")
    stands, versions = standings(ids), sorted(set(ParameterValue.objects.values_list("start", flat=True)))
    in_force = cache(values_on)
    judged = []
    for each in rows:
        version = versions[max(bisect_right(versions, each.start) - 1, 0)]
        held = stands[each.pk].held
        judged.append((each, blocking_verdicts(each.post, held, each.start, in_force(version))))
    clauses = Clause.objects.in_bulk({verdict.rule.clause for _, verdicts in judged for verdict in verdicts})
    found = {each.pk: _reasons(each, stands[each.pk], verdicts, clauses).all for each, verdicts in judged}
    return {pk: sentences for pk, sentences in found.items() if sentences}


def _of_post(appointment: Appointment, stands: Standing) -> Iterator[str]:
    post, start = appointment.post, appointment.start
    if post.state not in Post.COUNTED or start < post.start or (post.end is not None and start > post.end):
        yield f"聘用当日岗位「{post}」还没有批准，或已经撤销。"
    if stands.frozen_from is not None:
        yield f"岗位从 {stands.frozen_from:%Y-%m-%d} 起冻结，冻结期间不能聘人。"
    if stands.taken:
        yield "这个岗位在这段时间已经有人。"


def _of_person(appointment: Appointment, stands: Standing) -> Iterator[str]:
    if not stands.employed:
        yield f"{appointment.worker}在 {appointment.start:%Y-%m-%d} 不在本单位任职；先登记任职。"
    if appointment.full_time and stands.busy:
        yield f"{appointment.worker}在这段时间已有一个专职聘用；先结束那个聘用，或改为兼职。"


def _of_source(appointment: Appointment, stands: Standing) -> Iterator[str]:
    if appointment.source == Appointment.Source.CONVERSION and not appointment.prior_role:
        yield "来源是转换提升的，要写转换前的职务（二(二)-4）。"
    line = appointment.allocation
    if appointment.source != Appointment.Source.SUPPLEMENT:
        if line is not None:
            yield "选了补充配置计划，来源就要选「补充配置」（二(二)-5）。"
    elif appointment.allocating_region_id is None:
        yield "来源是补充配置的，要写由哪个区或街道配置（二(二)-5）。"
    elif line is not None and line.plan.region_id != appointment.allocating_region_id:
        yield f"「{line.plan}」由{line.plan.region.name}配置，和选的区、街道不一致。"
    elif line is not None and stands.arrived >= line.headcount:
        yield f"「{line.plan}」给本单位 {line.headcount} 人，已经配满。"


def usual_title(appointment: Appointment) -> str:
    """What the map of titles gives for the post's grade on the first day."""
    row = TitleMap.objects.in_force(appointment.start).filter(grade=appointment.post.grade or 0).first()
    return row.title if row else ""


def propose(user: User, appointment: Appointment) -> Appointment:
    """Save a draft or corrected proposal; refused at once where a rule forbids the person in the post.

    Raises PermissionDenied outside the account's employers, Refused with the clause quoted.
    """
    if not user.can(Capability.APPLY) or not Post.objects.visible_to(user).filter(pk=appointment.post_id).exists():
        raise PermissionDenied("你的账号不能为这个单位申报聘用。")
    with transaction.atomic():
        if appointment.pk:
            held(Appointment, appointment.pk, EDITABLE)
        found = hindrances(appointment)
        if found:
            raise Refused(found)
        appointment.save()
    return appointment


def employ(user: User, post: Post, *, identity: str, name: str, form: str, start: date) -> SocialWorker:
    """Register a known person, by exact identity number and name, as working for the post's employer from a day on.

    Raises PermissionDenied, or Refused: with the same sentence whether the number or the name does not fit, so that
    nobody can ask the house who it knows.
    """
    if not user.can(Capability.APPLY) or not Post.objects.visible_to(user).filter(pk=post.pk).exists():
        raise PermissionDenied("你的账号不能为这个单位登记人员。")
    worker = person_named(user, name, identity, why="登记任职", nobody=NOBODY)
    try:
        with transaction.atomic():
            Employment.objects.create(worker=worker, employer_id=post.employer_id, form=form, start=start)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return worker


def file(user: User, appointment: Appointment, decision: Decision) -> None:
    """Post, person and allocation are locked, so that nobody freezes, abolishes or fills them meanwhile."""
    Post.objects.select_for_update().get(pk=appointment.post_id)
    SocialWorker.objects.select_for_update().defer("identity", "phone").get(pk=appointment.worker_id)
    if appointment.allocation_id:
        AllocationLine.objects.select_for_update().get(pk=appointment.allocation_id)
    fresh = Appointment.objects.select_related("post", "allocation__plan__region").get(pk=appointment.pk)
    found = against(fresh)
    if found.post or found.source:
        raise Refused([*found.post, *found.source])


def end(user: User, appointment: Appointment, decision: Decision) -> None:
    """The last day is the one named, today else; the reason is kept with the appointment."""
    today = timezone.localdate()
    over = appointment.end is not None and appointment.end < today
    last = decision.data.get("end") or (appointment.end if over else today)
    if appointment.end is not None and last > appointment.end:
        raise Refused(f"聘期 {appointment.end:%Y-%m-%d} 已到，结束日期不能更晚；继续聘用的，请另报一份聘用。")
    if last < appointment.start:
        raise Refused(f"结束日期不能早于聘用日期 {appointment.start:%Y-%m-%d}。")
    if last > today:
        raise Refused("结束日期不能晚于今天。聘期届满的到期自动结束，不用办理。")
    appointment.end, appointment.end_reason = last, decision.opinion[:100]


def file_appointment(user: User, *, worker: SocialWorker, post: Post, start: date, **fields: Any) -> Appointment:
    """File a worker into a post at once (officers), refused where a blocking rule is broken (二(四)-6 to -8).

    Raises PermissionDenied outside the account's scope, and Refused with a Chinese sentence.
    """
    if not user.can(Capability.IMPORT_POSTS) or not Post.objects.visible_to(user).filter(pk=post.pk).exists():
        raise PermissionDenied("你的账号不能为这个单位办理聘用。")
    appointment = Appointment(worker=worker, post=post, start=start, state=Appointment.State.FILED, **fields)
    appointment.full_clean(validate_constraints=False)
    found = against(appointment)
    if found.post or found.certificate:
        raise Refused([*found.post, *found.certificate])
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return appointment
