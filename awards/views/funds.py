"""Award funds on screen: the register, one fund with its ledger, and the forms."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from awards import disclosing
from awards import funds as actions
from awards.forms.funds import ClosingForm, EntryForm, FundForm, ReversalForm
from awards.models import AwardFund, FundEntry
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.workflow.forming import edit_methods, form_page

READERS = (Capability.KEEP_FUNDS, Capability.APPLY)
_K = FundEntry.Kind


def funds_seen(request: HttpRequest) -> QuerySet[AwardFund]:
    """Funds of the area, or those that the account's employer founded; 403 for anybody else."""
    if not any(map(request.user.can, READERS)):
        raise PermissionDenied
    return AwardFund.objects.visible_to(request.user).select_related("region", "employer")


def fund_seen(request: HttpRequest, pk: int) -> AwardFund:
    """One of them."""
    return get_object_or_404(funds_seen(request), pk=pk)


def writable(request: HttpRequest, pk: int) -> AwardFund:
    """A fund the account enters lines of; 403 else, and on a past day."""
    found = fund_seen(request, pk)
    actions.only_writer(request.user, found)
    if request.is_past:
        raise PermissionDenied
    return found


def kept(request: HttpRequest, pk: int) -> AwardFund:
    """A fund whose record the account keeps; 403 else, and on a past day."""
    found = writable(request, pk)
    actions.only_keeper(request.user, found)
    return found


def _basis(rows: QuerySet, value: str) -> QuerySet:
    return rows.without_basis() if value == "missing" else rows.with_basis()


class Funds(ListingView):
    """The register of award funds."""

    title, name, unit, section = "奖励基金", "奖励基金", "个", "表彰"
    default_sort = "name"
    template_name = "awards/funds.html"
    empty = "还没有登记奖励基金。行业组织、企业、社会组织和个人设立的都在这里登记。"
    columns = (
        Column("name", "基金", order="name", link=lambda row: reverse("awards:fund", args=[row.pk])),
        Column("founder_kind", "设立者类型", "get_founder_kind_display", order="founder_kind"),
        Column("founder", "设立者", order="founder"),
        Column("region", "管理地区", "region.name", order="region"),
        Column("basis", "登记依据", lambda row: row.get_legal_form_display() if row.lawful else "缺登记依据"),
        Column("balance", "余额", order="balance", numeric=True),
        Column("closed_on", "终止"),
        Column("registration", "登记或备案号", chosen=False),
    )

    @property
    def filters(self) -> tuple[Choice | Text, ...]:
        """By founder, basis, and whether it still runs on the day."""
        on = self.request.on
        standing = (("open", "存续"), ("closed", "已终止"))
        basis = (("missing", "缺登记依据"), ("there", "有登记依据"))
        return (
            Text("q", "名称", lambda rows, text: rows.filter(name__contains=text)),
            Choice(
                "founder", "设立者类型", AwardFund.Founder.choices, lambda rows, value: rows.filter(founder_kind=value)
            ),
            Choice("basis", "登记依据", basis, _basis),
            Choice("state", "状态", standing, lambda rows, v: rows.open(on) if v == "open" else rows.closed(on)),
        )

    def base_queryset(self) -> QuerySet:
        return funds_seen(self.request)

    def context(self) -> dict[str, Any]:
        may = self.request.user.can(Capability.KEEP_FUNDS) and self.request.user.area_code
        return super().context() | {"may_keep": may and not self.request.is_past}


def _who(row: FundEntry) -> str:
    """A name alone: whoever keeps the ledger need not see the person."""
    return row.worker.name if row.worker_id else row.party


def _linked(row: FundEntry) -> str:
    """Which line it takes back, or is taken back by."""
    if row.reverses_id:
        return f"冲正第 {row.reverses.number} 笔"
    by = getattr(row, "reversed_by", None)
    return f"已由第 {by.number} 笔冲正" if by else ""


class Ledger(ListingView):
    """One fund: record, legal basis, balance, years made public, and the ledger by key with its running balance."""

    name, unit, section = "基金收支", "笔", "表彰"
    default_sort = "-number"
    template_name = "awards/fund.html"
    empty = "还没有收支。"

    @property
    def columns(self) -> tuple[Column, ...]:
        """The last one leads to taking the line back, for who enters lines."""
        shown = (
            Column("number", "序号", order="number", numeric=True),
            Column("on", "日期", order="on"),
            Column("kind", "类型", "get_kind_display", order="kind"),
            Column("who", "受奖人、捐赠人或收款人", _who),
            Column("reason", "事由"),
            Column("amount", "金额", order="amount", numeric=True),
            Column("balance", "余额", numeric=True),
            Column("linked", "冲正", _linked),
            Column("document", "凭证或文号", chosen=False),
            Column("recorded_by", "记账人", lambda row: str(row.recorded_by or ""), chosen=False),
        )
        if self.request.GET.get("export") or not self.may_write:
            return shown
        return (*shown, Column("reverse", "操作", lambda row: "冲正" if self._open(row) else "", link=self._reverse))

    filters = (Choice("kind", "类型", _K.choices, lambda rows, value: rows.filter(kind=value)),)

    @property
    def title(self) -> str:
        """The fund's name, on paper too."""
        return self.fund.name

    @cached_property
    def fund(self) -> AwardFund:
        """The fund in the address."""
        return fund_seen(self.request, self.kwargs["pk"])

    @cached_property
    def may_write(self) -> bool:
        """Whether the account enters lines now."""
        closed = self.fund.closed_on is not None
        return not closed and not self.request.is_past and actions.writes(self.request.user, self.fund)

    def _open(self, row: FundEntry) -> bool:
        return row.kind != _K.REVERSAL and getattr(row, "reversed_by", None) is None

    def _reverse(self, row: FundEntry) -> str:
        return reverse("awards:fund-reverse", args=[self.fund.pk, row.pk]) if self._open(row) else ""

    def base_queryset(self) -> QuerySet:
        rows = FundEntry.objects.visible_to(self.request.user).filter(fund=self.fund, on__lte=self.request.on)
        rows = rows.select_related("worker", "recorded_by__org_unit", "reverses", "reversed_by")
        return rows.defer("worker__identity", "worker__phone")

    def context(self) -> dict[str, Any]:
        found, past = self.fund, self.request.is_past
        keeps = actions.keeps(self.request.user, found) and not past
        return super().context() | {
            "fund": found,
            "balance": found.balance_on(self.request.on) if past else found.balance,
            "may_write": self.may_write,
            "may_keep": keeps and found.closed_on is None,
            "may_release": not past and actions.writes(self.request.user, found),
            "years": disclosing.standings(found),
        }


@edit_methods
def new(request: HttpRequest) -> HttpResponse:
    """Register a fund."""
    user = request.user
    if not user.can(Capability.KEEP_FUNDS) or not user.area_code or request.is_past:
        raise PermissionDenied
    return _form(request, AwardFund(region_id=user.area_code), "登记奖励基金")


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the record, add the legal basis."""
    found = kept(request, pk)
    return _form(request, found, f"修改：{found}")


def _form(request: HttpRequest, found: AwardFund, title: str) -> HttpResponse:
    def save(form: FundForm) -> tuple[str, str]:
        made = actions.save(request.user, form.save(commit=False))
        return "已保存。", reverse("awards:fund", args=[made.pk])

    back = reverse("awards:fund", args=[found.pk]) if found.pk else reverse("awards:funds")
    form = FundForm(request.user, request.POST or None, instance=found)
    return form_page(request, form, save, title=title, back=back, back_label="奖励基金")


@edit_methods
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a line to the ledger; `kind` chooses one beforehand."""
    found = writable(request, pk)

    def save(form: EntryForm) -> tuple[str, str]:
        made = actions.enter(request.user, found, form.entry)
        return f"已记第 {made.number} 笔，余额 ¥{made.balance:,.2f}。", back

    back = reverse("awards:fund", args=[pk])
    form = EntryForm(request.user, request.POST or None, initial={"kind": request.GET.get("kind", "")})
    hint = f"余额 ¥{found.balance:,.2f}。记好的账不能改，记错了用冲正。"
    return form_page(request, form, save, title="记一笔", back=back, back_label=found.name, hint=hint, submit="记账")


@edit_methods
def reverse_line(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take a line back, with the reason."""
    found = writable(request, pk)
    rows = FundEntry.objects.visible_to(request.user).select_related("fund", "worker")
    entry = get_object_or_404(rows, pk=line, fund=found)

    def save(form: ReversalForm) -> tuple[str, str]:
        made = actions.reverse(request.user, entry, form.cleaned_data["on"], form.cleaned_data["reason"])
        return f"已冲正第 {entry.number} 笔，余额 ¥{made.balance:,.2f}。", back

    back = reverse("awards:fund", args=[pk])
    hint = f"{entry.on:%Y-%m-%d} {entry.get_kind_display()} ¥{entry.amount:,.2f}，{_who(entry) or '—'}：{entry.reason}"
    title = f"冲正第 {entry.number} 笔"
    form = ReversalForm(request.POST or None)
    return form_page(request, form, save, title=title, back=back, back_label=found.name, hint=hint, submit="冲正")


@edit_methods
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the fund."""
    found = kept(request, pk)

    def save(form: ClosingForm) -> tuple[str, str]:
        given = form.cleaned_data
        actions.close(request.user, found, given["on"], given["destination"], given["document"])
        return "基金已终止。", back

    back = reverse("awards:fund", args=[pk])
    hint = f"余额 ¥{found.balance:,.2f}。终止以后不能再记账，也不能恢复。"
    form = ClosingForm(request.POST or None)
    return form_page(request, form, save, title="终止基金", back=back, back_label=found.name, hint=hint, submit="终止")
