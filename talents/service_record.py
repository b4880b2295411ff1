"""任职聘用证明: a person's employments, appointments, certificates and hours, as they stand in the portal on a day.

Upper apps add tables in their own `service_record` module (found as the admin finds its own).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from talents.learning import balance
from talents.models import Appointment, Certificate, Employment, Promotion, Registration, SocialWorker
from talents.models.appointments import IN_FORCE_STATES

if TYPE_CHECKING:
    from xmsw.accounts.models import User

Table = tuple[str, list[str], list[list[str]]]  # title, columns, rows of text
_added: list[Callable[[SocialWorker, User, date], Table]] = []


def adds(told: Callable[[SocialWorker, User, date], Table]) -> Callable[[SocialWorker, User, date], Table]:
    """Register a table: what one account may know of one (visible) person on a day."""
    _added.append(told)
    return told


def service_record(worker: SocialWorker, user: User, on: date, *, own: bool) -> dict[str, Any]:
    """Texts only, of what the account may see: facts, and tables as (title, columns, rows)."""
    printer = "本人" if own else f"{user}（{user.place_label}）"
    return {
        "title": "社会工作专业人才任职聘用记录",
        "name": worker.name,
        "synthetic": worker.synthetic,
        "note": f"由{printer}于 {timezone.localdate():%Y-%m-%d} 从平台打印，内容截至 {on:%Y-%m-%d}。",
        "facts": [
            ("姓名", worker.name),
            ("身份证号", worker.identity_mask),
            ("性别", worker.get_sex_display()),
            ("出生日期", _day(worker.birth_date)),
            ("学历", worker.get_education_display() or "未填写"),
            ("学位", worker.get_degree_display() or "未填写"),
        ],
        "tables": [table for table in _tables(worker, user, on) if table[2]],
    }


def _tables(worker: SocialWorker, user: User, on: date) -> list[Table]:
    return [
        ("任职单位", ["单位", "用工形式", "起", "止"], _employments(worker, user, on)),
        ("聘用岗位", ["单位", "岗位", "聘任职务", "起", "止"], _appointments(worker, user, on)),
        ("职级", ["职级", "起始日期", "文件"], _rungs(worker, user, on)),
        ("职业水平证书", ["级别", "证书编号", "签发日期", "登记有效期至"], _certificates(worker, on)),
        ("继续教育", ["登记期", "已修学时", "应修学时"], _hours(worker, on)),
        *(told(worker, user, on) for told in _added),
    ]


def _day(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else "—"


def _employments(worker: SocialWorker, user: User, on: date) -> list[list[str]]:
    rows = Employment.objects.visible_to(user).filter(worker=worker, start__lte=on).select_related("employer")
    return [[e.employer.name, e.get_form_display(), _day(e.start), _day(e.end)] for e in rows.order_by("start")]


def _appointments(worker: SocialWorker, user: User, on: date) -> list[list[str]]:
    rows = Appointment.objects.visible_to(user).filter(worker=worker, start__lte=on, state__in=IN_FORCE_STATES)
    rows = rows.select_related("post__employer").order_by("start")
    return [[a.post.employer.name, a.post.name, a.title or "—", _day(a.start), _day(a.end)] for a in rows]


def _rungs(worker: SocialWorker, user: User, on: date) -> list[list[str]]:
    rows = Promotion.objects.visible_to(user).filter(appointment__worker=worker, on__lte=on).select_related("rung")
    return [[p.rung.name, _day(p.on), p.document or "—"] for p in rows.order_by("on")]


def _certificates(worker: SocialWorker, on: date) -> list[list[str]]:
    until = dict(
        Registration.objects.filter(certificate__worker=worker, start__lte=on)
        .order_by("start")
        .values_list("certificate_id", "end")
    )
    rows = Certificate.objects.held_on(on).filter(worker=worker).order_by("issued_on")
    return [[c.get_level_display(), c.number, _day(c.issued_on), _day(until.get(c.pk))] for c in rows]


def _hours(worker: SocialWorker, on: date) -> list[list[str]]:
    found = balance(worker.pk, on)
    if found is None:
        return []
    return [[f"{_day(found.start)} 至 {_day(found.end)}", f"{found.done:g}", f"{found.needed:g}"]]
