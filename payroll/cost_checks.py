"""What is said about a cost sheet: what keeps it from being handed in, and what it should be looked at for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from payroll.costing import INSURANCES, Basis, Figures, Trace
from payroll.guidance import ZERO, float_on, in_order, monthly, standard_on
from payroll.models import CostSheet, EconomicIndicator, PurchaseProject
from xmsw.dated import months_later
from xmsw.policy.parameters import Values, values_on

RATIOS = "厦民〔2022〕20号"
NO_LABOUR = "没有人员薪酬福利的明细。人力成本是重要核算依据（三（一）-8），请至少加一项人员再提交。"
EMPTY = "核算表还没有任何明细。"
WARNING, NOTE = "warning", "info"


@dataclass(frozen=True)
class Remark:
    """One sentence with the clause and the document it rests on; `tone` is WARNING, or NOTE for what is not judged."""

    text: str
    clause: str
    document: str = ""
    tone: str = WARNING


def blocking(found: Figures) -> Iterator[str]:
    """Sentences that forbid handing it in or approving it: no line, or no labour line (三(一)-8)."""
    if not found.lines:
        yield EMPTY
    elif not found.personnel_lines:
        yield NO_LABOUR


def overlong(project: PurchaseProject, years: int) -> bool:
    """Whether the contract runs for more than so many years, its last day included."""
    return project.end >= months_later(project.start, 12 * years)


def average_wage_before(project: PurchaseProject, on: date) -> EconomicIndicator | None:
    """The indicator of the year before a day in the buyer's city; None where nobody has entered it."""
    return EconomicIndicator.objects.filter(city_id=project.region_id[:4], year=on.year - 1).first()


def remarks(sheet: CostSheet, found: Figures, basis: Basis, listed: list[Trace], on: date) -> list[Remark]:
    """All that is said beside a sheet, by the parameters in force on its pricing day, and of a newer standard `on`."""
    values = values_on(sheet.priced_on)
    said = [Remark(sentence, "三(一)-8") for sentence in blocking(found)]
    if found.lines:
        said += [
            *_ratios(found, values),
            *_people(sheet, found, listed),
            *_contract(sheet, found, values),
        ]
    if not any(getattr(basis.terms, item) for item in INSURANCES):
        said.append(Remark("缴费标准没有填单位缴费比例，单位社保按 0 计算。请先补登缴费标准。", "三(一)-7"))
    if sheet.standard.sector != sheet.project.provider.sector:
        said.append(Remark("承接机构的领域和所用的指导标准不同，请改用本领域的标准重新计价。", "三(一)-7"))
    if any(each.stale for each in listed):
        said.append(
            Remark(
                "指导标准、区浮动比例或缴费标准在计价以后改过，下面的数额是计价当时的；修改并保存即重新计价。",
                "三(一)-7",
            )
        )
    said += _newer_standard(sheet, on)
    return said


def _newer_standard(sheet: CostSheet, on: date) -> Iterator[Remark]:
    """What a standard that came into force after the pricing means for the lines."""
    sector = sheet.project.provider.sector
    present = standard_on(sector, sheet.project.region_id[:4], on) if sector == sheet.standard.sector else None
    if present is None or present.start <= sheet.standard.start:
        return
    own = float_on(present, sheet.project.region_id[:6], on)
    annual = {each.rung: each.annual for each in in_order(present)}
    low = [
        line
        for line in sheet.lines.all()
        if line.rung in annual and line.pay < monthly(annual[line.rung], own.rate if own else ZERO)
    ]
    told = f"有 {len(low)} 项人员的薪酬低于它" if low else "各项人员的薪酬都不低于它"
    unsettled = sheet.state in (CostSheet.State.DRAFT, CostSheet.State.RETURNED)
    mend = f"把计价日期改到 {present.start:%Y-%m-%d} 以后" if unsettled else "编制新版本"
    yield Remark(
        f"{present.start:%Y-%m-%d} 起施行新的指导标准，本表按原标准计价，{told}。要按新标准计价，请{mend}。",
        "三(一)-7",
        present.document,
        NOTE,
    )


def _ratios(found: Figures, values: Values) -> Iterator[Remark]:
    least, most = values["purchase_personnel_share_min"], values["purchase_other_share_max"]
    if not found.total:
        return
    if found.personnel < least * found.total:
        yield Remark(
            f"人员经费占 {found.personnel_share:.2%}，低于 {least:.0%}。请增加人员经费，或减少其他经费。",
            "三(一)-8",
            RATIOS,
        )
    if found.others > most * found.total:
        yield Remark(f"人员以外的经费占 {found.other_share:.2%}，高于 {most:.0%}。", "三(一)-7", RATIOS)


def _people(sheet: CostSheet, found: Figures, listed: list[Trace]) -> Iterator[Remark]:
    for each in listed:
        if each.lower:
            line = each.line
            yield Remark(
                f"「{line.title}」人均薪酬 {line.pay:,.2f} 元/月，低于{line.get_rung_display()}的指导标准 "
                f"{line.guidance:,.2f} 元/月。",
                "三(一)-8",
                sheet.standard.document,
            )
    if found.per_head is None:
        return
    before = average_wage_before(sheet.project, sheet.priced_on)
    year = sheet.priced_on.year - 1
    if before is None:
        yield Remark(f"还没有登记 {year} 年在岗职工平均工资，不判断人均成本是否达到。", "三(一)-8", RATIOS, NOTE)
    elif found.per_head < before.average_wage:
        yield Remark(
            f"人均成本 {found.per_head:,.2f} 元/年，低于 {year} 年在岗职工平均工资 {before.average_wage:,.2f} 元。",
            "三(一)-8",
            RATIOS,
        )


def _contract(sheet: CostSheet, found: Figures, values: Values) -> Iterator[Remark]:
    project = sheet.project
    gap = found.total - project.amount
    if gap:
        more = "多" if gap > 0 else "少"
        yield Remark(
            f"明细合计 {found.total:,.2f} 元，比合同金额 {project.amount:,.2f} 元{more} {abs(gap):,.2f} 元。",
            "三(一)-7",
        )
    if overlong(project, values["purchase_max_years"]):
        yield Remark(
            f"合同 {project.start:%Y-%m-%d} 至 {project.end:%Y-%m-%d}，超过 {values['purchase_max_years']} 年。",
            "三(一)-7",
            RATIOS,
        )
