"""Below-standard lists and the structure of pay (三(一)-2, -5), for whoever sees the pay of an area or of own staff."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from payroll import underpaid
from payroll.forms.standards import SECTORS
from payroll.models import PayRecord, RungCode
from payroll.models.records import COMPONENTS
from posts.filters import text_condition
from posts.models import Sector
from talents.places import place_choice
from talents.search import person_condition
from xmsw.accounts.roles import Capability
from xmsw.regions.areas import in_district
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.sheets import sheet_response

_EMPLOYER = "employment__employer"
LABELS = [PayRecord._meta.get_field(name).verbose_name for name in COMPONENTS]


def _in(prefix: str) -> Any:
    return lambda rows, code: rows.filter(in_district(f"{prefix}region__code", code))


class Below(ListingView):
    """People below their floor: by how much, against which rung."""

    title, name, unit, section = "低于指导标准的人员", "低于指导标准的人员", "人", "薪酬"
    capability = Capability.VIEW_PAY
    default_sort = "-gap"
    template_name = "payroll/below.html"
    empty = "这一天没有低于指导标准下限的人。"
    columns = (
        Column(
            "person", "姓名", "employment.worker.name", order="employment__worker__pinyin",
            link=lambda row: reverse("payroll:person-pay", args=[row.employment.worker_id]),
        ),
        Column(
            "employer", "单位", f"{_EMPLOYER.replace('__', '.')}.name", order=f"{_EMPLOYER}__pinyin",
            link=lambda row: reverse("posts:employer", args=[row.employment.employer_id]),
        ),
        Column("gap", "差额", order="gap", numeric=True),
        Column("full_time", "折合全职月薪", order="full_time", numeric=True),
        Column("floor", "指导标准下限", order="floor", numeric=True),
        Column("rung", "薪酬档级", "get_rung_display", order="rung"),
        Column("sector", "领域", "employment.employer.get_sector_display"),
        Column("period", "薪酬月份", lambda row: f"{row.period:%Y-%m}"),
    )  # fmt: skip

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By place, sector, rung, person and employer."""
        return (
            Text(
                "person",
                "人员",
                lambda rows, text: rows.filter(person_condition(text, "employment__worker__")),
                "姓名、拼音、证书号",
            ),
            Text(
                "q", "单位", lambda rows, text: rows.filter(text_condition(text, f"{_EMPLOYER}__")), "名称、拼音或代码"
            ),
            place_choice(self.request.user, _in(f"{_EMPLOYER}__")),
            Choice("sector", "领域", SECTORS, lambda rows, value: rows.filter(**{f"{_EMPLOYER}__sector": value})),
            Choice("rung", "薪酬档级", RungCode.choices, lambda rows, value: rows.filter(rung=value)),
        )

    def base_queryset(self) -> QuerySet:
        rows = underpaid.below(self.request.user, self.request.on).select_related(
            "employment__worker", "employment__employer"
        )
        return rows.defer("employment__worker__identity", "employment__worker__phone")


class EmployersBelow(ListingView):
    """Employers with people below, the most first."""

    title, name, unit, section = "有人低于指导标准的单位", "有人低于指导标准的单位", "家", "薪酬"
    capability = Capability.VIEW_PAY
    default_sort = "-short"
    template_name = "payroll/below.html"
    empty = "这一天没有单位的人员低于指导标准下限。"
    columns = (
        Column("name", "单位", order="pinyin", link=lambda row: reverse("posts:employer", args=[row.pk])),
        Column("kind", "类别", "get_kind_display"),
        Column("region", "所在区划", "region.name", order="region"),
        Column("short", "低于下限人数", order="short", numeric=True),
        Column("missing", "补到下限每月需", order="missing", numeric=True),
    )

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By place, sector and name."""
        return (
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text)), "名称、拼音或代码"),
            place_choice(self.request.user, _in("")),
            Choice("sector", "领域", SECTORS, lambda rows, value: rows.filter(sector=value)),
        )

    def base_queryset(self) -> QuerySet:
        return underpaid.employers_below(self.request.user, self.request.on).select_related("region")


@require_safe
def structure(request: HttpRequest) -> HttpResponse:
    """What pay is made of, by rung."""
    if not request.user.can(Capability.VIEW_PAY):
        raise PermissionDenied
    sector = request.GET.get("sector", "")
    sector = sector if sector in Sector.values else ""
    rows = [_row(each) for each in underpaid.structure(request.user, request.on, sector)]
    rows.sort(key=lambda row: row["order"])
    if request.GET.get("export") == "xlsx":
        header = ("薪酬档级", "人数", "折合全职月薪平均", *(f"{label}占比" for label in LABELS))
        listed = ([row["label"], row["n"], float(row["mean"]), *map(float, row["shares"])] for row in rows)
        return sheet_response(f"薪酬结构_{request.on:%Y-%m-%d}", header, listed)
    context = {
        "rows": rows,
        "labels": LABELS,
        "sectors": Sector.choices,
        "sector": sector,
        "chart": _chart(rows),
        "message": _message(rows),
    }
    return render(request, "payroll/structure.html", context)


def _row(found: dict[str, Any]) -> dict[str, Any]:
    rung = found["rung"]
    order = RungCode.values.index(rung) if rung in RungCode.values else len(RungCode.values) + (rung is None)
    label = "全部" if rung is None else dict(RungCode.choices).get(rung, "未填档级")
    shares = [found[f"sum_{name}"] / found["sum_total"] for name in COMPONENTS]
    return {"order": order, "label": label, "n": found["sum_n"], "mean": found["sum_mean"], "shares": shares}


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not rows:
        return None
    values = [[round(float(row["shares"][place]) * 100, 1) for row in rows] for place in range(len(LABELS))]
    return {
        "kind": "bar",
        "axis": "薪酬档级",
        "unit": "%",
        "labels": [row["label"] for row in rows],
        "series": [{"name": label, "values": each} for label, each in zip(LABELS, values, strict=True)],
        "rows": [[row["label"], *(f"{float(share) * 100:.1f}%" for share in row["shares"])] for row in rows],
    }


def _message(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    shares = rows[-1]["shares"]
    most = max(range(len(LABELS)), key=lambda place: shares[place])
    return f"{rows[-1]['n']:,} 人的薪酬里{LABELS[most]}占 {float(shares[most]) * 100:.0f}%"
