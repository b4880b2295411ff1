"""The account of an outside expert: by a code that is told once, as people of the portal get theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from awards import pools
from awards.models import PoolMember, ReviewerInvitation
from xmsw.accounts.codes import code_hash, new_code, written
from xmsw.accounts.models import User
from xmsw.accounts.roles import Role
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from datetime import date

NO_MATCH = "邀请码或姓名不对，或者邀请码已经用过、过期。请核对；还不行就请民政局重新发一张。"


def invitable(member: PoolMember, on: date) -> bool:
    """An outside expert in force who has no account; people of the portal have their own."""
    in_force = member.state == PoolMember.State.MEMBER and member.start <= on and not member.expired(on)
    return in_force and member.worker_id is None and member.account_id is None


def invite(user: User, member: PoolMember) -> tuple[str, datetime]:
    """A new code and when it ends; earlier codes end now. Raises PermissionDenied, Refused."""
    pools.only_keeper(user, member)
    code, now = new_code(), timezone.now()
    until = now + timedelta(days=int(values_on(timezone.localdate())["invitation_days"]))
    with transaction.atomic():
        found = PoolMember.objects.select_for_update().get(pk=member.pk)
        if not invitable(found, timezone.localdate()):
            raise Refused("只有在库、还没有账号的平台外专家才用邀请。平台人员用本人账号。")
        ReviewerInvitation.objects.filter(member=found, used_at=None, expires_at__gt=now).update(expires_at=now)
        ReviewerInvitation.objects.create(member=found, code_hash=code_hash(code), made_by=user, expires_at=until)
    return written(code), until


def invited(code: str, name: str) -> ReviewerInvitation:
    """The open invitation of that code, locked; Refused in one and the same sentence, whatever does not fit."""
    rows = ReviewerInvitation.objects.select_for_update(of=("self", "member")).select_related("member")
    found = rows.filter(code_hash=code_hash(code), used_at=None, expires_at__gt=timezone.now()).first()
    fits = found is not None and found.member.name == name.strip()
    if not fits or not invitable(found.member, timezone.localdate()):
        raise Refused(NO_MATCH)
    return found


def join(account: User, code: str, name: str) -> User:
    """Store the new (unsaved) account of a reviewer and tie it to the invited expert. Raises Refused."""
    with transaction.atomic():
        invitation = invited(code, name)
        member = invitation.member
        account.role, account.display_name = Role.REVIEWER, member.name
        account.save()
        member.account = account
        member.save(update_fields=["account"])
        invitation.used_at, invitation.account = timezone.now(), account
        invitation.save(update_fields=["used_at", "account"])
    return account


def release(user: User, member: PoolMember) -> None:
    """End an expert's account: it can no longer sign in, and the expert may be invited again."""
    pools.only_keeper(user, member)
    with transaction.atomic():
        found = PoolMember.objects.select_for_update().get(pk=member.pk)
        if found.account_id is None:
            raise Refused("这位专家没有评审账号。")
        User.objects.filter(pk=found.account_id, role=Role.REVIEWER).update(is_active=False)
        found.account = None
        found.save(update_fields=["account"])
