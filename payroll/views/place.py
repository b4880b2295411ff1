"""本单位在同类中的位置: an employer's own pay beside the published groups of its peers, clause 三(一)-3."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from payroll.benchmarking import Month
from payroll.models import PayRecord
from payroll.place import (
    BANDS,
    BY_RUNG,
    BY_YEARS,
    ESTABLISHED,
    Published,
    counted,
    person_standing,
    published_months,
    standings,
)
from posts.models import Employer
from talents.models import Employment
from xmsw.accounts.roles import Capability, Role
from xmsw.ui.sheets import sheet_response

HEADER = ("姓名", "月份", "折合全职月薪", "同类人员", "人数", "P25", "中位数 P50", "P75", "位置")
NOT_COUNTED = "不计入：入职时间不够、月底已离职，或者没有应发工资"
NO_PEERS = "没有可以显示的同类人员"
MONTHS_SHOWN = 36


def _employers(request: HttpRequest) -> Any:
    if not request.user.can(Capability.VIEW_PAY):
        raise PermissionDenied
    return Employer.objects.visible_to(request.user)


@require_safe
def place(request: HttpRequest) -> HttpResponse:
    """The own employer of a clerk; the others are one choice away."""
    if request.user.role != Role.EMPLOYER_STAFF:
        raise PermissionDenied
    first = _employers(request).order_by("pinyin", "pk").first()
    return redirect("payroll:place-of", pk=first.pk) if first else render(request, "payroll/place.html", {})


@require_safe
def place_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One employer: its rungs, its certificates by years, and its people, each beside the finest published group."""
    visible = _employers(request)
    employer = get_object_or_404(visible, pk=pk)
    months = published_months(request.user, request.on, [employer.region_id[:4]])[:MONTHS_SHOWN]
    context: dict[str, Any] = {"employer": employer, "months": months, "bands": BANDS}
    if request.user.role == Role.EMPLOYER_STAFF:
        context["employers"] = list(visible.exclude(pk=pk).order_by("pinyin", "pk"))
    if not months:
        return render(request, "payroll/place.html", context)
    month = Month.of(_asked(request.GET.get("month", ""), months))
    context |= {"month": month, **_compared(request, employer, month)}
    if request.GET.get("export") == "xlsx":
        name = f"本单位在同类中的位置_{month.period:%Y-%m}_{employer.name}"
        return sheet_response(name, HEADER, [_cells(each, month.period) for each in context["people"]])
    return render(request, "payroll/place.html", context)


def _asked(text: str, months: list[date]) -> date:
    found = next((each for each in months if f"{each:%Y-%m}" == text), None if text else months[0])
    if found is None:
        raise Http404("没有这个月份的薪酬参照。")
    return found


def _compared(request: HttpRequest, employer: Employer, month: Month) -> dict[str, Any]:
    records = PayRecord.objects.visible_to(request.user).filter(period=month.period, employment__employer=employer)
    listed = list(records.select_related("employment__worker").order_by("employment__worker__pinyin", "pk"))
    own = counted(month, [each.employment_id for each in listed])
    published = Published(request.user, month.period, own.values())
    people = []
    for record in listed:
        found = own.get(record.employment_id)
        standing = person_standing(found, published) if found else None
        people.append({"record": record, "standing": standing, "why": _why(record, standing)})
    return {
        "rungs": standings(own.values(), published, BY_RUNG),
        "years": standings(own.values(), published, BY_YEARS),
        "people": people,
    }


def _why(record: PayRecord, standing: Any) -> str:
    """What stands in place of a comparison."""
    if record.employment.form == Employment.Form.ESTABLISHED:
        return ESTABLISHED
    if standing is None:
        return NOT_COUNTED
    return "" if standing.peers else NO_PEERS


def _cells(each: dict[str, Any], period: date) -> tuple[Any, ...]:
    begin, standing = (each["record"].employment.worker.name, f"{period:%Y-%m}"), each["standing"]
    if each["why"]:
        return (*begin, float(standing.amount) if standing else None, each["why"])
    row = standing.peers.row
    figures = (row.n, float(row.p25), float(row.p50), float(row.p75), standing.band)
    return (*begin, float(standing.amount), standing.peers.label, *figures)
