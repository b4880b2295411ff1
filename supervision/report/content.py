"""Composing the report: the same selectors as the screens, sentences from templates, clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from supervision.figures import FIGURES, Figure, Told, chart, read
from supervision.figures.declared import BY_KEY, DUTY, HONOUR, MONEY, PAY, SEATS, WORK
from supervision.figures.told import NOTHING
from supervision.models import ReportText, YearEnd
from supervision.report.clauses import ClauseRow, kept_rows, rows_on
from supervision.report.document import Chart, Report, Section, Table, Words, printable, told
from supervision.selectors.years import SHOWN_YEARS, Column, compared, day_column, kept_columns, sectors
from supervision.year_ends import last_day
from xmsw.regions.models import Level, Region
from xmsw.ui.demo import has_demo_data

if TYPE_CHECKING:
    from supervision.figures import Book

DISTRICTS = ("posts", "filled_share", "workers", "certified", "posted", "staffed", "guided", "insured")
PAYS, SHARES = ("pay_mean", "pay_median"), ("guided", "insured")
NUMERALS = "一二三四五六七八九十"
LEAST_TO_COMPARE = 2


@dataclass
class Material:
    """What the sections are written from. `columns`: year ends and the day, oldest first; the last one is told."""

    area: Region
    year: int
    day: date
    columns: list[Column]
    parts: list[tuple[Region, Column]]
    clauses: list[ClauseRow]
    texts: dict[str, str]

    @property
    def now(self) -> Column:
        return self.columns[-1]

    @property
    def before(self) -> Column | None:
        return self.columns[-2] if len(self.columns) >= LEAST_TO_COMPARE else None

    def told(self, key: str) -> Told:
        """A figure of the area."""
        return self.now.told(key)

    def changed(self, key: str) -> str:
        """Against the year end before, in words; empty where nothing is told."""
        return _worded(self.told(key).change(self.before.told(key)), BY_KEY[key]) if self.before else ""

    def all_changed(self, *named: tuple[str, str]) -> str:
        """«岗位数增加 2 个，持证人员不变», of (words, key); what is not told is left out."""
        return "，".join(f"{words}{change}" for words, key in named if (change := self.changed(key)))

    def all_told(self, *named: tuple[str, str]) -> str:
        """«定级的岗位 90.0%（9 / 10），…», of (words, key) of shares; what is not told is left out."""
        told_ones = ((words, self.told(key)) for words, key in named)
        return "，".join(f"{words} {each.text}（{each.of}）" for words, each in told_ones if each.text != NOTHING)

    def sentences(self, name: str, **more: Any) -> list[Words]:
        """Paragraphs of a template of templates/supervision/report/: one a line that says something."""
        values = {each.key: self.told(each.key) for each in FIGURES}
        changes = {key: self.changed(key) for key in values}
        context = {"f": values, "changes": changes, "before": self.before, "m": self, **more}
        written = render_to_string(f"supervision/report/{name}.txt", context)
        return [Words(line.strip()) for line in written.splitlines() if line.strip()]


def annual_report(area: Region, year: int, today: date) -> Report:
    """The report of an area for a year: as confirmed at its end, else as things stand on the day.

    For a year that is over and was never confirmed it is read anew for its last day.
    """
    day = min(today, last_day(year))
    found = material(area, year, day)
    basis = (
        f"本报告取自 {found.now.row.taken_at:%Y-%m-%d} 确认的 {year} 年末统计（第 {found.now.row.version} 版）。"
        if found.now.row
        else f"本报告按 {day:%Y-%m-%d} 平台里的数据编写，年末统计还没有确认。"
    )
    report = Report(area.name, area.code, year, day, basis, has_demo_data())
    written = [(heading, list(write(found))) for heading, write in PARTS]
    report.sections = [
        Section(f"{NUMERALS[at]}、{heading}", blocks)
        for at, (heading, blocks) in enumerate(each for each in written if each[1])
    ]
    return report


def material(area: Region, year: int, day: date) -> Material:
    """Everything the report tells; a confirmed year that was over by the day is told from its year end."""
    kept = {each.year: each for each in _year_ends(area.code, day)}
    book = None if year in kept else read(day, area.code)
    districts = _districts(area)
    return Material(
        area=area, year=year, day=day,
        columns=_columns(area, day, list(kept.values()), book),
        parts=_parts(districts, year, day, book),
        clauses=kept_rows(kept[year]) if year in kept else rows_on(area, day),
        texts={each.part: each.text for each in ReportText.objects.filter(region=area, year=year)},
    )  # fmt: skip


def _year_ends(area: str, day: date) -> list[YearEnd]:
    return list(YearEnd.objects.newest().filter(region=area, day__lte=day).order_by("-year")[:SHOWN_YEARS])[::-1]


def _columns(area: Region, day: date, kept: list[YearEnd], book: Book | None) -> list[Column]:
    columns = kept_columns(kept)
    return columns if book is None else [*columns, day_column(book, area.code, day)]


def _districts(area: Region) -> list[Region]:
    if area.level != Level.CITY:
        return []
    return list(Region.objects.filter(parent=area, level=Level.DISTRICT).order_by("code"))


def _parts(districts: list[Region], year: int, day: date, book: Book | None) -> list[tuple[Region, Column]]:
    """A column a district: of the day, or of its own year end where the city's is told."""
    if book is not None:
        return [(each, day_column(book, each.code, day)) for each in districts]
    rows = YearEnd.objects.newest().filter(region__in=districts, year=year)
    columns = {column.row.region_id: column for column in kept_columns(list(rows))}
    return [(each, columns[each.code]) for each in districts if each.code in columns]


def _worded(change: str, figure: Figure) -> str:
    """«增加 680 个» for «+680», «减少 300.00 元（-5.0%）» for «-300.00（-5.0%）»; «不变»; nothing for «—»."""
    if change[:1] not in ("+", "-"):
        return "" if change == NOTHING else change
    number, bracket, rest = change[1:].partition("（")
    unit = "" if figure.share else f" {figure.unit}"  # a share's change says that it is points
    return f"{'增加' if change[0] == '+' else '减少'} {number}{unit}{bracket}{rest}"


def _overall(found: Material) -> Iterator[Any]:
    yield from found.sentences(
        "overall",
        since=found.all_changed(("岗位数", "posts"), ("持证人员", "certified"), ("折合全职月薪平均", "pay_mean")),
        duty=found.all_told(("已经设岗的", "posted"), ("配备了专职专业社会工作者的", "staffed")),
    )


def _seats(found: Material) -> Iterator[Any]:
    managed = found.all_told(
        ("职责和任职条件明确的岗位", "described"),
        ("定级的岗位", "graded"),
        ("建立职级体系的单位", "laddered"),
        ("证书与岗位匹配的聘用", "matched"),
    )
    yield from found.sentences("seats", managed=managed)
    yield from _tables(found, (SEATS, DUTY))
    yield from _by_sector(found)
    yield from _by_district(found)
    yield from _by_field(found)


def _pay(found: Material) -> Iterator[Any]:
    secured = found.all_told(("薪酬不低于指导标准的", "guided"), ("社会保险和住房公积金齐全的", "insured"))
    yield from found.sentences("pay", secured=secured)
    yield from _tables(found, (PAY,))
    if len(found.columns) >= LEAST_TO_COMPARE:
        points = [(each.label, [each.told(key) for key in PAYS]) for each in found.columns]
        yield Chart("折合全职月薪", chart("line", "时间", PAYS, points))
    if found.parts:
        points = [(area.name, [column.told(key) for key in SHARES]) for area, column in found.parts]
        yield Chart("各区薪酬达标和社保公积金齐全的份额", chart("bar", "地区", SHARES, points))


def _honours(found: Material) -> Iterator[Any]:
    yield from found.sentences("honours")
    yield from _tables(found, (HONOUR,))


def _work(found: Material) -> Iterator[Any]:
    yield from found.sentences("work")
    yield from _tables(found, (MONEY, WORK))


def _clause_by_clause(found: Material) -> Iterator[Any]:
    yield from found.sentences("clauses", totals=_totals(found.clauses))
    yield _clause_table("逐条落实情况", found.clauses)


def _clause_table(title: str, rows: list[ClauseRow]) -> Table:
    counted = (("达标", True), ("对象", True), ("目标", True))
    columns = (("条款", False), ("原文", False), ("状态", False), *counted, ("统计", False))
    return Table(title, columns, tuple(each.cells() for each in rows), shares=(11, 22, 10, 10, 10, 9, 28))


def _totals(rows: list[ClauseRow]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for each in rows:
        counted[each.state] = counted.get(each.state, 0) + 1
    return counted


def _done(found: Material) -> Iterator[Any]:
    yield from _said(found, ReportText.Part.DONE)


def _problems(found: Material) -> Iterator[Any]:
    yield from _said(found, ReportText.Part.PROBLEMS)
    short = [each for each in found.clauses if each.state == "short"]
    if short:
        yield from found.sentences("problems", short=short)
        yield _clause_table("没有达到目标的条款", sorted(short, key=lambda each: each.met / each.total))


def _plans(found: Material) -> Iterator[Any]:
    yield from _said(found, ReportText.Part.PLANS)


def _said(found: Material, part: str) -> Iterator[Words]:
    """What an officer wrote, a paragraph a line."""
    yield from (Words(line.strip()) for line in printable(found.texts.get(part, "")).splitlines() if line.strip())


PARTS: tuple[tuple[str, Callable[[Material], Iterator[Any]]], ...] = (
    ("总体情况", _overall),
    ("主要做法", _done),
    ("岗位开发和人员配备", _seats),
    ("薪酬和保障", _pay),
    ("表彰奖励和职业地位", _honours),
    ("职责、经费和督查", _work),
    ("逐条落实情况", _clause_by_clause),
    ("存在的问题", _problems),
    ("下一步打算", _plans),
)


def _tables(found: Material, groups: tuple[str, ...]) -> Iterator[Table]:
    """A table a group: each figure at the year ends and on the day, with the change."""
    compare = len(found.columns) >= LEAST_TO_COMPARE
    columns = (("指标", False), ("条款", False), *((each.label, True) for each in found.columns))
    columns = (*columns, (f"比 {found.before.label}", True)) if compare else columns
    shares = (26, 11, *(18 for _ in found.columns), *((27,) if compare else ()))
    for group, lines in compared(found.columns):
        if group in groups:
            rows = tuple(_line(figure, values, change, compare) for figure, values, change, _ in lines)
            yield Table(group, columns, rows, shares=shares)


def _line(figure: Figure, values: list[Told], change: str, compare: bool) -> tuple[Any, ...]:
    unit = f"（{figure.unit}）" if figure.unit not in ("", "%", "元") else ""
    return (f"{figure.label}{unit}", figure.clause, *map(told, values), *((change,) if compare else ()))


def _by_sector(found: Material) -> Iterator[Table]:
    """一-5: by sector, on the day."""
    known = sectors([found.now])
    if not known:
        return
    keys = ("posts", "filled_share", "workers", "certified", "staffed", "guided")
    columns = (("领域", False), *((BY_KEY[key].label, True) for key in keys))
    rows = tuple((label, *(told(found.now.told(key, code)) for key in keys)) for code, label in known)
    yield Table("分领域情况", columns, rows)


def _by_field(found: Material) -> Iterator[Table]:
    """一-2: posts of each service field, district by district."""
    chosen = [each for each in FIGURES if each.key.startswith("field_")]
    places = [(area.name, column) for area, column in found.parts] + [(found.area.name, found.now)]
    columns = (("服务领域", False), *((name, True) for name, _ in places))
    rows = tuple(
        (each.label.removesuffix("领域的岗位"), *(told(column.told(each)) for _, column in places)) for each in chosen
    )
    yield Table("各服务领域的岗位", columns, rows, shares=(20, *(12 for _ in places)))


def _by_district(found: Material) -> Iterator[Table]:
    if not found.parts:
        return
    columns = (("地区", False), *((BY_KEY[key].label, True) for key in DISTRICTS))
    rows = [(area.name, *(told(column.told(key)) for key in DISTRICTS)) for area, column in found.parts]
    rows.append((found.area.name, *(told(found.told(key)) for key in DISTRICTS)))
    yield Table("分区情况", columns, tuple(rows))
