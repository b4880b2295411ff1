"""When an order (四(三)-2) is overdue on a day, as SQL over `supervision_rectificationorder o` and `%(on)s`.

Rules and figures share it, so that they say the same of a past day.
"""

from django.conf import settings

# To be joined before OVERDUE is used: a deadline moved later than the day was another one on it, and an answer sent
# back since then (which takes `responded_on` away) was an answer until it was; the steps of the flow tell.
THEN = (
    "LEFT JOIN (SELECT DISTINCT ON (c.order_id) c.order_id, c.before FROM supervision_deadlinechange c "
    'WHERE c."on" > %(on)s ORDER BY c.order_id, c.id) d ON d.order_id = o.id '
    "LEFT JOIN LATERAL (SELECT w.to_state = 'responded' AS answered FROM workflow_step w "
    "WHERE w.flow = 'rectification' AND w.subject_id = o.id AND w.move IN ('respond', 'send-back') "
    f"AND (w.at AT TIME ZONE '{settings.TIME_ZONE}')::date <= %(on)s ORDER BY w.id DESC LIMIT 1) a ON TRUE"
)
_ANSWERED = "o.responded_on <= %(on)s OR a.answered"
OVERDUE = f"coalesce(d.before, o.due_on) < %(on)s AND ({_ANSWERED}) IS NOT TRUE"
