"""What is known of a city's or a district's money (四(一)-5, 四(二)): budget, execution, evaluation, pay, fees."""

from posts.models import Employer
from xmsw.policy.facts import Fact, Pass, city_and_district, count, extend, in_force

_YEAR = "extract(year FROM %(on)s::date)::int"
_DAY = "extract(doy FROM %(on)s::date)::int"
_APPROVED = "i.approved_on <= %(on)s"
# An item ends with its year; what was evaluated by the day is evaluated.
_LATE = "v.id IS NULL AND make_date(i.year, 12, 31) + %(p_budget_evaluation_days)s < %(on)s"
_SPENT = (
    "LEFT JOIN (SELECT l.item_id, sum(l.amount) AS spent FROM supervision_budgetline l "
    "WHERE l.kind = 'spending' AND l.\"on\" <= %(on)s GROUP BY l.item_id) l ON l.item_id = i.id"
)
_WHOLE = "i.amount + i.carried"
_LAST = f"FILTER (WHERE i.year = {_YEAR} - 1)"

extend(
    "area",
    Pass(
        name="budgets_of_area",
        source=f"supervision_budgetitem i {_SPENT} LEFT JOIN supervision_budgetevaluation v "
        "ON v.item_id = i.id AND v.evaluated_on <= %(on)s",
        key="i.region_id",
        where=_APPROVED,
        facts={
            "budget_items": count("本年的预算项目", f"i.year = {_YEAR}"),
            "day_of_year": Fact("本年第几天", f"max({_DAY})", "天", empty=_DAY),
            "budget_total": Fact(
                "本年预算", f"coalesce(sum(i.amount) FILTER (WHERE i.year = {_YEAR}), 0)", "元", empty="0"
            ),
            "budget_before": Fact("上年预算", f"coalesce(sum(i.amount) {_LAST}, 0)", "元", empty="0"),
            "ended_items": count("已结束的预算项目", f"i.year < {_YEAR}"),
            "unevaluated_items": count("逾期没有绩效评价的预算项目", _LATE),
            "spent_before": Fact("上年支出", f"coalesce(sum(l.spent) {_LAST}, 0)", "元", empty="0"),
            "spendable_before": Fact("上年预算和结转", f"coalesce(sum({_WHOLE}) {_LAST}, 0)", "元", empty="0"),
            "budget_share_spent": Fact(
                "上年预算执行率",
                f"round(coalesce(sum(l.spent) {_LAST}, 0) / nullif(sum({_WHOLE}) {_LAST}, 0), 4)",
            ),
        },
    ),
    Pass(
        name="pay_issues_of_area",
        source="supervision_payissue p",
        key="p.region_id",
        where="p.found_on <= %(on)s AND (p.solved_on IS NULL OR p.solved_on > %(on)s)",
        facts={
            "open_pay_issues": count("没有解决的薪酬问题", unit="件"),
            "overdue_pay_issues": count("逾期的薪酬问题", "p.deadline < %(on)s", "件"),
        },
    ),
    Pass(
        name="fees_of_area",
        source=f"supervision_feeitem f JOIN posts_employer e ON e.id = f.employer_id "
        f"AND {in_force('e', *Employer.COUNTED)} "
        f"{city_and_district('e.region_id')}",
        key="k.code",
        where=in_force("f"),
        facts={
            "fee_items": count("机构的收费项目"),
            "fees_without_notice": count("没有公示价格的收费项目", "f.notice_on IS NULL OR f.notice_on > %(on)s"),
        },
    ),
)
