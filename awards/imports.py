"""Import kind of honours, found by the exchange's autodiscovery: those of the past, and what employers award."""

from __future__ import annotations

from typing import Any

from awards.honouring import levels_of
from awards.models import AwardLevel, Honour
from awards.resources import HonourResource
from posts.imports import EMPLOYER_KNOWN, FIND_EMPLOYER, visible_employers
from talents.imports_staff import FIND_WORKER
from xmsw.accounts.models import OrgUnit, User
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register

OWN = f"'{AwardLevel.EMPLOYER.value}'"
HERE = "talents_employment m WHERE m.worker_id = i.worker_id AND m.employer_id = i.employer_id"
# What awards/honouring.py `keeps` says: the own level; of employers' the own people, else the place of the award or
# the place that recorded it. What came from a cycle or was revoked is not changed by a file.
KEPT = f"""
    h.cycle_id IS NULL AND h.revoked_on IS NULL AND h.employer_id IN (SELECT v.id FROM visible_employer v)
    AND h.level IN (SELECT l.level FROM own_level l)
    AND (h.level = {OWN} OR g.area IS NULL
         OR g.area = (SELECT left(e.region_id, CASE h.level WHEN '{AwardLevel.DISTRICT.value}' THEN 6 ELSE 4 END)
                        FROM posts_employer e WHERE e.id = h.employer_id)
         OR g.area = (SELECT o.region_id FROM {User._meta.db_table} u
                         JOIN {OrgUnit._meta.db_table} o ON o.id = u.org_unit_id WHERE u.id = h.recorded_by_id))
"""


def prepare_honours(user: User | None, cursor: Any) -> None:
    """What the user sees, who imports from which area (`importer`), and the levels that account records."""
    visible_employers(user, cursor)
    cursor.execute("DROP TABLE IF EXISTS importer")
    cursor.execute(
        "CREATE TEMPORARY TABLE importer ON COMMIT DROP AS SELECT %(id)s::bigint AS id, %(area)s::text AS area",
        {"id": user and user.pk, "area": user and (user.area_code or "")},
    )
    levels = list(AwardLevel.values if user is None else levels_of(user))
    cursor.execute("DROP TABLE IF EXISTS own_level")
    cursor.execute(
        "CREATE TEMPORARY TABLE own_level ON COMMIT DROP AS SELECT unnest(%(levels)s::text[]) AS level",
        {"levels": levels},
    )


register(
    ImportKind(
        key="honours",
        label="荣誉",
        capability=Capability.IMPORT_STAFF,
        resource=HonourResource,
        order=80,
        note="一人一项荣誉一行，写获奖时所在的单位。先导入人员。平台上评出的不用导入。",
        working={
            "employer_id": "bigint",
            "worker_id": "bigint",
            "worker_name": "text",
            "employed": "boolean",
            "honour_id": "bigint",
            "honour_kept": "boolean",
        },
        prepare=prepare_honours,
        resolve=(
            *FIND_EMPLOYER,
            *FIND_WORKER,
            # Whoever never worked there is nobody to this file.
            f"UPDATE incoming i SET worker_id = NULL WHERE NOT EXISTS (SELECT FROM {HERE})",
            f"UPDATE incoming i SET employed = EXISTS (SELECT FROM {HERE} AND (i.level <> {OWN} "
            "OR i.awarded_on BETWEEN m.start AND coalesce(m.\"end\", 'infinity')))",
            "UPDATE incoming i SET worker_name = w.name FROM talents_socialworker w WHERE w.id = i.worker_id",
            f"UPDATE incoming i SET honour_id = h.id, honour_kept = {KEPT} FROM awards_honour h, importer g "
            "WHERE h.worker_id = i.worker_id AND h.series = i.series AND h.level = i.level "
            "AND h.awarded_on = i.awarded_on",
        ),
        unique=("i.identity_hash", "i.series", "i.level", "i.awarded_on"),
        checks=(
            EMPLOYER_KNOWN,
            Check(
                "identity",
                "i.identity_hash IS NOT NULL AND i.employer_id IS NOT NULL AND i.worker_id IS NULL",
                "此人没有在这个单位任职",
                "核对身份证号和单位，或先导入人员",
            ),
            Check("name", "i.name <> i.worker_name", "姓名与身份证号对不上", "照身份证核对姓名和号码"),
            Check(
                "level",
                "i.level NOT IN (SELECT l.level FROM own_level l)",
                "这个级别的荣誉不由你登记",
                "民政登记国家级、省级和本级的，用人单位登记「单位」的",
            ),
            Check("awarded_on", "i.awarded_on > CURRENT_DATE", "表彰日期在今天之后"),
            Check(
                "awarded_on",
                "i.worker_id IS NOT NULL AND NOT i.employed",
                "此人这一天不在本单位任职",
                "单位表彰的是本单位的人；核对日期",
            ),
            Check("awarded_by", f"i.awarded_by IS NULL AND i.level <> {OWN}", "要填颁奖单位", "照表彰文件填"),
            Check("document", f"i.document IS NULL AND i.level <> {OWN}", "要填表彰文号", "照表彰文件填"),
            Check("form", f"i.form IS NULL AND i.level = {OWN}", "要填表彰形式", "例如奖金、证书、通报、休假"),
            Check(
                "series",
                "i.honour_id IS NOT NULL AND NOT i.honour_kept",
                "此人这一天的这项荣誉已经登记，不能用文件改",
                "删掉这一行；有错的，由颁奖或登记的一方更正",
            ),
        ),
        targets=(
            Target(
                table=Honour._meta.db_table,
                id="honour_id",
                key=("i.worker_id", "i.series", "i.level", "i.awarded_on"),
                columns={
                    "worker_id": "i.worker_id",
                    "employer_id": "i.employer_id",
                    "level": "i.level",
                    "series": "i.series",
                    "title": "i.title",
                    "awarded_by": "i.awarded_by",
                    "awarded_on": "i.awarded_on",
                    "document": "i.document",
                    "form": "i.form",
                    "prize": "i.prize",
                },
                defaults={
                    "awarded_by": "(SELECT e.name FROM posts_employer e WHERE e.id = i.employer_id)",
                    "document": "''",
                    "form": "''",
                    "prize": "0",
                },
                constants={
                    "recorded_by_id": "(SELECT g.id FROM importer g)",
                    "revoked_because": "''",
                    "synthetic": "FALSE",
                },
                updates="i.honour_kept",
                within="t.revoked_on IS NULL AND t.employer_id IN (SELECT v.id FROM visible_employer v)",
            ),
        ),
    )
)
