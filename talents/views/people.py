"""People: the list, and the tabs of an employer's record that speak of people. Identity numbers only masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from posts.filters import EmployerFilter
from posts.views.employers import record_context, render_tab
from talents.models import Appointment, Certificate, Employment, SocialWorker
from talents.search import person_condition
from xmsw.accounts.roles import Capability
from xmsw.ui.middleware import allowed_in_the_past
from xmsw.ui.paging import count_label, paged

ORDER = ("worker__pinyin", "id")
PEOPLE_LIMIT = 300
FOUND_LIMIT = 30
SEALED = ("worker__identity", "worker__phone")


def _permitted(request: HttpRequest) -> None:
    if not request.user.can(Capability.VIEW_PERSONNEL):
        raise PermissionDenied


@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    """Employments in force on the as-of date, by name, with certificates and posts."""
    _permitted(request)
    chosen = EmployerFilter.of(request)
    rows = (
        Employment.objects.visible_to(request.user)
        .in_force(request.on)
        .select_related("worker", "employer")
        .defer(*SEALED)
    )
    person = request.GET.get("person", "").replace("\x00", "").strip()[:60]
    if person:
        rows = rows.filter(person_condition(person, "worker__"))
    rows = chosen.apply(rows, "employer__")
    page = paged(request, rows, ORDER)
    listed = described(request, page.rows)
    context = {"page": page, "listed": listed, "filter": chosen, "person": person, "count": count_label(rows)}
    return render(request, "talents/list.html", context)


@allowed_in_the_past
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """People among the results of a search, as a piece of that page; a whole identity number comes by POST."""
    _permitted(request)
    text = (request.POST or request.GET).get("q", "").replace("\x00", "").strip()
    workers = SocialWorker.objects.visible_to(request.user).filter(person_condition(text)) if text else []
    rows = list(workers.defer("identity", "phone").order_by("pinyin", "id")[: FOUND_LIMIT + 1]) if text else []
    context = {"text": text[:60], "found": described_people(request, rows[:FOUND_LIMIT]), "more": rows[FOUND_LIMIT:]}
    return render(request, "talents/_found.html", context)


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
