"""Home by role, and one's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from xmsw.accounts.roles import CAPABILITIES, Capability, Role


def home(request: HttpRequest) -> HttpResponse:
    """Where this role begins its day."""
    starts = {Role.EMPLOYER_STAFF: "posts:mine", Role.SYSTEM_ADMIN: "admin:index"}
    return redirect(starts.get(request.user.role, "supervision:overview"))


def profile(request: HttpRequest) -> HttpResponse:
    """Role, place and capabilities in words."""
    capabilities = [Capability(each).label for each in sorted(CAPABILITIES.get(request.user.role, ()))]
    return render(request, "accounts/profile.html", {"capabilities": capabilities})
