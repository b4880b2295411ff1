"""The officer's desk (what waits for me), the review of one case, and the files handed in with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xmsw.accounts.roles import Role
from xmsw.audit import stored
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import CITY_DIGITS
from xmsw.ui.numbers import whole
from xmsw.ui.paging import count_label, paged
from xmsw.workflow import actions, registry
from xmsw.workflow.forms import DecisionForm
from xmsw.workflow.models import Attachment, Waiting
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision, Flow, Move

ORDER = ("since", "id")
BULK_LIMIT = 100
UPLOAD_LIMIT = 10
OPINION = 500


def _desk_flows(request: HttpRequest) -> list[Flow]:
    mine = registry.decided_by(request.user)
    if not mine or not request.user.org_unit_id:
        raise PermissionDenied
    return mine


def _queue(request: HttpRequest) -> QuerySet[Waiting]:
    """What waits for this account, narrowed as its address says."""
    rows = Waiting.objects.visible_to(request.user)
    late = timezone.now() - timedelta(days=_due_days())
    if request.user.role == Role.CITY_OFFICER and request.GET.get("all") != "1":
        # A district's officers decide first; the city's decide what sits on the city itself, and see what is late.
        rows = rows.filter(Q(region_code=request.user.area_code[:CITY_DIGITS]) | Q(since__lt=late))
    if request.GET.get("flow") in {flow.key for flow in registry.flows()}:
        rows = rows.filter(flow=request.GET["flow"])
    if request.GET.get("late") == "1":
        rows = rows.filter(since__lt=late)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    return rows.filter(Q(employer_name__contains=text) | Q(title__contains=text)) if text else rows


def _due_days() -> int:
    return int(values_on(timezone.localdate())["review_days"])


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, oldest first."""
    mine = _desk_flows(request)
    rows = _queue(request)
    page = paged(request, rows, ORDER)
    context = {
        "page": page,
        "items": _described(request.user, page.rows),
        "count": count_label(rows),
        "flows": mine,
        "due_days": _due_days(),
        "is_city": request.user.role == Role.CITY_OFFICER,
        "chosen": {name: request.GET.get(name, "") for name in ("flow", "late", "q", "all")},
    }
    return render(request, "workflow/desk.html", context)


def _states(flow: Flow, ids: list[int]) -> dict[int, str]:
    return dict(flow.model._default_manager.filter(pk__in=ids).values_list("pk", "state"))


def _described(user: Any, rows: list[Waiting]) -> list[dict[str, Any]]:
    """Each case with its flow, its age and what an officer should read first; a fixed number of queries a flow."""
    keys = {row.flow for row in rows}
    ids = {key: [row.subject_id for row in rows if row.flow == key] for key in keys}
    concerns = {key: registry.get(key).concerns(ids[key]) for key in keys}
    states = {key: _states(registry.get(key), ids[key]) for key in keys}
    due, now = _due_days(), timezone.now()
    return [
        {
            "is": row,
            "flow": registry.get(row.flow),
            "days": (now - row.since).days,
            "late": (now - row.since).days >= due,
            "concerns": concerns[row.flow].get(row.subject_id, []),
            "bulk": registry.get(row.flow).together(user, states[row.flow].get(row.subject_id, "")),
        }
        for row in rows
    ]


def _flow(key: str) -> Flow:
    try:
        return registry.get(key)
    except KeyError as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One case: what it is, what was said before, what the rules say, and the decision."""
    flow = _flow(key)
    if flow not in registry.decided_by(request.user):
        raise PermissionDenied
    case = get_object_or_404(flow.model._default_manager.visible_to(request.user).select_related(*flow.select), pk=pk)
    if not flow.opens(request.user, case):
        raise Http404
    form = DecisionForm(flow, request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _decided(request, flow, case, form)
        if answer is not None:
            return answer
        case.refresh_from_db()
    context = {
        "flow": flow,
        "case": case,
        "case_url": flow.url(case),
        "form": form,
        "moves": [move for move in flow.open_to(request.user, case) if move in flow.decisions],
        "steps": actions.history(flow.key, case.pk),
        "attachments": actions.attachments(flow.key, case.pk),
        "employer_id": flow.employer(case),
        "concerns": flow.concerns([case.pk]).get(case.pk, []),
        "next": _next(request, flow, case.pk),
        **flow.context(request, case),
    }
    return render(request, "workflow/review.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, flow: Flow, case: Any, form: DecisionForm) -> HttpResponse | None:
    try:
        move = flow.move(request.POST.get("move", ""))
        if move.consequences and move in flow.open_to(request.user, case) and not request.POST.get("confirmed"):
            return _asked(request, flow, case, move)
        actions.move(request.user, flow, case.pk, move.name, form.decision())
    except KeyError:
        form.add_error(None, "请点一个决定。")
    except Overtaken as refusal:
        messages.error(request, refusal.sentence)
        return redirect(request.get_full_path())
    except Refused as refusal:
        form.add_error(None, refusal.messages)
    else:
        messages.success(request, f"{case}：{move.said}。")
        if move.stays:
            return redirect(flow.url(case))
        following = _next(request, flow, case.pk)
        return redirect(following or f"{reverse('workflow:desk')}?flow={flow.key}")
    return None


def _asked(request: HttpRequest, flow: Flow, case: Any, move: Move) -> HttpResponse:
    """A check page: what the move brings; sent again from there, it is made."""
    context = {"flow": flow, "case": case, "move": move, "sentences": move.consequences(request.user, case)}
    given = [(name, value) for name in ("reasons", "opinion", *flow.asks) for value in request.POST.getlist(name)]
    return render(request, "workflow/check.html", context | {"given": given})


def _next(request: HttpRequest, flow: Flow, pk: int) -> str:
    """The oldest other case of this flow that waits for me."""
    rows = Waiting.objects.visible_to(request.user).filter(flow=flow.key).exclude(subject_id=pk)
    found = rows.order_by(*ORDER).values_list("subject_id", flat=True).first()
    return reverse("workflow:review", args=[flow.key, found]) if found else ""


@require_POST
def perform(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One move from an object's own page (submit, withdraw, …); back to that page, which shows what came of it."""
    flow = _flow(key)
    case = get_object_or_404(flow.model._default_manager.visible_to(request.user), pk=pk)
    form = DecisionForm(flow, request.POST)
    try:
        move = flow.move(request.POST.get("move", ""))
        if move.consequences:
            return redirect("workflow:review", flow.key, pk)  # what it brings is told there first
        if form.is_valid():
            case = actions.move(request.user, flow, pk, move.name, form.decision())
            messages.success(request, f"{case}：{move.said}。")
        else:
            messages.error(request, "意见太长或理由不在列表里，没有办理。")
    except KeyError as error:
        raise Http404 from error
    except Refused as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
    return redirect(flow.url(case))


@require_POST
def upload(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Files for a case, each up to MAX_ATTACHMENT; back to the page of the case."""
    flow = _flow(key)
    case = get_object_or_404(flow.model._default_manager.visible_to(request.user), pk=pk)
    files = request.FILES.getlist("files")[:UPLOAD_LIMIT]
    if not files:
        messages.warning(request, "没有选择文件。")
    for each in files:
        try:
            actions.attach_upload(request.user, flow, pk, each)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"已上传「{each.name[:60]}」。")
    return redirect(flow.url(case))


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """The chosen rows of the desk, each as its flow decides many at once; `case` holds «flow:id»."""
    _desk_flows(request)
    named = [each.partition(":")[::2] for each in request.POST.getlist("case")[:BULK_LIMIT]]
    known = {flow.key: flow for flow in registry.flows()}
    chosen = [(known[key], number) for key, pk in named if key in known and (number := whole(pk)) is not None]
    if not named:
        messages.warning(request, "没有勾选任何一行。先勾选，再点「办理所选」。")
    if len(chosen) < len(named):
        messages.error(request, f"有 {len(named) - len(chosen)} 项认不出来，没有办理。请在待办里重新勾选。")
    _tell(request, actions.decide_many(request.user, chosen, Decision(_opinion(request))))
    back = request.POST.get("back", "")
    return redirect(f"{reverse('workflow:desk')}?{back}" if back else "workflow:desk")


def _opinion(request: HttpRequest) -> str:
    return request.POST.get("opinion", "").replace("\x00", "").strip()[:OPINION]


def _tell(request: HttpRequest, done: actions.Bulk) -> None:
    if done.moved:
        messages.success(request, f"已办理 {done.moved} 件。")
    for title, sentence in done.left[:10]:
        messages.error(request, f"{title}：{sentence}")
    if len(done.left) > 10:
        messages.error(request, f"另有 {len(done.left) - 10} 件没有办理，请逐件查看。")


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """A file handed in, for whoever may see the case; always as a download."""
    found = get_object_or_404(Attachment, pk=pk)
    if found.case(request.user) is None:
        raise Http404
    return FileResponse(
        stored.read(found.stored_as), as_attachment=True, filename=found.name, content_type=found.content_type
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own file; back to the page it was asked from."""
    found = get_object_or_404(Attachment, pk=pk)
    case = found.case(request.user)
    if case is None:
        raise Http404
    try:
        actions.remove_attachment(request.user, pk)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"已删除材料「{found.name}」。")
    return redirect(registry.get(found.flow).url(case))
