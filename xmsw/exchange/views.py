"""The browser side of imports: upload, watch, mend, confirm, undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xmsw.exchange import actions, kinds, shown, tasks, workbooks
from xmsw.exchange.columns import Sort
from xmsw.exchange.forms import UploadForm
from xmsw.exchange.models import Batch, Problem
from xmsw.exchange.refusals import Refused
from xmsw.exchange.staging import unread_errors
from xmsw.ui.numbers import whole

SHOWN_BATCHES = 30
SHOWN_PROBLEMS = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[..., HttpResponse]


def for_importers(view: View) -> View:
    """Only accounts that may import something."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not kinds.permitted_kinds(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_importers
def home(request: HttpRequest) -> HttpResponse:
    """Templates, the upload form, and what was imported before."""
    initial = {"kind": request.GET.get("kind")}
    form = UploadForm(request.user, request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            path = Path(upload.temporary_file_path())
            batch = actions.receive(request.user, form.cleaned_data["kind"], upload.name, path)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            tasks.send(batch)
            return redirect("exchange:batch", batch.pk)
    latest = Batch.objects.visible_to(request.user).select_related("uploader").order_by("-id")[:SHOWN_BATCHES]
    batches = [
        {"is": each, "standing": shown.standing(each), "counted": each.state in shown.COUNTED} for each in latest
    ]
    context = {"form": form, "batches": batches, "kinds": kinds.permitted_kinds(request.user)}
    return render(request, "exchange/home.html", context, status=422 if form.errors else 200)


@require_safe
@for_importers
def template(request: HttpRequest, key: str) -> FileResponse:
    """The empty workbook of one kind."""
    for kind in kinds.permitted_kinds(request.user):
        if kind.key == key:
            return _download(workbooks.template(kind), f"{kind.label}模板.xlsx")
    raise Http404


def _download(file: Any, name: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=WORKBOOK)


@require_safe
@for_importers
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress, report, and what can be done next."""
    return render(request, "exchange/batch.html", _context(request, pk))


@require_safe
@for_importers
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The live part of the page, asked for every second while a task works."""
    return render(request, "exchange/_batch.html", _context(request, pk))


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = get_object_or_404(Batch.objects.visible_to(request.user).select_related("uploader"), pk=pk)
    after = whole(request.GET.get("after", "")) or 0
    rows = found.problems.order_by("row", "id").filter(row__gt=after)
    listed = list(rows[: SHOWN_PROBLEMS + 1])
    more = listed[SHOWN_PROBLEMS - 1].row if len(listed) > SHOWN_PROBLEMS else None
    open_for_mending = found.state in (Batch.State.CHECKED, Batch.State.FAILED) and not request.is_past
    wrong = any(each.level == Problem.Level.ERROR for each in listed)
    return {
        "batch": found,
        "standing": shown.standing(found),
        "counted": found.state in shown.COUNTED,
        "following": _following(request, found),
        "problems": _listed(request, found, listed[:SHOWN_PROBLEMS]),
        "more": more,
        "mendable": open_for_mending and wrong and not unread_errors(found),
        "has_rows": found.state in (Batch.State.CHECKED, Batch.State.FAILED),
    }


def _listed(request: HttpRequest, found: Batch, problems: list[Problem]) -> list[dict[str, Any]]:
    """Problems with their columns, of whom their rows speak, and what may be chosen; a cell is mended once."""
    columns = {column.name: column for column in found.import_kind.columns}
    about = shown.about(found, request.user, [each.row for each in problems])
    cells: set[tuple[int, str]] = set()
    rows = []
    for each in problems:
        column, cell = columns[each.column], (each.row, each.column)
        options = column.labels if column.sort in (Sort.CHOICE, Sort.FLAG) else []
        of_whom = about.get(each.row, [])
        rows.append({"is": each, "column": column, "about": of_whom, "first": cell not in cells, "options": options})
        cells.add(cell)
    return rows


def _following(request: HttpRequest, found: Batch) -> kinds.ImportKind | None:
    """The kind a newcomer imports after this one."""
    listed = kinds.permitted_kinds(request.user)
    at = next((place for place, kind in enumerate(listed) if kind.key == found.kind), len(listed))
    return listed[at + 1] if at + 1 < len(listed) else None


@require_safe
@for_importers
def report(request: HttpRequest, pk: int) -> FileResponse:
    """The user's own rows with the wrong cells marked."""
    found = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    if not found.rows.exists():
        raise Http404
    return _download(workbooks.marked(found), f"{Path(found.file_name).stem}-核对结果.xlsx")


def _change(request: HttpRequest, pk: int, change: Callable[[], Batch], said: str = "") -> HttpResponse:
    """Do it, queue what it waits for, say so; a refusal is said as it is."""
    try:
        changed = change()
    except Batch.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if changed.working:
            tasks.send(changed)
        if said:
            messages.success(request, said)
    return redirect("exchange:batch", pk)


@require_POST
@for_importers
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the whole file."""
    return _change(request, pk, lambda: actions.confirm(request.user, pk))


@require_POST
@for_importers
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a written file out as a whole, then recheck."""
    answer = _change(request, pk, lambda: actions.undo(request.user, pk))
    tasks.request_recheck()
    return answer


@require_POST
@for_importers
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a file that was not written."""
    return _change(request, pk, lambda: actions.give_up(request.user, pk))


@require_POST
@for_importers
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Start again what shows no progress."""
    return _change(request, pk, lambda: actions.resume(request.user, pk), "已重新开始。")


@require_POST
@for_importers
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """New contents of wrong cells: fields named `cell-<row>-<column>`; untouched ones are left out."""
    found = get_object_or_404(Batch.objects.visible_to(request.user), pk=pk)
    names = {column.name for column in found.import_kind.columns}
    cells: dict[tuple[int, str], str] = {}
    for key, text in request.POST.items():
        _, _, place = key.partition("cell-")
        number, _, column = place.partition("-")
        row = whole(number)
        if row is not None and column in names and text.strip():
            cells[row, column] = text.strip()[:500]
    if not cells:
        messages.warning(request, "没有填写新的内容。在要改的格里填好，再点「改好并重新核对」。")
        return redirect("exchange:batch", pk)
    return _change(request, pk, lambda: actions.mend(request.user, pk, cells))
