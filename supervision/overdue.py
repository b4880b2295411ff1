"""When an order (四(三)-2) is overdue on a day, as SQL over `supervision_rectificationorder o` and `%(on)s`.

Rules and figures share it, so that they say the same of a past day.
"""

# A deadline moved later than the day was another one on it. To be joined before OVERDUE is used.
THEN = (
    "LEFT JOIN (SELECT DISTINCT ON (c.order_id) c.order_id, c.before FROM supervision_deadlinechange c "
    'WHERE c."on" > %(on)s ORDER BY c.order_id, c.id) d ON d.order_id = o.id'
)
_ANSWERED = "o.responded_on <= %(on)s"
OVERDUE = f"coalesce(d.before, o.due_on) < %(on)s AND ({_ANSWERED}) IS NOT TRUE"
