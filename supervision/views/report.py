"""The annual implementation report (文末): read on the page, taken along as a file, written on, sent up."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from supervision.actions import registers
from supervision.forms.years import ReportTextForm, SendingForm
from supervision.models import ReportText, UpwardReport
from supervision.report.content import annual_report
from supervision.report.document import Report
from supervision.report.files import FORMS
from supervision.selectors.years import areas_of
from supervision.views.years import asked_area, for_leads
from supervision.year_ends import last_day
from xmsw.accounts.roles import Capability
from xmsw.regions.models import Region
from xmsw.workflow.forming import edit_methods, form_page

FIRST_YEAR = 2017
PARTS = ReportText.Part.choices
KEEPS = (Capability.KEEP_PLANS,)


def _asked(request: HttpRequest) -> tuple[Region, int]:
    """Area and year of the address; this year where none is named, 404 where it has not begun or lies before 317号."""
    area = asked_area(request, areas_of(request.user))
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == len("2026") else request.on.year
    if not FIRST_YEAR <= year <= request.on.year:
        raise Http404(f"只有 {FIRST_YEAR} 年到今年的报告。")
    return area, year


def _address(name: str, area: Region, year: int, **more: Any) -> str:
    return f"{reverse(name)}?{urlencode({'area': area.code, 'year': year, **more})}"


@require_safe
@for_leads
def report(request: HttpRequest) -> HttpResponse:
    """The report as a page; `?form=pdf|docx|xlsx` gives the same as a file."""
    area, year = _asked(request)
    made = annual_report(area, year, request.on)
    form = request.GET.get("form", "")
    if form in FORMS:
        return _file(made, form)
    may_write = not request.is_past and registers.keeps(request.user, KEEPS)
    context = {
        "report": made,
        "area": area,
        "areas": areas_of(request.user),
        "year": year,
        "years": range(request.on.year, FIRST_YEAR - 1, -1),
        "forms": [(each.label, _address("supervision:report", area, year, form=key)) for key, each in FORMS.items()],
        "parts": [
            (label, _address("supervision:report-text", area, year, part=part))
            for part, label in ReportText.Part.choices
        ],
        "send_url": _address("supervision:report-send", area, year),
        "may_write": may_write,
    }
    return render(request, "supervision/report.html", context)


def _file(made: Report, form: str) -> FileResponse:
    content = io.BytesIO(FORMS[form].made(made))
    name = f"{made.file_name}.{form}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=FORMS[form].media_type)


@edit_methods
@for_leads
def text(request: HttpRequest) -> HttpResponse:
    """What an officer says in a part of the report."""
    area, year = _asked(request)
    part = request.GET.get("part", "")
    if part not in ReportText.Part.values:
        raise Http404("报告里没有这一部分。")
    found = ReportText.objects.visible_to(request.user).filter(region=area, year=year, part=part).first()
    row = found or ReportText(region=area, year=year, part=part)
    if request.is_past or not registers.may_keep(request.user, row, KEEPS):
        raise PermissionDenied("这份报告不归你写。")
    form = ReportTextForm(request.POST or None, instance=row)
    back = _address("supervision:report", area, year)

    def save(valid: ReportTextForm) -> tuple[str, str]:
        registers.keep(request.user, valid.save(commit=False), KEEPS)
        return "已保存。", back

    label = ReportText.Part(part).label
    return form_page(request, form, save, title=f"{area.name} {year} 年报告：{label}", back=back, back_label="年度报告")


@edit_methods
@for_leads
def send(request: HttpRequest) -> HttpResponse:
    """Note that the report went up, with its PDF as it is now."""
    area, year = _asked(request)
    row = UpwardReport(region=area)
    if request.is_past or not registers.may_keep(request.user, row, KEEPS):
        raise PermissionDenied("这份报告不归你报送。")
    made = annual_report(area, year, request.on)
    form = SendingForm(request.POST or None, instance=row, initial={"title": made.title, "on": request.on})
    back = _address("supervision:report", area, year)

    def save(valid: SendingForm) -> tuple[str, str]:
        sent = valid.save(commit=False)
        sent.period_start, sent.period_end = last_day(year - 1).replace(year=year, month=1, day=1), made.day
        paper = SimpleUploadedFile(f"{made.file_name}.pdf", FORMS["pdf"].made(made), FORMS["pdf"].media_type)
        registers.keep(request.user, sent, KEEPS, paper)
        return "已登记上报，PDF 已留底。", reverse("supervision:upward-reports")

    return form_page(request, form, save, title=f"登记上报：{made.title}", back=back, back_label="年度报告")
