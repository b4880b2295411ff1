"""Orders on screen: the ledger, one order on its way, how it is made, how it is answered, and on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from posts.filters import text_condition
from posts.models import Employer, Kind
from supervision import deadlines
from supervision import rectifying as actions
from supervision.flows.rectification import RECTIFICATION
from supervision.forms.rectification import DeadlineForm, OrderForm
from supervision.models import InspectionUnit, RectificationOrder
from supervision.papers import order_paper
from supervision.selectors import ledger
from talents.places import place_choice
from xmsw.accounts.roles import Capability, Role
from xmsw.printing import pdf, pdf_response
from xmsw.regions.areas import in_area
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow import actions as workflow
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Move

ANSWER_REQUEST = "答复延期申请"
READERS = (Capability.VIEW_COMPLIANCE, Capability.APPLY)


def readers_only(request: HttpRequest) -> None:
    """Officers, and the employers' own people."""
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied


def _late(row: RectificationOrder) -> str:
    over = f"逾期 {row.days_over} 天" if row.is_overdue else ""
    return "，".join(filter(None, [over, "已上报" if row.escalated else ""]))


class Ledger(ListingView):
    """Orders from the finding to the end."""

    name, unit, section = "整改台账", "件", "督查"
    default_sort = "-issued"
    template_name = "supervision/inspections/ledger.html"
    empty = "没有整改通知。"
    columns = (
        Column("number", "文号", order="pk", link=lambda row: RECTIFICATION.url(row)),
        Column("employer", "单位", "employer.name", order="employer__pinyin"),
        Column("kind", "类别", "employer.get_kind_display", chosen=False),
        Column("region", "签发地", "region.name", order="region"),
        Column("state", "状态", "get_state_display", order="state"),
        Column("issued", "签发", "issued_on", order="issued_on"),
        Column("due", "期限", "due_on", order="due_on"),
        Column("late", "逾期", _late),
        Column("responded", "回复", "responded_on", chosen=False),
        Column("closed", "销号", "closed_on"),
        Column("charge", "经办人", "in_charge"),
    )

    @property
    def title(self) -> str:
        """The employers' people know it as what they were sent."""
        return "整改通知" if self.request.user.role == Role.EMPLOYER_STAFF else "整改台账"

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By stage, deadline, escalation, place, kind, clause, person in charge, employer."""
        user, today = self.request.user, timezone.localdate()
        return (
            Choice(
                "state", "状态", [("open", "没有销号"), *RectificationOrder.State.choices],
                lambda rows, value: rows.open() if value == "open" else rows.filter(state=value),
            ),
            Choice("overdue", "期限", [("yes", "逾期未回复")], lambda rows, value: rows.overdue(today)),
            Choice("escalated", "上报", [("yes", "已上报")], lambda rows, value: rows.filter(escalated=True)),
            place_choice(user, lambda rows, code: rows.filter(in_area("employer__region__code", code))),
            Choice("kind", "类别", Kind.choices, lambda rows, value: rows.filter(employer__kind=value)),
            Choice("clause", "条款", [(each, each) for each in ledger.clauses_named(user)], ledger.of_clause),
            Choice(
                "charge", "经办人", ledger.people_in_charge(user), lambda rows, value: rows.filter(in_charge=value)
            ),
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
        )  # fmt: skip

    def base_queryset(self) -> QuerySet:
        readers_only(self.request)
        return ledger.orders(self.request.user)

    def context(self) -> dict[str, Any]:
        officer = self.request.user.role != Role.EMPLOYER_STAFF
        found = ledger.stages(self.request.user, timezone.localdate())
        return super().context() | {"stages": found, "officer": officer}


def _order(request: HttpRequest, pk: int) -> RectificationOrder:
    readers_only(request)
    rows = RectificationOrder.objects.visible_to(request.user).select_related(*RECTIFICATION.select, "escalation")
    return get_object_or_404(rows.select_related("region__parent", "unit__inspection"), pk=pk)


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: its items with the answers and files, its way, and what may be done now; `export=pdf` on paper."""
    found = _order(request, pk)
    if request.GET.get("export") == "pdf":
        return pdf_response(found.number, pdf("rectification", order_paper(found)))
    answers = found.state in RectificationOrder.UNANSWERED and actions.answers(request.user, found)
    context = case_context(request, RECTIFICATION, found)
    context |= RECTIFICATION.context(request, found)
    deadline_way = _deadline_way(request, found)
    address = reverse("supervision:order-deadline", args=[pk])
    context |= {
        # A request that somebody waits for comes before all else, in the card of what is to be done.
        "first": {"label": deadline_way, "url": address} if deadline_way == ANSWER_REQUEST else None,
        "moves": [_worded(request, each) for each in context["moves"]],
        "answers": answers and not request.is_past,
        "looks": request.user.can(Capability.VIEW_COMPLIANCE),
        "hindrance": _hindrance(request, found),
        "deadline": deadline_way,
        "back": reverse("supervision:ledger"),
        "back_label": "整改台账" if request.user.role != Role.EMPLOYER_STAFF else "整改通知",
    }
    return render(request, "supervision/inspections/order.html", context)


def _worded(request: HttpRequest, move: Move) -> Move:
    """An officer answers only in an employer's stead, and second to his own work."""
    if move.name != "respond" or request.user.role == Role.EMPLOYER_STAFF:
        return move
    return replace(move, label="代单位提交回复", tone="secondary")


def _deadline_way(request: HttpRequest, found: RectificationOrder) -> str:
    """What the button about the deadline says, nothing where there is none."""
    if request.is_past or found.state not in RectificationOrder.UNANSWERED:
        return ""
    if deadlines.sets(request.user, found):
        return ANSWER_REQUEST if found.asked_until else "延长期限"
    return "申请延期" if deadlines.asks(request.user, found) else ""


def _hindrance(request: HttpRequest, found: RectificationOrder) -> str:
    """Why this officer of the issuing area may not close it."""
    waits = found.state == RectificationOrder.State.RESPONDED
    mine = request.user.can(Capability.ORDER_RECTIFICATION) and not actions.issuers_turn(request.user, found)
    return actions.reviewers_turn(request.user, found) if waits and mine else ""


@require_POST
def answer(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """What was done about one item, with its files."""
    found = _order(request, pk)
    line = get_object_or_404(found.items, pk=item)
    address = f"{RECTIFICATION.url(found)}#item-{line.place}"
    try:
        actions.answer(request.user, found, item, request.POST.get("response", ""))
        for each in request.FILES.getlist("files")[:10]:
            each.name = f"第{line.place}项-{each.name[-80:]}"
            workflow.attach_upload(request.user, RECTIFICATION, pk, each)
    except Refused as refusal:
        messages.error(request, f"第 {line.place} 项：{refusal.sentence}")
    else:
        messages.success(request, f"第 {line.place} 项已保存。全部填好后点「提交整改回复」。")
    return redirect(address)


@edit_methods
def deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """More time: asked for by the employer, given or declined by the issuing area."""
    found = _order(request, pk)
    sets = deadlines.sets(request.user, found)
    asks = deadlines.asks(request.user, found)
    if request.is_past or not (sets or asks) or found.state not in RectificationOrder.UNANSWERED:
        raise PermissionDenied
    asked = sets and found.asked_until is not None
    initial = {"until": found.asked_until} if asked else {}
    until = deadlines.latest(found, timezone.localdate())
    form = DeadlineForm(request.POST or None, asked=asked, until=until, initial=initial)
    title = ANSWER_REQUEST if asked else "延长整改期限" if sets else "申请延长整改期限"
    hint = f"现在的期限是 {found.due_on:%Y-%m-%d}。"
    if asked:
        hint += f"单位申请延到 {found.asked_until:%Y-%m-%d}：{found.asked_because}"

    def save(valid: DeadlineForm) -> tuple[str, str]:
        return _deadline(request, found, valid, sets=sets), RECTIFICATION.url(found)

    return form_page(
        request, form, save, title=title, back=RECTIFICATION.url(found), back_label=found.number, hint=hint
    )


def _deadline(request: HttpRequest, found: RectificationOrder, form: DeadlineForm, *, sets: bool) -> str:
    given = form.cleaned_data
    if form.declines:
        deadlines.decline(request.user, found, given["because"])
        return "已答复，期限不变。"
    (deadlines.prolong if sets else deadlines.ask)(request.user, found, given["until"], given["because"])
    return f"期限已延到 {given['until']:%Y-%m-%d}。" if sets else "已申请，等民政部门答复。期限在答复以前不变。"


@edit_methods
def of_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """An order from the failed lines of a finished record."""
    units = InspectionUnit.objects.visible_to(request.user).select_related("employer", "inspection")
    unit = get_object_or_404(units, pk=pk)
    if unit.state != InspectionUnit.State.DONE or not actions.may_order(request.user, unit.employer):
        raise PermissionDenied
    text = f"{unit.visited_on:%Y-%m-%d} 现场核查（{unit.inspection.title}）发现下列问题。"
    back = reverse("supervision:onsite", args=[pk])
    return _new(request, unit.employer, actions.faults_of_unit(unit), text, back, unit)


@edit_methods
def of_employer(request: HttpRequest, pk: int) -> HttpResponse:
    """An order straight from the open findings of an employer."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    if not actions.may_order(request.user, employer):
        raise PermissionDenied
    text = f"{timezone.localdate():%Y-%m-%d} 按登记数据核查发现下列问题。"
    back = reverse("supervision:employer-verdicts", args=[pk])
    return _new(request, employer, actions.faults_of_employer(request.user, employer), text, back)


def _new(
    request: HttpRequest,
    employer: Employer,
    faults: list[actions.Fault],
    text: str,
    back: str,
    unit: InspectionUnit | None = None,
) -> HttpResponse:
    if request.is_past:
        raise PermissionDenied
    officers = actions.officers_in_charge(request.user.area_code)
    initial = {"text": text, "in_charge": request.user.pk}
    form = OrderForm(faults, officers, request.POST or None, initial=initial)

    def save(valid: OrderForm) -> tuple[str, str]:
        given = valid.cleaned_data
        items = actions.items_of(faults, valid.chosen())
        made = actions.issue(
            request.user, employer, items, given["due_on"],
            unit=unit, in_charge=given["in_charge"], text=given["text"],
        )  # fmt: skip
        return f"已签发 {made.number}，单位的经办人会收到提醒。", RECTIFICATION.url(made)

    return form_page(
        request, form, save, title=f"责令整改：{employer.name}", back=back, back_label=employer.name,
        template="supervision/inspections/order_form.html", employer=employer,
    )  # fmt: skip
