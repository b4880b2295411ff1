"""Form fields that every form shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

NO_DATE = {"invalid": "日期写法不对，应为 2026-01-31 这样的格式。", "required": "请填日期。"}


def day_field(label: str, hint: str = "", *, required: bool = True, **extra: Any) -> forms.DateField:
    """A date by the browser's own picker; what cannot be read is refused in one sentence."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    told = {"label": label, "help_text": hint, "error_messages": NO_DATE}
    return forms.DateField(required=required, widget=widget, **told, **extra)


class PercentField(forms.DecimalField):
    """A share (0.1) that people write and read as a percentage (10). Bounds are shares too."""

    widget = forms.NumberInput(attrs={"step": "any"})

    def __init__(
        self, *, min_value: Decimal | None = None, max_value: Decimal | None = None, decimals: int = 2, **extra: Any
    ) -> None:
        bounds = {"min_value": min_value, "max_value": max_value}
        percents = {name: _plain(value * 100) for name, value in bounds.items() if value is not None}
        super().__init__(decimal_places=decimals, max_digits=8, **percents, **extra)

    def clean(self, value: Any) -> Decimal | None:
        found = super().clean(value)
        return None if found is None else found / 100

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value


def _plain(value: Decimal) -> Decimal:
    """Without needless zeros: 1, not 1.00; a hundred stays 100."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
