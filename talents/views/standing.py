"""Standing (三(三)-1, -2, -4): restricted records, each look logged; the published counts that everybody may see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from talents.actions import standing as actions
from talents.forms.standing import StandingForm
from talents.looks import STANDING as FIELD
from talents.models import SocialWorker, StandingCount, StandingRecord
from talents.search import by_person
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.audit.looks import PERSON, look
from xmsw.regions.areas import CITY_DIGITS
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.numbers import whole
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.refusals import Refused

LEAST_REASON = 4


def _permitted(request: HttpRequest) -> None:
    if not request.user.can(Capability.RECORD_STANDING):
        raise PermissionDenied


class Standings(ListingView):
    """Records in force on the day. The page logs the people it shows; an export asks why, and logs them all.

    Whoever is asked for by name, pinyin or number is looked at wherever the page begins, and the question itself is
    logged: that nothing was found is an answer too.
    """

    title, name, unit, section = "政治安排", "政治安排", "项", "人才"
    capability = Capability.RECORD_STANDING
    template_name = "talents/standings.html"
    http_method_names = ("get", "head", "options", "post")
    exports = False  # with a reason only, below the list
    default_sort = "-start"
    empty = "这一天没有登记的政治安排。在人员档案的「政治安排」里登记。"
    columns = (
        Column(
            "worker",
            "姓名",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:standing-edit", args=[row.pk]),
        ),
        Column("kind", "类型", "get_kind_display", order="kind"),
        Column("level", "级别", "get_level_display"),
        Column("body", "组织"),
        Column("post", "职务"),
        Column("region", "地区", "region.name", order="region_id"),
        Column("start", "起始日期", order="start"),
        Column("end", "届满日期"),
    )
    filters = (
        Text("person", "人员", by_person, "姓名、拼音、证书号"),
        Choice("kind", "类型", StandingRecord.Kind.choices, lambda rows, kind: rows.filter(kind=kind)),
    )

    def base_queryset(self) -> QuerySet:
        rows = StandingRecord.objects.visible_to(self.request.user).in_force(self.request.on)
        return rows.select_related("worker", "region").defer("worker__identity", "worker__phone")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; an export only by POST."""
        if "export" in request.GET:
            _permitted(request)
            messages.warning(request, "导出限制信息要写事由：请在名单下面填写。")
            return redirect("talents:standings")
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        found = super().context()
        shown = {row.worker_id for row in found["page"].rows}
        look(self.request.user, PERSON, shown | self._asked_for(), FIELD, "查看名单")
        return found

    def _asked_for(self) -> set[int]:
        """Log for whom the list is asked, if for anybody; the people of whom the answer tells, on whatever page."""
        asked = "；".join(each.said(value) for each, value in self.listing.filters if value)
        if not self.request.GET.get("person", "").strip():
            return set()
        look(self.request.user, "query", [0], FIELD, f"查询名单：{asked}")
        return set(self.listing.rows.order_by().values_list("worker_id", flat=True))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list as Excel, with a reason."""
        _permitted(request)
        reason = request.POST.get("reason", "").replace("\x00", "").strip()
        if len(reason) < LEAST_REASON:
            messages.error(request, "事由太短，请写清楚为什么导出。")
            return redirect("talents:standings")
        self._asked_for()
        people = self.listing.rows.order_by().values_list("worker_id", flat=True).distinct()
        look(request.user, PERSON, people, FIELD, f"导出：{reason}")
        return self._export("xlsx")


@require_safe
def person_standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «政治安排», for the restricted role and the person."""
    record = person_context(request, pk, tab="standing")
    if not record["own"]:
        _permitted(request)
        look(request.user, PERSON, [record["worker"].pk], FIELD, "查看档案")
    rows = StandingRecord.objects.visible_to(request.user).filter(worker=record["worker"], start__lte=request.on)
    context = {
        **record,
        "standings": list(rows.select_related("region").order_by("-start")),
        "may_record": request.user.can(Capability.RECORD_STANDING) and not request.is_past,
    }
    return render_person(request, "talents/_standing.html", context)


@edit_methods
def standing_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one for a person."""
    _permitted(request)
    worker = get_object_or_404(SocialWorker.objects.visible_to(request.user), pk=pk)
    return _page(request, StandingRecord(worker=worker), f"登记政治安排：{worker.name}")


@edit_methods
def standing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one, or say when it ended."""
    _permitted(request)
    rows = StandingRecord.objects.visible_to(request.user).select_related("worker")
    found = get_object_or_404(rows, pk=pk)
    look(request.user, PERSON, [found.worker_id], FIELD, "查看、更正登记")
    return _page(request, found, f"更正政治安排：{found.worker.name}")


def _page(request: HttpRequest, found: StandingRecord, title: str) -> HttpResponse:
    back = reverse("talents:person-standing", args=[found.worker_id])

    def save(form: StandingForm) -> tuple[str, str]:
        actions.record(request.user, form.save(commit=False))
        return "已登记。", back

    form = StandingForm(request.user, request.POST or None, instance=found)
    return form_page(request, form, save, title=title, back=back, back_label=found.worker.name)


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """The published table of one year-end: districts × kinds, the same for everybody."""
    if not request.user.can(Capability.VIEW_COMPLIANCE):
        raise PermissionDenied
    rows = StandingCount.objects.visible_to(request.user)
    years = list(rows.order_by("-year").values_list("year", flat=True).distinct())
    asked = whole(request.GET.get("year", ""))
    year = asked if asked in years else (years[0] if years else None)
    listed = list(rows.filter(year=year).select_related("region").order_by("region_id"))
    table: dict[str, dict[str, Any]] = {}
    for each in listed:
        place = table.setdefault(each.region_id, {"name": each.region.name, "by": {}})
        place["by"][each.kind] = each.n
    city = (request.user.area_code or "")[:CITY_DIGITS]
    ordered = [row for code, row in table.items() if code != city] + ([table[city]] if city in table else [])
    kinds = StandingRecord.Kind.choices
    may_publish = request.user.can(Capability.RECORD_STANDING) and request.user.area_code == city
    context = {
        "years": years,
        "year": year,
        "kinds": [label for _, label in kinds],
        "rows": [{"name": row["name"], "counts": [row["by"].get(kind) for kind, _ in kinds]} for row in ordered],
        "published": listed[0].published_at if listed else None,
        "may_publish": may_publish and not request.is_past,
        "last_year": timezone.localdate().year - 1,
    }
    return render(request, "talents/standing_counts.html", context)


@require_POST
def counts_publish(request: HttpRequest) -> HttpResponse:
    """Publish a closed year."""
    _permitted(request)
    try:
        actions.publish(request.user, whole(request.POST.get("year", "")) or 0)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已公布。公布后不再改动。")
    return redirect("talents:standing-counts")
