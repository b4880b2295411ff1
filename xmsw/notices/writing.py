"""The one place that writes notices: many rows in one statement, never twice, together with what goes out by mail.

A notice is queued for mail where its receiver has confirmed an address and did not choose to see that kind in the
portal only. Whoever is inactive, or has a role that may not receive the kind, is told nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from xmsw.notices.kinds import kind_of

NOTICE_DAY = "(%(notice_now)s AT TIME ZONE %(notice_zone)s)::date"
# The next moment at which the clock of the portal shows the hour of `m`, a row of settings; on a day that had its
# digest, tomorrow's, whatever hour was chosen since.
NEXT_DIGEST = f"""(({NOTICE_DAY}
    + CASE WHEN extract(hour FROM %(notice_now)s AT TIME ZONE %(notice_zone)s) >= m.digest_hour
           OR m.digested_on = {NOTICE_DAY} THEN 1 ELSE 0 END)
    + make_interval(hours => m.digest_hour)) AT TIME ZONE %(notice_zone)s"""
_TELL = f"""
WITH told AS (
    INSERT INTO notices_notice AS n (user_id, code, subject_id, stage, title, text, url)
    SELECT s.user_id, %(notice_code)s, s.subject_id, s.stage, left(s.title, 200), left(s.text, 500), s.url
    FROM ({{select}}) AS s (user_id, subject_id, stage, title, text, url)
    JOIN accounts_user u ON u.id = s.user_id AND u.is_active AND u.role = ANY(%(notice_roles)s)
    ON CONFLICT (user_id, code, subject_id, stage) {{conflict}}
    RETURNING n.id, n.user_id
), queued AS (
    INSERT INTO notices_delivery (notice_id, way, state, attempts, error, next_try_at)
    SELECT t.id, w.way, 'queued', 0, '', CASE w.way WHEN 'now' THEN %(notice_now)s ELSE {NEXT_DIGEST} END
    FROM told t JOIN notices_noticesettings m ON m.user_id = t.user_id AND m.address IS NOT NULL
    LEFT JOIN notices_noticechoice c ON c.user_id = t.user_id AND c.code = %(notice_code)s
    CROSS JOIN LATERAL (SELECT COALESCE(c.way, %(notice_way)s) AS way) w
    WHERE w.way <> 'portal'
    ON CONFLICT (notice_id) DO UPDATE SET way = excluded.way, state = 'queued', attempts = 0, error = '',
        next_try_at = excluded.next_try_at, first_tried_at = NULL, tried_at = NULL, sent_at = NULL
)
SELECT count(*) FROM told
"""
_ONCE = "DO NOTHING"
_AGAIN = (
    "DO UPDATE SET title = excluded.title, text = excluded.text, url = excluded.url, at = excluded.at, read_at = NULL"
)
_ROWS = """SELECT * FROM unnest(%(users)s::bigint[], %(subjects)s::bigint[], %(stages)s::text[], %(titles)s::text[],
                             %(texts)s::text[], %(urls)s::text[])"""


@dataclass(frozen=True)
class Told:
    """One notice to one account: about which object, at which stage, in which words, and where it leads."""

    user: int
    subject: int
    stage: str
    title: str
    text: str
    url: str


def tell_selected(code: str, select: str, values: Mapping[str, Any]) -> int:
    """Tell what a SELECT gives: user_id, subject_id, stage, title, text, url; returns how many notices were new.

    Its values are named; names that begin with `notice_` are taken. Raises LookupError for a kind nobody declared.
    """
    return _run(code, select, values, _ONCE)


def tell(code: str, rows: Iterable[Told], *, again: bool = False) -> int:
    """Tell these; returns how many were new. `again`: what was told before is told anew, in the words of now."""
    given = [astuple(each) for each in rows]
    if not given:
        kind_of(code)
        return 0
    names = ("users", "subjects", "stages", "titles", "texts", "urls")
    values = dict(zip(names, map(list, zip(*given, strict=True)), strict=True))
    return _run(code, _ROWS, values, _AGAIN if again else _ONCE)


def clock(now: datetime | None = None) -> dict[str, Any]:
    """Values of NOTICE_DAY and NEXT_DIGEST."""
    return {"notice_now": now or timezone.now(), "notice_zone": settings.TIME_ZONE}


def _run(code: str, select: str, values: Mapping[str, Any], conflict: str) -> int:
    found = kind_of(code)
    own = {"notice_code": code, "notice_way": str(found.way), "notice_roles": sorted(map(str, found.roles)), **clock()}
    statement = _TELL.replace("{select}", select).replace("{conflict}", conflict)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, **own})
        return cursor.fetchone()[0]
