"""Mail that waits goes when its receiver's reach changes: who left an employer or a unit is not written to of it.

Kept by the database, so that no path of leaving forgets it. The notices themselves stay in the portal. All mail that
waits is dropped, whatever it is about: what concerns the account where it belongs now is said there anew.
"""

from __future__ import annotations

import pgtrigger

_DROP = """
    UPDATE notices_delivery d SET state = 'dropped' FROM notices_notice n
    WHERE n.id = d.notice_id AND n.user_id = OLD.{user} AND d.state IN ('queued', 'failed');
    RETURN NULL;
"""


def mail_dropped(operation: pgtrigger.Operation, user: str, condition: pgtrigger.Condition | None = None) -> object:
    """A trigger for a table whose rows say what an account reaches; `user`: the column that names the account."""
    return pgtrigger.Trigger(
        name="waiting_mail_is_dropped",
        operation=operation,
        when=pgtrigger.After,
        condition=condition,
        func=_DROP.format(user=user),
    )
