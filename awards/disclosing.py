"""年度公开 of a fund (三(二)-7, -8): what a year came to, and the dated act that makes it public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from awards.funds import only_writer
from awards.masking import masked_name
from awards.models import AwardFund, FundDisclosure, FundEntry
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

HEADER = ("项目", "日期", "受奖人", "事由", "金额（元）")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Grant:
    """One grant of the year, or its taking back: the name is masked, `amount` as people say it, positive if paid."""

    on: date
    name: str
    reason: str
    amount: Decimal
    taken_back: bool


@dataclass(frozen=True)
class Year:
    """A fund's year in yuan: `income` and `outlay` are (label, amount), both positive; a line that takes another back
    lessens the kind of that other one. opening + income − outlay = closing."""

    year: int
    opening: Decimal
    income: list[tuple[str, Decimal]]
    outlay: list[tuple[str, Decimal]]
    closing: Decimal
    grants: list[Grant]

    @property
    def received(self) -> Decimal:
        return sum((amount for _, amount in self.income), ZERO)

    @property
    def spent(self) -> Decimal:
        return sum((amount for _, amount in self.outlay), ZERO)


def year_of(fund: AwardFund, year: int, through: int | None = None) -> Year:
    """The year from the lines up to number `through` (None: all). Three queries."""
    lines = FundEntry.objects.filter(fund=fund)
    if through is not None:
        lines = lines.filter(number__lte=through)
    opening = lines.filter(on__year__lt=year).aggregate(sum=Sum("amount"))["sum"] or ZERO
    of_year = lines.of_year(year)
    sums = of_year.order_by().values(of=Coalesce("reverses__kind", "kind")).annotate(sum=Sum("amount"))
    by_kind = {row["of"]: row["sum"] for row in sums}
    labels = dict(FundEntry.Kind.choices)
    return Year(
        year=year,
        opening=opening,
        income=[(labels[kind], by_kind.get(kind, ZERO)) for kind in FundEntry.INCOME],
        outlay=[
            (labels[kind], -by_kind.get(kind, ZERO))
            for kind in FundEntry.OUTLAY
            if kind in by_kind or kind != FundEntry.Kind.TRANSFER
        ],
        closing=opening + sum(by_kind.values(), ZERO),
        grants=[_grant(each) for each in of_year.grants().select_related("worker").order_by("on", "number")],
    )


def _grant(entry: FundEntry) -> Grant:
    name = entry.worker.name
    masked = masked_name(name)
    back = entry.kind == FundEntry.Kind.REVERSAL
    return Grant(entry.on, masked, entry.reason.replace(name, masked), -entry.amount, back)


def release(user: User, fund: AwardFund, year: int) -> FundDisclosure:
    """Make a closed year public as it stands now: the next version. Raises PermissionDenied, Refused."""
    only_writer(user, fund)
    today = timezone.localdate()
    with transaction.atomic():
        held = AwardFund.objects.select_for_update().get(pk=fund.pk)
        ended = held.closed_on is not None and held.closed_on.year == year
        if year >= today.year and not ended:
            raise Refused(f"{year} 年还没有结束，年度结束以后公开。")
        standing = {each["year"]: each for each in standings(held)}.get(year)
        if standing is None:
            raise Refused(f"{year} 年没有收支，不用公开。")
        if standing["version"] and not standing["later"]:
            raise Refused(f"{year} 年已公开第 {standing['version']} 版，以后没有新的收支。")
        made = FundDisclosure(
            fund=held, year=year, version=(standing["version"] or 0) + 1, through=standing["last"],
            released_on=today, released_by=user,
        )  # fmt: skip
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as error:
            raise refused_by_constraint(error) from error
    return made


def standings(fund: AwardFund) -> list[dict[str, Any]]:
    """Years with lines, the newest first: `year`, `last` (number of the fund's last line), `version` and `released_on`
    of what is public (None: nothing), `later`: how many lines up to the end of the year are newer than that, since an
    earlier year's late line moves the opening balance. Three queries."""
    latest = {each.year: each for each in fund.disclosures.order_by("version")}
    newer = {
        f"later{each.year}": Count("pk", filter=Q(on__year__lte=each.year, number__gt=each.through))
        for each in latest.values()
    }
    counted = fund.entries.aggregate(last=Max("number"), **newer)
    years = fund.entries.annotate(year=ExtractYear("on")).order_by("-year").values_list("year", flat=True).distinct()
    return [
        {
            "year": year,
            "last": counted["last"],
            "later": counted.get(f"later{year}", 0),
            "version": latest[year].version if year in latest else None,
            "released_on": latest[year].released_on if year in latest else None,
        }
        for year in years
    ]


def public_funds() -> list[dict[str, Any]]:
    """Funds with something public: `fund` and its `years`, the newest first. For everybody. One query."""
    rows = FundDisclosure.objects.filter(version=1).select_related("fund__region")
    found: dict[int, dict[str, Any]] = {}
    for each in rows.order_by("fund__name", "fund_id", "-year"):
        found.setdefault(each.fund_id, {"fund": each.fund, "years": []})["years"].append(each.year)
    return list(found.values())


def table(found: Year) -> Iterator[tuple[Any, ...]]:
    """Rows of the Excel file under HEADER."""
    yield ("年初余额", None, "", "", found.opening)
    yield from ((f"收入：{label}", None, "", "", amount) for label, amount in found.income)
    yield from ((f"支出：{label}", None, "", "", amount) for label, amount in found.outlay)
    yield ("年末余额", None, "", "", found.closing)
    for each in found.grants:
        yield ("冲正的奖励" if each.taken_back else "奖励", each.on, each.name, each.reason, each.amount)


def printed(fund: AwardFund, found: Year, disclosure: FundDisclosure | None) -> dict[str, Any]:
    """Texts for templates/print/disclosure.typ."""
    which = f"第 {disclosure.version} 版，{disclosure.released_on:%Y-%m-%d} 公开" if disclosure else "尚未公开"
    money = [("年初余额", found.opening), *((f"收入：{label}", amount) for label, amount in found.income)]
    money += [(f"支出：{label}", amount) for label, amount in found.outlay]
    return {
        "title": f"{fund.name} {found.year} 年度收支公开",
        "synthetic": fund.synthetic,
        "note": which,
        "facts": [
            ("设立者", f"{fund.founder}（{fund.get_founder_kind_display()}）"),
            ("法律形式", fund.get_legal_form_display() or "没有登记"),
            ("登记或备案号", fund.registration or "没有登记"),
            ("登记或管理机关", fund.registered_by or "没有登记"),
        ],
        "money": [(label, f"{amount:,.2f}") for label, amount in [*money, ("年末余额", found.closing)]],
        "grants": [[f"{each.on:%Y-%m-%d}", each.name, each.reason, f"{each.amount:,.2f}"] for each in found.grants],
    }
