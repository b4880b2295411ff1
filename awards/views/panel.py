"""The panel on screen: the organiser forms it and watches its progress; a reviewer scores, and sees nobody else's."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import panel as actions
from awards.forms.nominations import AsideForm, SheetForm
from awards.models import AwardCycle, Nomination, PanelSeat, Recusal, ScoreSheet
from awards.views.cycles import organised
from xmsw.audit import stored
from xmsw.ui.numbers import whole
from xmsw.ui.sheets import sheet_response
from xmsw.workflow.actions import attachments
from xmsw.workflow.forming import edit_methods, form_page, performed

_S = AwardCycle.State


@require_safe
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Seats, conflicts of interest, and how many sheets are in; what is on them once the panel is closed."""
    cycle = organised(request, pk)
    open_sheets = cycle.state in (_S.RANKED, _S.NOTICE, _S.COMMENDED)
    if request.GET.get("export") == "xlsx" and open_sheets:
        return _exported(cycle)
    context: dict[str, Any] = {
        "cycle": cycle,
        "joining": cycle.state in actions.JOINING and not cycle.higher,
        "forming": cycle.state in actions.FORMING,
        "seats": cycle.seats.select_related("member__worker", "account").order_by("pk"),
        "candidates": actions.candidates(cycle)[:200] if cycle.state in actions.JOINING else [],
        "recusals": Recusal.objects.filter(seat__cycle=cycle)
        .select_related("seat__member__worker", "nomination__worker")
        .order_by("nomination__worker__pinyin", "pk"),
        "standing": actions.standing(cycle),
        "open_sheets": open_sheets,
        "sheets": _sheets(cycle) if open_sheets else [],
    }
    return render(request, "awards/panel.html", context)


def _sheets(cycle: AwardCycle) -> Any:
    rows = ScoreSheet.objects.filter(seat__cycle=cycle).select_related("seat__member__worker", "nomination__worker")
    return rows.order_by("nomination__rank", "-total", "pk")


def _exported(cycle: AwardCycle) -> HttpResponse:
    header = ("名次", "人选", "得分", "评审人", "总分", "是否计入", "同分时")
    rows, left_out = [], {}
    for sheet in _sheets(cycle):
        nominee = sheet.nomination
        # Each total that was trimmed is one sheet, whoever else gave the same.
        dropped = left_out.setdefault(nominee.pk, list(nominee.reckoning.get("dropped", [])))
        out = str(sheet.total) in dropped
        if out:
            dropped.remove(str(sheet.total))
        told = nominee.reckoning.get("told_by", "")
        person, score, total = sheet.seat.member.person, float(nominee.score), float(sheet.total)
        rows.append((nominee.rank, nominee.worker.name, score, person, total, "去掉" if out else "计入", told))
    return sheet_response(f"评分明细_{cycle.title}", header, rows)


def _done(request: HttpRequest, pk: int, work: Any, told: str) -> HttpResponse:
    return performed(request, work, told, reverse("awards:panel", args=[pk]))


@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw experts by lot."""
    cycle = organised(request, pk)
    number = whole(request.POST.get("number", "")) or 0
    return _done(request, pk, lambda: actions.draw(request.user, cycle, number), f"已抽取 {number} 人。")


@require_POST
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose one by name."""
    cycle = organised(request, pk)
    member = get_object_or_404(actions.candidates(cycle), pk=whole(request.POST.get("member", "")) or 0)
    return _done(request, pk, lambda: actions.seat(request.user, cycle, member), f"{member.person}已进评审组。")


@require_POST
def unseat(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Take a seat away."""
    cycle = organised(request, pk)
    return _done(request, pk, lambda: actions.unseat(request.user, cycle, seat), "已移出评审组。")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Panels on which the account sits, with what is still to be scored."""
    seats = PanelSeat.objects.of(request.user).exclude(cycle__state=_S.CANCELLED).with_what_is_left()
    listed = seats.select_related("cycle", "member__worker").order_by("-pk")[:20]
    return render(request, "awards/panels.html", {"panels": listed})


def _seat(request: HttpRequest, pk: int) -> PanelSeat:
    rows = PanelSeat.objects.of(request.user).select_related("cycle__region", "member__worker")
    return get_object_or_404(rows, pk=pk, cycle__state=_S.PANEL)


@require_safe
def score_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The nominees of one's panel, with what one has given; of others nothing."""
    found = _seat(request, pk)
    nominees = actions.to_score(found)
    context = {
        "seat": found,
        "nominees": nominees,
        "left": sum(not each.aside and each.own is None for each in nominees),
        "late": timezone.localdate() > found.cycle.panel_end,
    }
    return render(request, "awards/score_list.html", context)


def _nominee(request: HttpRequest, found: PanelSeat, pk: int) -> Nomination:
    rows = Nomination.objects.filter(cycle=found.cycle_id, state=Nomination.State.ELIGIBLE)
    return get_object_or_404(
        rows.select_related("worker", "employer").defer("worker__identity", "worker__phone"), pk=pk
    )


@edit_methods
def score(request: HttpRequest, pk: int, nomination: int) -> HttpResponse:
    """Read a nominee's case and hand in the sheet."""
    found = _seat(request, pk)
    nominee = _nominee(request, found, nomination)
    back = reverse("awards:score-list", args=[pk])
    criteria = list(found.cycle.criteria.all())
    own = ScoreSheet.objects.filter(seat=found, nomination=nominee).prefetch_related("scores__criterion").first()
    aside = list(Recusal.objects.filter(seat=found, nomination=nominee))
    if aside:
        raise PermissionDenied("你对这名人选要回避，不能查看材料和打分。")

    def save(form: SheetForm) -> tuple[str, str]:
        sheet = actions.score(request.user, found, nominee, form.points, form.cleaned_data["comment"])
        return f"已提交，总分 {sheet.total}。结束前可以撤回重打。", back

    form = SheetForm(criteria, request.POST or None)
    return form_page(
        request, form, save, title=f"评分：{nominee.worker.name}", back=back, back_label=found.cycle.title,
        template="awards/score.html", nominee=nominee, seat=found, own=own,
        files=attachments("nomination", nominee.pk), submit="提交评分",
    )  # fmt: skip


@require_safe
def file(request: HttpRequest, pk: int, nomination: int, file: int) -> FileResponse:
    """A nominee's paper, for a reviewer who does not stand aside."""
    found = _seat(request, pk)
    nominee = _nominee(request, found, nomination)
    if Recusal.objects.filter(seat=found, nomination=nominee).exists():
        raise Http404
    paper = get_object_or_404(attachments("nomination", nominee.pk), pk=file)
    return FileResponse(
        stored.read(paper.stored_as), as_attachment=True, filename=paper.name, content_type=paper.content_type
    )


@require_POST
def take_back(request: HttpRequest, pk: int, nomination: int) -> HttpResponse:
    """Take the own sheet back, to fill it in anew."""
    found = _seat(request, pk)
    nominee = _nominee(request, found, nomination)
    address = reverse("awards:score", args=[pk, nomination])
    return performed(
        request, lambda: actions.withdraw_sheet(request.user, found, nominee), "已撤回，请重新打分。", address
    )


@edit_methods
def aside(request: HttpRequest, pk: int, nomination: int) -> HttpResponse:
    """Stand aside for a nominee."""
    found = _seat(request, pk)
    nominee = _nominee(request, found, nomination)
    back = reverse("awards:score-list", args=[pk])

    def save(form: AsideForm) -> tuple[str, str]:
        actions.declare(request.user, found, nominee, form.cleaned_data["kind"], form.cleaned_data["note"])
        return f"已登记回避，不用给{nominee.worker.name}打分。", back

    hint = "与人选有亲属关系或其他可能影响公正的关系，要回避。已经提交的评分会作废。"
    form = AsideForm(request.POST or None)
    return form_page(
        request, form, save, title=f"申报回避：{nominee.worker.name}", back=back, back_label="评分", hint=hint
    )
