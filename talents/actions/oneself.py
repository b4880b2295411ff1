"""A person's own account: invited with a code that is told once, joined with it, ended by an officer."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from talents.models import Employment, SocialWorker, WorkerInvitation
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability, Role
from xmsw.audit.sealed import lookup_hash
from xmsw.codes import made_code
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime

LENGTH, TAIL = 12, 4
NO_MATCH = "邀请码或身份证号后四位不对，或者邀请码已经用过、过期。请核对；还不行就请单位或区民政局重新发一张。"
INVITERS = (Capability.APPLY, Capability.CORRECT_RECORDS)


def may_invite(user: User) -> bool:
    """The people of an employer, and officers."""
    return any(map(user.can, INVITERS))


def _theirs(user: User, worker: SocialWorker) -> bool:
    """Officers invite whom they see; an employer whom it employs now."""
    if user.can(Capability.CORRECT_RECORDS):
        return SocialWorker.objects.visible_to(user).filter(pk=worker.pk).exists()
    return Employment.objects.visible_to(user).filter(worker=worker).in_force(timezone.localdate()).exists()


def invite(user: User, worker: SocialWorker) -> tuple[str, datetime]:
    """A new code («ABCD-EFGH-JKMN») and when it ends; earlier codes of the person end now.

    Raises PermissionDenied where the account may not invite this person, Refused where the person has an account.
    """
    if not may_invite(user) or not _theirs(user, worker):
        raise PermissionDenied
    code = made_code(LENGTH)
    now = timezone.now()
    until = now + timedelta(days=int(values_on(timezone.localdate())["invitation_days"]))
    with transaction.atomic():
        if SocialWorker.objects.select_for_update().get(pk=worker.pk).account_id is not None:
            raise Refused("此人已经开通本人账号。忘了密码或账号不用了，请区民政局解除后重新邀请。")
        WorkerInvitation.objects.filter(worker=worker, used_at=None, expires_at__gt=now).update(expires_at=now)
        WorkerInvitation.objects.create(worker=worker, code_hash=lookup_hash(code), made_by=user, expires_at=until)
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4)), until


def invited(code: str, tail: str) -> WorkerInvitation:
    """The open invitation of that code, locked; Refused, in one and the same sentence, whatever does not fit."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    rows = WorkerInvitation.objects.select_for_update(of=("self", "worker")).select_related("worker")
    found = rows.filter(code_hash=lookup_hash(plain), used_at=None, expires_at__gt=timezone.now()).first()
    free = found is not None and found.worker.account_id is None and found.worker.merged_into_id is None
    if not free or not _fits(found.worker.identity, tail):
        raise Refused(NO_MATCH)
    return found


def _fits(identity: str, tail: str) -> bool:
    return secrets.compare_digest(identity[-TAIL:].encode(), tail.strip().upper().encode())


def join(account: User, code: str, tail: str) -> User:
    """Store the new (unsaved) account and tie it to the invited person. Raises Refused."""
    with transaction.atomic():
        invitation = invited(code, tail)
        worker = invitation.worker
        account.role, account.display_name = Role.SOCIAL_WORKER, worker.name
        account.save()
        worker.account = account
        with pghistory.context(joined=account.pk):
            worker.save(update_fields=["account"])
        invitation.used_at, invitation.account = timezone.now(), account
        invitation.save(update_fields=["used_at", "account"])
    return account


def release(user: User, worker: SocialWorker) -> None:
    """End the person's account: it can no longer sign in, and the person may be invited again."""
    if not user.can(Capability.CORRECT_RECORDS):
        raise PermissionDenied
    rows = SocialWorker.objects.visible_to(user).filter(pk=worker.pk)
    with transaction.atomic():
        found = SocialWorker.objects.select_for_update().filter(pk__in=rows.values("pk")).first()
        if found is None:
            raise PermissionDenied
        User.objects.filter(pk=found.account_id).update(is_active=False)
        found.account = None
        found.save(update_fields=["account"])
