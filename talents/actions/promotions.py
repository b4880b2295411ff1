"""Promotion (二(四)-3): onto the next rung of the employer's ladder, with its conditions checked by the data held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from posts.models import CertificateLevel, Grade, Rung
from talents.models import Appointment, Certificate, Promotion
from xmsw.accounts.roles import Capability
from xmsw.dated import months_later
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def may_promote(user: User, appointment: Appointment) -> bool:
    """Employers' own people and the officers who review its posts."""
    able = user.can(Capability.APPLY) or user.can(Capability.REVIEW_POSTS)
    return able and Appointment.objects.visible_to(user).filter(pk=appointment.pk).exists()


def rungs_open(appointment: Appointment, on: date) -> list[Rung]:
    """Rungs that come into question: the next one of the present ladder, or all of a ladder not entered yet."""
    ladder = appointment.post.employer.ladders.in_force(on).first()
    if ladder is None:
        return []
    rungs = ladder.rungs.order_by("order")
    if appointment.rung is not None and appointment.rung.ladder_id == ladder.pk:
        rungs = rungs.filter(order=appointment.rung.order + 1)
    return list(rungs)


def hindrances(appointment: Appointment, rung: Rung, on: date) -> Iterator[str]:
    """Sentences for what stands against this rung on that day, with what is held and what is asked."""
    held = Certificate.objects.filter(worker=appointment.worker_id, issued_on__lte=on).aggregate(m=Max("level"))["m"]
    needed = rung.min_certificate or 0
    if (held or 0) < needed:
        have = CertificateLevel(held).label if held else "没有证书"
        yield f"「{rung.name}」要求{CertificateLevel(needed).label}证书，{on:%Y-%m-%d} 时{have}。"
    if appointment.post.grade is not None and rung.grade > appointment.post.grade:
        grade = Grade(appointment.post.grade).label
        yield f"「{rung.name}」对应{Grade(rung.grade).label}岗位，现聘岗位是{grade}；先聘到相应等级的岗位。"
    current = appointment.rung
    if current is not None and current.ladder_id == rung.ladder_id and appointment.rung_since:
        full = months_later(appointment.rung_since, 12 * rung.min_years)
        if on < full:
            yield f"要任「{current.name}」满 {rung.min_years} 年，{full:%Y-%m-%d} 才满。"


def _misplaced(appointment: Appointment, rung: Rung, on: date) -> Iterator[str]:
    if appointment.state != Appointment.State.FILED:
        yield "只有在任的聘用才能登记职级。"
    if rung.ladder.employer_id != appointment.post.employer_id:
        yield "这个职级不是本单位职级体系里的。"
    if rung not in rungs_open(appointment, on):
        yield "只能晋升到施行中的职级体系的高一级职级，一次一级。"
    if on > timezone.localdate():
        yield "起始日期不能晚于今天。"
    if on < appointment.start:
        yield f"起始日期不能早于聘用日期 {appointment.start:%Y-%m-%d}。"
    if appointment.end is not None and on > appointment.end:
        yield f"聘期 {appointment.end:%Y-%m-%d} 已到，不能再晋升。"
    if appointment.rung_since and on <= appointment.rung_since:
        yield f"起始日期要晚于上一次的 {appointment.rung_since:%Y-%m-%d}。"


def promote(user: User, appointment_id: int, *, rung: Rung, on: date, document: str = "") -> Promotion:
    """Put an appointment onto a rung from a day on; the present rung and the history change together.

    Raises PermissionDenied outside the account's scope, Refused with every reason against it.
    """
    with transaction.atomic():
        rows = Appointment.objects.select_for_update(of=("self",)).select_related("post__employer", "rung", "worker")
        appointment = rows.get(pk=appointment_id)
        if not may_promote(user, appointment):
            raise PermissionDenied("你的账号不能为这个单位登记职级。")
        against = list(_misplaced(appointment, rung, on)) or list(hindrances(appointment, rung, on))
        if against:
            raise Refused(against)
        try:
            with transaction.atomic():
                made = Promotion.objects.create(appointment=appointment, rung=rung, on=on, document=document)
        except IntegrityError as error:
            raise refused_by_constraint(error) from error
        appointment.rung, appointment.rung_since = rung, on
        appointment.save(update_fields=["rung", "rung_since"])
    return made
