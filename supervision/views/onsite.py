"""The record on the spot, made for a phone: one screen a unit, each line saved by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from supervision import onsite
from supervision.checklists import COUNTABLE, countable, registered, unit_of
from supervision.flows.inspections import ONSITE
from supervision.forms.inspections import RecordForm, VisitForm
from supervision.models import Inspection, InspectionItem, InspectionUnit, ItemRecord, RectificationOrder
from supervision.rectifying import faults_of_unit, may_order
from supervision.views.inspections import readers_only
from xmsw.ui.numbers import whole
from xmsw.workflow import actions
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused

_S = InspectionUnit.State
PHOTOS = (".jpg", ".jpeg", ".png")


def _unit(request: HttpRequest, pk: int) -> InspectionUnit:
    readers_only(request)
    rows = InspectionUnit.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("employer__region", "inspection__region", "first_by", "second_by"), pk=pk
    )


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its lines as cards, photos, who was there, the confirmations."""
    unit = _unit(request, pk)
    plan = unit.inspection
    own = onsite.inspects(request.user, unit) and not request.is_past
    writes = own and plan.state == Inspection.State.UNDER_WAY and unit.state == _S.OPEN
    context = case_context(request, ONSITE, unit)
    orders = RectificationOrder.objects.visible_to(request.user).filter(unit=unit)
    photos = context["attachments"]
    context |= {
        "unit": unit,
        "plan": plan,
        "writes": writes,
        "cards": _cards(unit, writes),
        "results": ItemRecord.Result.choices,
        "photos": photos,
        "inspectors": [each.user for each in unit.inspectors.select_related("user__org_unit__region")],
        "left": list(onsite.against_confirming(unit)) if writes else [],
        "orders": list(orders),
        "may_order": not request.is_past and may_order(request.user, unit.employer) and bool(faults_of_unit(unit)),
    }
    return render(request, "supervision/inspections/onsite.html", context)


def _cards(unit: InspectionUnit, writes: bool) -> list[dict[str, Any]]:
    """Each item with its registered number (of the day of the visit; of today before it) and what was recorded."""
    if unit.visited_on is None and writes:
        unit.facts = registered(unit.employer_id, timezone.localdate())
    done = {each.item_id: each for each in unit.records.all()}
    labels = dict(countable())
    return [_card(unit, each, done.get(each.pk), labels) for each in unit.inspection.items.select_related("clause")]


def _card(unit: InspectionUnit, item: InspectionItem, found: ItemRecord | None, labels: dict[str, str]) -> dict:
    number = found.registered if found else unit.facts.get(item.fact)
    return {
        "item": item,
        "record": found,
        "fact": labels.get(item.fact, ""),
        "number": number if item.fact in COUNTABLE else None,
        "measure": unit_of(item.fact),
        "compared": onsite.compared(item, number, found.on_site) if found else "",
    }


@require_POST
def save_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Save one line; the fragment says what came of it, and what was typed stays where it is."""
    unit = _unit(request, pk)
    line = get_object_or_404(unit.inspection.items, pk=item)
    form = RecordForm(request.POST)
    found, faults = None, []
    if not form.is_valid():
        faults = [sentence for listed in form.errors.values() for sentence in listed]
    else:
        try:
            found = onsite.record(request.user, unit, line, form.cleaned_data)
        except Refused as refusal:
            faults = refusal.messages
    if not request.htmx:
        for sentence in faults:
            messages.error(request, f"第 {line.place} 项没有保存：{sentence}")
        return redirect("supervision:onsite", pk=pk)
    told = onsite.compared(line, found.registered, found.on_site) if found else ""
    context = {"record": found, "faults": faults, "compared": told}
    return render(request, "supervision/inspections/_saved.html", context, status=422 if faults else 200)


@require_POST
def save_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was there and what the unit says."""
    unit = _unit(request, pk)
    form = VisitForm(request.POST)
    faults = [] if form.is_valid() else ["请填在场人员，单位意见最多 500 字。"]
    if not faults:
        try:
            onsite.visit(request.user, unit, **form.cleaned_data)
        except Refused as refusal:
            faults = refusal.messages
    if not request.htmx:
        for sentence in faults:
            messages.error(request, sentence)
        return redirect("supervision:onsite", pk=pk)
    context = {"faults": faults, "plain": True}
    return render(request, "supervision/inspections/_saved.html", context, status=422 if faults else 200)


@require_POST
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep pictures from the phone's camera, sealed like all files, under the line they belong to."""
    unit = _unit(request, pk)
    if not onsite.inspects(request.user, unit):
        raise PermissionDenied(onsite.NOT_YOURS)
    item = unit.inspection.items.filter(pk=whole(request.POST.get("item", "")) or 0).first()
    kept = 0
    for each in request.FILES.getlist("photo")[:10]:
        each.name = onsite.photo_name(item, each.name)
        try:
            if not each.name.endswith(PHOTOS):
                raise Refused("照片只收 JPG、PNG。")
            actions.attach_upload(request.user, ONSITE, pk, each)
            kept += 1
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    if kept:
        messages.success(request, f"已保存照片 {kept} 张。")
    return redirect(f"{ONSITE.url(unit)}#item-{item.place}" if item else ONSITE.url(unit))
