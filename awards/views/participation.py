"""What members took part in: the report by kind and year, and the tab 人才库 of a person's record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from awards import pools
from awards.models import CallKind, CallUp, PoolMember
from awards.participation import by_year, of_kind, with_served, years
from awards.views.pools import keepers_only, of_person, seen_members
from talents.places import place_choice
from talents.views.courses import number
from talents.views.person import person_context, render_person
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.numbers import whole

CALLS_SHOWN = 50


def _times(kind: str) -> Callable[[PoolMember], int]:
    return lambda row: of_kind(row.served, kind)[0]


def _hours(kind: str) -> Callable[[PoolMember], int | float | None]:
    return lambda row: number(of_kind(row.served, kind)[1])


class Participation(ListingView):
    """Times and hours of each membership, by kind; of one year, or of all."""

    title, name, unit, section = "人才库参与情况", "人才库参与情况", "人次", "表彰"
    template_name = "awards/participation.html"
    default_sort = "-times"
    empty = "人才库里还没有成员。"
    columns = (
        Column(
            "person", "姓名", order="sorted_by", link=lambda row: reverse("awards:pool-member", args=[row.pk])
        ),
        Column("pool", "人才库", "get_pool_display", order="pool"),
        Column("region", "管理地区", "region.name", order="region"),
        Column("times", "次数", order="times", numeric=True),
        Column("hours", "时数", lambda row: number(row.hours), order="hours", numeric=True),
        *(
            Column(f"{kind}_{what}", f"{CallKind(kind).label}{label}", reckon(kind), numeric=True)
            for kind in CallKind.values
            for what, label, reckon in (("times", "次数", _times), ("hours", "时数", _hours))
        ),
    )  # fmt: skip

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Year, person, pool, place."""
        user = self.request.user
        listed = years(self.request.on, CallUp.objects.visible_to(user))
        return (
            Choice("year", "年份", [(each, f"{each} 年") for each in listed], lambda rows, value: rows),
            Text("person", "姓名", of_person, "姓名、拼音、证书号"),
            Choice("pool", "人才库", PoolMember.Pool.choices, lambda rows, value: rows.filter(pool=value)),
            place_choice(user, lambda rows, code: rows.filter(region__code__startswith=code)),
        )

    @property
    def year(self) -> int | None:
        """The year asked for, where anything took place in it."""
        asked = whole(self.request.GET.get("year", ""))
        return asked if asked in [code for code, _ in self.filters[0].choices] else None

    def base_queryset(self) -> QuerySet:
        keepers_only(self.request)
        states = (PoolMember.State.MEMBER, PoolMember.State.LEFT)
        rows = seen_members(self.request).filter(state__in=states, start__lte=self.request.on)
        return with_served(rows, self.request.on, self.year)


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's tab 人才库: memberships and what came of them, for who keeps the pools and the person."""
    record = person_context(request, pk, tab="pools")
    user, on, worker = request.user, request.on, record["worker"]
    members = PoolMember.objects.visible_to(user).filter(worker=worker, start__lte=on)
    calls = CallUp.objects.visible_to(user).filter(member__worker=worker)
    context: dict[str, Any] = {
        **record,
        "members": list(members.select_related("region", "honour", "worker").order_by("-start", "-pk")),
        "years": by_year(calls.done(on)),
        "calls": calls.select_related("employer", "member").order_by("-on", "-pk")[:CALLS_SHOWN],
        "keeps": pools.keeps_any(user) and not request.is_past,
        "kinds": CallKind.labels,
    }
    return render_person(request, "awards/_person_pools.html", context)
