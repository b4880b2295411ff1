"""Facts about pay: an employment's latest record, the guidance of its rung, and the pay of its peers."""

from payroll.models import PayRecord, Performance, RungCode
from talents.facts import EMPLOYMENT
from xmsw.accounts.roles import Capability
from xmsw.policy.facts import Fact, Pass, extend, in_force

_PAY = Capability.VIEW_PAY  # a standard and the peers' pay tell the rung, and so the pay within bounds
_FACTORS = [f.name for f in PayRecord._meta.get_fields() if f.name.startswith("factor_")]
# A decision in force states them all; without one, what the month's record says counts.
_missing_factors = (
    f"CASE WHEN r.decided_on IS NOT NULL AND r.decided_scale = '' THEN 0 "
    f"ELSE {' + '.join(f'(r.{name} IS NULL)::int' for name in _FACTORS)} END"
)

extend(
    EMPLOYMENT.name,
    Pass(
        name="pay",
        source="(SELECT DISTINCT ON (r.employment_id) r.*, d.start AS decided_on, d.pay_scale AS decided_scale "
        "FROM employment_base b JOIN payroll_payrecord r ON r.employment_id = b.id "
        f"LEFT JOIN payroll_paydecision d ON d.employment_id = b.id AND {in_force('d')} "
        "WHERE r.period <= %(on)s AND r.period > %(on)s::date - make_interval(months => %(p_recent_pay_months)s) "
        "ORDER BY r.employment_id, r.period DESC) r",
        key="r.employment_id",
        grouped=False,
        facts={
            "pay_period": Fact("薪酬月份", "r.period"),
            "pay_total": Fact("月应发合计", "r.total", "元", confidential=_PAY),
            "pay_full_time": Fact("折合全职月薪", "round(r.total / r.time_share, 2)", "元", confidential=_PAY),
            "pay_rung": Fact("薪酬档级", "NULLIF(r.rung, '')", choices=dict(RungCode.choices), confidential=_PAY),
            "has_pay_scale": Fact("写明国家工资标准", "COALESCE(NULLIF(r.decided_scale, ''), r.pay_scale) <> ''"),
            "decided_on": Fact("薪酬核定执行日期", "r.decided_on"),
            "missing_factors": Fact("缺少的考虑因素", _missing_factors, "项"),
            "performance": Fact("业绩", "r.factor_performance", choices=dict(Performance.choices), confidential=_PAY),
        },
    ),
    Pass(
        name="guidance",
        # A city's own employers and those of its districts: each place has one row a rung.
        source="payroll_guidancestandard g JOIN payroll_guidancerung q ON q.standard_id = g.id "
        "JOIN regions_region d ON d.code = g.city_id OR d.parent_id = g.city_id "
        f"LEFT JOIN payroll_districtfloat f ON f.standard_id = g.id AND f.district_id = d.code AND {in_force('f')}",
        key=("d.code", "g.sector", "q.rung"),
        outer=("left(b.region_id, 6)", "b.sector", "pay.pay_rung"),
        where=in_force("g", "published", "superseded"),
        grouped=False,
        facts={
            "guidance_monthly": Fact(
                "指导标准月薪",
                "round(round(COALESCE(q.amount, q.share * g.base_wage), 2) / 12, 2)",
                "元",
                confidential=_PAY,
            ),
            "guidance_floor": Fact(
                "指导标准月薪下限",
                "round(round(COALESCE(q.amount, q.share * g.base_wage), 2) "
                "* (1 + COALESCE(f.rate, -g.float_down)) / 12, 2)",
                "元",
                confidential=_PAY,
            ),
            "guidance_document": Fact("指导标准文号", "g.document"),
            "guidance_start": Fact("指导标准施行日期", "g.start"),
        },
    ),
    *(
        Pass(
            name=f"{name}_peers",
            source="payroll_benchmark k",
            key=("k.area_id", "k.sector", "k.rung", "k.period"),
            outer=(f"left(b.region_id, {digits})", "b.sector", "pay.pay_rung", "pay.pay_period"),
            # A group told by a rung is told by area, sector and the rung's level, and by nothing else.
            where="k.suppression = '' AND k.sector IS NOT NULL AND k.rung <> '' AND k.period <= %(on)s "
            "AND k.period > %(on)s::date - make_interval(months => %(p_recent_pay_months)s)",
            grouped=False,
            facts={
                f"{name}_p25": Fact(f"{label}同类人员 P25", "k.p25", "元", confidential=_PAY),
                f"{name}_p75": Fact(f"{label}同类人员 P75", "k.p75", "元", confidential=_PAY),
            },
        )
        for name, label, digits in (("district", "本区", 6), ("city", "全市", 4))
    ),
)
