"""Import kind of continuing education: officers' lists are accepted at once, employers' lists wait for an officer."""

from __future__ import annotations

from typing import Any

from posts.imports import visible_employers
from talents.imports_staff import FIND_ANYBODY
from talents.models.learning import Attendance
from talents.resources import AttendanceResource
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.exchange.kinds import Check, ImportKind, Target, register

STATE = Attendance.State
COURSE = "incoming i JOIN talents_course c ON c.id = i.course_id"
STORED = "incoming i JOIN talents_attendance t ON t.id = i.attendance_id"
ACCEPTS = "(SELECT g.accepts FROM importer g)"
# Blank cells of a recorded course mean what the course says.
HOURS = "coalesce(i.hours, i.course_hours)"
FINISHED = "coalesce(i.finished_on, i.course_end)"


def prepare_learning(user: User | None, cursor: Any) -> None:
    """What the user sees, and whether the hours are accepted as they come."""
    visible_employers(user, cursor)
    cursor.execute("DROP TABLE IF EXISTS importer")
    accepts = user is None or user.can(Capability.VERIFY_CERTIFICATES)
    cursor.execute(
        "CREATE TEMPORARY TABLE importer ON COMMIT DROP AS SELECT %(accepts)s::boolean AS accepts", {"accepts": accepts}
    )


register(
    ImportKind(
        key="learning",
        label="继续教育",
        capability=Capability.IMPORT_STAFF,
        resource=AttendanceResource,
        order=60,
        note="一人一门课一行。民政导入的直接认定；用人单位导入的，提交民政审核后计入学时。",
        working={
            "worker_id": "bigint",
            "worker_name": "text",
            "course_id": "bigint",
            "course_hours": "numeric",
            "course_end": "date",
            "course_delivery": "text",
            "attendance_id": "bigint",
        },
        prepare=prepare_learning,
        resolve=(
            FIND_ANYBODY,
            # A number alone finds nobody: the person works for somebody the importer sees.
            "UPDATE incoming i SET worker_id = NULL WHERE NOT EXISTS (SELECT FROM talents_employment m "
            "JOIN visible_employer v ON v.id = m.employer_id WHERE m.worker_id = i.worker_id "
            'AND (m."end" IS NULL OR m."end" >= CURRENT_DATE))',
            "UPDATE incoming i SET worker_name = w.name FROM talents_socialworker w WHERE w.id = i.worker_id",
            'UPDATE incoming i SET course_id = c.id, course_hours = c.hours, course_end = c."end", '
            "course_delivery = c.delivery FROM talents_course c "
            "WHERE c.title = i.title AND c.provider = i.provider AND c.start = i.course_start",
            "UPDATE incoming i SET attendance_id = t.id FROM talents_attendance t "
            "WHERE t.worker_id = i.worker_id AND t.course_id = i.course_id",
            "UPDATE incoming i SET attendance_id = t.id FROM talents_attendance t "
            "WHERE i.course_id IS NULL AND t.course_id IS NULL AND t.worker_id = i.worker_id "
            'AND t.title = i.title AND t.provider = i.provider AND t."on" = i.finished_on',
        ),
        unique=(
            "i.identity_hash",
            "i.title",
            "i.provider",
            "coalesce(i.course_start, i.finished_on)",
        ),
        checks=(
            Check(
                "identity",
                "i.identity_hash IS NOT NULL AND i.worker_id IS NULL",
                "你的工作范围内没有这个在职人员",
                "核对身份证号，或先导入人员",
            ),
            Check("name", "i.name <> i.worker_name", "姓名与身份证号对不上", "照身份证核对姓名和号码"),
            Check(
                "course_start",
                "i.course_start IS NOT NULL AND i.course_id IS NULL",
                "没有登记这一天开始的这门课程",
                "照课程页面核对名称、举办单位和开始日期；不在册的内容，这一格空着",
            ),
            Check("delivery", "i.course_id IS NULL AND i.delivery IS NULL", "不在册的内容要填形式", "从下拉中选一种"),
            Check("hours", "i.course_start IS NULL AND i.hours IS NULL", "不在册的内容要填学时", "照证明补填"),
            Check(
                "hours",
                "i.hours > c.hours",
                "这门课程只有 {} 学时",
                "按实际学时填，或空着",
                source=COURSE,
                detail="trim_scale(c.hours)",
            ),
            Check(
                "finished_on",
                "i.course_start IS NULL AND i.finished_on IS NULL",
                "不在册的内容要填完成日期",
                "照证明补填",
            ),
            Check("finished_on", f"{FINISHED} > CURRENT_DATE", "完成日期在今天之后", "学完以后再导入"),
            Check(
                "finished_on",
                "i.finished_on < c.start",
                "这门课程 {} 才开始，完成日期不能更早",
                source=COURSE,
                detail="c.start",
            ),
            Check(
                "hours",
                f"NOT {ACCEPTS} AND t.state = '{STATE.ACCEPTED}' AND (t.hours <> {HOURS} OR t.\"on\" <> {FINISHED})",
                "这条学时已经认定为 {} 学时，不能再改",
                "要更正的，请联系区民政",
                source=STORED,
                detail="trim_scale(t.hours)",
            ),
        ),
        targets=(
            Target(
                table="talents_attendance",
                id="attendance_id",
                key=("i.worker_id", "i.title", "i.provider", "coalesce(i.course_start, i.finished_on)"),
                columns={
                    "worker_id": "i.worker_id",
                    "course_id": "i.course_id",
                    "title": "i.title",
                    "provider": "i.provider",
                    "delivery": "coalesce(i.delivery, i.course_delivery)",
                    "hours": HOURS,
                    "on": FINISHED,
                    "state": f"CASE WHEN {ACCEPTS} THEN '{STATE.ACCEPTED}' ELSE '{STATE.SUBMITTED}' END",
                },
                updates=f"{ACCEPTS} OR t.state <> '{STATE.ACCEPTED}'",
                within="EXISTS (SELECT FROM talents_employment m JOIN visible_employer v ON v.id = m.employer_id "
                f"WHERE m.worker_id = t.worker_id) AND ({ACCEPTS} OR t.state <> '{STATE.ACCEPTED}')",
            ),
        ),
    )
)
