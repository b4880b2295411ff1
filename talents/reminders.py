"""Reminders of registrations: told in sets by the database, each stage once, to whoever can do something.

Stages (parameters): so many days before the last day, three times, and once after it. A stage missed while nothing ran
is not told afterwards when a later one applies already; what lapsed long ago is not told at all, only listed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from talents.kinds_of_notices import DIGEST, ENDS, FIRST
from talents.models import Certificate
from talents.registration import highest, with_registration
from xmsw.accounts.models import OFFICERS, User
from xmsw.accounts.roles import Capability
from xmsw.notices.writing import tell_selected
from xmsw.policy.parameters import Values, values_on

STAGES = ("first", "second", "last")
HOLDS = "。证书仍然有效，聘用不受影响；请尽快办理"
# What is said, by code: before the person's name, before the day, after the day; in time and when it is over.
SAID = {
    ENDS: {
        "title": "证书登记快到期：",
        "title_over": "证书登记已失效：",
        "until": "登记有效期至 ",
        "text": "。请在到期前办理再登记。",
        "text_over": f"{HOLDS}再登记。",
    },
    FIRST: {
        "title": "证书还没有首次登记：",
        "title_over": "首次登记已逾期：",
        "until": "首次登记期限 ",
        "text": "。请在期限前办理登记。",
        "text_over": f"{HOLDS}登记。",
    },
}
TELL = """
WITH due AS MATERIALIZED ({due}), staged AS MATERIALIZED (
    SELECT d.*, CASE WHEN d.due < %(on)s THEN 'over' WHEN d.due - %(on)s::date <= %(last)s THEN 'last'
                     WHEN d.due - %(on)s::date <= %(second)s THEN 'second' ELSE 'first' END AS stage,
           CASE d.level {levels} END AS label
    FROM due d
), told AS (
    SELECT s.*, w.account_id AS user_id, w.name FROM staged s JOIN talents_socialworker w ON w.id = s.worker_id
    WHERE w.account_id IS NOT NULL
    UNION
    SELECT s.*, p.user_id, w.name FROM staged s JOIN talents_socialworker w ON w.id = s.worker_id
    JOIN talents_employment m ON m.worker_id = s.worker_id AND m.start <= %(on)s
         AND (m."end" IS NULL OR m."end" >= %(on)s)
    JOIN posts_membership p ON p.employer_id = m.employer_id
)
SELECT t.user_id, t.subject_id, t.stage,
       CASE t.stage WHEN 'over' THEN %(title_over)s ELSE %(title)s END || t.name,
       t.label || ' ' || t.number || '，' || %(until)s || t.due
           || CASE t.stage WHEN 'over' THEN %(text_over)s ELSE %(text)s END,
       replace(%(url)s, '/0/', '/' || t.worker_id || '/')
FROM told t
"""
# One a day for an officer in whose area a stage was reached since the last one; the counts are those of today.
SUMMARISE = """
WITH officers AS (
    SELECT o.*, COALESCE((SELECT max(n.stage)::date FROM notices_notice n
                          WHERE n.user_id = o.user_id AND n.code = %(code)s), %(on)s::date - 1) AS last
    FROM unnest(%(users)s::bigint[], %(areas)s::text[]) AS o (user_id, area)
), due AS MATERIALIZED ({due}), placed AS MATERIALIZED (
    SELECT DISTINCT d.certificate_id, d.due, e.region_id FROM due d
    JOIN talents_employment m ON m.worker_id = d.worker_id AND m.start <= %(on)s
         AND (m."end" IS NULL OR m."end" >= %(on)s)
    JOIN posts_employer e ON e.id = m.employer_id
), counted AS (
    SELECT o.user_id, count(DISTINCT p.certificate_id) FILTER (WHERE p.due >= %(on)s) AS coming,
           count(DISTINCT p.certificate_id) FILTER (WHERE p.due >= %(on)s AND p.due - %(on)s::date <= %(last)s) AS last,
           count(DISTINCT p.certificate_id) FILTER (WHERE p.due < %(on)s) AS over,
           bool_or(EXISTS (SELECT FROM unnest(ARRAY[-%(first)s, -%(second)s, -%(last)s, 1]) AS x (days)
                           WHERE p.due + x.days > o.last AND p.due + x.days <= %(on)s)) AS reached
    FROM officers o JOIN placed p ON p.region_id LIKE o.area || '%%' GROUP BY o.user_id
)
SELECT c.user_id, 0, %(on)s::text, '证书登记：' || c.coming || ' 个将到期',
       %(first)s || ' 天内到期 ' || c.coming || ' 个，其中 ' || %(last)s || ' 天内 ' || c.last || ' 个；近 '
           || %(catch_up)s || ' 天失效或逾期 ' || c.over || ' 个。', %(url)s
FROM counted c WHERE c.reached
"""


def remind(on: date) -> int:
    """Tell everybody concerned what a day brings; returns how many notices were new. Nothing is told twice."""
    values = values_on(on)
    told = sum(_tell(code, on, values) for code in (ENDS, FIRST))
    return told + _summarise(on, values)


def concerned(on: date, values: Values) -> QuerySet[Certificate]:
    """The certificates that count, whose registration (or time for the first one) ends soon or ended lately."""
    soon = on + timedelta(days=int(values["reminder_days_first"]))
    since = on - timedelta(days=int(values["reminder_catch_up_days"]))
    rows = highest(with_registration(Certificate.objects.all(), on), on)
    return rows.filter(followed=False, due__gte=since, due__lte=soon)


def _due(rows: QuerySet[Certificate], *fields: Any) -> tuple[str, dict[str, Any]]:
    """SQL of a set and its values, named so that they can stand inside another statement."""
    statement, values = rows.order_by().values_list(*fields).query.sql_with_params()
    named = {f"due_{number}": value for number, value in enumerate(values)}
    return statement % tuple(f"%({name})s" for name in named), named


def _tell(code: str, on: date, values: Values) -> int:
    rows = concerned(on, values).filter(until__isnull=code == FIRST)
    subject = F("pk") if code == FIRST else F("registration__pk")
    rows = rows.annotate(subject_id=subject)
    statement, named = _due(rows, "subject_id", "worker_id", "level", "number", "due")
    due = f"SELECT * FROM ({statement}) AS d (subject_id, worker_id, level, number, due)"
    levels = " ".join(f"WHEN {number} THEN '{label}'" for number, label in Certificate._meta.get_field("level").choices)
    url = reverse("talents:person-certificates", args=[0])
    return tell_selected(
        code,
        TELL.replace("{due}", due).replace("{levels}", levels),
        {**named, **SAID[code], **_days(values), "on": on, "url": url},
    )


def _summarise(on: date, values: Values) -> int:
    officers = list(_officers())
    statement, named = _due(concerned(on, values), "pk", "worker_id", "due")
    due = f"SELECT * FROM ({statement}) AS d (certificate_id, worker_id, due)"
    return tell_selected(
        DIGEST,
        SUMMARISE.replace("{due}", due),
        {
            **named,
            **_days(values),
            "on": on,
            "code": DIGEST,
            "users": [each.pk for each in officers],
            "areas": [each.area_code for each in officers],
            "url": reverse("talents:certificates") + "?within=3&sort=due",
        },
    )


def _officers() -> Iterable[User]:
    """Active accounts that verify certificates in an area."""
    rows = User.objects.filter(is_active=True, role__in=OFFICERS, org_unit__isnull=False).select_related("org_unit")
    return (each for each in rows if each.can(Capability.VERIFY_CERTIFICATES))


def _days(values: Values) -> dict[str, int]:
    days = {stage: int(values[f"reminder_days_{stage}"]) for stage in STAGES}
    return {**days, "catch_up": int(values["reminder_catch_up_days"])}
