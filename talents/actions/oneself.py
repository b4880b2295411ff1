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
from xmsw.accounts.codes import code_hash, new_code, written
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability, Role
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from posts.models import Employer

TAIL = 4
NO_MATCH = "邀请码或身份证号后四位不对，或者邀请码已经用过、过期。请核对；还不行就请单位或区民政局重新发一张。"
OFFICER_INVITES = "此人还有别的单位的任职记录，请本人到区民政局开通账号。"
ACCOUNT = ("account", "account_met", "account_within")
INVITERS = (Capability.APPLY, Capability.CORRECT_RECORDS)


def may_invite(user: User) -> bool:
    """The people of an employer, and officers."""
    return any(map(user.can, INVITERS))


def invites_for(user: User, worker: SocialWorker) -> Employer | None:
    """The employer for which the account hands over a code; None for an officer, who meets the person.

    Raises PermissionDenied outside the account's people, and Refused where the person works, or ever worked, for
    another employer: whoever registers somebody by name and number must not open what that one holds.
    """
    if not may_invite(user):
        raise PermissionDenied
    if user.can(Capability.CORRECT_RECORDS):
        if not SocialWorker.objects.visible_to(user).filter(pk=worker.pk).exists():
            raise PermissionDenied
        return None
    here = Employment.objects.visible_to(user).filter(worker=worker).select_related("employer")
    present = here.in_force(timezone.localdate()).first()
    if present is None:
        raise PermissionDenied
    if Employment.objects.filter(worker=worker).exclude(employer=present.employer_id).exists():
        raise Refused(OFFICER_INVITES)
    return present.employer


def invite(user: User, worker: SocialWorker) -> tuple[str, datetime]:
    """A new code («ABCD-EFGH-JKMN») and when it ends; earlier codes of the person end now.

    Raises PermissionDenied where the account may not invite this person, Refused where the person has an account or
    the district's officer has to do it.
    """
    employer = invites_for(user, worker)
    code = new_code()
    now = timezone.now()
    until = now + timedelta(days=int(values_on(timezone.localdate())["invitation_days"]))
    with transaction.atomic():
        if SocialWorker.objects.select_for_update().get(pk=worker.pk).account_id is not None:
            raise Refused("此人已经开通本人账号。忘了密码或账号不用了，请区民政局解除后重新邀请。")
        WorkerInvitation.objects.filter(worker=worker, used_at=None, expires_at__gt=now).update(expires_at=now)
        WorkerInvitation.objects.create(
            worker=worker, employer=employer, code_hash=code_hash(code), made_by=user, expires_at=until
        )
    return written(code), until


def counted_as(code: str) -> str:
    """What tries with a code are counted by: the invitation where there is one; the code itself is not kept."""
    hashed = code_hash(code)
    found = WorkerInvitation.objects.filter(code_hash=hashed).values_list("pk", flat=True).first()
    return f"invitation {found}" if found else hashed[:32]


def invited(code: str, tail: str) -> WorkerInvitation:
    """The open invitation of that code, locked; Refused, in one and the same sentence, whatever does not fit."""
    rows = WorkerInvitation.objects.select_for_update(of=("self", "worker")).select_related("worker")
    found = rows.filter(code_hash=code_hash(code), used_at=None, expires_at__gt=timezone.now()).first()
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
        worker.account, worker.account_within = account, invitation.employer
        worker.account_met = invitation.employer_id is None and invitation.made_by.can(Capability.CORRECT_RECORDS)
        with pghistory.context(joined=account.pk):
            worker.save(update_fields=ACCOUNT)
        invitation.used_at, invitation.account = timezone.now(), account
        invitation.save(update_fields=["used_at", "account"])
    return account


def confirm(user: User, worker: SocialWorker) -> None:
    """An officer has met the person: the account sees the whole own record. Raises PermissionDenied, Refused."""
    with transaction.atomic():
        found = _in_hand(user, worker)
        if found.account_id is None:
            raise Refused("此人还没有开通本人账号。请先邀请。")
        found.account_met, found.account_within = True, None
        with pghistory.context(confirmed=found.account_id):
            found.save(update_fields=ACCOUNT)


def release(user: User, worker: SocialWorker) -> None:
    """End the person's account: it can no longer sign in, and the person may be invited again."""
    with transaction.atomic():
        found = _in_hand(user, worker)
        User.objects.filter(pk=found.account_id).update(is_active=False)
        found.account, found.account_met, found.account_within = None, False, None
        found.save(update_fields=ACCOUNT)


def _in_hand(user: User, worker: SocialWorker) -> SocialWorker:
    """The person under a lock, for an officer who sees the record. Raises PermissionDenied."""
    if not user.can(Capability.CORRECT_RECORDS):
        raise PermissionDenied
    rows = SocialWorker.objects.visible_to(user).filter(pk=worker.pk)
    found = SocialWorker.objects.select_for_update(of=("self",)).filter(pk__in=rows.values("pk")).first()
    if found is None:
        raise PermissionDenied
    return found
