"""Honours on screen: three registers, one honour, a person's tab, and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear, Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from awards import honouring as actions
from awards.cycles import runs
from awards.forms.honours import HonourForm, RevocationForm, WhoForm
from awards.models import AwardFund, AwardLevel, FundEntry, Honour
from awards.views.cycles import readers_only
from posts.filters import text_condition
from talents.models import SocialWorker
from talents.places import place_choice
from talents.search import person_condition
from talents.views.person import person_context, render_person
from xmsw.regions.areas import DISTRICT_DIGITS, in_district
from xmsw.regions.models import Region
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page

STATES = (("valid", "有效"), ("revoked", "已撤销"))


def honours_seen(request: HttpRequest) -> QuerySet[Honour]:
    """Honours of the area and line, of the employer's people, or one's own."""
    readers_only(request)
    rows = Honour.objects.visible_to(request.user).select_related("worker", "employer", "cycle")
    return rows.defer("worker__identity", "worker__phone")


def state_of(honour: Honour, on: date) -> str:
    """In words, as of a day."""
    return "已撤销" if honour.revoked_on and honour.revoked_on <= on else "有效"


class Honours(ListingView):
    """Every honour the account sees, awarded up to the day."""

    title, name, unit, section = "荣誉", "荣誉", "项", "表彰"
    default_sort = "-awarded_on"
    template_name = "awards/honours.html"
    empty = "还没有荣誉。"
    levels: Sequence[str] = AwardLevel.values
    columns = (
        Column("title", "荣誉称号", order="title", link=lambda row: reverse("awards:honour", args=[row.pk])),
        Column("worker", "姓名", "worker.name", order="worker__pinyin"),
        Column("employer", "单位", "employer.name", order="employer__pinyin"),
        Column("level", "级别", "get_level_display", order="level"),
        Column("awarded_by", "颁奖单位", order="awarded_by"),
        Column("awarded_on", "表彰日期", order="awarded_on"),
        Column("prize", "奖金", order="prize", numeric=True),
        Column("form", "表彰形式"),
        Column("document", "文号", chosen=False),
        Column("series", "奖项", order="series", chosen=False),
        Column("number", "证书编号", lambda row: row.number or "", chosen=False),
        Column("revoked_on", "撤销"),
    )

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By level, year, place, person, employer, award and whether it stands."""
        on = self.request.on
        years = self.base_queryset().order_by().annotate(of=ExtractYear("awarded_on")).values_list("of", flat=True)
        listed = [(str(year), f"{year} 年") for year in sorted(set(years.distinct()), reverse=True)]
        chosen = [each for each in AwardLevel.choices if each[0] in self.levels]
        level = (Choice("level", "级别", chosen, lambda rows, value: rows.filter(level=value)),)
        return (
            *(level if len(chosen) > 1 else ()),
            Choice("year", "年度", listed, lambda rows, value: rows.filter(awarded_on__year=int(value))),
            place_choice(
                self.request.user, lambda rows, code: rows.filter(in_district("employer__region__code", code))
            ),
            Text("person", "人员", lambda rows, text: rows.filter(person_condition(text, "worker__")), "姓名、拼音"),
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text, "employer__")), "名称、拼音或代码"),
            Text("series", "奖项", lambda rows, text: rows.filter(Q(series__contains=text) | Q(title__contains=text))),
            Choice(
                "pool", "人才库", (("no", "国家级、省级获奖，没有纳入人才库"),),
                lambda rows, _: rows.higher().valid(on).outside_pools(on),
            ),
            Choice(
                "state", "状态", STATES,
                lambda rows, value: rows.valid(on) if value == "valid" else rows.filter(revoked_on__lte=on),
            ),
        )  # fmt: skip

    def base_queryset(self) -> QuerySet:
        return honours_seen(self.request).filter(level__in=self.levels, awarded_on__lte=self.request.on)

    def context(self) -> dict[str, Any]:
        may = bool(actions.levels_of(self.request.user)) and not self.request.is_past
        return super().context() | {"may_record": may}


class DistrictAwards(Honours):
    """Awards of districts (三(二)-5), with a table by area and year."""

    title, name = "区级表彰", "区级表彰"
    template_name = "awards/district_awards.html"
    empty = "还没有区级表彰。各区可以结合实际开展。"
    levels = (AwardLevel.DISTRICT.value,)

    def context(self) -> dict[str, Any]:
        rows = self.base_queryset().valid(self.request.on).order_by()
        place = Left(F("employer__region__code"), DISTRICT_DIGITS)
        counted = rows.values(district=place, year=ExtractYear("awarded_on"))
        found = list(counted.annotate(people=Count("pk"), awards=Count("series", distinct=True), money=Sum("prize")))
        named = Region.objects.filter(code__in={each["district"] for each in found})
        names = dict(named.values_list("code", "name"))
        table = [each | {"name": names.get(each["district"], each["district"])} for each in found]
        return super().context() | {"table": sorted(table, key=lambda each: (-each["year"], each["district"]))}


class EmployerAwards(Honours):
    """What employers award to their own staff (三(二)-6), as they report it."""

    title, name = "单位表彰", "单位表彰"
    template_name = "awards/employer_awards.html"
    empty = "还没有单位报告的表彰。"
    levels = (AwardLevel.EMPLOYER.value,)


@require_safe
def honour(request: HttpRequest, pk: int) -> HttpResponse:
    """One honour."""
    found = _one(request, pk)
    if found.awarded_on > request.on:
        raise Http404
    keeps = not request.is_past and found.revoked_on is None and actions.keeps(request.user, found)
    context = {
        "honour": found,
        "state": state_of(found, request.on),
        "may_correct": keeps and not found.cycle_id,
        "may_revoke": keeps,
        "opens_person": SocialWorker.objects.visible_to(request.user).filter(pk=found.worker_id).exists(),
    }
    return render(request, "awards/honour.html", context)


def _recorder(request: HttpRequest) -> None:
    if not actions.levels_of(request.user) or request.is_past:
        raise PermissionDenied


@edit_methods
def choose(request: HttpRequest) -> HttpResponse:
    """Whose honour is to be recorded."""
    _recorder(request)
    form = WhoForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("awards:honour-new", form.cleaned_data["worker"].pk)
    context = {"form": form, "title": "登记荣誉：选人", "back": reverse("awards:honours"), "back_label": "荣誉"}
    context["submit"] = "下一步"
    return render(request, "ui/form.html", context, status=422 if form.errors else 200)


@edit_methods
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an honour of a person. `pk`: the person."""
    _recorder(request)
    people = SocialWorker.objects.visible_to(request.user).defer("identity", "phone")
    worker = get_object_or_404(people, pk=pk, merged_into=None)

    def save(form: HonourForm) -> tuple[str, str]:
        made = actions.record(request.user, form.save(commit=False))
        return "已登记。", reverse("awards:honour", args=[made.pk])

    form = HonourForm(request.user, request.POST or None, instance=Honour(worker=worker))
    title, back = f"登记荣誉：{worker.name}", reverse("awards:honours")
    return form_page(request, form, save, title=title, back=back, back_label="荣誉")


def _one(request: HttpRequest, pk: int) -> Honour:
    """One the account sees; the organiser sees those of its own cycle, whoever is competent for the employer."""
    rows = Honour.objects.select_related("worker", "employer", "cycle__region", "recorded_by__org_unit")
    found = rows.filter(pk__in=honours_seen(request).values("pk"), pk=pk).first()
    if found is None:
        found = get_object_or_404(rows, pk=pk, cycle__isnull=False)
        if not runs(request.user, found.cycle):
            raise Http404
    return found


def _kept(request: HttpRequest, pk: int) -> Honour:
    """One the account corrects or revokes."""
    found = _one(request, pk)
    if not actions.keeps(request.user, found) or request.is_past:
        raise PermissionDenied
    return found


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an own entry."""
    found = _kept(request, pk)

    def save(form: HonourForm) -> tuple[str, str]:
        actions.correct(request.user, form.save(commit=False))
        return "已更正。", back

    back = reverse("awards:honour", args=[pk])
    form = HonourForm(request.user, request.POST or None, instance=found)
    return form_page(request, form, save, title=f"更正荣誉：{found.worker.name}", back=back, back_label=found.title)


@edit_methods
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an honour away."""
    found = _kept(request, pk)

    def save(form: RevocationForm) -> tuple[str, str]:
        actions.revoke(request.user, found, form.cleaned_data["on"], form.cleaned_data["reason"])
        return "已撤销，公开核验页面会写明。", back

    back = reverse("awards:honour", args=[pk])
    title = f"撤销荣誉：{found.worker.name}"
    hint = f"{found.title}，{found.awarded_by}，{found.awarded_on:%Y-%m-%d}。撤销以后不能恢复，记录保留。"
    form = RevocationForm(request.POST or None)
    return form_page(request, form, save, title=title, back=back, back_label=found.title, hint=hint, submit="撤销")


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's tab 荣誉: honours and grants of funds, as far as the account sees them."""
    readers_only(request)
    record = person_context(request, pk, tab="honours")
    worker, on = record["worker"], request.on
    rows = honours_seen(request).filter(worker=worker, awarded_on__lte=on).order_by("-awarded_on", "-pk")
    paid = FundEntry.objects.visible_to(request.user).filter(worker=worker, on__lte=on).select_related("fund")
    grants = list(paid.order_by("-on", "-number"))
    funds = AwardFund.objects.visible_to(request.user).filter(pk__in={each.fund_id for each in grants})
    context = {
        **record,
        "honours": [{"honour": each, "state": state_of(each, on)} for each in rows],
        "grants": grants,
        "opens": set(funds.values_list("pk", flat=True)),
        "may_record": bool(actions.levels_of(request.user)) and not request.is_past,
    }
    return render_person(request, "awards/_person_honours.html", context)
