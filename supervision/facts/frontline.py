"""What is known of an area's frontline and stability (一-6); counted as selectors/frontline.py counts."""

from posts.models import Employer, Post
from talents.models.appointments import IN_FORCE_STATES
from xmsw.policy.facts import Fact, Pass, city_and_district, count, extend, in_force

_YEAR_AGO = "(%(on)s::date - make_interval(months => 12))::date"


def _sitting(what: str, day: str) -> str:
    """Everybody in an active post on a day, once, in the main post: `what`, region, frontline."""
    held = (
        f"SELECT DISTINCT ON (a.worker_id) '{what}' AS what, e.region_id, p.frontline FROM talents_appointment a "
        f"JOIN posts_post p ON p.id = a.post_id AND {in_force('p', *Post.COUNTED)} "
        f"JOIN posts_employer e ON e.id = p.employer_id AND {in_force('e', *Employer.COUNTED)} "
        f"WHERE {in_force('a', *IN_FORCE_STATES)} "
        f"AND NOT EXISTS (SELECT FROM posts_postfreeze z WHERE z.post_id = p.id AND {in_force('z')}) "
        "ORDER BY a.worker_id, a.full_time DESC, a.start, a.id"
    )
    return f"({held.replace('%(on)s', day)})"


_STATES = ", ".join(f"'{each}'" for each in IN_FORCE_STATES)
_LEFT = (
    "(SELECT 'left' AS what, e.region_id, FALSE AS frontline FROM talents_employment m "
    f'JOIN posts_employer e ON e.id = m.employer_id WHERE m."end" >= {_YEAR_AGO} AND m."end" < %(on)s '
    "AND EXISTS (SELECT FROM talents_appointment a JOIN posts_post p ON p.id = a.post_id "
    f"WHERE a.worker_id = m.worker_id AND p.employer_id = m.employer_id AND a.state IN ({_STATES}) "
    'AND a.start <= m."end" AND (a."end" IS NULL OR a."end" >= m."end")) '
    "AND NOT EXISTS (SELECT FROM talents_employment n WHERE n.worker_id = m.worker_id "
    'AND n.employer_id = m.employer_id AND n.start = m."end" + 1))'
)
_NOW, _THEN, _GONE = "f.what = 'now'", "f.what = 'then'", "f.what = 'left'"


def _percent(part: str, whole: str) -> str:
    return f"round(100.0 * {part} / nullif({whole}, 0), 1)"


def _n(condition: str) -> str:
    return f"count(*) FILTER (WHERE {condition})"


_SHARE = _percent(_n(f"{_NOW} AND f.frontline"), _n(_NOW))
_SHARE_THEN = _percent(_n(f"{_THEN} AND f.frontline"), _n(_THEN))
_FALL = f"100.0 * {_n(f'{_THEN} AND f.frontline')} / nullif({_n(_THEN)}, 0)"
_FALL += f" - 100.0 * {_n(f'{_NOW} AND f.frontline')} / nullif({_n(_NOW)}, 0)"

extend(
    "area",
    Pass(
        name="frontline_of_area",
        source=f"(SELECT * FROM {_sitting('now', '%(on)s')} n UNION ALL SELECT * FROM {_sitting('then', _YEAR_AGO)} t "
        f"UNION ALL SELECT * FROM {_LEFT} g) f "
        # A district's people count for the district and for its city.
        f"{city_and_district('f.region_id')}",
        key="k.code",
        facts={
            "seated_people": count("在岗人员", _NOW, "人"),
            "frontline_people": count("一线人员", f"{_NOW} AND f.frontline", "人"),
            "frontline_percent": Fact("一线占比", _SHARE, "%"),
            "frontline_percent_before": Fact("一年前的一线占比", _SHARE_THEN, "%"),
            "frontline_fall": Fact("一线占比比一年前下降", f"round({_FALL}, 2)", "个百分点"),
            "leavers_of_year": count("12 个月的离职", _GONE, "人次"),
            "turnover_percent": Fact("12 个月的离职率", _percent(f"2 * {_n(_GONE)}", f"{_n(_NOW)} + {_n(_THEN)}"), "%"),
        },
    ),
)
