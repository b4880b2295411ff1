"""One number with what it is a number of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.figures.declared import Figure

NOTHING = "—"
_TENTH, _CENT = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True)
class Told:
    """A figure's value: `part`, of a share also `whole`. None: unknown, or kept back for too few people.

    `running`: of a year that is not over yet.
    """

    figure: Figure
    part: Decimal | None
    whole: Decimal | None = None
    running: bool = False

    @property
    def number(self) -> Decimal | None:
        """What charts and sheets take: a share in percent, else the amount."""
        if self.part is None:
            return None
        if not self.figure.share:
            return self.part
        return self.part * 100 / self.whole if self.whole else None

    @property
    def text(self) -> str:
        """«1,234», «83.3%» (rounded down, so that 100% means all), «¥6,512.30»; «—» where nothing is told."""
        found = self.number
        if found is None:
            return NOTHING
        if self.figure.share:
            return f"{found.quantize(_TENTH, ROUND_DOWN):f}%"
        if self.figure.unit == "元":
            return f"¥{found.quantize(_CENT, ROUND_HALF_UP):,f}"
        return f"{found.quantize(self._places, ROUND_HALF_UP):,f}"

    @property
    def plain(self) -> float | None:
        """The number as it is told, for charts and sheets."""
        return None if self.number is None else float(self.text.rstrip("%").lstrip("¥").replace(",", ""))

    @property
    def of(self) -> str:
        """«125 / 150», what a share is made of."""
        if not self.figure.share or self.part is None or self.whole is None:
            return ""
        return f"{self.part.quantize(Decimal(1)):,f} / {self.whole.quantize(Decimal(1)):,f}"

    def change(self, before: Told | None) -> str:
        """Against an earlier one: «+12», «-3.2 个百分点», for amounts of money also «+5.1%», «不变»; «—» where either
        lacks, and for what adds up over a year until that is over.
        """
        by = self._by(before)
        if by is None:
            return NOTHING
        if not by:
            return "不变"
        if self.figure.share:
            return f"{by:+f} 个百分点"
        if self.figure.unit == "元":
            grown = f"（{(by * 100 / before.number).quantize(_TENTH, ROUND_HALF_UP):+f}%）" if before.number else ""
            return f"{by:+,f}{grown}"
        return f"{by:+,f}"

    def _by(self, before: Told | None) -> Decimal | None:
        """The difference as far as it is told."""
        if before is None or self.number is None or before.number is None or (self.figure.flow and self.running):
            return None
        return (self.number - before.number).quantize(self._places, ROUND_HALF_UP)

    @property
    def _places(self) -> Decimal:
        if self.figure.share:
            return _TENTH
        return _CENT if self.figure.unit == "元" else Decimal(1)

    def better(self, before: Told | None) -> bool | None:
        """Whether the change goes the way that is wished; None where it stands still or neither way is wished."""
        by = self._by(before)
        return (by > 0) == (self.figure.wished > 0) if by and self.figure.wished else None
