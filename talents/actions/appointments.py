"""Appointments (聘用/任): what hinders one, proposing, filing, ending; the rules are those of every other path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from posts.models import AllocationLine, Post, PostFreeze
from talents.models import Appointment, Certificate, Employment, SocialWorker
from talents.models.appointments import IN_FORCE_STATES
from xmsw.accounts.roles import Capability
from xmsw.audit.sealed import lookup_hash
from xmsw.dated import holds_on
from xmsw.policy.engine import Verdict, explain
from xmsw.policy.models import Clause
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import values_on
from xmsw.policy.rules import rules
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from xmsw.accounts.models import User

EDITABLE = (Appointment.State.DRAFT, Appointment.State.RETURNED)


def blocking_verdicts(post: Post, worker_id: int, start: date) -> list[Verdict]:
    """Rules that would refuse this person in this post on that day (二(四)-6 to -8), as the registry decides them."""
    held = Certificate.objects.filter(worker=worker_id, issued_on__lte=start).aggregate(m=Max("level"))["m"]
    facts = {
        "id": 0,
        "post_grade": post.grade,
        "post_institution_grade": post.institution_grade,
        "started_on": start,
        "held_at_start": held or 0,
    }
    params = {**values_on(start), "today": start}
    judged = (explain(rule, facts, params) for rule in rules("appointment") if rule.blocks)
    return [each for each in judged if each is not None and each.outcome == Outcome.VIOLATION]


def told(verdict: Verdict) -> str:
    """The refusal with the clause quoted and the way out."""
    clause = Clause.objects.get(pk=verdict.rule.clause)
    mend = f"{verdict.mend}。" if verdict.mend else ""
    return f"{verdict.message}。依据 {clause.document_id} {clause.pk}「{clause.quote}」。{mend}"


def hindrances(appointment: Appointment) -> Iterator[str]:
    """Every sentence against filing this appointment as it stands."""
    post, start = appointment.post, appointment.start
    if appointment.end is not None and appointment.end < start:
        yield "聘期截止早于聘用日期。"
        return
    yield from against_post(appointment)
    yield from against_person(appointment)
    yield from map(told, blocking_verdicts(post, appointment.worker_id, start))
    yield from _of_source(appointment)


def _of_source(appointment: Appointment) -> Iterator[str]:
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
    elif line is not None and _arrived(line).exclude(pk=appointment.pk).count() >= line.headcount:
        yield f"「{line.plan}」给本单位 {line.headcount} 人，已经配满。"


def _arrived(line: AllocationLine) -> QuerySet[Appointment]:
    return line.arrivals.filter(state__in=IN_FORCE_STATES)


def against_post(appointment: Appointment) -> Iterator[str]:
    """What is against the post, whoever comes: not in force, frozen, or taken."""
    yield from _of_post(appointment.post, appointment.start, appointment.end)
    if _others(appointment).filter(post=appointment.post_id).exists():
        yield "这个岗位在这段时间已经有人。"


def _of_post(post: Post, start: date, end: date | None) -> Iterator[str]:
    if post.state not in Post.COUNTED or start < post.start or (post.end is not None and start > post.end):
        yield f"聘用当日岗位「{post}」还没有批准，或已经撤销。"
    meets = (Q(end__isnull=True) | Q(end__gte=start)) & (Q(start__lte=end) if end else Q())
    frozen = PostFreeze.objects.filter(meets, post=post).first()
    if frozen is not None:
        yield f"岗位从 {frozen.start:%Y-%m-%d} 起冻结，冻结期间不能聘人。"


def _others(appointment: Appointment) -> QuerySet[Appointment]:
    """Other appointments that count and meet this one's span."""
    meets = Q(end__isnull=True) | Q(end__gte=appointment.start)
    if appointment.end:
        meets &= Q(start__lte=appointment.end)
    return Appointment.objects.filter(meets, state__in=IN_FORCE_STATES).exclude(pk=appointment.pk)


def against_person(appointment: Appointment) -> Iterator[str]:
    """What is against the person besides certificates: works elsewhere, or sits full-time in another post."""
    employed = Employment.objects.filter(
        holds_on(appointment.start), worker=appointment.worker_id, employer=appointment.post.employer_id
    )
    if not employed.exists():
        yield f"{appointment.worker}在 {appointment.start:%Y-%m-%d} 不在本单位任职；先登记任职。"
    if appointment.full_time and _others(appointment).filter(worker=appointment.worker_id, full_time=True).exists():
        yield f"{appointment.worker}在这段时间已有一个专职聘用；先结束那个聘用，或改为兼职。"


def propose(user: User, appointment: Appointment) -> Appointment:
    """Save a draft or corrected proposal; refused at once where a rule forbids the person in the post.

    Raises PermissionDenied outside the account's employers, Refused with the clause quoted.
    """
    if not user.can(Capability.APPLY) or not Post.objects.visible_to(user).filter(pk=appointment.post_id).exists():
        raise PermissionDenied("你的账号不能为这个单位申报聘用。")
    with transaction.atomic():
        if appointment.pk:
            _must_be_editable(appointment.pk)
        against = list(hindrances(appointment))
        if against:
            raise Refused(against)
        appointment.save()
    return appointment


def _must_be_editable(pk: int) -> None:
    """Locks the row: what was handed in or filed meanwhile is not turned back into a draft."""
    stored = Appointment.objects.select_for_update(of=("self",)).get(pk=pk)
    if stored.state not in EDITABLE:
        raise Overtaken(f"这个聘用现在是「{stored.get_state_display()}」，不能再改。")


def employ(user: User, post: Post, *, identity: str, name: str, form: str, start: date) -> SocialWorker:
    """Register a known person, by exact identity number and name, as working for the post's employer from a day on.

    Raises PermissionDenied, or Refused: with the same sentence whether the number or the name does not fit, so that
    nobody can ask the house who it knows.
    """
    if not user.can(Capability.APPLY) or not Post.objects.visible_to(user).filter(pk=post.pk).exists():
        raise PermissionDenied("你的账号不能为这个单位登记人员。")
    worker = SocialWorker.objects.filter(identity_hash=lookup_hash(identity), name=name).first()
    if worker is None:
        raise Refused("没有找到这个姓名和身份证号的人。请核对；库里还没有的人，到「数据导入」登记。")
    try:
        with transaction.atomic():
            Employment.objects.create(worker=worker, employer_id=post.employer_id, form=form, start=start)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return worker


def file(user: User, appointment: Appointment, decision: Decision) -> None:
    """Post and allocation are locked, so that nobody freezes, abolishes or fills them meanwhile."""
    Post.objects.select_for_update().get(pk=appointment.post_id)
    if appointment.allocation_id:
        AllocationLine.objects.select_for_update().get(pk=appointment.allocation_id)
    fresh = Appointment.objects.select_related("post", "allocation__plan__region").get(pk=appointment.pk)
    changed = [*_of_post(fresh.post, fresh.start, fresh.end), *_of_source(fresh)]
    if changed:
        raise Refused(changed)


def end(user: User, appointment: Appointment, decision: Decision) -> None:
    """The last day is the one named, today else; the reason is kept with the appointment."""
    last = decision.data.get("end") or timezone.localdate()
    if last < appointment.start:
        raise Refused(f"结束日期不能早于聘用日期 {appointment.start:%Y-%m-%d}。")
    if last > timezone.localdate():
        raise Refused("结束日期不能晚于今天；到期自动结束的，改聘期截止就行。")
    appointment.end, appointment.end_reason = last, decision.opinion[:100]


def file_appointment(user: User, *, worker: SocialWorker, post: Post, start: date, **fields: Any) -> Appointment:
    """File a worker into a post at once (officers), refused where a blocking rule is broken (二(四)-6 to -8).

    Raises PermissionDenied outside the account's scope, and Refused with a Chinese sentence.
    """
    if not user.can(Capability.IMPORT_POSTS) or not Post.objects.visible_to(user).filter(pk=post.pk).exists():
        raise PermissionDenied("你的账号不能为这个单位办理聘用。")
    appointment = Appointment(worker=worker, post=post, start=start, state=Appointment.State.FILED, **fields)
    appointment.full_clean(validate_constraints=False)
    against = [*_of_post(post, start, appointment.end), *map(told, blocking_verdicts(post, worker.pk, start))]
    if against:
        raise Refused(against)
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return appointment
