"""Corrections: what can be asked, one request, the lists of those who ask and those who decide."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from talents.actions import corrections as actions
from talents.corrections import ITEMS, named, records_of
from talents.flows.corrections import CORRECTION, told
from talents.forms.oneself import CorrectionForm
from talents.models import CorrectionRequest, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView
from xmsw.ui.numbers import whole
from xmsw.workflow.forming import form_page
from xmsw.workflow.pages import case_context

READERS = (Capability.OWN_RECORD, Capability.CORRECT_RECORDS)


def _permitted(request: HttpRequest) -> None:
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied


def _own(request: HttpRequest) -> SocialWorker:
    if not request.user.can(Capability.OWN_RECORD):
        raise PermissionDenied
    return get_object_or_404(SocialWorker, account=request.user)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Every field of the own record with what it says now."""
    worker = _own(request)
    rows = [
        {
            "label": named(record, item),
            "present": actions.told(code, item.present(record), full=worker.account_met),
            "url": f"{reverse('talents:correction-new')}?field={code}&record={record.pk}",
        }
        for code, item in ITEMS.items()
        for record in records_of(worker, item, request.user)
    ]
    return render(request, "talents/corrections_choose.html", {"rows": rows, "worker": worker})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask that one field be corrected."""
    worker = _own(request)
    code = request.GET.get("field", "")
    item = ITEMS.get(code)
    record = _record(request, worker, code)
    if item is None or record is None:
        raise Http404

    def save(valid: CorrectionForm) -> tuple[str, str]:
        made = actions.ask(request.user, worker, code, record, valid.wanted, valid.cleaned_data["reason"])
        return "已保存。有证明材料的请上传，再提交。", CORRECTION.url(made)

    hint = f"现有内容：{actions.told(code, item.present(record), full=worker.account_met)}"
    back = reverse("talents:corrections-choose")
    form = CorrectionForm(item, request.POST or None)
    title = f"申请更正：{named(record, item)}"
    return form_page(request, form, save, title=title, back=back, back_label="申请更正", hint=hint)


def _record(request: HttpRequest, worker: SocialWorker, code: str) -> Any:
    wanted = whole(request.GET.get("record", ""))
    found = records_of(worker, ITEMS[code]) if code in ITEMS else []
    return next((each for each in found if each.pk == wanted), None)


@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One request with its history."""
    _permitted(request)
    rows = CorrectionRequest.objects.visible_to(request.user).select_related(*CORRECTION.select)
    found = get_object_or_404(rows, pk=pk)
    own = found.worker.account_id == request.user.pk
    context = case_context(request, CORRECTION, found, editable=own and found.state in ("draft", "returned"))
    back = {"back": reverse("talents:corrections"), "back_label": "更正申请"}
    return render(request, "workflow/case.html", context | told(request, found) | back)


class Corrections(ListingView):
    """Requests of the area, or one's own."""

    title, name, unit, section = "更正申请", "更正申请", "件", "人才"
    template_name = "talents/corrections.html"
    default_sort = "-id"
    empty = "没有更正申请。"
    columns = (
        Column("id", "编号", "pk", order="pk", link=lambda row: reverse("talents:correction", args=[row.pk])),
        Column("worker", "姓名", "worker.name", order="worker__pinyin"),
        Column("field", "更正项目", lambda row: ITEMS[row.field].label),
        Column("employer", "用人单位", "employer.name", order="employer__pinyin"),
        Column("state", "状态", "get_state_display"),
    )
    filters = (Choice("state", "状态", CorrectionRequest.State.choices, lambda rows, state: rows.filter(state=state)),)

    def base_queryset(self) -> QuerySet:
        _permitted(self.request)
        rows = CorrectionRequest.objects.visible_to(self.request.user)
        if not self.request.user.can(Capability.OWN_RECORD):
            rows = rows.exclude(state="draft")
        return rows.select_related("worker", "employer").defer("present", "wanted", "worker__identity", "worker__phone")

    def context(self) -> dict[str, Any]:
        own = self.request.user.can(Capability.OWN_RECORD) and not self.request.is_past
        return super().context() | {"may_ask": own}
