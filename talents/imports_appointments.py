"""Import kind of appointments. The certificate rule (二(四)-6 to -8) is the registry's, judged on a row of facts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Any

from posts.imports import EMPLOYER_KNOWN, FIND_EMPLOYER, visible_employers
from talents.imports_staff import FIND_WORKER
from talents.models.appointments import IN_FORCE_STATES
from talents.resources import AppointmentResource
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, Found, ImportKind, Target, register
from xmsw.policy.engine import explain
from xmsw.policy.models import ParameterValue
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import ParameterMissing, Values, values_on
from xmsw.policy.rules import rules

STATES = ", ".join(f"'{state}'" for state in IN_FORCE_STATES)
SPAN = "daterange({0}.{1}, {0}.{2}, '[]')"
FILE_SPAN = SPAN.format("i", "started_on", "ended_on")
STORED_SPAN = SPAN.format("a", "start", '"end"')
OTHER_SPAN = SPAN.format("o", "started_on", "ended_on")
SOUND = "(SELECT * FROM incoming WHERE coalesce(ended_on, started_on) >= started_on)"
NOT_IN_FILE = "NOT EXISTS (SELECT FROM incoming n WHERE n.appointment_id = a.id)"
OTHER_SEAT = f"i.full_time AND a.full_time AND a.state IN ({STATES}) AND {NOT_IN_FILE} AND {STORED_SPAN} && {FILE_SPAN}"
SEEN_SEATS = (
    f"{SOUND} i JOIN talents_appointment a ON a.worker_id = i.worker_id JOIN posts_post p ON p.id = a.post_id "
    "JOIN visible_employer v ON v.id = p.employer_id"
)
FACTS = ("post_grade", "post_institution_grade", "started_on", "held_at_start")


def broken_certificate_rules(cursor: Any) -> Iterator[Found]:
    """Blocking rules of appointments, as the registry decides them on the day of appointment."""
    blocking = [rule for rule in rules("appointment") if rule.blocks]
    days = sorted(set(ParameterValue.objects.values_list("start", flat=True)))

    @cache
    def parameters(version: int) -> Values | None:
        try:
            return values_on(days[version]) if version >= 0 else None
        except ParameterMissing:
            return None

    @cache
    def verdicts(facts: tuple) -> list[tuple[str, str]]:
        row = dict(zip(FACTS, facts, strict=True)) | {"id": 0}
        params = parameters(bisect_right(days, facts[2]) - 1)
        if params is None:
            return [("聘用日期太早，那一天还没有核查参数", "核对聘用日期")]
        judged = (explain(rule, row, {**params, "today": facts[2]}) for rule in blocking)
        broken = (each for each in judged if each is not None and each.outcome == Outcome.VIOLATION)
        return [(f"{each.message}（依据 {each.rule.clause}）", each.mend) for each in broken]

    cursor.execute(
        "SELECT i.row, p.grade, p.institution_grade, i.started_on, "
        "coalesce((SELECT max(c.level) FROM talents_certificate c "
        "WHERE c.worker_id = i.worker_id AND c.issued_on <= i.started_on), 0) "
        "FROM incoming i JOIN posts_post p ON p.id = i.post_id "
        "WHERE i.worker_id IS NOT NULL AND i.started_on IS NOT NULL",
        {},
    )
    for row, *facts in cursor.fetchall():
        for message, mend in verdicts(tuple(facts)):
            yield Found(row, "post_code", message, mend)


register(
    ImportKind(
        key="appointments",
        label="聘用",
        capability=Capability.IMPORT_POSTS,
        resource=AppointmentResource,
        order=40,
        note="先导入岗位和人员。岗位等级与证书不符的聘用不能写入（二（四）-6 至 -8）。",
        working={
            "employer_id": "bigint",
            "post_id": "bigint",
            "worker_id": "bigint",
            "worker_name": "text",
            "appointment_id": "bigint",
        },
        prepare=visible_employers,
        resolve=(
            *FIND_EMPLOYER,
            "UPDATE incoming i SET post_id = p.id FROM posts_post p "
            "WHERE p.employer_id = i.employer_id AND p.code = i.post_code",
            *FIND_WORKER,
            # A number alone finds nobody: the person must be known at this employer.
            "UPDATE incoming i SET worker_id = NULL WHERE NOT EXISTS (SELECT FROM talents_employment m "
            "WHERE m.worker_id = i.worker_id AND m.employer_id = i.employer_id)",
            "UPDATE incoming i SET worker_name = w.name FROM talents_socialworker w WHERE w.id = i.worker_id",
            "UPDATE incoming i SET appointment_id = a.id FROM talents_appointment a "
            "WHERE a.post_id = i.post_id AND a.worker_id = i.worker_id AND a.start = i.started_on",
        ),
        unique=(
            "coalesce(i.employer_id::text, i.employer_code)",
            "i.post_code",
            "i.identity_hash",
            "i.started_on",
        ),
        checks=(
            EMPLOYER_KNOWN,
            Check(
                "post_code",
                "i.employer_id IS NOT NULL AND i.post_id IS NULL AND NOT EXISTS (SELECT FROM posts_post p "
                "WHERE p.employer_id = i.employer_id AND ltrim(p.code, '0') = i.post_code)",
                "本单位没有这个岗位编号",
                "核对编号，或先导入岗位",
            ),
            Check(
                "post_code",
                "i.post_id IS NULL AND ltrim(p.code, '0') = i.post_code",
                "本单位没有岗位「{}」，有一个开头带 0 的：Excel 可能把 09 变成了 9",
                "把这一列设为文本格式，照原编号重填",
                source="incoming i JOIN posts_post p ON p.employer_id = i.employer_id",
                detail="i.post_code",
            ),
            Check(
                "identity",
                "i.identity_hash IS NOT NULL AND i.employer_id IS NOT NULL AND i.worker_id IS NULL",
                "此人在本单位没有任职记录",
                "核对身份证号，或先导入人员",
            ),
            Check(
                "started_on",
                "p.state NOT IN ('approved', 'abolished') OR i.started_on < p.start OR i.started_on > p.\"end\"",
                "聘用当日岗位「{}」还没有批准，或已经撤销",
                "核对聘用日期和岗位编号",
                source="incoming i JOIN posts_post p ON p.id = i.post_id",
                detail="p.code",
            ),
            Check(
                "started_on",
                f"daterange(z.start, z.\"end\", '[]') && {FILE_SPAN}",
                "岗位从 {} 起冻结，冻结期间不能聘人",
                "解冻后再聘，或换一个岗位",
                source=f"{SOUND} i JOIN posts_postfreeze z ON z.post_id = i.post_id",
                detail="z.start",
            ),
            Check(
                "started_on",
                "i.worker_id IS NOT NULL AND NOT EXISTS (SELECT FROM talents_employment m "
                "WHERE m.worker_id = i.worker_id AND m.employer_id = i.employer_id AND m.start <= i.started_on "
                'AND (m."end" IS NULL OR m."end" >= i.started_on))',
                "聘用当日此人不在本单位任职",
                "核对聘用日期，或先补登任职",
            ),
            Check("name", "i.name <> i.worker_name", "姓名与身份证号对不上", "照身份证核对姓名和号码"),
            Check("ended_on", "i.ended_on < i.started_on", "聘期截止早于聘用日期"),
            Check(
                "ended_on",
                "i.end_reason IS NOT NULL AND i.ended_on IS NULL",
                "填了结束原因，就要填截止日期",
                "补填这一格",
            ),
            Check(
                "allocating_region",
                "i.allocating_region IS NOT NULL AND NOT EXISTS "
                "(SELECT FROM regions_region r WHERE r.code = i.allocating_region)",
                "没有这个区划代码",
                "核对代码；Excel 会去掉开头的 0（把 09 变成 9）",
            ),
            Check(
                "post_code",
                f"a.state IN ({STATES}) AND {NOT_IN_FILE} AND {STORED_SPAN} && {FILE_SPAN}",
                "这个岗位从 {} 起已经有人，时间重叠",
                "先登记前一人的结束日期，或换一个岗位",
                source=f"{SOUND} i JOIN talents_appointment a ON a.post_id = i.post_id",
                detail="a.start",
            ),
            Check(
                "post_code",
                f"o.row < i.row AND {OTHER_SPAN} && {FILE_SPAN}",
                "第 {} 行在同一时间聘到了同一个岗位",
                source=f"{SOUND} i JOIN {SOUND} o ON o.post_id = i.post_id",
                detail="o.row",
            ),
            Check(
                "full_time",
                OTHER_SEAT,
                "此人从 {} 起已有一个专职聘用，时间重叠",
                "先登记前一聘用的结束日期，或改为兼职",
                source=SEEN_SEATS,
                detail="a.start",
            ),
            # Where and since when is not for those who do not see the other employer.
            Check(
                "full_time",
                f"{OTHER_SEAT} AND NOT EXISTS (SELECT FROM posts_post p "
                "JOIN visible_employer v ON v.id = p.employer_id WHERE p.id = a.post_id)",
                "此人在别的单位已有专职聘用，时间重叠",
                "请此人先办结那边的聘用，或改为兼职",
                source=f"{SOUND} i JOIN talents_appointment a ON a.worker_id = i.worker_id",
            ),
            Check(
                "full_time",
                f"i.full_time AND o.full_time AND o.row < i.row AND {OTHER_SPAN} && {FILE_SPAN}",
                "第 {} 行在同一时间也是此人的专职聘用",
                source=f"{SOUND} i JOIN {SOUND} o ON o.worker_id = i.worker_id",
                detail="o.row",
            ),
        ),
        extra=broken_certificate_rules,
        targets=(
            Target(
                table="talents_appointment",
                id="appointment_id",
                key=("i.post_id", "i.worker_id", "i.started_on"),
                columns={
                    "worker_id": "i.worker_id",
                    "post_id": "i.post_id",
                    "start": "i.started_on",
                    "end": "i.ended_on",
                    "full_time": "i.full_time",
                    "source": "i.source",
                    "prior_role": "i.prior_role",
                    "allocating_region_id": "i.allocating_region",
                    "title": "i.title",
                    "document": "i.document",
                    "end_reason": "i.end_reason",
                    "state": "CASE WHEN i.end_reason IS NOT NULL THEN 'ended' END",
                },
                defaults={
                    "source": "'recruitment'",
                    "prior_role": "''",
                    "title": "''",
                    "document": "''",
                    "end_reason": "''",
                    "state": "'filed'",
                },
                within="t.post_id IN (SELECT p.id FROM posts_post p JOIN visible_employer v ON v.id = p.employer_id)",
            ),
        ),
    )
)
