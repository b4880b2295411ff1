"""What is known of awards, pools and funds of a city or a district (三(二))."""

from xmsw.policy.facts import Fact, Pass, count, extend, in_force

_SINCE = "%(on)s::date - make_interval(months => %(p_award_interval_months)s)"
_MEMBER = f"{in_force('m', 'member', 'left')}"
_IDLE_SINCE = "%(on)s::date - make_interval(months => %(p_pool_idle_months)s)"
_PERSON = "coalesce(m.worker_id, -m.id)"  # somebody in both pools counts once
_CALLED = "c.state <> 'draft' AND c.state <> 'cancelled' AND c.call_start <= %(on)s"

extend(
    "area",
    Pass(
        name="commended",
        source="awards_awardcycle c",
        key="c.region_id",
        where="c.level IN ('city', 'district') AND c.commended_on <= %(on)s",
        facts={
            "last_commended_on": Fact("最近一次表彰", "max(c.commended_on)"),
            "award_overdue": Fact("最近一次表彰已超过间隔", f"max(c.commended_on) < {_SINCE}"),
        },
    ),
    Pass(
        name="under_way",
        source="awards_awardcycle c",
        key="c.region_id",
        where=f"c.level IN ('city', 'district') AND {_CALLED} AND (c.commended_on IS NULL OR c.commended_on > %(on)s)",
        facts={"rounds_under_way": count("正在进行的表彰", unit="届")},
    ),
    Pass(
        name="above",
        source="awards_awardcycle c LEFT JOIN (SELECT DISTINCT n.cycle_id FROM awards_nomination n "
        "WHERE n.state NOT IN ('draft', 'withdrawn')) n ON n.cycle_id = c.id",
        key="c.region_id",
        where=f"c.level IN ('nation', 'province') AND {_CALLED} AND c.call_end < %(on)s AND c.call_end >= {_SINCE}",
        facts={
            "higher_rounds": count("国家级、省级推荐", unit="届"),
            "higher_without_nominee": count("没有推荐人选的国家级、省级推荐", "n.cycle_id IS NULL", "届"),
        },
    ),
    Pass(
        name="winners",
        # Who was ever taken into a pool by the day was taken in, also where the term is over since.
        source="awards_honour h JOIN posts_employer e ON e.id = h.employer_id LEFT JOIN LATERAL (SELECT 1 AS taken "
        "FROM awards_poolmember m WHERE m.worker_id = h.worker_id AND m.state IN ('member', 'left') "
        "AND m.start <= %(on)s LIMIT 1) m ON true",
        key="left(e.region_id, 4)",
        where="h.level IN ('nation', 'province') AND h.awarded_on <= %(on)s "
        "AND (h.revoked_on IS NULL OR h.revoked_on > %(on)s)",
        facts={
            "higher_winners": Fact("国家级、省级获奖者", "count(DISTINCT h.worker_id)", "人", empty="0"),
            "winners_outside": Fact(
                "逾期没有纳入人才库的获奖者",
                "count(DISTINCT h.worker_id) FILTER (WHERE m.taken IS NULL "
                "AND h.awarded_on + %(p_pool_entry_days)s < %(on)s)",
                "人",
                empty="0",
            ),
            "winners_waiting": Fact(
                "还没有纳入人才库的获奖者",
                "count(DISTINCT h.worker_id) FILTER (WHERE m.taken IS NULL)",
                "人",
                empty="0",
            ),
        },
    ),
    Pass(
        name="pools",
        # A person may be in several pools: taking part counts for all of them.
        source="awards_poolmember m LEFT JOIN LATERAL (SELECT 1 AS took_part FROM awards_callup u "
        "JOIN awards_poolmember o ON o.id = u.member_id AND (o.id = m.id OR o.worker_id = m.worker_id) "
        "WHERE u.state = 'done' "
        f'AND u."on" <= %(on)s AND u."on" > {_IDLE_SINCE} LIMIT 1) u ON true',
        key="m.region_id",
        where=_MEMBER,
        facts={
            "pool_members": Fact("人才库成员", f"count(DISTINCT {_PERSON})", "人", empty="0"),
            "idle_members": Fact(
                "长期没有参与的人才库成员",
                f"count(DISTINCT {_PERSON}) FILTER (WHERE u.took_part IS NULL AND m.start <= {_IDLE_SINCE})",
                "人",
                empty="0",
            ),
        },
    ),
    Pass(
        name="funds",
        source="awards_awardfund d",
        key="d.region_id",
        where="d.closed_on IS NULL OR d.closed_on > %(on)s",
        facts={
            "award_funds": count("奖励基金", unit="个"),
            "funds_without_basis": count(
                "没有登记依据的奖励基金",
                "d.legal_form = '' OR d.registration = '' OR d.registered_on IS NULL OR d.registered_on > %(on)s",
            ),
        },
    ),
)
