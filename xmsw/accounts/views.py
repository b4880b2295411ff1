"""Home by role, sign-in, and one's own account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_http_methods, require_safe

from xmsw.accounts.forms import PasswordChangeForm, SignInForm, SignUpForm
from xmsw.accounts.models import OFFICERS, Bureau, OrgUnit
from xmsw.accounts.roles import Capability, Role
from xmsw.accounts.throttle import address_of
from xmsw.regions.areas import in_area
from xmsw.ui.demo import has_demo_data


def home(request: HttpRequest) -> HttpResponse:
    """Where this role begins its day."""
    starts = {
        Role.EMPLOYER_STAFF: "posts:mine",
        Role.SOCIAL_WORKER: "talents:mine",
        Role.REVIEWER: "awards:panels",
        Role.SYSTEM_ADMIN: "admin:index",
    }
    return redirect(starts.get(request.user.role, "supervision:overview"))


class SignIn(auth.LoginView):
    """The door; says so when what lies behind it is invented data."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(demo_notice=has_demo_data(), **kwargs)


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The system's administration has no door of its own: the one door, where tries are counted."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied("只有系统管理员可以进入系统管理。")
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """A new account for somebody of an employer, signed in at once."""
    if request.user.is_authenticated:
        return redirect("home")
    form = SignUpForm(address_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())
        messages.success(request, "账号已建好。下一步：登记单位。")
        return redirect("home")
    return render(request, "accounts/sign_up.html", {"form": form}, status=422 if form.errors else 200)


class PasswordChange(auth.PasswordChangeView):
    """Other sessions of the account end with the old password; this one goes on."""

    template_name = "accounts/password.html"
    form_class = PasswordChangeForm
    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "密码已修改。下次登录请用新密码。")
        return super().form_valid(form)


def profile(request: HttpRequest) -> HttpResponse:
    """Role, place, scope (line × area) and capabilities in words."""
    granted = request.user.capabilities
    context = {
        "capabilities": [each.label for each in Capability if each in granted],
        "withheld": [each.label for each in Capability if each not in granted],
        "scope": _scope_in_words(request.user),
    }
    return render(request, "accounts/profile.html", context)


def _scope_in_words(user: Any) -> str:
    """What `visible_to` shows this account."""
    if user.role in OFFICERS and user.org_unit:
        line = "各条线的用人单位" if user.is_lead else f"由{user.org_unit.get_bureau_display()}部门主管的用人单位"
        return f"{user.org_unit.region.name}范围内{line}"
    if user.role == Role.EMPLOYER_STAFF:
        return "你经办的用人单位"
    if user.role == Role.SOCIAL_WORKER:
        return "本人档案"
    return "不看业务数据，只管理账号"


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The bureaus at city and districts as they are called on the day, with the accounts in use there (0-2)."""
    if not request.user.can(Capability.VIEW_COMPLIANCE) or request.user.area_code is None:
        raise PermissionDenied
    inside = in_area("region__code", request.user.area_code)
    in_use = Count("user", filter=Q(user__is_active=True))
    found = OrgUnit.objects.in_force(request.on).filter(inside).select_related("region").annotate(accounts=in_use)
    by_place: dict[tuple[str, str], list[OrgUnit]] = {}
    for each in found.order_by("valid_from"):
        by_place.setdefault((each.bureau, each.region_id), []).append(each)
    areas = {each.region_id: each.region for each in found}
    places = [areas[code] for code in sorted(areas)]
    rows = [
        {"label": label, "cells": [by_place.get((code, place.code), []) for place in places]}
        for code, label in Bureau.choices
    ]
    return render(request, "accounts/units.html", {"places": places, "rows": rows})
