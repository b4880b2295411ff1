"""What the days bring to orders: reminders before the deadline, word of what is overdue, escalation. By beat, daily.

Each is said once (`nothing_is_told_twice`), an escalation is recorded once; a day on which nothing ran is caught up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from supervision.kinds_of_notices import RECTIFICATION
from supervision.models import RectificationOrder
from supervision.rectifying import officers_in_charge
from xmsw.notices.writing import tell_selected
from xmsw.policy.parameters import values_on
from xmsw.regions.models import Level, Region

_UNANSWERED = "o.state IN ('ordered', 'sent_back')"
_MEMBERS = (
    "SELECT m.user_id FROM posts_membership m JOIN accounts_user u ON u.id = m.user_id AND u.is_active "
    "WHERE m.employer_id = o.employer_id"
)
_OFFICERS = "SELECT f.user_id FROM officers f WHERE f.area = {area}"
_TELL = """
WITH officers AS (SELECT * FROM unnest(%(users)s::bigint[], %(areas)s::text[]) AS x (user_id, area))
SELECT told.user_id, o.id, %(stage)s || {again}, %(title)s || o.number,
       e.name || '，整改期限 ' || o.due_on || %(text)s, replace(%(url)s, '/0/', '/' || o.id || '/')
FROM supervision_rectificationorder o JOIN posts_employer e ON e.id = o.employer_id
CROSS JOIN LATERAL ({receivers}) told
WHERE {condition}
"""
# A deadline that was moved is a new one to be reminded of.
_AGAIN = (
    "coalesce((SELECT to_char(c.after, '-YYYYMMDD') FROM supervision_deadlinechange c WHERE c.order_id = o.id "
    "ORDER BY c.id DESC LIMIT 1), '')"
)
_ESCALATE = f"""
INSERT INTO supervision_escalation (order_id, region_id, "on")
SELECT o.id, r.parent_id, %(on)s FROM supervision_rectificationorder o
JOIN regions_region r ON r.code = o.region_id AND r.level = {Level.DISTRICT.value} AND r.parent_id IS NOT NULL
WHERE {_UNANSWERED} AND o.due_on < %(escalate_before)s
ON CONFLICT (order_id) DO NOTHING
"""


def escalate(on: date) -> dict[str, int]:
    """Tell and record what a day brings; returns how many notices and escalations were new. Safe to repeat."""
    values = values_on(on)
    remind_until = on + timedelta(days=int(values["rectification_remind_days"]))
    days = {"on": on, "remind_until": remind_until}
    days["escalate_before"] = on - timedelta(days=int(values["rectification_escalate_days"]))
    with transaction.atomic():
        officers = _officers()
        done = {
            "reminded": _tell(
                officers, days, "before", "整改快到期：", "。请在期限前整改并回复。", _MEMBERS,
                f"{_UNANSWERED} AND o.due_on BETWEEN %(on)s AND %(remind_until)s",
            ),
            "overdue": _tell(
                officers, days, "over", "整改已逾期：", "，已经逾期，还没有回复。",
                f"{_MEMBERS} UNION {_OFFICERS.format(area='o.region_id')}",
                f"{_UNANSWERED} AND o.due_on < %(on)s",
            ),
            "escalated": _run(_ESCALATE, days),
        }  # fmt: skip
        done["told_above"] = _tell(
            officers, days, "escalated", "逾期整改上报：", "，逾期未改，已上报。",
            _OFFICERS.format(area="(SELECT s.region_id FROM supervision_escalation s WHERE s.order_id = o.id)"),
            f"{_UNANSWERED} AND o.due_on < %(on)s "
            "AND EXISTS (SELECT FROM supervision_escalation s WHERE s.order_id = o.id)", again="''",
        )  # fmt: skip
    return done


def _officers() -> dict[str, list[Any]]:
    """Whom to tell, by area: of areas that issued an order which is open, and of the levels above."""
    areas = set(RectificationOrder.objects.open().values_list("region_id", flat=True))
    areas |= set(Region.objects.filter(children__in=areas).values_list("code", flat=True))
    found = [(each.pk, each.area_code) for each in officers_in_charge(*areas)]
    return {"users": [user for user, _ in found], "areas": [area for _, area in found]}


def _tell(
    officers: dict[str, list[Any]],
    days: dict[str, date],
    stage: str,
    title: str,
    text: str,
    receivers: str,
    condition: str,
    again: str = _AGAIN,
) -> int:
    said = {"stage": stage, "title": title, "text": text}
    url = reverse("supervision:order", args=[0])
    statement = _TELL.format(receivers=receivers, condition=condition, again=again)
    return tell_selected(RECTIFICATION, statement, {**officers, **days, **said, "url": url})


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount
