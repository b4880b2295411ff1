"""Posts: the page of one, the draft, what may be done with a post in force, and the post description on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from posts.actions import posts as actions
from posts.descriptions import description
from posts.flows.posts import POST, WITH_FORM
from posts.forms.posts import AbolishForm, CopiesForm, CorrectionForm, FreezeForm, PostForm, UnfreezeForm
from posts.models import Duty, Employer, Post
from posts.occupancy import occupants
from xmsw.accounts.roles import Capability
from xmsw.printing import pdf, pdf_response
from xmsw.workflow import actions as workflow
from xmsw.workflow.pages import files
from xmsw.workflow.refusals import Overtaken, Refused
from xmsw.workflow.registry import Decision

form_page = require_http_methods(["GET", "HEAD", "POST"])
CONTENTS = tuple(name for name in PostForm.Meta.fields if name not in ("code", "start"))


def _posts(request: HttpRequest) -> QuerySet[Post]:
    return Post.objects.visible_to(request.user).select_related("employer__region")


@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """All about one post on the as-of date: contents, gaps, who is in it, what may be done, and its history."""
    found = get_object_or_404(_posts(request), pk=pk)
    moves = [] if request.is_past else POST.open_to(request.user, found)
    applies = request.user.can(Capability.APPLY) and not request.is_past
    context = {
        "flow": POST,
        "case": found,
        "standing": _standing(request, found),
        "missing": list(actions.missing(found)),
        "moves": [each for each in moves if each.name not in WITH_FORM and each not in POST.decisions],
        "may": {each.name for each in moves},
        "review": any(each.name == "approve" for each in moves),
        "editable": applies and found.state in actions.EDITABLE,
        "gaps": bool(actions.gaps(found)),
        "copies": CopiesForm() if applies else None,
        "frozen": actions.running_freeze(found, request.on),
        "holders": _holders(request, found),
        "steps": workflow.history(POST.key, pk),
        "attachments": files(request.user, POST, found),
    }
    return render(request, "posts/post.html", context)


def _holders(request: HttpRequest, found: Post) -> list[Any]:
    """Who is in the post that day, for accounts that may see persons."""
    if not request.user.can(Capability.VIEW_PERSONNEL) or found.state not in Post.COUNTED:
        return []
    return occupants(found.pk, request.on, request.on)


def _standing(request: HttpRequest, found: Post) -> str:
    frozen = Post.objects.frozen(request.on).filter(pk=found.pk).exists()
    return found.standing(request.on, frozen=frozen)


@form_page
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft of an employer; saved, the post's page is the check page before it is handed in."""
    employer = get_object_or_404(Employer.objects.visible_to(request.user).select_related("region"), pk=pk)
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    blank = Post(employer=employer, start=timezone.localdate())
    form = PostForm(request.POST or None, instance=blank, initial={"code": next(actions.free_codes(blank))})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft(request.user, employer, form.values())
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "草稿已保存。请核对，再提交。")
            return redirect("posts:post", made.pk)
    return _form_page(request, form, employer, "申报岗位")


@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft or returned post, by the employer."""
    found = get_object_or_404(_posts(request), pk=pk)
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    if found.state not in actions.EDITABLE:
        messages.error(request, f"这个岗位现在是「{found.get_state_display()}」，不能再改。")
        return redirect("posts:post", pk)
    form = PostForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.redraft(request.user, pk, form.values())
        except Overtaken as refusal:
            messages.error(request, refusal.sentence)
            return redirect("posts:post", pk)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已保存。请核对，再提交。")
            return redirect("posts:post", pk)
    return _form_page(request, form, found.employer, f"修改：{found}", found)


def _form_page(
    request: HttpRequest, form: PostForm, employer: Employer, title: str, found: Post | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "employer": employer,
        "title": title,
        "post": found,
        "direct": str(Duty.DIRECT.value),
        "steps": workflow.history(POST.key, found.pk)[:1] if found else [],
    }
    return render(request, "posts/post_form.html", context, status=422 if form.errors else 200)


@form_page
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """A post in force: the employer fills gaps, an officer corrects; each change is a step of its history."""
    found = get_object_or_404(_posts(request), pk=pk)
    move = next((each for each in POST.open_to(request.user, found) if each.name in ("complete", "correct")), None)
    if move is None:
        raise PermissionDenied
    kind, only = (CorrectionForm, CONTENTS) if move.name == "correct" else (PostForm, actions.gaps(found))
    stored = get_object_or_404(_posts(request), pk=pk)
    form = kind(request.POST or None, instance=found, only=(*only, "reason"))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data.get("reason", "")
        decision = Decision(said, data=form.changes(stored))
        if _made(request, found, move.name, decision, form):
            return redirect("posts:post", pk)
    return _form_page(request, form, stored.employer, f"{move.label}：{stored}", stored)


@form_page
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze a vacant post from a day, until a day or until further notice."""
    return _with_form(request, pk, "freeze", FreezeForm)


@form_page
def unfreeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a frozen post count again."""
    return _with_form(request, pk, "unfreeze", UnfreezeForm)


@form_page
def abolish(request: HttpRequest, pk: int) -> HttpResponse:
    """Abolish a post after a last day; refused while somebody sits in it later."""
    return _with_form(request, pk, "abolish", AbolishForm)


def _with_form(request: HttpRequest, pk: int, name: str, kind: type[Any]) -> HttpResponse:
    found = get_object_or_404(_posts(request), pk=pk)
    move = POST.move(name)
    if not move.permits(request.user):
        raise PermissionDenied
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "reason"}
        if _made(request, found, name, Decision(form.cleaned_data["reason"], data=data), form):
            return redirect("posts:post", pk)
    frozen = actions.running_freeze(found, request.on)
    context = {
        "form": form,
        "case": found,
        "move": move,
        "open": found.state in move.sources and (name != "unfreeze" or frozen is not None),
        "holders": occupants(found.pk, request.on, None),
        "frozen": frozen,
    }
    return render(request, "posts/post_move.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, found: Post, name: str, decision: Decision, form: Any) -> bool:
    try:
        workflow.move(request.user, POST, found.pk, name, decision)
    except Refused as refusal:
        form.add_error(None, refusal.messages)
        return False
    messages.success(request, f"{found}：{POST.move(name).said}。")
    return True


@require_POST
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """Drafts alike; on to the first of them, which names the others by the employer's list."""
    found = get_object_or_404(_posts(request), pk=pk)
    form = CopiesForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused([sentence for each in form.errors.values() for sentence in each])
        made = actions.copies(request.user, found, form.cleaned_data["how_many"])
    except Refused as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
        return redirect("posts:post", pk)
    codes = "、".join(each.code for each in made)
    messages.success(request, f"已照样新增 {len(made)} 个草稿：{codes}。逐个核对后提交。")
    return redirect("posts:employer", found.employer_id)


@require_safe
def described(request: HttpRequest, pk: int) -> HttpResponse:
    """岗位说明书: a page, and with `?export=pdf` a file to print and sign."""
    found = get_object_or_404(_posts(request), pk=pk)
    content = description(found, request.on, _standing(request, found))
    if request.GET.get("export") == "pdf":
        return pdf_response(f"岗位说明书_{found.code}_{found.name}", pdf("post", content))
    return render(request, "posts/post_description.html", {"post": found, "content": content})
