"""What is known of inspections and orders of a city or a district (四(三)-1, -2)."""

from supervision.overdue import OVERDUE, THEN
from xmsw.policy.facts import Fact, Pass, count, extend

_SINCE = "%(on)s::date - make_interval(months => %(p_inspection_interval_months)s)"
_CLOSED = "i.closed_on <= %(on)s"
_RUNNING = (
    "i.started_on <= %(on)s AND (i.closed_on IS NULL OR i.closed_on > %(on)s) "
    "AND (i.cancelled_on IS NULL OR i.cancelled_on > %(on)s)"
)
_OPEN = (
    "o.issued_on <= %(on)s AND (o.closed_on IS NULL OR o.closed_on > %(on)s) "
    "AND (o.cancelled_on IS NULL OR o.cancelled_on > %(on)s)"
)

extend(
    "area",
    Pass(
        name="inspections",
        source="supervision_inspection i",
        key="i.region_id",
        facts={
            "last_inspection_on": Fact("最近一次核查结束", f"max(i.closed_on) FILTER (WHERE {_CLOSED})"),
            "recent_inspections": count("近期结束的核查", f"{_CLOSED} AND i.closed_on >= {_SINCE}", "次"),
            "inspections_under_way": count("进行中的核查", _RUNNING, "次"),
        },
    ),
    Pass(
        name="orders",
        source=f"supervision_rectificationorder o {THEN}",
        key="o.region_id",
        where=_OPEN,
        facts={
            "open_orders": count("没有销号的整改通知", unit="件"),
            "overdue_orders": count("逾期的整改通知", OVERDUE, "件"),
        },
    ),
)
