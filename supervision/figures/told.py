"""One number with what it is a number of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supervision.figures.declared import Figure

NOTHING = "—"
_TENTH, _CENT = Decimal("0.1"), Decimal("0.01")


def _plainly(value: Decimal) -> str:
    """Without needless zeros, with one place where there is a rest (means of two counts)."""
    return f"{value.quantize(_TENTH, ROUND_HALF_UP).normalize():,f}"


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
        found = self._shown
        if found is None:
            return NOTHING
        if self.figure.share:
            return f"{found:f}%"
        return f"¥{found:,f}" if self.figure.unit == "元" else f"{found:,f}"

    @property
    def _shown(self) -> Decimal | None:
        """The number with the places that are told."""
        if self.number is None:
            return None
        return self.number.quantize(self._places, ROUND_DOWN if self.figure.share else ROUND_HALF_UP)

    @property
    def plain(self) -> float | None:
        """The number as it is told, for charts and sheets."""
        return None if self.number is None else float(self.text.rstrip("%").lstrip("¥").replace(",", ""))

    @property
    def of(self) -> str:
        """«125 / 150», what a share is made of; «3 / 12.5» where that is a mean."""
        if not self.figure.share or self.part is None or self.whole is None:
            return ""
        return f"{_plainly(self.part)} / {_plainly(self.whole)}"

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
        """The difference of what is told, so that whoever subtracts the two finds the same."""
        if before is None or self._shown is None or before._shown is None or (self.figure.flow and self.running):
            return None
        return self._shown - before._shown

    @property
    def _places(self) -> Decimal:
        if self.figure.share:
            return _TENTH
        return _CENT if self.figure.unit == "元" else Decimal(1)

    def better(self, before: Told | None) -> bool | None:
        """Whether the change goes the way that is wished; None where it stands still or neither way is wished."""
        by = self._by(before)
        return (by > 0) == (self.figure.wished > 0) if by and self.figure.wished else None
