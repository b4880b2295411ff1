"""One timeline of a person: apps add chapters in their own `biography` module (found as the admin finds its own)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from talents.learning import balance, plain
from talents.models import (
    Appointment,
    Attendance,
    BenefitApplication,
    Certificate,
    Employment,
    HighLevelTag,
    Promotion,
    Registration,
    SocialWorker,
    SpecialistFile,
    SupervisionPair,
    WorkerMerge,
)
from talents.registration import with_registration

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Event:
    """Something that happened on a day: an icon (Tabler name), a title, a sentence, and where it is shown."""

    day: date
    icon: str
    title: str
    text: str = ""
    url: str = ""


AHEAD = timedelta(days=365)
Chapter = Callable[[SocialWorker, "User", date], Iterable[Event]]
_chapters: list[Chapter] = []


def chapter(told: Chapter) -> Chapter:
    """Register a chapter: what one account may know of one (visible) person up to a day. A fixed number of queries."""
    _chapters.append(told)
    return told


def biography(worker: SocialWorker, user: User, on: date) -> list[Event]:
    """Events up to that day, newest first."""
    events = [event for told in _chapters for event in told(worker, user, on) if event.day <= on]
    return sorted(events, key=lambda event: event.day, reverse=True)


def due(worker: SocialWorker, user: User, on: date) -> list[Event]:
    """What ends within a year: registrations, terms, and a period with hours still missing; the nearest first."""
    rows = with_registration(Certificate.objects.filter(worker=worker), on).filter(
        due__range=(on, on + AHEAD), followed=False
    )
    found = [Event(each.due, "rubber-stamp", "证书登记", each.get_level_display()) for each in rows]
    terms = Appointment.objects.visible_to(user).in_force(on).filter(worker=worker, end__lte=on + AHEAD)
    found += [Event(each.end, "user-minus", "聘期截止", each.post.name) for each in terms.select_related("post")]
    hours = balance(worker.pk, on)
    if hours and hours.missing and not hours.over:
        found.append(Event(hours.end, "school", "继续教育", f"还差 {plain(hours.missing)} 学时"))
    return sorted(found, key=lambda event: event.day)


@chapter
def employments(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Coming and going, at employers that the account sees."""
    for each in Employment.objects.visible_to(user).filter(worker=worker).select_related("employer"):
        yield Event(each.start, "login-2", "入职", f"{each.employer.name}（{each.get_form_display()}）")
        if each.end:
            yield Event(each.end, "logout", "离职", f"{each.employer.name}{_because(each.end_reason)}")


@chapter
def appointments(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Appointments in force at some time, and the rungs."""
    rows = Appointment.objects.visible_to(user).filter(worker=worker, state__in=("filed", "ended"))
    for each in rows.select_related("post__employer"):
        where = f"{each.post.employer.name} {each.post.name}"
        yield Event(each.start, "user-check", "聘用", f"{where}（{'专职' if each.full_time else '兼职'}）")
        if each.end:
            yield Event(each.end, "user-minus", "聘期截止", f"{where}{_because(each.end_reason)}")
    rungs = Promotion.objects.visible_to(user).filter(appointment__worker=worker).select_related("rung")
    yield from (Event(each.on, "stairs-up", "任职级", f"{each.rung} {each.document}".strip()) for each in rungs)


@chapter
def certificates(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Certificates and their registrations."""
    for each in Certificate.objects.filter(worker=worker):
        yield Event(each.issued_on, "certificate", "取得证书", f"{each.get_level_display()} {each.number}")
    for each in Registration.objects.filter(certificate__worker=worker).select_related("certificate"):
        level = each.certificate.get_level_display()
        yield Event(each.start, "rubber-stamp", "证书登记", f"{level}，有效期至 {each.end:%Y-%m-%d}")


@chapter
def learning(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Accepted hours of continuing education."""
    for each in Attendance.objects.counted().filter(worker=worker):
        yield Event(each.on, "school", "继续教育", f"{each.title}，{plain(each.hours)} 学时")


@chapter
def recognition(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Recognitions as high-level talent, benefits concluded, the 专技 file."""
    for tag in HighLevelTag.objects.filter(worker=worker).select_related("category"):
        yield Event(tag.start, "user-star", "高层次人才认定", f"{tag.category}，{tag.document}")
    concluded = BenefitApplication.objects.visible_to(user).filter(worker=worker, result_on__isnull=False)
    for each in concluded.select_related("type"):
        yield Event(each.result_on, "gift", each.get_state_display(), each.type.name)
    for file in SpecialistFile.objects.filter(worker=worker):
        yield Event(file.included_on, "folder-check", "纳入专业技术人员管理", file.number)


@chapter
def mergers(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Records of the same person that were merged into this one."""
    for each in WorkerMerge.objects.filter(kept=worker).select_related("dropped"):
        told = f"并入 {each.dropped.name} {each.dropped.identity_mask}：{each.reason}"
        yield Event(timezone.localdate(each.at), "git-merge", "合并重复档案", told)


@chapter
def supervision(worker: SocialWorker, user: User, on: date) -> Iterable[Event]:
    """Beginning and end of supervision, on either side, in pairs that the account sees."""
    rows = SupervisionPair.objects.visible_to(user).filter(Q(supervisor=worker) | Q(supervisee=worker))
    for each in rows.select_related("supervisor", "supervisee"):
        given = each.supervisor_id == worker.pk
        what = f"督导 {each.supervisee.name}" if given else f"由 {each.supervisor.name} 督导"
        url = reverse("talents:pair", args=[each.pk])
        yield Event(each.start, "messages", "开始督导" if given else "接受督导", what, url)
        if each.end:
            yield Event(each.end, "messages-off", "督导结束", f"{what}{_because(each.end_reason)}", url)


def _because(reason: str) -> str:
    return f"：{reason}" if reason else ""
