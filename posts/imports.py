"""Import kinds of employers and posts: how rows find their objects, what must hold, what is written."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from posts.models import Employer, Kind, KindBureau, Post
from posts.models.kinds import COMMUNITY_KINDS, DEFAULT_SECTOR
from posts.resources import EmployerResource, PostResource
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, Found, ImportKind, Target, bind, register
from xmsw.exchange.shown import name_codes
from xmsw.identifiers import credit_code_problem

COMMUNITIES = ", ".join(f"'{kind}'" for kind in COMMUNITY_KINDS)
# One a place: communities by their 12 digits, centres by the 9 of their street. All of them are listed already.
PLACED = f"{COMMUNITIES}, '{Kind.C01.value}'"
SECTORS = " ".join(f"WHEN '{kind}' THEN '{sector}'" for kind, sector in DEFAULT_SECTOR.items())
# One sentence for «does not exist» and «is not yours»: a file must not tell what lies in another district.
NO_EMPLOYER = "没有这个单位，或它不在你的工作范围内"


def visible_employers(user: User | None, cursor: Any) -> None:
    """Temporary relation `visible_employer`: id, credit code, community code, kind, start, end."""
    rows = Employer.objects.all() if user is None else Employer.objects.visible_to(user)
    sql, params = rows.values_list("id", "credit_code", "region_id", "kind", "start", "end").query.sql_with_params()
    cursor.execute("DROP TABLE IF EXISTS visible_employer")
    # Django's own SQL takes positional parameters; history context needs none here (CREATE is not tracked).
    cursor.execute(
        "CREATE TEMPORARY TABLE visible_employer ON COMMIT DROP AS "
        "SELECT v.id, v.credit_code, "
        f"CASE WHEN v.kind IN ({PLACED}) AND v.ended IS NULL THEN v.region_id END AS community_code, "
        "v.kind, v.started, v.ended "
        f"FROM ({sql}) AS v (id, credit_code, region_id, kind, started, ended)",
        params,
    )
    cursor.execute("CREATE INDEX ON visible_employer (credit_code)")
    cursor.execute("CREATE INDEX ON visible_employer (community_code)")
    cursor.execute("ANALYZE visible_employer")


# A kind whose rows name an employer has `employer_code` and a working column `employer_id`.
FIND_EMPLOYER = (
    "UPDATE incoming i SET employer_id = v.id FROM visible_employer v "
    "WHERE v.credit_code = i.employer_code AND length(i.employer_code) = 18",
    "UPDATE incoming i SET employer_id = v.id FROM visible_employer v "
    "WHERE v.community_code = i.employer_code AND length(i.employer_code) IN (9, 12)",
)
EMPLOYER_KNOWN = Check(
    "employer_code",
    "i.employer_code IS NOT NULL AND i.employer_id IS NULL",
    NO_EMPLOYER,
    "核对单位代码；确实是新单位时，先导入用人单位",
)


def employer_names(user: User, codes: Collection[str]) -> dict[str, str]:
    """Names of the employers that rows name by credit code or, communities and centres, by the code of their place."""
    seen = Employer.objects.visible_to(user)
    placed = seen.filter(region__in=codes, kind__in=(*COMMUNITY_KINDS, Kind.C01), end=None)
    by_place = dict(placed.values_list("region_id", "name"))
    return by_place | dict(seen.filter(credit_code__in=codes).values_list("credit_code", "name"))


name_codes("employer_code", employer_names)


def employers_of(user: User) -> list[int] | None:
    """Employers that an account without a unit works for; None for officers, who work for their unit."""
    return None if user.org_unit_id else sorted(Employer.objects.visible_to(user).values_list("pk", flat=True))


bind(employers_of)


def prepare_employers(user: User | None, cursor: Any) -> None:
    """What employers the user sees, which regions are the user's, and the default bureau of each kind."""
    visible_employers(user, cursor)
    cursor.execute("DROP TABLE IF EXISTS own_region")
    cursor.execute(
        "CREATE TEMPORARY TABLE own_region ON COMMIT DROP AS SELECT code FROM regions_region WHERE code LIKE %(area)s",
        {"area": "%" if user is None else f"{user.area_code or '-'}%"},
    )


def wrong_credit_codes(cursor: Any) -> list[Found]:
    """Check digits, in Python."""
    cursor.execute("SELECT row, credit_code FROM incoming WHERE credit_code IS NOT NULL", {})
    judged = ((row, credit_code_problem(code)) for row, code in cursor.fetchall())
    return [Found(row, "credit_code", problem, "照登记证书重填") for row, problem in judged if problem]


register(
    ImportKind(
        key="employers",
        label="用人单位",
        capability=Capability.IMPORT_EMPLOYERS,
        resource=EmployerResource,
        order=10,
        note="社区已经全部在册：填 12 位社区代码就会对上，登记状态变为「已登记」。",
        working={"employer_id": "bigint", "holder_id": "bigint"},
        prepare=prepare_employers,
        resolve=(
            "UPDATE incoming i SET employer_id = v.id FROM visible_employer v "
            f"WHERE i.kind IN ({PLACED}) AND v.community_code = i.region",
            # A community or centre counts since it is on the list; registering it changes no past day.
            "UPDATE incoming i SET started_on = NULL FROM posts_employer e "
            f"WHERE e.id = i.employer_id AND e.kind IN ({PLACED})",
            "UPDATE incoming i SET holder_id = e.id FROM posts_employer e WHERE e.credit_code = i.credit_code",
            "UPDATE incoming i SET employer_id = v.id FROM visible_employer v "
            f"WHERE i.employer_id IS NULL AND i.kind NOT IN ({PLACED}) AND v.credit_code = i.credit_code",
        ),
        unique=(f"CASE WHEN i.kind IN ({PLACED}) THEN i.region ELSE i.credit_code END",),
        checks=(
            Check(
                "region",
                "i.region IS NOT NULL AND NOT EXISTS (SELECT FROM own_region r WHERE r.code = i.region)",
                "没有这个区划代码，或它不在你的工作范围内",
                "核对代码；Excel 会去掉开头的 0（把 09 变成 9）",
            ),
            Check(
                "region",
                f"i.kind IN ({COMMUNITIES}) AND length(i.region) <> 12",
                "城市、农村社区要填 12 位社区代码",
            ),
            Check(
                "region",
                f"i.kind = '{Kind.C01.value}' AND length(i.region) <> 9",
                "街道（镇）社区服务中心要填 9 位街道（镇）代码",
            ),
            Check(
                "kind_source",
                f"i.kind IN ({COMMUNITIES}) AND i.kind_source IS NULL AND EXISTS "
                "(SELECT FROM visible_employer v WHERE v.id = i.employer_id AND v.kind <> i.kind)",
                "这个社区的类别与库中不同，须写明类别依据",
                "补填认定文件",
            ),
            Check(
                "credit_code",
                f"i.credit_code IS NULL AND i.kind NOT IN ({PLACED})",
                "社区和中心以外的单位必须填统一社会信用代码",
                "补填这一格",
            ),
            Check(
                "credit_code",
                "i.holder_id IS NOT NULL AND i.holder_id IS DISTINCT FROM i.employer_id "
                "AND i.region IN (SELECT r.code FROM own_region r)",
                "这个统一社会信用代码已属于另一个单位",
            ),
        ),
        extra=wrong_credit_codes,
        targets=(
            Target(
                table="posts_employer",
                id="employer_id",
                key=("coalesce(i.credit_code, i.region)",),
                columns={
                    "name": "i.name",
                    "kind": "i.kind",
                    "region_id": "i.region",
                    "credit_code": "i.credit_code",
                    "sector": "i.sector",
                    "competent_bureau": "i.bureau",
                    "kind_source": "i.kind_source",
                    "kind_decided_on": "i.decided_on",
                    "technical_posts": "i.technical_posts::integer",
                    "address": "i.address",
                    "contact": "i.contact",
                    "contact_phone": "i.contact_phone",
                    "start": "i.started_on",
                    "state": "'approved'::text",
                },
                defaults={
                    "sector": f"CASE i.kind {SECTORS} END",
                    "competent_bureau": f"(SELECT b.bureau FROM {KindBureau._meta.db_table} b WHERE b.kind = i.kind)",
                    "kind_source": "''",
                    "address": "''",
                    "contact": "''",
                    "contact_phone": "''",
                    "start": "CURRENT_DATE",
                },
                follows={"pinyin": "i.name_pinyin"},
                constants={"synthetic": "FALSE"},
                updates="t.state <> 'closed'",
                within="t.id IN (SELECT v.id FROM visible_employer v)",
            ),
        ),
    )
)

SAME_EMPLOYERS_POSTS = "incoming i JOIN posts_post p ON p.employer_id = i.employer_id"

register(
    ImportKind(
        key="posts",
        label="岗位",
        capability=Capability.IMPORT_POSTS,
        resource=PostResource,
        order=20,
        note="一行一个岗位。岗位编号在本单位内不重复，再次导入同一编号就是修改。",
        working={"employer_id": "bigint", "post_id": "bigint"},
        prepare=visible_employers,
        resolve=(
            *FIND_EMPLOYER,
            "UPDATE incoming i SET post_id = p.id FROM posts_post p "
            "WHERE p.employer_id = i.employer_id AND p.code = i.code",
        ),
        unique=("coalesce(i.employer_id::text, i.employer_code)", "i.code"),
        checks=(
            EMPLOYER_KNOWN,
            Check(
                "code",
                "i.post_id IS NULL AND p.code <> i.code AND i.code ~ '^[0-9]+$' AND ltrim(p.code, '0') = i.code",
                "本单位已有岗位 {}；Excel 可能把 {} 开头的 0 去掉了（把 09 变成了 9）",
                "把这一列设为文本格式，照原编号重填",
                source=SAME_EMPLOYERS_POSTS,
                detail="p.code",
            ),
            Check(
                "institution_grade",
                "i.institution_grade IS NOT NULL AND i.grade IS DISTINCT FROM "
                "CASE WHEN i.institution_grade <= 7 THEN 3 "
                "WHEN i.institution_grade <= 10 THEN 2 ELSE 1 END",
                "与岗位等级不符：1–7 级是高级，8–10 级是中级，11–13 级是初级",
            ),
            Check(
                "activities",
                "cardinality(i.activities) > 0 AND NOT coalesce(i.duties, '{}') @> ARRAY[1::smallint]",
                "直接服务内容只属于第一类职责（二（三）-1）",
                "职责类别加选「直接服务」，或清空这一格",
            ),
            Check("ended_on", "i.ended_on < i.started_on", "撤销日期早于设立日期"),
            Check(
                "grade",
                "i.grade IS NULL AND i.employer_id IS NOT NULL",
                "没有填岗位等级",
                "补填初级、中级或高级",
                "warning",
            ),
        ),
        targets=(
            Target(
                table="posts_post",
                id="post_id",
                key=("i.employer_id", "i.code"),
                columns={
                    "employer_id": "i.employer_id",
                    "code": "i.code",
                    "name": "i.name",
                    "grade": "i.grade",
                    "institution_grade": "i.institution_grade::smallint",
                    "duties": "i.duties",
                    "activities": "i.activities",
                    "duty_text": "i.duty_text",
                    "coordinates": "i.coordinates",
                    "min_certificate": "i.min_certificate",
                    "min_education": "i.min_education",
                    "min_years": "i.min_years::smallint",
                    "need_basis": "i.need_basis",
                    "source": "i.source",
                    "principal": "i.principal",
                    "frontline": "i.frontline",
                    "service_field": "i.service_field",
                    "start": "i.started_on",
                    "end": "i.ended_on",
                    "state": "CASE WHEN i.ended_on IS NOT NULL THEN 'abolished' END",
                },
                defaults={
                    "duties": "'{}'",
                    "activities": "'{}'",
                    "duty_text": "''",
                    "coordinates": "FALSE",
                    "need_basis": "''",
                    "source": f"'{Post.Source.RECRUITMENT.value}'",
                    "principal": "FALSE",
                    "frontline": "TRUE",
                    "service_field": "''",
                    "state": "'approved'",
                },
                within="t.employer_id IN (SELECT v.id FROM visible_employer v)",
            ),
        ),
    )
)
