"""Rules of section 二 about employers and posts."""

from posts.models import Kind, Sector
from posts.models.kinds import A_KINDS, B_KINDS
from xmsw.policy.expressions import F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import EVERY, When, rule

GRADED_SECTORS = (Sector.COMMUNITY, Sector.INSTITUTION, Sector.SOCIAL)

rule(
    number=10030,
    code="post-need-basis",
    clause="一-3",
    subject="post",
    title="按需设岗：岗位写明设岗依据",
    cases=(When(~F.has_need_basis, Outcome.WARNING, "岗位没有写明设岗依据", "补填服务人口、工作量或批准文件"),),
    met="岗位写明了设岗依据",
)
rule(
    number=21010,
    code="leading-posts",
    clause="二(一)-1",
    subject="employer",
    title="以社会工作服务为主的事业单位先行设置岗位",
    applies=F.kind.in_(*A_KINDS),
    cases=(
        When(
            F.active_posts < P.a_kind_posts_low,
            Outcome.INFO,
            "尚未先行设置社会工作专业技术岗位（条文为「可」，不是违反）",
            "可以先行设置 {a_kind_posts_low} 至 {a_kind_posts_high} 个岗位",
        ),
        When(
            F.active_posts > P.a_kind_posts_high,
            Outcome.INFO,
            "已设 {active_posts} 个岗位，多于先行设置的 {a_kind_posts_high} 个（条文为「可」，不是违反）",
        ),
    ),
    met="已先行设置 {active_posts} 个岗位",
    measure=F.active_posts,
    requires=P.a_kind_posts_low,
)
rule(
    number=21030,
    code="coordination-duty",
    clause="二(一)-3",
    subject="employer",
    title="先行设置的岗位承担协调职责",
    applies=F.kind.in_(*A_KINDS) & (F.active_posts > 0),
    cases=(
        When(
            F.coordinator_posts == 0, Outcome.INFO, "没有岗位写明协调本单位社会工作的职责", "在岗位职责里写明协调职责"
        ),
    ),
    met="有 {coordinator_posts} 个岗位承担协调职责",
    measure=F.coordinator_posts,
)
rule(
    number=21040,
    code="principal-posts",
    clause="二(一)-4",
    subject="employer",
    title="逐步成为本单位主体专业技术岗位",
    applies=F.kind.in_(*A_KINDS),
    cases=(
        When(F.principal_posts > 0, Outcome.MET, "已有 {principal_posts} 个岗位明确为主体专业技术岗位"),
        When(
            (F.active_posts > 0) & (F.active_posts >= F.technical_posts * P.principal_post_share),
            Outcome.MET,
            "社工岗位 {active_posts} 个，已占专业技术岗位 {technical_posts} 个的主体",
        ),
        When(EVERY, Outcome.INFO, "社会工作专业岗位还不是主体专业技术岗位（条文为「逐步」，不是违反）"),
    ),
    met="",
    measure=F.principal_posts,
)
rule(
    number=21050,
    code="inclusion",
    clause="二(一)-5",
    subject="employer",
    title="社会工作专业岗位纳入专业技术岗位管理",
    applies=F.kind.in_(*B_KINDS),
    cases=(
        When(
            F.needed_headcount.is_unknown(),
            Outcome.PENDING,
            "还没有评估是否需要开展社会工作服务",
            "先做需求评估，写明结论和依据",
        ),
        When(
            (F.needed_headcount > 0) & (F.inclusions == 0),
            Outcome.VIOLATION,
            "评估需要 {needed_headcount} 人，但社会工作专业岗位还没有纳入专业技术岗位管理",
            "办理纳入备案，写明文件和日期",
        ),
    ),
    met="不需要，或已纳入专业技术岗位管理",
    measure=F.inclusions,
)
for _number, _code, _clause, _kind, _param, _what in (
    (22010, "centre-has-post", "二(二)-1", Kind.C01, P.centre_min_posts, "本中心"),
    (22020, "community-has-post", "二(二)-2", Kind.C02, P.community_min_posts, "本社区"),
):
    rule(
        number=_number,
        code=_code,
        clause=_clause,
        subject="employer",
        title=f"{Kind(_kind).label}至少设置 1 个社会工作专业岗位",
        applies=F.kind.in_(_kind),
        cases=(
            When(
                F.active_posts < _param,
                Outcome.VIOLATION,
                f"{_what}现有社工岗位 {{active_posts}} 个，应至少 {{{_param.code}}} 个",
                "申报社会工作专业岗位",
            ),
        ),
        met=f"{_what}已设 {{active_posts}} 个社工岗位",
        measure=F.active_posts,
        requires=_param,
    )
rule(
    number=22060,
    code="rural-progress",
    clause="二(二)-6",
    subject="employer",
    title="农村社区逐步开发社会工作专业岗位",
    applies=F.kind.in_(Kind.C03),
    cases=(
        When(
            F.active_posts == 0, Outcome.INFO, "还没有开发社会工作专业岗位（条文为「逐步」，不是违反）", "有条件时申报"
        ),
    ),
    met="已开发 {active_posts} 个岗位",
    measure=F.active_posts,
)
rule(
    number=23070,
    code="duties-and-conditions",
    clause="二(三)-7",
    subject="post",
    title="明确岗位职责与任职条件",
    cases=(
        When(
            (F.duty_count == 0) | ~F.has_duty_text,
            Outcome.VIOLATION,
            "岗位没有写明职责",
            "选定职责类别并写明职责说明",
        ),
        When(
            ~F.has_conditions,
            Outcome.VIOLATION,
            "岗位没有写全任职条件",
            "写明证书、学历和从业年限三项条件",
        ),
    ),
    met="职责与任职条件都已写明",
    measure=F.duty_count,
)
rule(
    number=24010,
    code="post-grade",
    clause="二(四)-1",
    subject="post",
    title="明确岗位等级",
    applies=F.sector.in_(*GRADED_SECTORS),
    cases=(When(F.grade.is_unknown(), Outcome.VIOLATION, "岗位没有定级", "定为初级、中级或高级"),),
    met="岗位等级：{grade}",
    measure=F.grade,
)
rule(
    number=24020,
    code="rank-ladder",
    clause="二(四)-2",
    subject="employer",
    title="建立社会工作职级体系",
    applies=F.sector.in_(*GRADED_SECTORS) & (F.active_posts > 0),
    cases=(
        When(
            F.ladders == 0,
            Outcome.VIOLATION,
            "已设 {active_posts} 个岗位，但没有施行中的职级体系",
            "制定职级体系并登记文件",
        ),
    ),
    met="职级体系施行中",
    measure=F.ladders,
)
