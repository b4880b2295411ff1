"""未来缺口: posts that fall vacant within 3, 6 and 12 months if nobody acts, the worst for their employer first."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import reverse

from posts.filters import text_condition
from posts.models import Grade
from talents.forecast import HORIZONS, Pool, Reason, Weight, counts, gaps, lapses, leaving, overdue
from talents.models import Appointment
from talents.places import place_choice
from xmsw.accounts.roles import Capability
from xmsw.policy.parameters import Values, values_on
from xmsw.regions.areas import in_area
from xmsw.ui.listing import Choice, Column, ListingView, Text

MOST_NAMED = 10_000
WITHIN = tuple((str(months), f"{months} 个月内") for months in HORIZONS)


class Forecast(ListingView):
    """One row a post: who goes, when and why, what it does to the employer, how many people could follow."""

    title, name, unit, section = "未来缺口", "未来缺口", "个岗位", "人才"
    capability = Capability.VIEW_PERSONNEL
    template_name = "talents/forecast.html"
    default_sort = "weight"
    empty = "这段时间里没有岗位会空出来。"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The people who could follow are counted once for the whole list."""
        return (
            Column("weight", "影响", lambda row: Weight(row.weight).label, order="urgency"),
            Column("leaves", "在岗到", "leaves", order="leaves"),
            Column("reason", "原因", lambda row: Reason(row.reason).label),
            Column(
                "post", "岗位", lambda row: str(row.post), link=lambda row: reverse("posts:post", args=[row.post_id])
            ),
            Column("grade", "等级", lambda row: row.post.get_grade_display() or "未定级"),
            Column(
                "employer",
                "单位",
                "post.employer.name",
                order="post__employer__pinyin",
                link=lambda row: reverse("posts:employer", args=[row.post.employer_id]),
            ),
            Column("region", "所在", "post.employer.region.name"),
            Column(
                "worker",
                "在岗人员",
                "worker.name",
                link=lambda row: reverse("talents:person", args=[row.worker_id]),
            ),
            Column(
                "pool",
                "可接替人选",
                lambda row: self.pool.fitting(row.post),
                link=lambda row: reverse("talents:post-candidates", args=[row.post_id]) + "?coming=1",
                numeric=True,
            ),
        )

    @cached_property
    def pool(self) -> Pool:
        """Who could follow."""
        return Pool(self.request.user, self.request.on)

    @cached_property
    def values(self) -> Values:
        """Parameters of the day, read once for the page."""
        return values_on(self.request.on)

    @cached_property
    def place(self) -> Choice:
        """Districts or streets."""
        return place_choice(
            self.request.user, lambda rows, code: rows.filter(in_area("post__employer__region__code", code))
        )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Horizon, reason, employer, grade, area."""
        return (
            Choice("within", "多久以内", WITHIN, lambda rows, value: rows),
            Choice("reason", "原因", Reason.choices, lambda rows, value: rows.filter(reason=value)),
            Choice(
                "weight",
                "影响",
                (("empty", "单位再没有人在岗"),),
                lambda rows, value: rows.filter(weight__lt=Weight.THINS),
            ),
            Text(
                "employer",
                "单位",
                lambda rows, text: rows.filter(text_condition(text, "post__employer__")),
                "名称、拼音或代码",
            ),
            Choice("grade", "等级", Grade.choices, lambda rows, value: rows.filter(post__grade=value)),
            self.place,
        )

    @property
    def months(self) -> int:
        """The horizon asked for, the longest when none is."""
        asked = self.request.GET.get("within", "")
        return int(asked) if asked in dict(WITHIN) else HORIZONS[-1]

    @cached_property
    def leaving(self) -> list[int] | None:
        """Appointments the account sees that end within the longest horizon; None where they are too many to name.

        Looked up once: every count and the list itself would else work out everybody's retirement anew.
        """
        rows = leaving(self.request.on, self.values).visible_to(self.request.user)
        found = list(rows.values_list("pk", flat=True)[: MOST_NAMED + 1])
        return found if len(found) <= MOST_NAMED else None

    def seen(self, rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
        """Of gaps those in the account's line and area."""
        rows = rows.visible_to(self.request.user)
        return rows if self.leaving is None else rows.filter(pk__in=self.leaving)

    def base_queryset(self) -> QuerySet:
        if self.request.user.area_code is None and not self.request.user.can(Capability.VIEW_PERSONNEL):
            raise PermissionDenied
        rows = self.seen(gaps(self.request.on, self.months, self.values))
        rows = rows.select_related("worker", "post__employer__region")
        return rows.defer("worker__identity", "worker__phone")

    def context(self) -> dict[str, Any]:
        area = self.place.clean(self.request.GET.get("area", ""))
        user, on = self.request.user, self.request.on
        ending = lapses(user, on, area, self.values)

        def here(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
            return self.place.apply(rows, area) if area else rows

        past = overdue(here(Appointment.objects.visible_to(user)), on, self.values).count()
        horizons = counts(lambda rows: self.seen(here(rows)), on, self.values)
        rows = [each | {"lapses": ending[each["months"]]} for each in horizons]
        return super().context() | {"horizons": rows, "area": area, "past": past, "months": self.months}
