"""Rules of 三(一) about pay."""

from payroll.models.standards import GUIDED_SECTORS
from xmsw.policy.expressions import Either, F
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

established = F.form.in_("established")
has_record = ~F.pay_period.is_unknown()
peer_p25 = Either(F.district_p25.is_unknown(), F.city_p25, F.district_p25)
peer_p75 = Either(F.district_p75.is_unknown(), F.city_p75, F.district_p75)

rule(
    number=31010,
    code="national-pay-scale",
    clause="三(一)-1",
    subject="employment",
    title="事业单位正式人员按国家规定确定工资",
    applies=established & F.sector.in_("institution") & has_record,
    cases=(
        When(
            ~F.has_pay_scale, Outcome.WARNING, "在编人员没有写明国家工资标准依据", "核定薪酬时写明所执行的国家工资标准"
        ),
    ),
    met="按国家规定确定工资（不适用薪酬指导标准）",
)
rule(
    number=31020,
    code="five-factors",
    clause="三(一)-2",
    subject="employment",
    title="综合职业水平等级、学历、资历、业绩、岗位五项因素",
    applies=~established & has_record,
    cases=(
        When(
            F.missing_factors > 0,
            Outcome.WARNING,
            "确定薪酬时有 {missing_factors} 项因素没有记录",
            "按五项因素核定薪酬（人员的「薪酬」一栏），或在薪酬报送里补填",
        ),
    ),
    met="五项因素都有记录",
    measure=F.missing_factors,
)
rule(
    number=31030,
    code="peer-pay",
    clause="三(一)-3",
    subject="employment",
    title="参考同类人员确定薪酬",
    applies=~established & has_record & ~peer_p25.is_unknown(),
    cases=(
        When(
            F.pay_full_time < peer_p25,
            Outcome.INFO,
            "折合全职月薪 {pay_full_time}，低于同类人员 P25",
            discreet="低于同类人员 P25",
        ),
        When(
            F.pay_full_time > peer_p75,
            Outcome.INFO,
            "折合全职月薪 {pay_full_time}，高于同类人员 P75",
            discreet="高于同类人员 P75",
        ),
    ),
    met="在同类人员 P25 至 P75 之间",
    measure=F.pay_full_time,
    requires=peer_p25,
)
rule(
    number=31050,
    code="guidance-standard",
    clause="三(一)-5",
    subject="employment",
    title="不低于薪酬指导标准",
    applies=~established & F.sector.in_(*GUIDED_SECTORS) & ~F.guidance_floor.is_unknown(),
    cases=(
        When(
            F.pay_full_time < F.guidance_floor,
            Outcome.WARNING,
            "折合全职月薪 {pay_full_time}，低于 {guidance_start} 起《{guidance_document}》「{pay_rung}」"
            "下限 {guidance_floor}（指导标准，不是违法）",
            "核对档级，或研究调整薪酬",
            discreet="折合全职月薪低于指导标准下限（指导标准，不是违法）",
        ),
    ),
    met="不低于指导标准（{guidance_floor}/月）",
    met_discreet="不低于指导标准",
    measure=F.pay_full_time,
    requires=F.guidance_floor,
)
