"""Looks at personal data leave a trace: who, at whom, which field, why. Written in the transaction that shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xmsw.audit.models import AccessLog

if TYPE_CHECKING:
    from xmsw.accounts.models import User

PERSON = "person"


def look(user: User, subject: str, ids: Iterable[int], field: str, reason: str) -> None:
    """Write one row for each id, in one statement. `subject`: the kind of thing («person»)."""
    AccessLog.objects.bulk_create(
        [AccessLog(user=user, subject=subject, subject_id=pk, field=field, reason=reason[:200]) for pk in ids]
    )
