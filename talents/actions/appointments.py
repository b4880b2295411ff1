"""Appointments (聘用/任): what hinders one, proposing, filing, ending; the rules are those of every other path."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from posts.models import Post, PostFreeze
from talents.models import Appointment, Certificate, Employment, SocialWorker
from talents.models.appointments import IN_FORCE_STATES
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on
from xmsw.policy.engine import Verdict, explain
from xmsw.policy.models import Clause
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import values_on
from xmsw.policy.rules import rules
from xmsw.workflow.refusals import Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from xmsw.accounts.models import User


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
    yield from _of_post(post, start)
    yield from _of_person(appointment)
    yield from map(told, blocking_verdicts(post, appointment.worker_id, start))
    if appointment.source == Appointment.Source.CONVERSION and not appointment.prior_role:
        yield "来源是转换提升的，要写转换前的职务（二(二)-4）。"
    if appointment.source == Appointment.Source.SUPPLEMENT and appointment.allocating_region_id is None:
        yield "来源是补充配置的，要写由哪个区或街道配置（二(二)-5）。"


def _of_post(post: Post, start: date) -> Iterator[str]:
    if post.state not in Post.COUNTED or start < post.start or (post.end is not None and start > post.end):
        yield f"聘用当日岗位「{post}」还没有批准，或已经撤销。"
    frozen = PostFreeze.objects.filter(Q(end__isnull=True) | Q(end__gte=start), post=post).first()
    if frozen is not None:
        yield f"岗位从 {frozen.start:%Y-%m-%d} 起冻结，冻结期间不能聘人。"


def _span(appointment: Appointment, start: str = "start", end: str = "end") -> Q:
    """Rows whose span meets that of the appointment."""
    open_end = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": appointment.start})
    return open_end & (Q(**{f"{start}__lte": appointment.end}) if appointment.end else Q())


def _of_person(appointment: Appointment) -> Iterator[str]:
    employed = Employment.objects.filter(
        holds_on(appointment.start), worker=appointment.worker_id, employer=appointment.post.employer_id
    )
    if not employed.exists():
        yield f"{appointment.worker}在 {appointment.start:%Y-%m-%d} 不在本单位任职；先登记任职。"
    others = Appointment.objects.filter(_span(appointment), state__in=IN_FORCE_STATES).exclude(pk=appointment.pk)
    if others.filter(post=appointment.post_id).exists():
        yield "这个岗位在这段时间已经有人。"
    if appointment.full_time and others.filter(worker=appointment.worker_id, full_time=True).exists():
        yield f"{appointment.worker}在这段时间已有一个专职聘用。"


def propose(user: User, appointment: Appointment) -> Appointment:
    """Save a draft or corrected proposal; refused at once where a rule forbids the person in the post.

    Raises PermissionDenied outside the account's employers, Refused with the clause quoted.
    """
    if not user.can(Capability.APPLY) or not Post.objects.visible_to(user).filter(pk=appointment.post_id).exists():
        raise PermissionDenied("你的账号不能为这个单位申报聘用。")
    if appointment.state not in (Appointment.State.DRAFT, Appointment.State.RETURNED):
        raise Refused(f"这个聘用现在是「{appointment.get_state_display()}」，不能再改。")
    against = list(hindrances(appointment))
    if against:
        raise Refused(against)
    appointment.save()
    return appointment


def file(user: User, appointment: Appointment, decision: Decision) -> None:
    """The post is locked so that nobody freezes or abolishes it meanwhile; the database refuses a second holder."""
    post = Post.objects.select_for_update().get(pk=appointment.post_id)
    changed = list(_of_post(post, appointment.start))
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
    against = [*_of_post(post, start), *map(told, blocking_verdicts(post, worker.pk, start))]
    if against:
        raise Refused(against)
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return appointment
