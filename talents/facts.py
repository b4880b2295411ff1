"""Facts about appointments and employments, and what they add up to for an employer."""

from posts.facts import EMPLOYER, POST
from posts.models import CertificateLevel, Duty, Grade
from talents.models.appointments import IN_FORCE_STATES, Appointment
from talents.models.workers import Employment
from xmsw.identifiers import Education
from xmsw.policy.facts import Fact, Pass, Subject, count, extend, in_force, subject

CERTIFICATES = {0: "无证书", **dict(CertificateLevel.choices)}
# The period of hours as talents.learning tells it, where it has not ended: the registration in force of the highest
# certificate, or its first years where it was never registered.
LEARNING_PERIODS = """(
    SELECT * FROM (
        SELECT DISTINCT ON (b.id) b.id, c.worker_id, c.id AS certificate_id, g.id IS NOT NULL AS registered,
               COALESCE(g.start, c.issued_on) AS since,
               COALESCE(g."end", (c.issued_on + make_interval(years => %(p_registration_years)s)
                                  - INTERVAL '1 day')::date) AS until,
               CASE c.level WHEN 1 THEN %(p_continuing_hours_assistant)s ELSE %(p_continuing_hours_others)s END
               AS needed
        FROM employment_base b JOIN talents_certificate c ON c.worker_id = b.worker_id AND c.issued_on <= %(on)s
        LEFT JOIN talents_registration g ON g.certificate_id = c.id AND g.start <= %(on)s AND g."end" >= %(on)s
        ORDER BY b.id, c.level DESC, c.id DESC, g.start DESC NULLS LAST
    ) h WHERE h.registered OR h.until >= %(on)s AND NOT EXISTS (
        SELECT FROM talents_registration r WHERE r.certificate_id = h.certificate_id AND r.start <= %(on)s)
) d LEFT JOIN talents_attendance t ON t.worker_id = d.worker_id AND t.state = 'accepted'
    AND t."on" BETWEEN d.since AND %(on)s"""
COLLEGE_OR_HIGHER = f"w.social_work_education <= {int(Education.COLLEGE)}"


def rung_on_the_day(now: str, then: str) -> str:
    """The present value, or for those promoted since the day that of the last promotion before."""
    return (
        f"(CASE WHEN a.rung_since > %(on)s THEN (SELECT {then} FROM talents_promotion h "
        f'WHERE h.appointment_id = a.id AND h."on" <= %(on)s ORDER BY h."on" DESC LIMIT 1) ELSE {now} END)'
    )


def whole_years(since: str) -> str:
    """Calendar years from the day of an expression to the day asked about, as the list of promotions due counts them:
    2024-02-29 and a year make 2025-02-28."""
    years = f"(EXTRACT(YEAR FROM %(on)s::date)::int - EXTRACT(YEAR FROM {since})::int)"
    return f"{years} - (({since} + make_interval(years => {years}))::date > %(on)s::date)::int"


RUNG_SINCE = rung_on_the_day("a.rung_since", 'h."on"')
APPOINTMENT = subject(
    Subject(
        name="appointment",
        label="聘用",
        rank=20,
        source="post_base p JOIN talents_appointment a ON a.post_id = p.id JOIN scope s ON s.id = p.employer_id "
        f"LEFT JOIN posts_rung r ON r.id = {rung_on_the_day('a.rung_id', 'h.rung_id')}",
        id="a.id",
        where=in_force("a", *IN_FORCE_STATES),
        facts={
            "worker_id": Fact("人员编号", "a.worker_id"),
            "post_id": Fact("岗位编号", "a.post_id"),
            "started_on": Fact("聘用日期", "a.start"),
            "full_time": Fact("专职", "a.full_time"),
            "source": Fact("配置来源", "a.source", choices=dict(Appointment.Source.choices)),
            "has_prior_role": Fact("写明转换前职务", "a.prior_role <> ''"),
            "allocated_in_area": Fact(
                "配置主体是本区或本街道",
                "s.region_id LIKE a.allocating_region_id || '%%' AND length(a.allocating_region_id) IN (6, 9)",
            ),
            "post_grade": Fact("岗位等级", "p.grade", choices=dict(Grade.choices)),
            "post_institution_grade": Fact("事业单位岗位级别", "p.institution_grade", "级"),
            "rung_ladder": Fact("职级体系编号", "r.ladder_id"),
            "rung_order": Fact("职级次序", "r.order"),
            "rung_years": Fact("任现职级整年数", whole_years(RUNG_SINCE), "年"),
        },
        passes=[
            Pass(
                name="certs",
                source="appointment_base b JOIN talents_certificate c ON c.worker_id = b.worker_id",
                key="b.id",
                where="c.issued_on <= %(on)s",
                facts={
                    "held_at_start": Fact(
                        "聘用当日持有证书",
                        "max(c.level) FILTER (WHERE c.issued_on <= b.started_on)",
                        empty="0",
                        choices=CERTIFICATES,
                    ),
                    "held_level": Fact("现持有证书", "max(c.level)", empty="0", choices=CERTIFICATES),
                },
            ),
            Pass(
                name="degree",
                source="appointment_base b JOIN talents_socialworker w ON w.id = b.worker_id",
                key="b.id",
                where=COLLEGE_OR_HIGHER,
                grouped=False,
                facts={"degree_qualified": Fact("有社会工作专业大专以上学历", "TRUE", empty="FALSE")},
            ),
            Pass(
                name="registered",
                # Of the highest certificate: a lower one that is still registered does not stand for it.
                source="(SELECT DISTINCT ON (b.id) b.id, c.id AS certificate_id FROM appointment_base b "
                "JOIN talents_certificate c ON c.worker_id = b.worker_id AND c.issued_on <= %(on)s "
                "ORDER BY b.id, c.level DESC, c.id DESC) h "
                "JOIN talents_registration g ON g.certificate_id = h.certificate_id AND g.start <= %(on)s",
                key="h.id",
                facts={"registered_until": Fact("登记有效期至", 'max(g."end")')},
            ),
            Pass(
                name="staff",
                source="appointment_base b JOIN talents_employment m "
                "ON m.worker_id = b.worker_id AND m.employer_id = b.employer_id",
                key="b.id",
                where="b.source = 'conversion' AND m.start < b.started_on",
                facts={"earlier_employments": count("转换前已在本单位任职的记录", unit="条")},
            ),
            Pass(
                name="supervises",
                source="appointment_base b JOIN posts_post o ON o.id = b.post_id",
                key="b.id",
                where=f"o.duties @> ARRAY[{Duty.SUPERVISION.value}]::smallint[]",
                grouped=False,
                facts={"carries_supervision": Fact("岗位承担专业督导", "TRUE", empty="FALSE")},
            ),
            Pass(
                name="sessions",
                source="appointment_base b JOIN talents_supervisionpair u ON u.supervisor_id = b.worker_id "
                "JOIN talents_supervisionsession n ON n.pair_id = u.id",
                key="b.id",
                where='n."on" <= %(on)s AND n."on" > %(on)s::date - INTERVAL \'1 year\'',
                facts={
                    "supervision_sessions": count("近 12 个月督导次数", unit="次"),
                    "supervision_hours": Fact("近 12 个月督导时长", "trim_scale(sum(n.hours))", "小时", empty="0"),
                },
            ),
            Pass(
                name="next_rung",
                source="posts_rung n",
                key=("n.ladder_id", "n.order - 1"),
                outer=("b.rung_ladder", "b.rung_order"),
                grouped=False,
                facts={
                    "next_certificate": Fact(
                        "高一级职级要求证书", "COALESCE(n.min_certificate, 0)", choices=CERTIFICATES
                    ),
                    "next_years": Fact("高一级职级要求年限", "n.min_years", "年"),
                },
            ),
        ],
    )
)

EMPLOYMENT = subject(
    Subject(
        name="employment",
        label="在职人员",
        rank=30,
        source="talents_employment m JOIN scope s ON s.id = m.employer_id",
        id="m.id",
        where=in_force("m"),
        facts={
            "worker_id": Fact("人员编号", "m.worker_id"),
            "region_id": Fact("所在区划", "s.region_id"),
            "form": Fact("用工形式", "m.form", choices=dict(Employment.Form.choices)),
            "employed_days": Fact("入职天数", "%(on)s::date - m.start", "天"),
        },
        passes=[
            Pass(
                name="certs",
                source="employment_base b JOIN talents_certificate c ON c.worker_id = b.worker_id",
                key="b.id",
                where="c.issued_on <= %(on)s",
                facts={"held_level": Fact("现持有证书", "max(c.level)", empty="0", choices=CERTIFICATES)},
            ),
            Pass(
                name="appointed",
                source="employment_base b JOIN talents_appointment a ON a.worker_id = b.worker_id",
                key="b.id",
                where=in_force("a", *IN_FORCE_STATES),
                facts={"appointments": count("在任聘用")},
            ),
            Pass(
                name="first_registration",
                source="(SELECT DISTINCT ON (b.id) b.id, c.id AS certificate_id, c.issued_on FROM employment_base b "
                "JOIN talents_certificate c ON c.worker_id = b.worker_id AND c.issued_on <= %(on)s "
                "ORDER BY b.id, c.level DESC, c.id DESC) h "
                "LEFT JOIN talents_registration g ON g.certificate_id = h.certificate_id AND g.start <= %(on)s",
                key="h.id",
                where="g.id IS NULL",
                grouped=False,
                facts={
                    "first_registration_due": Fact(
                        "首次登记期限",
                        "(h.issued_on + make_interval(months => %(p_first_registration_months)s))::date",
                    ),
                },
            ),
            Pass(
                name="exams",
                source="employment_base b JOIN talents_certificate c ON c.worker_id = b.worker_id",
                key="b.id",
                where="c.issued_on <= %(on)s AND (c.exam_year < %(p_exam_first_year)s OR c.level = "
                f"{int(CertificateLevel.SENIOR)} AND c.exam_year < %(p_senior_exam_first_year)s "
                "OR c.exam_year > EXTRACT(YEAR FROM c.issued_on))",
                facts={
                    "impossible_exams": count("考试年份不可能的证书", unit="个"),
                    "impossible_exam_year": Fact("不可能的考试年份", "min(c.exam_year)", "年"),
                    "impossible_exam_level": Fact(
                        "该证书", "(array_agg(c.level ORDER BY c.exam_year, c.id))[1]", choices=CERTIFICATES
                    ),
                },
            ),
            Pass(
                name="learning",
                source=LEARNING_PERIODS,
                key="d.id",
                facts={
                    "learning_until": Fact("本登记周期截止", "min(d.until)"),
                    "learning_done": Fact("本周期已完成学时", "trim_scale(COALESCE(sum(t.hours), 0))", "学时"),
                    "learning_needed": Fact("本周期应完成学时", "min(d.needed)", "学时"),
                    "learning_missing": Fact(
                        "本周期还差学时", "GREATEST(trim_scale(min(d.needed) - COALESCE(sum(t.hours), 0)), 0)", "学时"
                    ),
                    "learning_soon": Fact(
                        "周期临近截止",
                        "min(d.until) <= %(on)s::date + make_interval(months => %(p_continuing_warning_months)s)",
                    ),
                    "learning_behind": Fact(
                        "学时落后于进度",
                        "COALESCE(sum(t.hours), 0) * (min(d.until) - min(d.since) + 1) "
                        "< min(d.needed) * (%(on)s::date - min(d.since) + 1)",
                    ),
                },
            ),
        ],
    )
)

extend(
    EMPLOYMENT.name,
    Pass(
        name="specialist",
        source="employment_base b JOIN talents_specialistfile f ON f.worker_id = b.worker_id",
        key="b.id",
        where="f.included_on <= %(on)s",
        grouped=False,
        facts={"in_specialist_file": Fact("已纳入专业技术人员管理", "TRUE", empty="FALSE")},
    ),
)

extend(
    POST.name,
    Pass(
        name="holders",
        source="post_base b JOIN talents_appointment a ON a.post_id = b.id",
        key="b.id",
        where=in_force("a", *IN_FORCE_STATES),
        facts={"holders": count("在岗人数", unit="人")},
    ),
)

extend(
    EMPLOYER.name,
    Pass(
        name="appointments",
        source="appointment_facts a",
        key="a.employer_id",
        facts={
            "filled_posts": Fact("有人在岗的岗位", "count(DISTINCT a.post_id)", "个", empty="0"),
            "full_time_certified": count("专职持证人员", "a.full_time AND a.held_level > 0", "人"),
            "full_time_qualified": count(
                "专职专业人员（证书或专业学历）", "a.full_time AND (a.held_level > 0 OR a.degree_qualified)", "人"
            ),
            "part_time_holders": count("兼职在岗人员", "NOT a.full_time", "人"),
            "certified_holders": count("持证在岗人员", "a.held_level > 0", "人"),
            "holders_total": count("在岗人员", unit="人"),
        },
    ),
)
