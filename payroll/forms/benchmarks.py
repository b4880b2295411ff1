"""What the benchmark page may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from posts.models import Sector
from xmsw.regions.models import Region

ALL_SECTORS = "全部领域"


def _select(label: str) -> forms.ChoiceField:
    control = forms.Select(attrs={"class": "form-select", "data-submit-on-change": True})
    return forms.ChoiceField(label=label, required=False, widget=control)


class PeerGroupForm(forms.Form):
    """Month, area and sector; what is not asked for falls to the newest month, the first area and all sectors."""

    month = _select("月份")
    area = _select("地区")
    sector = _select("领域")

    def __init__(self, asked: Any, months: Sequence[date], areas: Sequence[Region], area: str) -> None:
        defaults = {"month": f"{months[0]:%Y-%m}", "area": area, "sector": ""}
        super().__init__({name: asked.get(name) or value for name, value in defaults.items()}, auto_id="filter-%s")
        self.fields["month"].choices = [(f"{each:%Y-%m}", f"{each:%Y-%m}") for each in months]
        self.fields["area"].choices = [(each.code, each.name) for each in areas]
        self.fields["sector"].choices = [("", ALL_SECTORS), *Sector.choices]
