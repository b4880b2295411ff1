"""Changes of state of appointments: permission, lock, rule, write, in one transaction."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from posts.models import Post
from talents.models import Appointment, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Employers, Evaluation, Verdict, explain
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import rules
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def file_appointment(user: User, *, worker: SocialWorker, post: Post, start: date, **fields: Any) -> Appointment:
    """File a worker into a post (聘用备案), refused at save where a blocking rule is broken (二(四)-6 to -8).

    Raises PermissionDenied outside the account's scope, and Refused with a Chinese sentence.
    """
    if not user.can(Capability.IMPORT_POSTS) or not Post.objects.visible_to(user).filter(pk=post.pk).exists():
        raise PermissionDenied("你的账号不能为这个单位办理聘用。")
    with transaction.atomic():
        appointment = Appointment(worker=worker, post=post, start=start, state=Appointment.State.FILED, **fields)
        appointment.full_clean(validate_constraints=False)
        _save(appointment)
        for verdict in blocking_verdicts(appointment):
            raise Refused(f"{verdict.message}（依据 {verdict.rule.clause}）。{verdict.mend}。")
    return appointment


def _save(appointment: Appointment) -> None:
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


def blocking_verdicts(appointment: Appointment) -> list[Verdict]:
    """Broken rules that refuse this (saved) appointment on its first day."""
    evaluation = Evaluation(appointment.start, Employers.of_ids([appointment.post.employer_id]))
    rows = [row for row in evaluation.rows("appointment") if row["id"] == appointment.pk]
    if not rows:
        raise Refused("聘用日期当天，这个单位还不在册，请核对日期。")
    judged = (explain(rule, rows[0], evaluation.params) for rule in rules("appointment") if rule.blocks)
    return [each for each in judged if each and each.outcome == Outcome.VIOLATION]
