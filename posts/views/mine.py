"""An employer's own people: what they have to do next, who acts with them, and how their employer came about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from posts.actions import registrations as actions
from posts.forms.registrations import ColleagueForm
from posts.models import Employer, EmployerRegistration, Membership, Post
from posts.timeline import changes, steps
from posts.todo import tasks
from posts.views.employers import ORDER, record_context, render_tab
from xmsw.accounts.roles import Capability
from xmsw.ui.numbers import whole
from xmsw.workflow.refusals import Refused

Matter = EmployerRegistration.Matter
SHOWN = 30
SUBSIDIARIES = 100


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The employers whose own people the account belongs to, led by what it has to do next."""
    rows = Employer.objects.visible_to(request.user).filter(members__user=request.user.pk).select_related("region")
    rows = rows.annotate(has_posts=Exists(Post.objects.filter(employer=OuterRef("pk"))))
    applies = request.user.can(Capability.APPLY)
    applied = EmployerRegistration.objects.visible_to(request.user).filter(state__in=EmployerRegistration.WAITING)
    context = {
        "employers": rows.order_by(*ORDER)[:SHOWN],
        "tasks": tasks(request.user) if applies and not request.is_past else [],
        "waiting": applied.order_by("-pk")[:SHOWN] if applies else [],
        "may_apply": applies and not request.is_past,
    }
    return render(request, "posts/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def colleagues(request: HttpRequest, pk: int) -> HttpResponse:
    """Who acts for the employer; a member adds and removes colleagues."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    people = Membership.objects.filter(employer=employer, user__is_service=False)
    members = people.select_related("user").order_by("pk")
    may = request.user.can(Capability.APPLY) and any(each.user_id == request.user.pk for each in members)
    if not may and not request.user.can(Capability.REVIEW_EMPLOYERS):
        raise PermissionDenied
    form = ColleagueForm(request.POST or None)
    told: dict[str, Any] = {}
    if request.method == "POST":
        if form.is_valid():
            try:
                colleague, password = actions.add_colleague(request.user, employer, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                told, form = {"colleague": colleague, "password": password}, ColleagueForm()
        elif not may:
            raise PermissionDenied
    context = {"employer": employer, "members": members.all(), "form": form, "may": may, **told}
    return render(request, "posts/colleagues.html", context, status=422 if form.errors else 200)


@require_POST
def remove_colleague(request: HttpRequest, pk: int) -> HttpResponse:
    """Untie one account."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    user = request.POST.get("user", "")
    try:
        actions.remove_colleague(request.user, employer, whole(user) or 0)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已移除。这个账号不能再办理本单位的事。")
    gone = not Employer.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("posts:mine") if gone else redirect("posts:colleagues", pk)


@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «经过» of an employer's record: what was applied for and decided, and what its row said before."""
    record = record_context(request, pk, tab="timeline")
    found: Employer = record["employer"]
    context = {
        **record,
        "steps": steps(pk, request.on),
        "changes": changes(pk, request.on),
        "below": Employer.objects.visible_to(request.user).filter(parent=pk).order_by(*ORDER)[:SUBSIDIARIES],
        "matters": [each for each in Matter if each != Matter.REGISTER]
        if record["manages"] and found.end is None
        else [],
    }
    return render_tab(request, "posts/_timeline.html", context)
