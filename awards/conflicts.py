"""Conflicts of interest that the data shows, told once for the panel (评审) and for call-ups (抽调)."""

from __future__ import annotations

from datetime import date

from django.db import connection

from awards.models import Recusal
from xmsw.dated import months_later
from xmsw.policy.parameters import values_on


def since(on: date) -> date:
    """The day back to which a common employer is a conflict (parameter `conflict_months`)."""
    return months_later(on, -int(values_on(on)["conflict_months"]))


def by_data(*, account: str, employer: str, employers: str, people: str) -> str:
    """SELECTs of (kind) between the member `m` and the other side, each an SQL expression over the outer query.

    account: who signs in for the member; employer: the employer itself; employers: every one that counts as the other
    side's; people: the other side's people. Parameters: `on` and `since`. A kind may come more than once.
    """
    return f"""
    SELECT 'employer' AS kind FROM talents_employment e
     WHERE e.worker_id = m.worker_id AND COALESCE(e."end", %(on)s) >= %(since)s AND e.employer_id IN ({employers})
    UNION ALL SELECT 'employer' FROM posts_membership b WHERE b.user_id = {account} AND b.employer_id = {employer}
    UNION ALL SELECT 'employer' FROM posts_employer p
     WHERE p.id = {employer} AND m.organisation <> '' AND p.name = m.organisation
    UNION ALL SELECT 'supervision' FROM talents_supervisionpair p
     WHERE (p.supervisor_id = m.worker_id AND p.supervisee_id IN ({people}))
        OR (p.supervisee_id = m.worker_id AND p.supervisor_id IN ({people}))
    """


_SERVED = f"""
SELECT m.id, found.kind FROM awards_poolmember m LEFT JOIN talents_socialworker w ON w.id = m.worker_id
CROSS JOIN LATERAL ({
    by_data(
        account="ANY (ARRAY[m.account_id, w.account_id])",
        employer="%(employer)s",
        employers="%(employer)s",
        people='''SELECT s.worker_id FROM talents_employment s WHERE s.employer_id = %(employer)s
                  AND COALESCE(s."end", %(on)s) >= %(since)s''',
    )
}) found
WHERE m.id = ANY (%(members)s)
"""
SAID = {Recusal.Kind.EMPLOYER: "与服务单位是同一单位", Recusal.Kind.SUPERVISION: "与服务单位的人员有督导关系"}


def with_employer(members: list[int], employer: int, on: date) -> dict[int, list[str]]:
    """By membership, sentences about what binds it to an employer as of a day. One query besides the parameters."""
    found: dict[int, set[str]] = {}
    given = {"employer": employer, "on": on, "since": since(on), "members": members}
    with connection.cursor() as cursor:
        cursor.execute(_SERVED, given)
        for pk, kind in cursor.fetchall():
            found.setdefault(pk, set()).add(SAID[Recusal.Kind(kind)])
    return {pk: sorted(kinds) for pk, kinds in found.items()}
