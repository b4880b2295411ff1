"""Recruitment notices (三(三)-3), publicity (三(三)-5) and persons' stories (三(三)-6), with the public pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from talents.actions import stories as actions
from talents.flows.stories import STORY
from talents.forms.standing import NoticeForm, PublicityForm, StoryForm
from talents.models import PersonStory, PublicityItem, RecruitmentNotice, SocialWorker
from talents.search import by_person
from xmsw.accounts.roles import Capability
from xmsw.audit import stored
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.paging import paged
from xmsw.workflow.actions import attachments
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused

YES_NO = (("yes", "是"), ("no", "否"))


def _records(request: HttpRequest) -> bool:
    return request.user.can(Capability.RECORD_PUBLICITY) and request.user.org_unit_id and not request.is_past


class Notices(ListingView):
    """Notices of the area, with who was hired."""

    title, name, unit, section = "招录与选拔", "招录与选拔", "份", "人才"
    capability = Capability.RECORD_PUBLICITY
    template_name = "talents/notices.html"
    default_sort = "-on"
    empty = "还没有登记招录公告或干部选拔。"
    columns = (
        Column("title", "公告或文件", order="title", link=lambda row: reverse("talents:notice-edit", args=[row.pk])),
        Column("kind", "类型", "get_kind_display"),
        Column("organ", "单位", order="organ"),
        Column("on", "发布日期", order="on"),
        Column("positions", "职位", numeric=True),
        Column("social_service", "社会服务职能"),
        Column("preferred", "注明优先"),
        Column("hires", "录用", numeric=True),
        Column("social_work_hires", "其中社工", numeric=True),
        Column("unit", "登记部门", "unit.name"),
    )
    filters = (
        Text("q", "单位", lambda rows, text: rows.filter(organ__contains=text), "名称"),
        Choice(
            "preferred", "社会服务职位注明优先", YES_NO,
            lambda rows, value: rows.filter(social_service=True, preferred=value == "yes"),
        ),
    )  # fmt: skip

    def base_queryset(self) -> QuerySet:
        return (
            RecruitmentNotice.objects.visible_to(self.request.user)
            .filter(on__lte=self.request.on)
            .select_related("unit")
        )

    def context(self) -> dict[str, Any]:
        rows = self.listing.rows.order_by().annotate(year=ExtractYear("on"))
        sums = rows.values("year").annotate(n=Sum("positions"), hired=Sum("hires"), ours=Sum("social_work_hires"))
        return super().context() | {"may_record": _records(self.request), "years": sums.order_by("-year")}


@edit_methods
def notice_new(request: HttpRequest) -> HttpResponse:
    """Record a notice of the own unit."""
    return _notice(request, RecruitmentNotice(unit_id=request.user.org_unit_id))


@edit_methods
def notice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one, or say who was hired."""
    return _notice(request, get_object_or_404(RecruitmentNotice.objects.visible_to(request.user), pk=pk))


def _notice(request: HttpRequest, found: RecruitmentNotice) -> HttpResponse:
    return _own_form(request, NoticeForm(request.POST or None, instance=found), "招录与选拔", "talents:notices")


def _own_form(request: HttpRequest, form: Any, title: str, back_name: str) -> HttpResponse:
    if not request.user.can(Capability.RECORD_PUBLICITY) or request.user.org_unit_id is None:
        raise PermissionDenied
    back = reverse(back_name)

    def save(valid: Any) -> tuple[str, str]:
        valid.save()
        return "已保存。", back

    return form_page(request, form, save, title=f"登记{title}", back=back, back_label=title)


class Publicity(ListingView):
    """Publicity of the bureaus of the area, with their output."""

    title, name, unit, section = "宣传", "宣传", "条", "人才"
    capability = Capability.RECORD_PUBLICITY
    template_name = "talents/publicity.html"
    default_sort = "-on"
    empty = "还没有登记宣传。"
    columns = (
        Column("title", "标题", order="title", link=lambda row: reverse("talents:publicity-edit", args=[row.pk])),
        Column("medium", "媒介", "get_medium_display"),
        Column("outlet", "刊播单位"),
        Column("on", "日期", order="on"),
        Column("audience", "受众人次", numeric=True),
        Column("unit", "部门", "unit.name", order="unit__name"),
    )
    filters = (
        Text("q", "标题", lambda rows, text: rows.filter(title__contains=text), "字词"),
        Choice("medium", "媒介", PublicityItem.Medium.choices, lambda rows, value: rows.filter(medium=value)),
    )

    def base_queryset(self) -> QuerySet:
        return (
            PublicityItem.objects.visible_to(self.request.user).filter(on__lte=self.request.on).select_related("unit")
        )

    def context(self) -> dict[str, Any]:
        rows = self.listing.rows.order_by().annotate(year=ExtractYear("on"))
        output = rows.values("year", name=F("unit__name")).annotate(n=Count("pk"), reached=Sum("audience"))
        return super().context() | {"may_record": _records(self.request), "output": output.order_by("-year", "-n")[:60]}


@edit_methods
def publicity_new(request: HttpRequest) -> HttpResponse:
    """Record one of the own unit."""
    fresh = PublicityItem(unit_id=request.user.org_unit_id)
    return _own_form(request, PublicityForm(request.POST or None, instance=fresh), "宣传", "talents:publicity")


@edit_methods
def publicity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one."""
    found = get_object_or_404(PublicityItem.objects.visible_to(request.user), pk=pk)
    return _own_form(request, PublicityForm(request.POST or None, instance=found), "宣传", "talents:publicity")


READERS = (*actions.WRITERS, Capability.APPROVE_STORIES, Capability.OWN_RECORD)


def _reader(request: HttpRequest) -> None:
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied


class Stories(ListingView):
    """Stories of people of the area, or about oneself."""

    title, name, unit, section = "人物事迹", "人物事迹", "篇", "人才"
    default_sort = "-id"

    @property
    def empty(self) -> str:
        """Where one begins; the person is only asked for consent."""
        if self.request.user.can(Capability.OWN_RECORD):
            return "还没有写你的事迹。单位或民政局写了以后，请你在这里看，同意了才会公开。"
        return "还没有人物事迹。在人员档案的「人才待遇」里写一篇。"

    columns = (
        Column("id", "编号", "pk", order="pk", link=lambda row: reverse("talents:story", args=[row.pk])),
        Column("title", "标题", order="title"),
        Column("worker", "人物", "worker.name", order="worker__pinyin"),
        Column("employer", "用人单位", "employer.name", order="employer__pinyin"),
        Column("consent_on", "本人同意"),
        Column("state", "状态", "get_state_display"),
        Column("published_on", "发布日期"),
    )
    filters = (
        Text("person", "人物", by_person, "姓名、拼音、证书号"),
        Choice("state", "状态", PersonStory.State.choices, lambda rows, state: rows.filter(state=state)),
    )

    def base_queryset(self) -> QuerySet:
        _reader(self.request)
        rows = PersonStory.objects.visible_to(self.request.user)
        return rows.select_related("worker", "employer").defer("text", "worker__identity", "worker__phone")


@require_safe
def story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story, its consent and its history."""
    _reader(request)
    found = get_object_or_404(PersonStory.objects.visible_to(request.user).select_related(*STORY.select), pk=pk)
    writes = any(map(request.user.can, actions.WRITERS)) and found.state in ("draft", "returned")
    context = case_context(request, STORY, found, editable=writes, edit="talents:story-edit")
    own = found.worker.account_id == request.user.pk and not request.is_past
    back = {"back": reverse("talents:stories"), "back_label": "人物事迹", "own": own, "version": actions.version(found)}
    return render(request, "talents/story.html", context | back)


@edit_methods
def story_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write about a person."""
    worker = get_object_or_404(SocialWorker.objects.visible_to(request.user), pk=pk)
    return _story(request, PersonStory(worker=worker), reverse("talents:person", args=[pk]), f"写事迹：{worker.name}")


@edit_methods
def story_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or returned story."""
    rows = PersonStory.objects.visible_to(request.user).select_related("worker")
    found = get_object_or_404(rows, pk=pk, state__in=("draft", "returned"))
    return _story(request, found, STORY.url(found), "修改事迹")


def _story(request: HttpRequest, found: PersonStory, back: str, title: str) -> HttpResponse:
    if not any(map(request.user.can, actions.WRITERS)):
        raise PermissionDenied
    form = StoryForm(request.POST or None, instance=found)

    def save(valid: StoryForm) -> tuple[str, str]:
        made = actions.write(request.user, valid.save(commit=False), valid.changed_data)
        return "已保存。本人同意之后才能提交。", STORY.url(made)

    return form_page(request, form, save, title=title, back=back, back_label=found.worker.name)


@require_POST
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """The person agrees, or no longer does."""
    agrees = request.POST.get("agree") == "yes"
    try:
        if agrees:
            actions.consent(request.user, pk, photo=request.POST.get("photo") == "on", seen=request.POST.get("seen"))
        else:
            actions.withdraw(request.user, pk)
    except PersonStory.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "已记录你的同意。" if agrees else "已撤回同意；发布过的已经撤下。")
    return redirect("talents:story", pk=pk)


@login_not_required
@require_safe
def public_stories(request: HttpRequest) -> HttpResponse:
    """Published stories, for everybody."""
    rows = PersonStory.objects.published().select_related("worker").defer("worker__identity", "worker__phone")
    page = paged(request, rows, ("-published_on", "-id"), size=20)
    return render(request, "talents/public_stories.html", {"page": page})


@login_not_required
@require_safe
def public_story(request: HttpRequest, pk: int) -> HttpResponse:
    """One published story."""
    found = get_object_or_404(PersonStory.objects.published().select_related("worker"), pk=pk)
    return render(request, "talents/public_story.html", {"story": found, "photo": _photo(found) is not None})


@login_not_required
@require_safe
def public_photo(request: HttpRequest, pk: int) -> FileResponse:
    """The picture of a published story."""
    photo = _photo(get_object_or_404(PersonStory.objects.published(), pk=pk))
    if photo is None:
        raise Http404
    return FileResponse(stored.read(photo.stored_as), content_type=photo.content_type)


def _photo(story: PersonStory) -> Any:
    """The first picture whose name says that it is the photo to publish, where the person agreed to that."""
    if not story.photo_agreed:
        return None
    pictures = attachments(actions.KEY, story.pk).filter(content_type__startswith="image/")
    return pictures.filter(name__startswith=actions.PHOTO).first()
