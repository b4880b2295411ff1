"""Where the people of centres and communities come from: 公开招聘, 转换提升 (二(二)-4), 补充配置 (二(二)-5)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Left

from posts.models import Kind
from talents.models import Appointment
from talents.views.appointments import Appointments
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.regions.models import Region
from xmsw.ui.listing import Choice, Column

SOURCES = Appointment.Source.choices


class Conversions(Appointments):
    """Appointments in force in centres and city communities by source, with prior role and date."""

    title, name = "转换提升与补充配置", "转换提升与补充配置"
    empty = "没有转换提升或补充配置的聘用。"
    template_name = "talents/conversions.html"
    columns = (
        *Appointments.columns[:4],
        Column("source", "来源", "get_source_display"),
        Column("prior_role", "转换前职务"),
        Column("allocating", "配置主体", lambda row: row.allocating_region.name if row.allocating_region else ""),
    )
    filters = (
        *Appointments.filters[:2],
        Choice("source", "来源", SOURCES, lambda rows, value: rows.filter(source=value)),
    )

    def base_queryset(self) -> QuerySet:
        rows = Appointment.objects.visible_to(self.request.user).in_force(self.request.on)
        return rows.filter(post__employer__kind__in=(Kind.C01, Kind.C02)).select_related(
            "worker", "post__employer", "allocating_region"
        )

    def context(self) -> dict[str, Any]:
        return super().context() | source_mix(self.base_queryset())


def source_mix(rows: QuerySet[Appointment]) -> dict[str, Any]:
    """`mix` by source, `districts` with counts in the same order, `total`: people, whatever the list filters."""
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    grouped = rows.order_by().annotate(district=Left("post__employer__region_id", DISTRICT_DIGITS))
    for district, source, n in grouped.values_list("district", "source").annotate(n=Count("pk")):
        counted[district][source] = n
    counts = {code: [by.get(source, 0) for source, _ in SOURCES] for code, by in counted.items()}
    found = Region.objects.filter(code__in=counts).order_by("code")
    mix = [{"label": label, "n": sum(each.get(code, 0) for each in counted.values())} for code, label in SOURCES]
    return {
        "mix": mix,
        "districts": [{"name": each.name, "counts": counts[each.pk]} for each in found],
        "total": sum(each["n"] for each in mix),
    }
