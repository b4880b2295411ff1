"""Facts about a purchased service: its contract, and the cost sheet approved by the day with what its lines come to."""

from payroll.models import CostSheet
from payroll.models.costs import ONCE_APPROVED
from xmsw.accounts.roles import Capability
from xmsw.policy.facts import Fact, Pass, Subject, count, in_force, subject

_PERSONNEL = "l.category = 'personnel'"
_LABOUR = f"COALESCE(sum(l.amount) FILTER (WHERE {_PERSONNEL}), 0)"
_OTHER = "COALESCE(sum(l.amount) FILTER (WHERE l.category <> 'personnel'), 0)"
_STATES = ", ".join(f"'{state}'" for state in ONCE_APPROVED)
# As CostSheetQuerySet.approved_by.
_APPROVED = (
    "(SELECT DISTINCT ON (c.project_id) c.* FROM project_base b JOIN payroll_costsheet c ON c.project_id = b.id "
    f"WHERE c.state IN ({_STATES}) AND c.approved_on <= %(on)s "
    "ORDER BY c.project_id, c.approved_on DESC, c.version DESC) c"
)

PROJECT = subject(
    Subject(
        name="project",
        label="购买服务项目",
        rank=40,
        source="payroll_purchaseproject j JOIN scope s ON s.id = j.provider_id",
        id="j.id",
        where=in_force("j"),
        facts={
            "provider": Fact("承接机构", "j.provider_id"),
            "buyer_region": Fact("购买方区划", "j.region_id"),
            "contract_amount": Fact("合同金额", "j.amount", "元"),
            "contract_start": Fact("合同开始", "j.start"),
            "contract_end": Fact("合同结束", 'j."end"'),
            "contract_overlong": Fact(
                "合同超过最长年限",
                'j."end" >= (j.start + make_interval(years => %(p_purchase_max_years)s))::date',
            ),
        },
        passes=[
            Pass(
                name="sheet",
                source=f"{_APPROVED} LEFT JOIN payroll_costline l ON l.sheet_id = c.id",
                key="c.project_id",
                facts={
                    "approved_version": Fact("审定的成本核算表版本", "max(c.version)"),
                    "priced_on": Fact("计价日期", "max(c.priced_on)"),
                    "sheet_total": Fact("明细合计", "COALESCE(sum(l.amount), 0)", "元"),
                    "labour_lines": Fact("人员明细", f"count(*) FILTER (WHERE {_PERSONNEL})", "项"),
                    "labour_amount": Fact("人员经费", _LABOUR, "元"),
                    "labour_share": Fact("人员经费占比", f"round({_LABOUR} / NULLIF(sum(l.amount), 0), 4)"),
                    "other_amount": Fact("其他经费", _OTHER, "元"),
                    "other_share": Fact("其他经费占比", f"round({_OTHER} / NULLIF(sum(l.amount), 0), 4)"),
                    "below_guidance": Fact(
                        "薪酬低于指导标准的明细", f"count(*) FILTER (WHERE {_PERSONNEL} AND l.pay < l.guidance)", "项"
                    ),
                    "per_head": Fact(
                        "人均成本",
                        f"round({_LABOUR} * 12 / NULLIF(sum(l.heads * l.months) FILTER (WHERE {_PERSONNEL}), 0), 2)",
                        "元/年",
                        confidential=Capability.VIEW_PAY,
                    ),
                },
            ),
            Pass(
                name="present_guidance",
                # Lines of the approved sheet held against a standard that began after the one it rests on.
                source=f"{_APPROVED} JOIN payroll_costline l ON l.sheet_id = c.id AND {_PERSONNEL} "
                "JOIN project_base b ON b.id = c.project_id JOIN posts_employer v ON v.id = b.provider "
                "JOIN payroll_guidancestandard o ON o.id = c.standard_id AND o.sector = v.sector "
                "JOIN payroll_guidancestandard g ON g.city_id = left(b.buyer_region, 4) AND g.sector = o.sector "
                f"AND g.start > o.start AND {in_force('g', 'published', 'superseded')} "
                "JOIN payroll_guidancerung q ON q.standard_id = g.id AND q.rung = l.rung "
                "LEFT JOIN payroll_districtfloat f ON f.standard_id = g.id "
                f"AND f.district_id = left(b.buyer_region, 6) AND {in_force('f')}",
                key="c.project_id",
                facts={
                    "below_present_guidance": Fact(
                        "薪酬低于现行指导标准的明细",
                        "count(*) FILTER (WHERE l.pay < round(round(COALESCE(q.amount, q.share * g.base_wage), 2) "
                        "* (1 + COALESCE(f.rate, 0)) / 12, 2))",
                        "项",
                    ),
                    "present_document": Fact("现行指导标准文号", "max(g.document)"),
                },
            ),
            Pass(
                name="running",
                source="project_base b JOIN payroll_costsheet c ON c.project_id = b.id",
                key="b.id",
                where=f"c.state = '{CostSheet.State.SUBMITTED.value}'",
                facts={"waiting_sheets": count("待审定的成本核算表", unit="份")},
            ),
            Pass(
                name="wage",
                source="payroll_economicindicator w",
                key=("w.city_id", "w.year"),
                outer=("left(b.buyer_region, 4)", "EXTRACT(YEAR FROM sheet.priced_on)::int - 1"),
                grouped=False,
                facts={
                    "wage_year": Fact("平均工资年份", "w.year::int"),
                    "average_wage": Fact("上一年在岗职工平均工资", "w.average_wage", "元/年"),
                },
            ),
        ],
    )
)
