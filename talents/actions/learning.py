"""Hours of continuing education: entering them with a proof, courses, what stands against accepting them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from talents.models import Attendance, Course, Employment, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.audit import stored
from xmsw.workflow.actions import held
from xmsw.workflow.models import Attachment
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

KEY = "learning"
State = Attendance.State
EDITABLE = (State.DRAFT, State.RETURNED)
NO_PROOF = "还没有证明。先上传结业证、学时证明或签到表，再提交。"


def may_enter(user: User, worker_id: int) -> bool:
    """Oneself, and the people of the employer where the person works today."""
    if user.can(Capability.OWN_RECORD):
        return SocialWorker.objects.acting(user, timezone.localdate()).filter(pk=worker_id).exists()
    if not user.can(Capability.APPLY):
        return False
    here = Employment.objects.visible_to(user).in_force(timezone.localdate())
    return here.filter(worker=worker_id).exists()


def hand_over(user: User, attendance: Attendance, decision: Decision) -> None:
    """Handing in and taking back are for whoever may enter: a former employer sees the hours and leaves them alone."""
    if not may_enter(user, attendance.worker_id):
        raise PermissionDenied("你的账号不能为这个人提交或撤回学时。")


def may_edit(user: User, attendance: Attendance) -> bool:
    """Whether the account may still change or drop it."""
    return attendance.state in EDITABLE and may_enter(user, attendance.worker_id)


def against(attendance: Attendance) -> Iterator[str]:
    """Sentences against these hours, whoever enters or accepts them."""
    if attendance.on > timezone.localdate():
        yield "完成日期不能晚于今天。"
    course = attendance.course
    if course is not None and attendance.hours > course.hours:
        yield f"「{course.title}」只有 {course.hours.normalize():f} 学时，不能多填。"
    if course is not None and attendance.on < course.start:
        yield f"「{course.title}」{course.start:%Y-%m-%d} 才开始，完成日期不能更早。"
    if _twins(attendance).exists():
        yield f"{attendance.on:%Y-%m-%d} 完成的「{attendance.title}」已经有一条，不能重复计学时。"


def _twins(attendance: Attendance) -> object:
    """Handed-in or accepted hours of the same person, day, title and provider."""
    same = Attendance.objects.filter(
        worker=attendance.worker_id, on=attendance.on, title=attendance.title, provider=attendance.provider
    )
    return same.filter(state__in=(State.SUBMITTED, State.ACCEPTED)).exclude(pk=attendance.pk)


def against_handing_in(attendance: Attendance) -> Iterator[str]:
    """The same, and a proof must be there."""
    yield from against(attendance)
    if not Attachment.objects.filter(flow=KEY, subject_id=attendance.pk).exists():
        yield NO_PROOF


def concerns(ids: list[int]) -> dict[int, list[str]]:
    """What an officer should read before accepting unseen: hours without a proof (employers' files), repeated ones."""
    proofs = Attachment.objects.filter(flow=KEY, subject_id=OuterRef("pk"))
    twins = Attendance.objects.filter(
        worker=OuterRef("worker"),
        on=OuterRef("on"),
        title=OuterRef("title"),
        provider=OuterRef("provider"),
        state__in=(State.SUBMITTED, State.ACCEPTED),
    ).exclude(pk=OuterRef("pk"))
    rows = Attendance.objects.filter(pk__in=ids).annotate(proven=Exists(proofs), repeated=Exists(twins))
    found: dict[int, list[str]] = {}
    for each in rows:
        said = [] if each.proven else ["没有证明（单位导入的名单）"]
        said += ["同一天同名的学时已有一条"] if each.repeated else []
        if said:
            found[each.pk] = said
    return found


def keep(user: User, attendance: Attendance) -> Attendance:
    """Save a draft, or a returned one as corrected. Raises PermissionDenied, Refused."""
    if not may_enter(user, attendance.worker_id):
        raise PermissionDenied("你的账号不能为这个人登记学时。")
    found = list(against(attendance))
    if found:
        raise Refused(found)
    try:
        with transaction.atomic():
            if attendance.pk:
                held(Attendance, attendance.pk, EDITABLE)
            else:
                attendance.state = State.DRAFT
            attendance.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return attendance


def drop(user: User, attendance: Attendance) -> None:
    """Take out what was never accepted, with its files. Raises PermissionDenied, Overtaken."""
    if not may_enter(user, attendance.worker_id):
        raise PermissionDenied("你的账号不能删除这个人的学时。")
    with transaction.atomic():
        now = held(Attendance, attendance.pk, EDITABLE)
        files = Attachment.objects.filter(flow=KEY, subject_id=now.pk)
        names = list(files.values_list("stored_as", flat=True))
        files.delete()
        now.delete()
        transaction.on_commit(lambda: [stored.forget(name) for name in names])


def may_arrange(user: User, course: Course | None = None) -> bool:
    """Officers who verify, for courses of their own area."""
    if not user.can(Capability.VERIFY_CERTIFICATES) or user.area_code is None:
        return False
    return course is None or course.region_id.startswith(user.area_code)


def arrange(user: User, course: Course) -> Course:
    """Record or correct a course of the own area. Raises PermissionDenied, Refused."""
    if not may_arrange(user, course):
        raise PermissionDenied("你只能登记本地区的课程。")
    try:
        with transaction.atomic():
            course.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return course


def cancel(user: User, course: Course) -> None:
    """Take out a course that nobody attended. Raises PermissionDenied, Refused."""
    if not may_arrange(user, course):
        raise PermissionDenied("你只能删除本地区的课程。")
    with transaction.atomic():
        now = Course.objects.select_for_update().get(pk=course.pk)
        if now.attendances.exists():
            raise Refused("已经有人登记了这门课程的学时，不能删除。")
        now.delete()
