"""Employers' applications: the form by matter, the page of one, the list."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from posts.actions import registrations as actions
from posts.actions.relocations import whereabouts
from posts.filters import text_condition
from posts.flows.registrations import REGISTRATION
from posts.forms.registrations import RegistrationForm
from posts.forms.registrations import places as places_under
from posts.models import Employer, EmployerRegistration, Membership
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow import actions as workflow
from xmsw.workflow.pages import files
from xmsw.workflow.refusals import Refused

Matter = EmployerRegistration.Matter
form_page = require_http_methods(["GET", "HEAD", "POST"])
EXPLAINED = {
    Matter.REGISTER: "填好后上传登记证书或批准文件，再提交给区民政局。社区和社区服务中心都已在册，选好地方就是认领。",
    Matter.CHANGE: "换区、街道（镇）或上级单位，请申请迁移。单位类别要改的，请联系区民政局。",
    Matter.MOVE: "换区、街道（镇）或上级单位。迁到别的区，先由迁出的区同意，再由迁入的区审核，批准后生效。",
    Matter.CLOSE: "先撤销岗位、结束聘用、迁出下级单位，再申请注销。",
}
LONGEST_CODE = 12
PARENTS_SHOWN = 10
SHORTEST = 2  # characters of a name that are worth a search


def _rows(request: HttpRequest) -> QuerySet[EmployerRegistration]:
    if not (request.user.can(Capability.APPLY) or request.user.can(Capability.REVIEW_EMPLOYERS)):
        raise PermissionDenied
    return EmployerRegistration.objects.visible_to(request.user).select_related(
        "employer__region", "region__parent", "parent", "applicant"
    )


@require_safe
def registration(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with its state, the officer's opinion, and what to do next."""
    found = get_object_or_404(_rows(request), pk=pk)
    moves = [] if request.is_past else REGISTRATION.open_to(request.user, found)
    applies = request.user.can(Capability.APPLY) and not request.is_past
    register = actions.known([found])
    context = {
        "flow": REGISTRATION,
        "case": found,
        "against": list(actions.faults(found, register)) if found.editable else [],
        "listed": register.listed_at(found) if found.employer_id is None else None,
        "employer_id": REGISTRATION.context(request, found)["employer_id"],
        "whereabouts": whereabouts(found) if found.state in found.WAITING else "",
        "moves": [each for each in moves if each.name in ("submit", "withdraw")],
        "abandon": any(each.name == "abandon" for each in moves),
        "review": any(each.name in ("release", "approve") for each in moves),
        "editable": applies and found.editable,
        "steps": workflow.history(REGISTRATION.key, pk),
        "attachments": files(request.user, REGISTRATION, found),
    }
    return render(request, "posts/registration.html", context)


@form_page
def new(request: HttpRequest) -> HttpResponse:
    """Register an employer."""
    blank = EmployerRegistration(matter=Matter.REGISTER, applicant=request.user, effective_on=timezone.localdate())
    return _form(request, blank, "登记单位")


@form_page
def about(request: HttpRequest, pk: int, matter: str) -> HttpResponse:
    """Change, move or close an employer of one's own."""
    if matter not in Matter.values or matter == Matter.REGISTER:
        raise Http404
    employer = get_object_or_404(Employer.objects.visible_to(request.user).select_related("region", "parent"), pk=pk)
    if not Membership.objects.filter(user=request.user, employer=employer).exists():
        raise PermissionDenied
    rows = EmployerRegistration.objects.visible_to(request.user)
    begun = rows.filter(employer=employer, state__in=EmployerRegistration.UNFINISHED).first()
    if begun is not None:
        messages.warning(request, "这家单位有一份没有办完的申请。先办完、撤回或作废它，再申请别的。")
        return redirect("posts:registration", begun.pk)
    if employer.end is not None:
        messages.error(request, "这家单位已经注销，不能再申请。")
        return redirect("posts:timeline", pk)
    fresh = actions.of_employer(employer, matter, request.user, timezone.localdate())
    return _form(request, fresh, f"{Matter(matter).label}：{employer.name}")


@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft, or what was returned."""
    found = get_object_or_404(_rows(request), pk=pk)
    if not found.editable:
        messages.error(request, f"这份申请现在是「{found.get_state_display()}」，不能再改。")
        return redirect("posts:registration", pk)
    return _form(request, found, f"修改{found}")


def _form(request: HttpRequest, found: EmployerRegistration, title: str) -> HttpResponse:
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    form = RegistrationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_draft(request.user, form.save())
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已保存。请上传材料、核对，再提交。")
            return redirect("posts:registration", saved.pk)
    steps = workflow.history(REGISTRATION.key, found.pk)[:1] if found.pk else []
    context = {
        "form": form,
        "title": title,
        "steps": steps if found.state == found.State.RETURNED else [],
        "explained": EXPLAINED[Matter(found.matter)],
        "back": REGISTRATION.url(found) if found.pk else reverse("posts:mine"),
    }
    return render(request, "posts/registration_form.html", context, status=422 if form.errors else 200)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Options of the places under a district or street, for the form."""
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    code = request.GET.get("street", "")
    context = {"groups": places_under(code if code.isdigit() and len(code) <= LONGEST_CODE else "")}
    return render(request, "posts/_place_options.html", context)


@require_safe
def parents(request: HttpRequest) -> HttpResponse:
    """Employers that may be one's parent, by part of the name or by credit code.

    What is told (name, place) stands in the public register of organisations, so it is not narrowed to one's own.
    """
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    text = request.GET.get("parent_code", "").replace("\x00", "").strip()[:60]
    rows = Employer.objects.filter(text_condition(text), end__isnull=True, state__in=Employer.COUNTED)
    found = rows.select_related("region").order_by("pinyin", "pk")[:PARENTS_SHOWN] if len(text) >= SHORTEST else []
    return render(request, "posts/_parent_options.html", {"found": found})


class Registrations(ListingView):
    """Applications: an officer's area, or one's own."""

    title, name, unit, section = "单位登记申请", "单位登记申请", "份", "单位与岗位"
    default_sort = "-created"
    empty = "还没有申请。"
    columns = (
        Column("name", "单位", "name", order="name", link=lambda row: reverse("posts:registration", args=[row.pk])),
        Column("matter", "事项", "get_matter_display"),
        Column("kind", "类别", "get_kind_display"),
        Column("region", "所在", "region.name", order="region_id"),
        Column("state", "状态", "get_state_display"),
        Column("applicant", "申请人", "applicant"),
        Column("created", "创建时间", "created_at", order="created_at"),
    )
    filters = (
        Text("q", "单位", lambda rows, text: rows.filter(name__contains=text), "名称"),
        Choice("matter", "事项", Matter.choices, lambda rows, value: rows.filter(matter=value)),
        Choice("state", "状态", EmployerRegistration.State.choices, lambda rows, value: rows.filter(state=value)),
    )

    def base_queryset(self) -> QuerySet:
        return _rows(self.request)
