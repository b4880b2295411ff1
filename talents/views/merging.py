"""Records that may be of one person, the two beside each other, and the merger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from talents.actions import merging as actions
from talents.biography import biography
from talents.duplicates import GROUPS, suspected
from talents.models import SocialWorker
from talents.views.people import described_people
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused


class MergeForm(forms.Form):
    """Which of the two is kept, and how it is known that they are one person."""

    kept = forms.TypedChoiceField(label="保留哪一份", coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(label="怎样确认是同一个人", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, pair: list[SocialWorker], data: Any = None) -> None:
        super().__init__(data)
        self.fields["kept"].choices = [(each.pk, f"{each.name} {each.identity_mask}") for each in pair]


def _permitted(request: HttpRequest) -> None:
    if not request.user.can(Capability.CORRECT_RECORDS):
        raise PermissionDenied


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Groups of records to look at."""
    _permitted(request)
    groups = suspected(request.user)
    told = {
        each["worker"].pk: each for each in described_people(request, [one for _, group in groups for one in group])
    }
    listed = [{"why": why, "people": [told[one.pk] for one in group], "first": group[0]} for why, group in groups]
    return render(request, "talents/duplicates.html", {"groups": listed, "limit": GROUPS})


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both records with what happened to each; POST makes them one."""
    _permitted(request)
    rows = SocialWorker.objects.visible_to(request.user).defer("identity", "phone")
    pair = [get_object_or_404(rows, pk=one) for one in (pk, other)]
    form = MergeForm(pair, request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["kept"]
        try:
            actions.merge(request.user, kept, other if kept == pk else pk, form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "已合并为一份档案。")
            return redirect("talents:person", pk=kept)
    sides = [{"worker": each, "events": biography(each, request.user, request.on)} for each in pair]
    context = {"sides": sides, "form": form, "same": pk == other}
    return render(request, "talents/merge.html", context, status=422 if form.errors else 200)
