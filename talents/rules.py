"""Rules of section 二 about people in posts."""

from posts.models import CertificateLevel, Grade, Kind
from posts.models.kinds import A_KINDS, D_KINDS
from posts.rules import GRADED_SECTORS
from xmsw.policy.expressions import Either, F, P
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule

JUNIOR_ASSISTANT_GRADE = 13  # 员级
# Trap 4: «professional» is a certificate, or by the 2015 notice a social-work education of 大专+; a city setting.
professionals = Either(P.qualified_degree_counts, F.full_time_qualified, F.full_time_certified)

rule(
    number=21020,
    code="leading-post-staffed",
    clause="二(一)-2",
    subject="employer",
    title="先行设置的岗位配备专职专业社会工作者",
    applies=F.kind.in_(*A_KINDS) & (F.active_posts > 0),
    cases=(
        When(
            F.holders_total == 0, Outcome.WARNING, "已设 {active_posts} 个岗位，但没有人在岗", "聘用专职专业社会工作者"
        ),
        When(
            F.part_time_holders == F.holders_total,
            Outcome.WARNING,
            "在岗 {holders_total} 人都是兼职",
            "改聘专职，或另聘专职人员",
        ),
        When(
            professionals == 0,
            Outcome.WARNING,
            "专职在岗人员没有社会工作者职业资格证书或专业学历",
            "聘用持证人员，或支持在岗人员取证",
        ),
    ),
    met="已配备专职专业社会工作者",
    measure=professionals,
)
rule(
    number=22030,
    code="full-time-professional",
    clause="二(二)-3",
    subject="employer",
    title="配备专职专业社会工作者",
    applies=F.kind.in_(Kind.C01, Kind.C02),
    cases=(
        When(
            (professionals == 0) & (F.active_posts == 0),
            Outcome.VIOLATION,
            "没有岗位，也没有专职专业社会工作者",
            "先申报岗位，再聘用专职专业社会工作者",
        ),
        When(
            professionals == 0,
            Outcome.VIOLATION,
            "有 {active_posts} 个岗位，其中 {filled_posts} 个有人，但没有专职专业社会工作者",
            "聘用专职且有证书（或专业学历）的人员",
        ),
    ),
    met="已配备专职专业社会工作者",
    measure=professionals,
)
rule(
    number=22040,
    code="conversion-from-staff",
    clause="二(二)-4",
    subject="appointment",
    title="转换提升的是本单位现有人员",
    applies=F.source.in_("conversion") & F.kind.in_(Kind.C01, Kind.C02),
    cases=(
        When(
            F.earlier_employments == 0,
            Outcome.WARNING,
            "来源是转换提升，但此人在聘用日之前没有在本单位任职的记录",
            "补登任职经历，或更正配置来源",
        ),
        When(~F.has_prior_role, Outcome.WARNING, "没有写明转换前的职务", "补填转换前职务"),
    ),
    met="由本单位现有人员转换提升",
)
rule(
    number=22050,
    code="supplement-by-area",
    clause="二(二)-5",
    subject="appointment",
    title="补充配置由所在的区或街道作出",
    applies=F.source.in_("supplement") & F.kind.in_(Kind.C01, Kind.C02),
    cases=(
        When(
            F.allocated_in_area.is_unknown(),
            Outcome.WARNING,
            "来源是补充配置，但没有写明由哪个区或街道配置",
            "补填配置的区或街道",
        ),
        When(
            ~F.allocated_in_area,
            Outcome.WARNING,
            "补充配置的主体不是本单位所在的区或街道",
            "核对配置主体，或更正配置来源",
        ),
    ),
    met="由所在区或街道补充配置",
)
rule(
    number=22070,
    code="staffed-as-needed",
    clause="二(二)-7",
    subject="employer",
    title="根据需要配备社会工作专业人才",
    applies=F.kind.in_(*D_KINDS),
    cases=(
        When(F.needed_headcount.is_unknown(), Outcome.PENDING, "还没有需求评估", "先做需求评估，写明人数和依据"),
        When(
            F.certified_holders < F.needed_headcount,
            Outcome.VIOLATION,
            "评估需要 {needed_headcount} 人，现有持证在岗 {certified_holders} 人",
            "按评估人数聘用，或重新评估",
        ),
    ),
    met="按需配备（需要 {needed_headcount} 人，持证在岗 {certified_holders} 人）",
    note="本条要的是「社会工作专业人才」，按持证人数计；专业学历是否算数的设置只用于「专职专业社会工作者」（二(二)-3）。",
    measure=F.certified_holders,
    requires=F.needed_headcount,
)
rule(
    number=23050,
    code="supervision-duty-practised",
    clause="二(三)-5",
    subject="appointment",
    title="承担专业督导的岗位开展督导",
    applies=F.carries_supervision,
    cases=(
        When(
            F.supervision_sessions == 0,
            Outcome.INFO,
            "岗位职责有专业督导，近 12 个月没有督导记录",
            "登记督导关系和每次督导，或更正岗位职责",
        ),
    ),
    met="近 12 个月督导 {supervision_sessions} 次，{supervision_hours} 小时",
    note="条文只写了职责，没有次数要求；没有记录只作提示。",
    measure=F.supervision_sessions,
)
rule(
    number=24030,
    code="promotion-due",
    clause="二(四)-3",
    subject="appointment",
    title="符合晋升条件的人员及时晋升",
    applies=F.sector.in_(*GRADED_SECTORS) & ~F.next_years.is_unknown(),
    cases=(
        When(
            (F.held_level >= F.next_certificate) & (F.rung_years >= F.next_years + P.promotion_overdue_years),
            Outcome.INFO,
            "任现职级满 {rung_years} 年，早已符合高一级职级条件（{next_certificate}、任职 {next_years} 年），仍未晋升",
            "研究晋升，或记录不晋升的原因",
        ),
    ),
    met="尚未到晋升时间，或条件未满足",
    measure=F.rung_years,
)
rule(
    number=24040,
    code="registration-lapsed",
    clause="二(四)-4",
    beside=True,
    subject="appointment",
    title="证书登记在有效期内",
    applies=F.held_level > 0,
    cases=(
        When(
            F.registered_until < P.today,
            Outcome.WARNING,
            "登记已于 {registered_until} 到期；证书仍然有效，聘用不受影响（民发〔2009〕44号）",
            "提醒本人办理再登记",
        ),
    ),
    met="登记有效，或没有登记记录",
    note="登记失效只提醒，不使证书失效，也不结束聘用。",
)
rule(
    number=24041,
    code="first-registration-overdue",
    clause="二(四)-4",
    beside=True,
    subject="employment",
    title="取得证书后按期首次登记",
    applies=~F.first_registration_due.is_unknown(),
    cases=(
        When(
            F.first_registration_due < P.today,
            Outcome.INFO,
            "首次登记期限 {first_registration_due}，还没有登记记录；证书仍然有效，聘用不受影响",
            "提醒本人办理首次登记；已经登记的，补录登记",
        ),
    ),
    met="还在首次登记期限内",
    note="期限来自民发〔2009〕44号，不是 317号的规定；逾期只提醒。看最高级别的证书。",
)
rule(
    number=24042,
    code="exam-year-possible",
    clause="二(四)-4",
    beside=True,
    subject="employment",
    title="考试年份与证书对得上",
    applies=F.held_level > 0,
    cases=(
        When(
            F.impossible_exams > 0,
            Outcome.WARNING,
            "{impossible_exam_year} 年的考试不可能取得登记的{impossible_exam_level}证书",
            "照证书原件更正考试年份、级别或签发日期，再提交核验",
        ),
    ),
    met="没有发现不可能的考试年份",
    note="社会工作者职业水平考试 2008 年开始，高级社会工作师考试 2019 年开始；考试年份也不会晚于签发年份。",
    measure=F.impossible_exams,
)
rule(
    number=24043,
    code="continuing-hours",
    clause="二(四)-4",
    beside=True,
    subject="employment",
    title="登记周期内完成继续教育学时",
    applies=F.learning_until >= P.today,
    cases=(
        When(
            F.learning_soon & (F.learning_missing > 0),
            Outcome.WARNING,
            "登记周期 {learning_until} 截止，{continuing_warning_months} 个月内还要完成 {learning_missing} 学时"
            "（应 {learning_needed}，已 {learning_done}）",
            "尽快安排课程；已经学完的，上传证明",
        ),
        When(
            F.learning_behind & (F.learning_missing > 0),
            Outcome.INFO,
            "学时落后于进度：已完成 {learning_done}，到 {learning_until} 应完成 {learning_needed}",
            "看看近期课程；已经学完的，上传证明",
        ),
    ),
    met="学时跟得上进度，或已经完成",
    note="学时来自民发〔2009〕123号，登记周期来自民发〔2009〕44号，不是 317号的规定；不足只提醒，不影响证书和聘用。"
    "没有登记记录的，按取得证书后的头一个周期计。",
    measure=F.learning_done,
    requires=F.learning_needed,
)
rule(
    number=24050,
    code="certified-without-post",
    clause="二(四)-5",
    subject="employment",
    title="持证人员的聘任",
    applies=F.held_level > 0,
    cases=(
        When(
            F.appointments == 0,
            Outcome.INFO,
            "持有{held_level}证书，还没有聘到社会工作专业岗位（证而未聘；用人单位可以根据需要聘任）",
            "看看本区空缺岗位",
        ),
    ),
    met="已聘任",
)
for _number, _grade, _level in (
    (24060, Grade.SENIOR, CertificateLevel.SENIOR),
    (24070, Grade.INTERMEDIATE, CertificateLevel.SOCIAL_WORKER),
    (24080, Grade.JUNIOR, CertificateLevel.ASSISTANT),
):
    _applies = F.post_grade == int(_grade)
    if _grade == Grade.JUNIOR:
        # Trap 5: whether grade 13 (员级) needs 助理社会工作师 is open; 人社 sets the switch.
        _applies = _applies & (
            P.grade13_needs_certificate
            | F.post_institution_grade.is_unknown()
            | (F.post_institution_grade != JUNIOR_ASSISTANT_GRADE)
        )
    rule(
        number=_number,
        code=f"certificate-for-{_grade.name.lower()}",
        clause=f"二(四)-{_number % 1000 // 10}",
        subject="appointment",
        title=f"{_grade.label}岗位应具有{_level.label}证书",
        applies=_applies,
        cases=(
            When(
                F.held_at_start < int(_level),
                Outcome.VIOLATION,
                f"{_grade.label}岗位应具有{_level.label}（或以上）证书；聘用当日（{{started_on}}）持有：{{held_at_start}}",
                "改聘到相应等级的岗位、另聘符合条件的人员，或取证后再聘",
            ),
        ),
        met="聘用当日持有{held_at_start}证书",
        measure=F.held_at_start,
        blocks=True,
    )
rule(
    number=41060,
    code="in-specialist-file",
    clause="四(一)-6",
    subject="employment",
    title="持证人员纳入专业技术人员管理范围",
    applies=F.held_level > 0,
    cases=(
        When(
            ~F.in_specialist_file,
            Outcome.WARNING,
            "持有{held_level}证书，还没有纳入专业技术人员管理范围",
            "由人力资源和社会保障部门核对后确认纳入",
        ),
    ),
    met="已纳入专业技术人员管理范围",
)
