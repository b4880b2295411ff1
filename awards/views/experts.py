"""The account of an outside expert: the slip with the code, joining by it, ending it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from awards import inviting, pools
from awards.forms.pools import ExpertJoinForm
from awards.models import PoolMember
from awards.views.pools import seen_members
from xmsw.accounts.throttle import address_of
from xmsw.workflow.forming import edit_methods, performed
from xmsw.workflow.refusals import Refused


@login_not_required
@edit_methods
def join(request: HttpRequest) -> HttpResponse:
    """A new reviewer's account, signed in at once."""
    if request.user.is_authenticated:
        return redirect("home")
    form = ExpertJoinForm(address_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = form.save()
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            login(request, account)
            messages.success(request, "账号已开通。轮到你评审或参加抽调的时候，会在这里提醒。")
            return redirect("home")
    return render(request, "awards/expert_join.html", {"form": form}, status=422 if form.errors else 200)


def _expert(request: HttpRequest, pk: int) -> PoolMember:
    found = get_object_or_404(seen_members(request), pk=pk)
    pools.only_keeper(request.user, found)
    if request.is_past:
        raise PermissionDenied
    return found


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a code and show it, this once, on a slip to print; the name, its other half, is not on it."""
    found = _expert(request, pk)
    try:
        code, until = inviting.invite(request.user, found)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("awards:pool-member", pk=pk)
    address = request.build_absolute_uri(reverse("awards:expert-join"))
    context = {"member": found, "code": code, "until": until, "address": address}
    return render(request, "awards/expert_invitation.html", context)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End the expert's account."""
    found = _expert(request, pk)
    told = f"已停用{found.person}的评审账号，可以重新邀请。"
    return performed(
        request, lambda: inviting.release(request.user, found), told, reverse("awards:pool-member", args=[pk])
    )
