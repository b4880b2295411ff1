"""Pools on screen: the list of members, proposals with their bulk decisions, a member's record and its forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from awards import pools as actions
from awards.forms.pools import ConfirmForm, LeaveForm, MemberForm, RenewForm, WhoForm, WhyForm
from awards.inviting import invitable
from awards.models import CallUp, Expertise, PoolChange, PoolMember
from awards.participation import by_year, done
from talents.models import SocialWorker
from talents.places import place_choice
from talents.search import person_condition
from xmsw.accounts.roles import Capability
from xmsw.policy.parameters import values_on
from xmsw.ui.listing import Choice, Column, ListingView, Text, Together
from xmsw.ui.numbers import whole
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.refusals import Refused

_S = PoolMember.State
MOST = 100  # decided at once
CALLS_SHOWN = 50


def keepers_only(request: HttpRequest) -> None:
    """Civil affairs of a city or district."""
    if not request.user.can(Capability.KEEP_POOLS):
        raise PermissionDenied


def of_person(rows: QuerySet, text: str) -> QuerySet:
    """The filter by a person of the portal, or by an outsider's name or pinyin."""
    letters = text.lower().replace(" ", "")
    outsider = Q(name__startswith=text) | Q(pinyin__startswith=text.lower()) if letters else Q(pk__in=[])
    return rows.filter(person_condition(text, "worker__") | (Q(worker=None) & outsider))


def seen_members(request: HttpRequest) -> QuerySet[PoolMember]:
    """Memberships the account sees, in the order of names; sealed values deferred."""
    rows = PoolMember.objects.visible_to(request.user).select_related("worker", "region", "honour", "account")
    rows = rows.annotate(sorted_by=Coalesce(F("worker__pinyin"), F("pinyin")))
    return rows.defer("worker__identity", "worker__phone")


def organisation_of(row: PoolMember) -> str:
    """Where the honour was won; of an outsider the organisation."""
    return row.organisation or (row.honour.employer.name if row.honour_id else "")


def account_word(row: PoolMember) -> str:
    """Whether somebody can sign in for this member."""
    return "已开通" if row.account_of is not None else "没有账号"


def term_word(row: PoolMember, on: Any) -> str:
    """How the membership stands on a day."""
    if row.state == _S.MEMBER and row.expired(on):
        return "聘期已满"
    return row.get_state_display()


def _record(row: PoolMember) -> str:
    return reverse("awards:pool-member", args=[row.pk])


def _fields(row: PoolMember) -> str:
    return "、".join(Expertise(each).label for each in row.expertise)


class Members(ListingView):
    """Members of the pools on the as-of date: what they are good at, until when, and whether they take part."""

    title, name, unit, section = "人才库", "人才库成员", "人次", "表彰"
    template_name = "awards/pools.html"
    default_sort = "person"
    empty = "人才库里还没有成员。表彰以后获奖人会列入待确认，也可以直接登记。"
    columns = (
        Column("person", "姓名", order="sorted_by", link=_record),
        Column("pool", "人才库", "get_pool_display", order="pool"),
        Column("region", "管理地区", "region.name", order="region"),
        Column("organisation", "工作单位", organisation_of),
        Column("title", "职务职称", chosen=False),
        Column("expertise", "专长领域", _fields),
        Column("honour", "来源奖项", lambda row: row.honour.title if row.honour_id else "", chosen=False),
        Column("start", "入库日期", order="start"),
        Column("end", "聘期至"),
        Column("state", "状态", lambda row: term_word(row, timezone.localdate())),
        Column("latest", "最近参与"),
        Column("account", "账号", account_word, chosen=False),
        Column("document", "入库文件", chosen=False),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Person, pool, field, place, participation, expiry, and those who are out."""
        on, user = self.request.on, self.request.user
        values = values_on(on)
        months, days = int(values["pool_idle_months"]), int(values["pool_expiry_days"])
        return (
            Text("person", "姓名", of_person, "姓名、拼音、证书号"),
            Choice("pool", "人才库", PoolMember.Pool.choices, lambda rows, value: rows.filter(pool=value)),
            Choice(
                "expertise", "专长", Expertise.choices, lambda rows, value: rows.filter(expertise__contains=[value])
            ),
            place_choice(user, lambda rows, code: rows.filter(region__code__startswith=code)),
            Choice(
                "activity", "参与", (("idle", f"{months} 个月没有参与"),),
                lambda rows, value: rows.filter(pk__in=PoolMember.objects.idle_since(on, months).values("pk")),
            ),
            Choice(
                "expires", "聘期", (("soon", f"{days} 天内届满"),),
                lambda rows, value: rows.filter(pk__in=PoolMember.objects.expiring(on, days).values("pk")),
            ),
            Choice("out", "范围", (("yes", "已出库或聘期已满"),), lambda rows, value: rows),
        )  # fmt: skip

    def base_queryset(self) -> QuerySet:
        keepers_only(self.request)
        rows, on = seen_members(self.request).select_related("honour__employer", "worker__account"), self.request.on
        if self.request.GET.get("out") == "yes":
            rows = rows.filter(state__in=(_S.MEMBER, _S.LEFT), end__lt=on)
        else:
            rows = rows.members(on)
        return rows.with_participation(on)

    def context(self) -> dict[str, Any]:
        user = self.request.user
        waiting = PoolMember.objects.visible_to(user).proposed().count()
        keeps = actions.keeps_any(user) and not self.request.is_past
        return super().context() | {"waiting": waiting, "keeps": keeps}


def _decides(request: HttpRequest) -> bool:
    return actions.keeps_any(request.user) and not request.is_past


class Proposals(ListingView):
    """Winners who wait for an officer's word: into which pool, or not."""

    title, name, unit, section = "入库待确认", "入库待确认", "人", "表彰"
    template_name = "awards/pool_proposals.html"
    default_sort = "-start"
    empty = "没有待确认的人选。表彰以后，获奖人会列在这里。"
    together = (
        Together("确认入库", "awards:pools-confirm", "member", _decides),
        Together("不入库", "awards:pools-decline", "member", _decides, "x"),
    )
    columns = (
        Column("person", "姓名", order="sorted_by", link=_record),
        Column("employer", "工作单位", organisation_of),
        Column("honour", "来源奖项", lambda row: row.honour.title if row.honour_id else ""),
        Column("level", "级别", lambda row: row.honour.get_level_display() if row.honour_id else ""),
        Column("start", "表彰日期", order="start"),
        Column("region", "管理地区", "region.name", order="region"),
        Column("pool", "推荐的库", "get_pool_display", chosen=False),
    )
    filters = (
        Text("person", "姓名", of_person, "姓名、拼音、证书号"),
        Text("honour", "奖项", lambda rows, text: rows.filter(honour__title__contains=text)),
    )

    def base_queryset(self) -> QuerySet:
        keepers_only(self.request)
        return seen_members(self.request).select_related("honour__employer").proposed()


def _ticked(request: HttpRequest) -> list[PoolMember]:
    """Proposals the account may decide, of those ticked."""
    if not _decides(request):
        raise PermissionDenied
    keys = [number for each in request.POST.getlist("member")[:MOST] if (number := whole(each)) is not None]
    rows = seen_members(request).proposed().filter(pk__in=keys, region_id=request.user.area_code)
    return list(rows.select_related("honour__employer").order_by("sorted_by", "pk"))


@require_POST
def confirm_chosen(request: HttpRequest) -> HttpResponse:
    """Take the ticked into a pool: first the term and the document, then each by itself."""
    form = ConfirmForm(request.POST if "document" in request.POST else None)

    def one(member: PoolMember) -> None:
        actions.confirm(request.user, member, **form.cleaned_data)

    return _decide(request, form, one, title="确认入库", done="已入库", submit="确认入库")


@require_POST
def decline_chosen(request: HttpRequest) -> HttpResponse:
    """Leave the ticked out, with one reason."""
    form = WhyForm(request.POST if "reason" in request.POST else None)

    def one(member: PoolMember) -> None:
        actions.decline(request.user, member, form.cleaned_data["reason"])

    return _decide(request, form, one, title="不入库", done="没有入库的", submit="不入库")


def _decide(
    request: HttpRequest, form: Any, one: Callable[[PoolMember], None], *, title: str, done: str, submit: str
) -> HttpResponse:
    chosen = _ticked(request)
    back = reverse("awards:pool-proposals") + (f"?{request.POST['back']}" if request.POST.get("back") else "")
    if not chosen:
        messages.warning(request, "没有可以办理的人选：先勾选本级待确认的人选，再点。")
        return redirect(back)
    if form.is_bound and form.is_valid():
        moved = 0
        for member in chosen:
            try:
                one(member)
            except Refused as refusal:
                messages.error(request, f"{member.person}：{refusal.sentence}")
            else:
                moved += 1
        if moved:
            messages.success(request, f"{done} {moved} 人。")
        return redirect(back)
    context = {
        "form": form, "members": chosen, "back": request.POST.get("back", ""), "back_url": back, "title": title,
        "submit": submit, "address": request.path,
    }  # fmt: skip
    return render(request, "awards/pools_decide.html", context, status=422 if form.errors else 200)


def _member(request: HttpRequest, pk: int) -> PoolMember:
    """A membership the account keeps; 404 where it is not seen, 403 where it may not change it."""
    found = get_object_or_404(seen_members(request), pk=pk)
    actions.only_keeper(request.user, found)
    if request.is_past:
        raise PermissionDenied
    return found


@require_safe
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """The record: who, since when, by what, what came of it, and what may be done. Also for the member itself."""
    found = get_object_or_404(seen_members(request).select_related("worker__account", "honour__employer"), pk=pk)
    user, on = request.user, request.on
    calls = CallUp.objects.visible_to(user).filter(member=found)
    keeps = actions.keeps(user, found) and not request.is_past
    others = PoolMember.objects.visible_to(user).filter(worker=found.worker_id).exclude(pk=pk)
    context = {
        "member": found,
        "term": term_word(found, timezone.localdate()),
        "fields": _fields(found),
        "organisation": organisation_of(found),
        "keeps": keeps,
        "running": keeps and found.state == _S.MEMBER,
        "proposed": keeps and found.state == _S.PROPOSED,
        "invitable": keeps and invitable(found, timezone.localdate()),
        "changes": PoolChange.objects.filter(member=found, on__lte=on).select_related("by").order_by("-pk"),
        "calls": calls.select_related("employer").order_by("-on", "-pk")[:CALLS_SHOWN],
        "years": by_year(done(on).filter(member=found)),
        "others": others.select_related("region").order_by("-start") if found.worker_id else [],
        "sees_person": found.worker_id and SocialWorker.objects.visible_to(user).filter(pk=found.worker_id).exists(),
        "lists": user.can(Capability.KEEP_POOLS),
    }
    return render(request, "awards/pool_member.html", context)


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """Enter a member: `worker` names a person of the portal, `outside=1` an expert from elsewhere, else it is asked."""
    if not _decides(request):
        raise PermissionDenied
    worker = whole(request.GET.get("worker", ""))
    if worker is not None:
        people = SocialWorker.objects.visible_to(request.user).filter(merged_into=None).defer("identity", "phone")
        person = get_object_or_404(people, pk=worker)
        return _enter(request, PoolMember(worker=person), f"登记入库：{person.name}")
    if request.GET.get("outside") == "1":
        return _enter(request, PoolMember(pool=PoolMember.Pool.EXPERT), "登记平台外专家")
    return _ask(request)


def _ask(request: HttpRequest) -> HttpResponse:
    form = WhoForm(request.user, request.POST or None)

    def save(valid: WhoForm) -> tuple[str, str]:
        person = valid.cleaned_data["person"]
        return f"已找到{person.name}。请填入库的内容。", f"{reverse('awards:pool-new')}?worker={person.pk}"

    return form_page(
        request, form, save, title="登记入库：找人", back=reverse("awards:pools"), back_label="人才库", submit="下一步"
    )


def _enter(request: HttpRequest, empty: PoolMember, title: str) -> HttpResponse:
    form = MemberForm(request.user, request.POST or None, instance=empty)

    def save(valid: MemberForm) -> tuple[str, str]:
        made = actions.enter(request.user, valid.save(commit=False))
        return f"{made.person}已入库。", _record(made)

    return form_page(request, form, save, title=title, back=reverse("awards:pools"), back_label="人才库")


def _small(request: HttpRequest, found: PoolMember, form: Any, save: Any, title: str, hint: str = "") -> HttpResponse:
    return form_page(
        request, form, save, title=f"{title}：{found.person}", back=_record(found), back_label=found.person, hint=hint
    )


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend the details of a member."""
    found = _member(request, pk)
    if found.state != _S.MEMBER:
        raise PermissionDenied

    def save(form: MemberForm) -> tuple[str, str]:
        actions.amend(request.user, form.save(commit=False), form.changed_fields)
        return "已保存。", _record(found)

    return _small(request, found, MemberForm(request.user, request.POST or None, instance=found), save, "更正")


@edit_methods
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Prolong a term, or begin a new one after it was over."""
    found = _member(request, pk)

    def save(form: RenewForm) -> tuple[str, str]:
        made = actions.renew(request.user, found, **form.cleaned_data)
        return f"已续聘{f'到 {made.end:%Y-%m-%d}' if made.end else '，没有期限'}。", _record(made)

    hint = "聘期已满的，从今天起另算一个新的聘期，中间空着的时间不算在库。"
    return _small(request, found, RenewForm(request.POST or None), save, "续聘", hint)


@edit_methods
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership."""
    found = _member(request, pk)

    def save(form: LeaveForm) -> tuple[str, str]:
        actions.leave(request.user, found, form.cleaned_data["last"], form.cleaned_data["reason"])
        return f"{found.person}已出库。", _record(found)

    return _small(request, found, LeaveForm(request.POST or None), save, "出库")
