"""The 86 clauses as rows of the report: what they say, how far they are carried out, what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from supervision.models import YearEnd
from supervision.report.document import Cell, Number, count
from supervision.selectors import clauses as board
from supervision.selectors import implementation
from supervision.year_ends import clause_rows
from xmsw.policy.models import Clause
from xmsw.regions.models import Region


@dataclass(frozen=True)
class ClauseRow:
    """One clause; `target` in percent. `measure` falls back to how the clause is held."""

    clause: str
    quote: str
    state: str
    met: int
    total: int
    target: Decimal | None
    measure: str

    @property
    def label(self) -> str:
        return board.EVERY_STATE.get(self.state, self.state)

    def cells(self) -> tuple[Cell, ...]:
        """条款, 原文, 状态, 达标, 对象, 目标, 统计."""
        counted = (count(self.met), count(self.total)) if self.total else ("—", "—")
        target = "—" if self.target is None else Number(f"{self.target.normalize():f}%", self.target)
        return (self.clause, self.quote, self.label, *counted, target, self.measure or "—")


def rows_on(area: Region, day: date) -> list[ClauseRow]:
    """As the screens of whoever leads in the area show them on the day."""
    found = implementation.implementation(None, area.code, day)
    return _rows(clause_rows(found, area, day))


def kept_rows(row: YearEnd) -> list[ClauseRow]:
    """As they were confirmed."""
    return _rows(row.clauses.order_by("pk"))


def _rows(found: object) -> list[ClauseRow]:
    quotes = dict(Clause.objects.values_list("pk", "quote"))
    return [
        ClauseRow(
            each.clause,
            quotes.get(each.clause, ""),
            each.state,
            each.met,
            each.total,
            each.target,
            each.measure or board.HOW_HELD.get(each.clause, ""),
        )
        for each in found
    ]
