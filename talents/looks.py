"""Who is told of which looks: one that speaks of a restricted record tells that there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from talents.models import SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.audit.models import AccessLog

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from xmsw.accounts.models import User

STANDING = "政治安排"  # the field under which looks at 三(三) are logged


def told(rows: QuerySet[AccessLog], user: User) -> QuerySet[AccessLog]:
    """The looks that the account may know of: those at standing are for the restricted role alone, and for the person
    whom an officer has met (trap 13)."""
    met = user.can(Capability.OWN_RECORD) and SocialWorker.objects.filter(account=user, account_met=True).exists()
    return rows if met or user.can(Capability.RECORD_STANDING) else rows.exclude(field=STANDING)
