"""Who goes to which unit: the open units of a plan as a list, inspectors for the ticked or for all that are listed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from posts.filters import text_condition
from posts.models import Kind
from supervision import inspecting
from supervision.models import Inspection, InspectionUnit
from supervision.views.inspections import planned
from talents.places import place_choice
from xmsw.regions.areas import in_area
from xmsw.ui.listing import Choice, Column, ListingView, Text, Together
from xmsw.ui.numbers import whole
from xmsw.ui.paging import query_without
from xmsw.workflow.forming import performed

OPEN_PLANS = (Inspection.State.DRAWN, Inspection.State.UNDER_WAY)
STANDS = (("short", "没有派够"), ("enough", "已派够"))


def _sent(unit: InspectionUnit) -> str:
    return "、".join(str(each.user) for each in unit.inspectors.all()) or "还没有安排"


def _stands(rows: QuerySet, value: str) -> QuerySet:
    least = inspecting.LEAST_INSPECTORS
    return rows.filter(n__lt=least) if value == "short" else rows.filter(n__gte=least)


class Assign(ListingView):
    """Units not yet recorded, those with the fewest inspectors first."""

    title, name, unit, section = "安排核查人", "安排核查人", "家", "督查"
    default_sort = "inspectors"
    template_name = "supervision/inspections/assign.html"
    empty = "没有待核查的单位。"
    exports = False
    http_method_names = ("get", "head", "options", "post")
    columns = (
        Column("employer", "单位", "employer.name", order="employer__pinyin"),
        Column("kind", "类别", "employer.get_kind_display", order="employer__kind"),
        Column("region", "所在", "employer.region.name", order="employer__region_id"),
        Column("inspectors", "核查人", lambda row: _sent(row), order="n"),
    )

    @cached_property
    def plan(self) -> Inspection:
        """A plan that the account keeps, with its units settled and not yet all visited."""
        found = planned(self.request, self.kwargs["pk"])
        if found.state not in OPEN_PLANS:
            raise PermissionDenied
        return found

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By name, kind, place, and whether enough go there."""
        place = place_choice(self.request.user, lambda rows, code: rows.filter(in_area("employer__region__code", code)))
        return (
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
            Choice("kind", "类别", Kind.choices, lambda rows, kind: rows.filter(employer__kind=kind)),
            place,
            Choice("stands", "安排", STANDS, _stands),
        )

    def base_queryset(self) -> QuerySet:
        rows = self.plan.units.filter(state=InspectionUnit.State.OPEN).annotate(n=Count("inspectors"))
        return rows.select_related("employer__region").prefetch_related("inspectors__user")

    def context(self) -> dict[str, Any]:
        """With the two ways to assign, and whom."""
        query = query_without(self.request, "after", "on", "all")
        base = f"{self.request.path}?{query}"
        ways = [
            Together("给勾选的单位安排", "", "unit", lambda request: True, "user-check", base),
            Together("给筛选出的全部单位安排", "", "unit", lambda request: True, "users", f"{base}&all=yes"),
        ]
        more = {"plan": self.plan, "candidates": inspecting.candidates(self.plan), "together": ways}
        return super().context() | more

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the ticked inspectors to the ticked units, or with `all` to every unit as filtered."""
        everything = request.GET.get("all") == "yes"
        ticked = filter(None, map(whole, request.POST.getlist("unit")))
        units = list(self.listing.rows.values_list("pk", flat=True)) if everything else list(ticked)
        users = list(filter(None, map(whole, request.POST.getlist("inspector"))))
        query = query_without(request, "all", "on")
        address = reverse("supervision:inspection-assign", args=[self.plan.pk]) + (f"?{query}" if query else "")
        told = f"已安排 {len(units)} 家单位。"
        return performed(request, lambda: inspecting.assign(request.user, self.plan, units, users), told, address)
