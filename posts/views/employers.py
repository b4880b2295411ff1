"""Employers: lists, search, and the record page whose further tabs upper apps fill by URL name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from posts.filters import EmployerFilter, text_condition
from posts.models import Employer, Membership, Post
from xmsw.accounts.roles import Capability
from xmsw.regions.models import Level
from xmsw.ui.middleware import allowed_in_the_past
from xmsw.ui.paging import count_label, paged
from xmsw.ui.sheets import sheet_response

ORDER = ("pinyin", "id")
SEARCH_LIMIT = 30
POST_LIMIT = 300
HEADER = ("单位名称", "类别", "领域", "主管部门", "区划代码", "所在区划", "统一社会信用代码", "登记状态")


@require_safe
def employers(request: HttpRequest) -> HttpResponse:
    """All employers the account sees, on the as-of date, filtered and exported as shown."""
    if not request.user.can(Capability.VIEW_COMPLIANCE):
        raise PermissionDenied
    chosen = EmployerFilter.of(request)
    rows = chosen.apply(Employer.objects.visible_to(request.user).in_force(request.on)).select_related("region")
    if request.GET.get("export") == "xlsx":
        return sheet_response(
            f"单位名单_{request.on:%Y-%m-%d}", HEADER, map(_exported, rows.order_by(*ORDER).iterator())
        )
    context = {"page": paged(request, rows, ORDER), "count": count_label(rows), "filter": chosen}
    return render(request, "posts/list.html", context)


def _exported(each: Employer) -> tuple[Any, ...]:
    return (
        each.name,
        each.get_kind_display(),
        each.get_sector_display(),
        each.get_competent_bureau_display(),
        each.region_id,
        each.region.name,
        each.credit_code or "",
        each.get_state_display(),
    )


@allowed_in_the_past
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """By name, pinyin, credit code or community code, among what the account sees. A whole identity number comes by
    POST, so that no address and no log holds it."""
    text = (request.POST or request.GET).get("q", "").replace("\x00", "").strip()
    found = []
    if text:
        rows = Employer.objects.visible_to(request.user).filter(text_condition(text)).select_related("region")
        found = list(rows.order_by(*ORDER)[: SEARCH_LIMIT + 1])
    context = {"text": text[:60], "found": found[:SEARCH_LIMIT], "more": len(found) > SEARCH_LIMIT}
    context["posted"] = request.method == "POST"
    context["people"] = request.user.can(Capability.VIEW_PERSONNEL)
    return render(request, "posts/search.html", context)


@require_safe
def employer(request: HttpRequest, pk: int) -> HttpResponse:
    """The record's first tab: posts."""
    record = record_context(request, pk, tab="posts")
    posts = Post.objects.visible_to(request.user).filter(employer=record["employer"])
    if request.is_past:
        posts = posts.in_force(request.on)
    listed = list(posts.order_by("code")[: POST_LIMIT + 1])
    frozen = set(Post.objects.frozen(request.on).filter(employer=pk).values_list("pk", flat=True))
    applies = request.user.can(Capability.APPLY) and not request.is_past
    context = {**record, "posts": [_shown(post, request.on, frozen) for post in listed[:POST_LIMIT]]}
    context |= {"may_apply": applies, "cut": POST_LIMIT if len(listed) > POST_LIMIT else 0}
    return render_tab(request, "posts/_posts.html", context)


def record_context(request: HttpRequest, pk: int, tab: str) -> dict[str, Any]:
    """Head of the record page; 404 where the account does not see the employer."""
    rows = Employer.objects.visible_to(request.user).select_related("region__parent__parent", "parent")
    found = get_object_or_404(rows, pk=pk)
    above = [found.region.parent, found.region.parent and found.region.parent.parent]
    places = [each for each in reversed(above) if each and each.level >= Level.DISTRICT]
    own = request.user.can(Capability.APPLY) and Membership.objects.filter(user=request.user, employer=found).exists()
    return {
        "employer": found,
        "tab": tab,
        "places": places,
        "lists": request.user.can(Capability.VIEW_COMPLIANCE),
        "pay": request.user.can(Capability.VIEW_PAY),
        "manages": own and not request.is_past,
    }


def render_tab(request: HttpRequest, fragment: str, context: dict[str, Any]) -> HttpResponse:
    """One URL serves the page and its htmx fragment."""
    partial = request.htmx and not request.htmx.history_restore_request
    template = "posts/_tabs.html" if partial else "posts/employer.html"
    return render(request, template, {**context, "fragment": fragment})


def _shown(post: Post, on: date, frozen: set[int]) -> dict[str, Any]:
    return {
        "post": post,
        "duties": post.duty_labels,
        "activities": post.activity_labels,
        "counted": post.state in Post.COUNTED,
        "standing": post.standing(on, frozen=post.pk in frozen),
    }
