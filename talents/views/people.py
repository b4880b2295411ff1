"""People: the list, and the tabs of an employer's record that speak of people. Identity numbers only masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from posts.filters import EmployerFilter, text_condition
from posts.models import CertificateLevel
from posts.views.employers import record_context, render_tab
from talents.models import Appointment, Certificate, Employment, SocialWorker
from talents.remedies import with_level
from talents.search import by_person, person_condition
from xmsw.accounts.roles import Capability
from xmsw.regions.areas import in_district
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.middleware import allowed_in_the_past

ORDER = ("worker__pinyin", "id")
PEOPLE_LIMIT = 300
COUNTED = 200  # every hit of a search costs a look at where the person works
LEVELS = (*CertificateLevel.choices, (0, "无证书"))
SEATED = (("yes", "聘在社工岗位"), ("no", "没有聘到社工岗位"))
FOUND_LIMIT = 30
SEALED = ("worker__identity", "worker__phone")


def _permitted(request: HttpRequest) -> None:
    if not request.user.can(Capability.VIEW_PERSONNEL):
        raise PermissionDenied


class Workers(ListingView):
    """Employments in force on the as-of date, by name, with certificates and posts."""

    title, name, unit, section = "人员名单", "人员名单", "条任职记录", "人才"
    capability = Capability.VIEW_PERSONNEL
    default_sort = "worker"
    count_limit = COUNTED
    empty = "还没有人员。"
    columns = (
        Column(
            "worker",
            "姓名",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:person", args=[row.worker_id]),
        ),
        Column("identity", "身份证号", "worker.identity_mask"),
        Column(
            "employer",
            "单位",
            "employer.name",
            link=lambda row: reverse("talents:employer-people", args=[row.employer_id]),
        ),
        Column("form", "用工形式", "get_form_display"),
        Column("start", "入职日期", chosen=False),
        Column("certificates", "证书", lambda row: "；".join(map(_held, row.worker.held))),
        Column("posts", "聘用岗位", lambda row: "；".join(map(_seat, _seats_here(row)))),
        Column("synthetic", "演示数据", "worker.synthetic", chosen=False),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Person, employer, place (down to the street), kind, highest certificate, with or without a post there."""
        on, asked = self.request.on, EmployerFilter.of(self.request)
        seats = Appointment.objects.visible_to(self.request.user).in_force(on)
        seated = Exists(seats.filter(worker=OuterRef("worker"), post__employer=OuterRef("employer")))
        kinds = [(each["code"], each["name"]) for each in asked.kind_options() if each["code"] != "all"]
        areas = [(each["code"], each["name"]) for each in asked.areas()]
        return (
            Text("person", "人员", by_person, "姓名、拼音、证书号"),
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
            Choice("area", "地区", areas, lambda rows, code: rows.filter(in_district("employer__region__code", code))),
            Choice("kind", "类别", kinds, lambda rows, _: replace(asked, text="", area="").apply(rows, "employer__")),
            Choice("level", "最高证书", LEVELS, lambda rows, level: with_level(rows, on).filter(held=level)),
            Choice("post", "岗位", SEATED, lambda rows, value: rows.filter(seated if value == "yes" else ~seated)),
        )

    def base_queryset(self) -> QuerySet:
        user, on = self.request.user, self.request.on
        held = Certificate.objects.held_on(on).order_by("-level")
        seats = Appointment.objects.visible_to(user).in_force(on).select_related("post")
        return (
            Employment.objects.visible_to(user)
            .in_force(on)
            .select_related("worker", "employer")
            .defer(*SEALED)
            .prefetch_related(
                Prefetch("worker__certificates", held, to_attr="held"),
                Prefetch("worker__appointments", seats, to_attr="seats"),
            )
        )


def _held(certificate: Certificate) -> str:
    return f"{certificate.get_level_display()} {certificate.issued_on:%Y-%m-%d} 签发"


def _seats_here(row: Employment) -> list[Appointment]:
    return [each for each in row.worker.seats if each.post.employer_id == row.employer_id]


def _seat(seat: Appointment) -> str:
    grade, time = seat.post.get_grade_display() or "未定级", "专职" if seat.full_time else "兼职"
    return f"{seat.post.name}（{grade}） · {time} {seat.start:%Y-%m-%d} 起 · {seat.get_source_display()}"


@allowed_in_the_past
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """People among the results of a search: a piece of that page, or a page of its own; a whole identity number comes
    by POST."""
    _permitted(request)
    text = (request.POST or request.GET).get("q", "").replace("\x00", "").strip()
    rows = _found(request, text) if text else []
    context = {"asked": text != "", "found": described_people(request, rows[:FOUND_LIMIT]), "more": rows[FOUND_LIMIT:]}
    partial = request.htmx and not request.htmx.history_restore_request
    return render(request, "talents/_found.html" if partial else "talents/found.html", context)


def _found(request: HttpRequest, text: str) -> list[SocialWorker]:
    people = SocialWorker.objects.visible_to(request.user)
    people = people.filter(person_condition(text, identity=request.method == "POST")).defer("identity", "phone")
    return list(people.order_by("pinyin", "id")[: FOUND_LIMIT + 1])


def described_people(request: HttpRequest, workers: list[SocialWorker]) -> list[dict[str, Any]]:
    """Each person with certificates and present employers, two queries for all."""
    certificates = _certificates({each.pk for each in workers}, request.on)
    employers: dict[int, list[Employment]] = defaultdict(list)
    rows = Employment.objects.visible_to(request.user).in_force(request.on).filter(worker__in=workers)
    for each in rows.select_related("employer"):
        employers[each.worker_id].append(each)
    return [
        {"worker": each, "certificates": certificates[each.pk], "employments": employers[each.pk]} for each in workers
    ]


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «人员» of an employer's record: who works there, with certificates and appointments."""
    record = record_context(request, pk, tab="people")
    _permitted(request)
    rows = (
        Employment.objects.visible_to(request.user)
        .filter(employer=record["employer"])
        .select_related("worker")
        .defer(*SEALED)
    )
    found = list(rows.in_force(request.on).order_by(*ORDER)[: PEOPLE_LIMIT + 1])
    cut = PEOPLE_LIMIT if len(found) > PEOPLE_LIMIT else 0
    listed = described(request, found[:PEOPLE_LIMIT])
    return render_tab(request, "talents/_people.html", {**record, "people": listed, "cut": cut})


@require_safe
def holders(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sits in each post, as out-of-band pieces for the tab «岗位»."""
    record = record_context(request, pk, tab="posts")
    _permitted(request)
    rows = Appointment.objects.visible_to(request.user).filter(post__employer=record["employer"]).in_force(request.on)
    shown = record["employer"].posts.in_force(request.on).order_by("code")
    posts = list(shown.values_list("pk", flat=True)[:PEOPLE_LIMIT])
    seated = rows.filter(post__in=posts).select_related("worker").defer(*SEALED)
    sitting = {each.post_id: each for each in seated}
    seats = [(post, sitting.get(post)) for post in posts]
    return render(request, "talents/_holders.html", {"seats": seats})


def described(request: HttpRequest, employments: Iterable[Employment]) -> list[dict[str, Any]]:
    """Each employment with the person's certificates and appointments there; three queries for all."""
    rows = list(employments)
    persons = {each.worker_id for each in rows}
    certificates = _certificates(persons, request.on)
    appointed: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
    in_post = Appointment.objects.visible_to(request.user).in_force(request.on).filter(worker__in=persons)
    for each in in_post.select_related("post"):
        appointed[each.worker_id, each.post.employer_id].append(each)
    return [
        {
            "employment": each,
            "worker": each.worker,
            "certificates": certificates[each.worker_id],
            "appointments": appointed[each.worker_id, each.employer_id],
        }
        for each in rows
    ]


def _certificates(persons: set[int], on: date) -> dict[int, list[Certificate]]:
    """Certificates held on that day by people whose visibility was settled before."""
    found: dict[int, list[Certificate]] = defaultdict(list)
    for each in Certificate.objects.held_on(on).filter(worker__in=persons).order_by("-level"):
        found[each.worker_id].append(each)
    return found
