"""What the benchmark page may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from payroll.peers import GROUPINGS
from posts.models import Sector
from xmsw.regions.models import Region

ALL_SECTORS = "全部领域"
LIVE = "live"
TREND = "trend"
BY = "rung"


def _select(label: str) -> forms.ChoiceField:
    control = forms.Select(attrs={"class": "form-select", "data-submit-on-change": True})
    return forms.ChoiceField(label=label, required=False, widget=control)


class PeerGroupForm(forms.Form):
    """Month, area, sector and grouping; what is not asked for falls to the newest month, the first area, everybody."""

    month = _select("月份")
    area = _select("地区")
    sector = _select("领域")
    by = _select("按什么分")
    view = _select("看什么")
    figures = _select("数字")

    def __init__(
        self, asked: Any, months: Sequence[date], areas: Sequence[Region], area: str, *, may_live: bool
    ) -> None:
        defaults = {"month": f"{months[0]:%Y-%m}", "area": area, "sector": "", "by": BY, "view": "", "figures": ""}
        super().__init__({name: asked.get(name) or value for name, value in defaults.items()}, auto_id="filter-%s")
        self.fields["month"].choices = [(f"{each:%Y-%m}", f"{each:%Y-%m}") for each in months]
        self.fields["area"].choices = [(each.code, each.name) for each in areas]
        self.fields["sector"].choices = [("", ALL_SECTORS), *Sector.choices]
        self.fields["by"].choices = [(key, each.label) for key, each in GROUPINGS.items()]
        self.fields["view"].choices = [("", "当月"), (TREND, "历年")]
        self.fields["figures"].choices = [("", "已发布"), (LIVE, "实时（仅供工作，不公布）")]
        if not may_live:
            del self.fields["figures"]


class PublicationForm(forms.Form):
    """A closed month to publish anew, and why."""

    month = forms.ChoiceField(label="月份", widget=forms.Select(attrs={"class": "form-select"}))
    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="写明为什么要发布新版本，例如「某单位漏报」。原因、你的姓名和时间会记入发布记录。",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, months: Sequence[date], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["month"].choices = [(f"{each:%Y-%m}", f"{each:%Y-%m}") for each in months]

    def clean_month(self) -> date:
        """The month as its first day."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")
