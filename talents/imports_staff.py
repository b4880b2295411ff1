"""Import kind of staff: persons, their employments, up to one certificate a row.

A person is an uploader's own while all who employ the person lie in the uploader's scope; only then a file changes
the person or a certificate. For others it adds an employment of the uploader's employer, and tells nothing.
"""

from __future__ import annotations

from typing import Any

from posts.imports import EMPLOYER_KNOWN, FIND_EMPLOYER, visible_employers
from talents.models.certificates import Certificate
from talents.resources import StaffResource
from xmsw.accounts.models import Bureau, OrgUnit, User
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS

PERSON = "incoming i JOIN talents_socialworker w ON w.id = i.worker_id"
CERTIFICATE = "incoming i JOIN talents_certificate c ON c.id = i.certificate_id"
ISSUED_FROM = "make_date(CASE WHEN i.certificate_level = 3 THEN 2019 ELSE 2008 END, 1, 1)"
# A record that was merged leads to the one that was kept.
FIND_ANYBODY = (
    "UPDATE incoming i SET worker_id = coalesce(w.merged_into_id, w.id) FROM talents_socialworker w "
    "WHERE w.identity_hash = i.identity_hash"
)
# A row of an employer that the uploader does not see finds nobody: its answers are those of an unknown number.
FIND_WORKER = (f"{FIND_ANYBODY} AND i.employer_id IS NOT NULL",)
IN_FORCE = '(m."end" IS NULL OR m."end" >= CURRENT_DATE)'
EMPLOYMENTS = "talents_employment m LEFT JOIN visible_employer v ON v.id = m.employer_id"
# People whose employments in force, or else all they ever had, lie within what the uploader sees.
OWN_PEOPLE = (
    f"SELECT m.worker_id FROM {EMPLOYMENTS} WHERE m.worker_id IN ({{0}}) GROUP BY m.worker_id "
    f"HAVING CASE WHEN bool_or({IN_FORCE}) THEN bool_and(v.id IS NOT NULL) FILTER (WHERE {IN_FORCE}) "
    "ELSE bool_and(v.id IS NOT NULL) END"
)
TOUCHED_PEOPLE = "SELECT worker_id FROM talents_employment"
DECIDER = (
    f"(SELECT u.name FROM {OrgUnit._meta.db_table} u, decider d WHERE u.bureau = '{Bureau.CIVIL_AFFAIRS.value}' "
    "AND u.region_id = left(e.region_id, d.digits) AND u.valid_to IS NULL LIMIT 1)"
)


def prepare_staff(user: User | None, cursor: Any) -> None:
    """What the user sees, and how many digits the area of the office has that decides what the user may not."""
    visible_employers(user, cursor)
    by_city = user is None or user.is_lead or len(user.area_code or "") == CITY_DIGITS
    cursor.execute("DROP TABLE IF EXISTS decider")
    cursor.execute(
        "CREATE TEMPORARY TABLE decider ON COMMIT DROP AS SELECT %(digits)s::integer AS digits",
        {"digits": CITY_DIGITS if by_city else DISTRICT_DIGITS},
    )


register(
    ImportKind(
        key="staff",
        label="人员与证书",
        capability=Capability.IMPORT_STAFF,
        resource=StaffResource,
        order=30,
        note="一人一行；有几个证书就写几行。空着的格子不改动库中已有的内容。",
        working={
            "employer_id": "bigint",
            "worker_id": "bigint",
            "worker_own": "boolean",
            "worker_elsewhere": "boolean",
            "employment_id": "bigint",
            "certificate_id": "bigint",
        },
        prepare=prepare_staff,
        resolve=(
            *FIND_EMPLOYER,
            *FIND_WORKER,
            f"UPDATE incoming i SET worker_own = TRUE FROM ({OWN_PEOPLE.format('SELECT worker_id FROM incoming')}) o "
            "WHERE o.worker_id = i.worker_id",
            "UPDATE incoming i SET worker_elsewhere = TRUE WHERE i.worker_id IS NOT NULL AND i.worker_own IS NOT TRUE "
            f"AND EXISTS (SELECT FROM {EMPLOYMENTS} WHERE m.worker_id = i.worker_id AND v.id IS NULL AND {IN_FORCE})",
            "UPDATE incoming i SET employment_id = m.id FROM talents_employment m "
            "WHERE m.worker_id = i.worker_id AND m.employer_id = i.employer_id AND m.start = i.started_on",
            "UPDATE incoming i SET certificate_id = c.id FROM talents_certificate c "
            "WHERE c.number = i.certificate_number AND i.employer_id IS NOT NULL",
        ),
        unique=(
            "coalesce(i.employer_id::text, i.employer_code)",
            "i.identity_hash",
            "i.started_on",
            "coalesce(i.certificate_number, '')",
        ),
        checks=(
            EMPLOYER_KNOWN,
            Check(
                "name",
                "i.name <> w.name AND i.worker_own IS NOT TRUE",
                "姓名与身份证号对不上",
                "照身份证核对姓名和号码；改过名的，联系区民政更正",
                source=PERSON,
            ),
            Check(
                "name",
                "i.name <> w.name AND i.worker_own",
                "库中这个身份证号的姓名是「{}」，写入后会改成文件里的姓名",
                "不是改名的话，请核对身份证号",
                "warning",
                source=PERSON,
                detail="w.name",
            ),
            Check(
                "name",
                "i.name <> i.first_name",
                "同一身份证号在第 {} 行写的是另一个姓名",
                source="(SELECT i.*, first_value(i.name) OVER p AS first_name, first_value(i.row) OVER p AS first_row "
                "FROM incoming i WHERE i.identity_hash IS NOT NULL AND i.name IS NOT NULL "
                "WINDOW p AS (PARTITION BY i.identity_hash ORDER BY i.row)) i",
                detail="i.first_row",
            ),
            Check(
                "form",
                "i.said <> i.first_said",
                "与第 {} 行是同一段任职，用工形式或离职日期却不同",
                source="(SELECT i.*, first_value((i.form, i.ended_on)::text) OVER p AS first_said, "
                "(i.form, i.ended_on)::text AS said, first_value(i.row) OVER p AS first_row FROM incoming i "
                "WHERE i.identity_hash IS NOT NULL AND i.employer_id IS NOT NULL AND i.started_on IS NOT NULL "
                "WINDOW p AS (PARTITION BY i.identity_hash, i.employer_id, i.started_on ORDER BY i.row)) i",
                detail="i.first_row",
            ),
            Check("ended_on", "i.ended_on < i.started_on", "离职日期早于入职日期"),
            Check(
                "started_on",
                "m.id IS DISTINCT FROM i.employment_id AND NOT EXISTS "
                "(SELECT FROM incoming o WHERE o.employment_id = m.id) "
                "AND daterange(m.start, m.\"end\", '[]') && daterange(i.started_on, i.ended_on, '[]')",
                "此人在本单位已有 {} 起的任职，时间重叠",
                "填库中的入职日期，或先登记上一段的离职日期",
                source="(SELECT * FROM incoming WHERE coalesce(ended_on, started_on) >= started_on) i "
                "JOIN talents_employment m ON m.worker_id = i.worker_id AND m.employer_id = i.employer_id",
                detail="m.start",
            ),
            Check(
                "started_on",
                "o.row < i.row AND o.started_on <> i.started_on "
                "AND daterange(o.started_on, o.ended_on, '[]') && daterange(i.started_on, i.ended_on, '[]')",
                "与第 {} 行的任职时间重叠",
                source="(SELECT * FROM incoming WHERE coalesce(ended_on, started_on) >= started_on) i "
                "JOIN (SELECT * FROM incoming WHERE coalesce(ended_on, started_on) >= started_on) o "
                "ON o.identity_hash = i.identity_hash AND o.employer_id = i.employer_id",
                detail="o.row",
            ),
            Check(
                "certificate_number",
                "num_nonnulls(i.certificate_level, i.certificate_number, i.certificate_issued) BETWEEN 1 AND 2",
                "证书级别、编号、签发日期要一起填",
                "补齐三格，或三格都空着",
            ),
            Check(
                "certificate_number",
                "c.worker_id IS DISTINCT FROM i.worker_id",
                "这个证书编号已登记在另一个人名下",
                "照证书核对编号",
                source=CERTIFICATE,
            ),
            Check(
                "certificate_number",
                "i.certificate_number IS NOT NULL AND i.certificate_id IS NULL AND i.worker_elsewhere",
                "此人还在别的单位任职，新证书由{}核对登记",
                "清空证书三格，先登记任职；证书交上述部门",
                source="incoming i JOIN posts_employer e ON e.id = i.employer_id",
                detail=DECIDER,
            ),
            Check(
                "certificate_number",
                "i.first_hash <> i.identity_hash",
                "第 {} 行的另一个人用了同一个证书编号",
                "照证书核对编号",
                source="(SELECT i.*, first_value(i.identity_hash) OVER p AS first_hash, "
                "first_value(i.row) OVER p AS first_row FROM incoming i "
                "WHERE i.certificate_number IS NOT NULL AND i.identity_hash IS NOT NULL "
                "WINDOW p AS (PARTITION BY i.certificate_number ORDER BY i.row)) i",
                detail="i.first_row",
            ),
            Check(
                "certificate_issued",
                f"i.certificate_issued < {ISSUED_FROM}",
                "这个级别的证书 {} 年才开始有，签发日期不可能更早",
                detail=f"extract(year FROM {ISSUED_FROM})",
            ),
            Check("certificate_issued", "i.certificate_issued > CURRENT_DATE", "签发日期在今天之后"),
        ),
        targets=(
            Target(
                table="talents_socialworker",
                id="worker_id",
                key=("i.identity_hash",),
                columns={
                    "name": "i.name",
                    "sex": "i.sex",
                    "phone_hash": "i.phone_hash",
                    "education": "i.education",
                    "degree": "i.degree",
                    "social_work_education": "i.social_work_education",
                },
                defaults={
                    "sex": "i.identity_sex",
                    "phone_hash": "''",
                },
                follows={
                    "pinyin": "i.name_pinyin",
                    "phone": "CASE WHEN i.phone_hash IS NULL THEN t.phone ELSE decode(i.phone_sealed, 'base64') END",
                },
                constants={
                    "identity": "decode(i.identity_sealed, 'base64')",
                    "identity_hash": "i.identity_hash",
                    "identity_mask": "i.identity_mask",
                    "birth_date": "i.identity_birth",
                    "synthetic": "FALSE",
                },
                updates="i.worker_own",
                within=f"t.id IN ({OWN_PEOPLE.format(TOUCHED_PEOPLE)})",
            ),
            Target(
                table="talents_employment",
                id="employment_id",
                key=("i.worker_id", "i.employer_id", "i.started_on"),
                columns={
                    "worker_id": "i.worker_id",
                    "employer_id": "i.employer_id",
                    "form": "i.form",
                    "role": "i.role",
                    "start": "i.started_on",
                    "end": "i.ended_on",
                    "end_reason": "i.end_reason",
                },
                defaults={"role": "''", "end_reason": "''"},
                within="t.employer_id IN (SELECT v.id FROM visible_employer v)",
            ),
            Target(
                table=Certificate._meta.db_table,
                id="certificate_id",
                key=("i.certificate_number",),
                feeds="i.certificate_number IS NOT NULL",
                columns={
                    "worker_id": "i.worker_id",
                    "level": "i.certificate_level",
                    "number": "i.certificate_number",
                    "issued_on": "i.certificate_issued",
                },
                updates="i.worker_own",
                within=f"t.worker_id IN ({OWN_PEOPLE.format(TOUCHED_PEOPLE)})",
            ),
        ),
    )
)
