"""Pay decisions (薪酬核定, 三(一)-2): made by the employer, one after another, by all five factors.

What somebody was paid before stays as it was decided: a new decision ends the one before it the day before it starts,
and only the newest one is mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from payroll.guidance import Band, bands
from payroll.models import GUIDED_SECTORS, PayDecision, PayRecord
from payroll.models.standards import CENT
from talents.models import Appointment, Employment
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on, years_of
from xmsw.policy.parameters import values_on
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def proposed(employment: Employment, on: date) -> PayDecision:
    """A new decision with what the portal knows: the one before, or else certificate, education, years and post."""
    before = PayDecision.objects.filter(employment=employment).order_by("-start").first()
    if before is not None:
        copied = {field.attname: getattr(before, field.attname) for field in PayDecision._meta.concrete_fields}
        left = ("id", "start", "end", "monthly", "reason", "document")
        made = PayDecision(**{name: value for name, value in copied.items() if name not in left})
    else:
        made = PayDecision(employment=employment)
    made.start = on
    if employment.form == Employment.Form.ESTABLISHED:
        return made
    worker = employment.worker
    made.factor_certificate = max(
        worker.certificates.filter(issued_on__lte=on).values_list("level", flat=True), default=0
    )
    made.factor_education = worker.education
    made.factor_seniority = years_of((on - employment.start).days)
    held = Appointment.objects.filter(
        holds_on(on), worker=worker, post__employer=employment.employer_id, state=Appointment.State.FILED
    )
    made.factor_post = held.values_list("post__grade", flat=True).order_by("-full_time").first() or made.factor_post
    return made


def decide(user: User, decision: PayDecision) -> PayDecision:
    """Store a new decision, or a mended newest one, of an own employment; the one before ends the day before."""
    if not user.can(Capability.APPLY):
        raise PermissionDenied("只有用人单位能核定薪酬。")
    with transaction.atomic():
        rows = Employment.objects.visible_to(user).select_for_update()
        employment = rows.filter(pk=decision.employment_id).first()
        if employment is None:
            raise PermissionDenied("只能核定本单位人员的薪酬。")
        _within(employment, decision)
        others = PayDecision.objects.filter(employment=employment).exclude(pk=decision.pk)
        if others.filter(start__gte=decision.start).exists():
            raise Refused("这一天或以后已有一份核定，新的要从更晚的日期起；要改就改最近的一份。")
        if decision.pk and PayDecision.objects.filter(pk=decision.pk).exclude(end=None).exists():
            raise Refused("这份核定已被后来的接替，只能改最近的一份。")
        before = others.order_by("-start").first()
        end = decision.start - timedelta(days=1)
        # Where the day of a mended decision moves on, its own row must make room first: no two may overlap.
        moves_on = before is not None and before.end is not None and before.end < end
        if before is not None and not moves_on:
            others.filter(pk=before.pk).update(end=end)
        decision.end = None
        decision.save()
        if moves_on:
            others.filter(pk=before.pk).update(end=end)
    return decision


def _within(employment: Employment, decision: PayDecision) -> None:
    if decision.start < employment.start or (employment.end and decision.start > employment.end):
        until = f"，{employment.end:%Y-%m-%d} 离职" if employment.end else ""
        raise Refused(f"执行日期要在任职期间之内：{employment.start:%Y-%m-%d} 入职{until}。")


def band_of(decision: PayDecision) -> Band | None:
    """The band of the decided rung on its first day; None where no standard covers it, and for 在编 staff."""
    employer = decision.employment.employer
    if decision.pay_scale or not decision.rung or employer.sector not in GUIDED_SECTORS:
        return None
    found = bands(employer.sector, employer.region_id, decision.start, [decision.rung])
    return found[0] if found else None


def full_time(decision: PayDecision) -> Decimal:
    """Yuan a month as at full time, to the cent."""
    total = decision.base + decision.post_pay + decision.performance_pay + decision.allowance
    return (total / decision.time_share).quantize(CENT, ROUND_HALF_UP)


def doubts(decision: PayDecision, on: date) -> list[str]:
    """Questions to be answered before it is stored: far from what was paid before, or below the guidance (三(一)-5).

    Compared are full-time months, with the decision before and with the newest month reported, bonus left out. The
    senior rung has no guidance, so that these are all there is to compare it with. `on`: the day somebody decides.
    """
    most = values_on(on)["pay_jump_share"]
    decided = full_time(decision)
    asked = [
        f"折合全职月薪 ¥{decided:,.2f}，比{label} ¥{before:,.2f} {'低' if decided < before else '高'}"
        f" {abs(decided / before - 1):.0%}，确认？"
        for label, before in _before(decision)
        if before and abs(decided / before - 1) > most
    ]
    band = band_of(decision)
    if band is not None and (missing := band.missing(decided)):
        asked.append(f"折合全职月薪比「{band.label}」指导标准下限低 ¥{missing:,.2f}，确认？")
    return asked


def _before(decision: PayDecision) -> Iterator[tuple[str, Decimal]]:
    """What was decided and what was paid before, as full-time months, each with its name."""
    others = PayDecision.objects.filter(employment=decision.employment, start__lt=decision.start)
    last = others.exclude(pk=decision.pk).order_by("-start").first()
    if last is not None:
        yield f"上一份（{last.start:%Y-%m-%d} 起）", full_time(last)
    records = PayRecord.objects.filter(employment=decision.employment, period__lte=decision.start)
    paid = records.order_by("-period").first()
    if paid is not None:
        yield f"{paid.period:%Y-%m} 应发", ((paid.total - paid.bonus) / paid.time_share).quantize(CENT, ROUND_HALF_UP)
