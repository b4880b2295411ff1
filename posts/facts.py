"""Facts about employers and posts, from posts, needs, inclusion filings and ladders."""

from posts.models import Grade, Kind, Sector
from posts.models.employers import Employer
from posts.models.posts import Post
from xmsw.policy.facts import Fact, Pass, Subject, count, declare_scope, in_force, subject

declare_scope(
    "SELECT e.id, e.kind, e.sector, e.competent_bureau AS bureau, e.region_id, e.technical_posts "
    f"FROM posts_employer e WHERE {in_force('e', *Employer.COUNTED)}"
)

POST = subject(
    Subject(
        name="post",
        label="岗位",
        rank=10,
        source="posts_post p JOIN scope s ON s.id = p.employer_id",
        id="p.id",
        where=f"{in_force('p', *Post.COUNTED)} AND NOT EXISTS "
        f"(SELECT FROM posts_postfreeze z WHERE z.post_id = p.id AND {in_force('z')})",
        facts={
            "grade": Fact("岗位等级", "p.grade", choices=dict(Grade.choices)),
            "institution_grade": Fact("事业单位岗位级别", "p.institution_grade", "级"),
            "duty_count": Fact("职责类别", "cardinality(p.duties)", "类"),
            "has_duty_text": Fact("写明职责", "p.duty_text <> ''"),
            "has_conditions": Fact(
                "写明任职条件",
                "p.min_certificate IS NOT NULL AND p.min_education IS NOT NULL AND p.min_years IS NOT NULL",
            ),
            "has_need_basis": Fact("写明设岗依据", "p.need_basis <> ''"),
            "principal": Fact("主体岗位", "p.principal"),
            "coordinates": Fact("承担协调职责", "p.coordinates"),
        },
    )
)

EMPLOYER = subject(
    Subject(
        name="employer",
        label="用人单位",
        rank=100,
        source="scope s",
        id="s.id",
        facts={
            "employer_kind": Fact("单位类别", "s.kind", choices=dict(Kind.choices)),
            "employer_sector": Fact("领域", "s.sector", choices=dict(Sector.choices)),
            "technical_posts": Fact("专业技术岗位总数", "s.technical_posts", "个"),
        },
        passes=[
            Pass(
                name="posts",
                source="post_facts p",
                key="p.employer_id",
                facts={
                    "active_posts": count("在设社工岗位"),
                    "ungraded_posts": count("未定级岗位", "p.grade IS NULL"),
                    "principal_posts": count("主体岗位", "p.principal"),
                    "coordinator_posts": count("承担协调职责的岗位", "p.coordinates AND p.has_duty_text"),
                },
            ),
            Pass(
                name="needs",
                source="(SELECT DISTINCT ON (n.employer_id) n.employer_id, n.headcount, n.assessed_on "
                "FROM posts_needassessment n JOIN scope s ON s.id = n.employer_id "
                "WHERE n.assessed_on <= %(on)s AND n.state = 'filed' ORDER BY n.employer_id, n.assessed_on DESC) n",
                key="n.employer_id",
                grouped=False,
                facts={
                    "needed_headcount": Fact("评估需要人数", "n.headcount", "人"),
                    "assessed_on": Fact("评估日期", "n.assessed_on"),
                },
            ),
            Pass(
                name="inclusion",
                source="posts_inclusion i JOIN scope s ON s.id = i.employer_id",
                key="i.employer_id",
                where="i.included_on <= %(on)s AND i.state = 'filed'",
                facts={"inclusions": count("纳入专业技术岗位管理的备案")},
            ),
            Pass(
                name="ladder",
                source="posts_rankladder l JOIN scope s ON s.id = l.employer_id",
                key="l.employer_id",
                where=in_force("l"),
                facts={"ladders": count("施行中的职级体系")},
            ),
        ],
    )
)
