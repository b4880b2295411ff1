"""What is known of a city's or a district's duties (四(一)): plans, contacts, meetings, targets, supporting rules."""

from posts.models import Employer, Post
from xmsw.policy.facts import Fact, Pass, city_and_district, count, extend, in_force

# Clauses that cannot be carried out without a rule of the city's own.
NEED_A_RULE = ("三(一)-5", "三(一)-7", "三(二)-2", "三(二)-4")
_NEED = ", ".join(f"'{each}'" for each in NEED_A_RULE)
# The last year whose end has come; on 31 December the year itself.
TARGET_YEAR = "(extract(year FROM %(on)s::date + 1)::int - 1)"
_LAST_DAY = f"make_date({TARGET_YEAR}, 12, 31)"


def _on_last_day(alias: str, *states: str) -> str:
    return in_force(alias, *states).replace("%(on)s", _LAST_DAY)


_MET = (
    "(SELECT t.region_id, t.bureau, t.posts AS target, count(p.id) AS actual FROM supervision_yearlytarget t "
    "LEFT JOIN posts_employer e ON left(e.region_id, 6) = t.region_id AND e.competent_bureau = t.bureau "
    f"AND {_on_last_day('e', *Employer.COUNTED)} "
    f"LEFT JOIN posts_post p ON p.employer_id = e.id AND {_on_last_day('p', *Post.COUNTED)} "
    f"AND NOT EXISTS (SELECT FROM posts_postfreeze z WHERE z.post_id = p.id AND {_on_last_day('z')}) "
    f"WHERE t.year = {TARGET_YEAR} GROUP BY t.id) t "
    # A district's line counts for the district and for its city.
    f"{city_and_district('t.region_id')}"
)

extend(
    "area",
    Pass(
        name="plans_of_area",
        source="supervision_developmentplan d",
        key="d.region_id",
        where=in_force("d"),
        facts={"plans_in_force": count("现行的发展规划", unit="份")},
    ),
    Pass(
        name="contacts_of_area",
        source="supervision_contact c",
        key="c.region_id",
        where=in_force("c"),
        facts={"bureaus_with_contact": Fact("有联络员的部门", "count(DISTINCT c.bureau)", "个", empty="0")},
    ),
    Pass(
        name="meetings_of_area",
        source="supervision_jointmeeting m",
        key="m.region_id",
        where='m."on" <= %(on)s',
        facts={
            "last_meeting_on": Fact("最近一次联席会议", 'max(m."on")'),
            "meeting_overdue": Fact(
                "最近一次联席会议已超过间隔",
                'max(m."on") < %(on)s::date - make_interval(months => %(p_joint_meeting_months)s)',
            ),
        },
    ),
    Pass(
        name="tasks_of_area",
        source="supervision_meetingtask t",
        key="t.region_id",
        where="t.given_on <= %(on)s AND (t.done_on IS NULL OR t.done_on > %(on)s)",
        facts={
            "open_tasks": count("没有完成的联席任务", unit="项"),
            "overdue_tasks": count("逾期的联席任务", "t.deadline < %(on)s", "项"),
        },
    ),
    Pass(
        name="targets_of_area",
        source=_MET,
        key="k.code",
        facts={
            "target_lines": count("上年末的岗位目标", unit="条"),
            "lines_below_target": count("没有达到的岗位目标", "t.actual < t.target", "条"),
            "target_year": Fact("目标年度", TARGET_YEAR, "年"),
        },
    ),
    Pass(
        name="supporting_of_area",
        source="supervision_supportingrule r",
        key="r.region_id",
        where=f"r.clause_id IN ({_NEED}) AND r.published_on <= %(on)s "
        "AND (r.repealed_on IS NULL OR r.repealed_on > %(on)s)",
        facts={"clauses_with_rule": Fact("有配套制度的条款", "count(DISTINCT r.clause_id)", "条", empty="0")},
    ),
)
