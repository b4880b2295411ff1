"""Forms of enrolment in social insurance and of the city's terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator

from payroll.models import ITEMS, ContributionTerms, InsuranceEnrolment
from xmsw.ui.fields import PercentField, day_field

BOUNDS = ("insurance_minimum", "insurance_maximum", "fund_minimum", "fund_maximum")


class EnrolmentForm(forms.ModelForm):
    """A day for each item; empty where it is not enrolled."""

    class Meta:
        model = InsuranceEnrolment
        fields = tuple(ITEMS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, label in ITEMS.items():
            self.fields[item] = day_field(f"{label}参保日期", "没有参保就空着", required=False)


class TermsForm(forms.ModelForm):
    """A document with the bounds of the bases in yuan a month and the employer's rates in percent."""

    start = day_field("施行日期", "上一版到前一天为止")

    class Meta:
        model = ContributionTerms
        fields = ("document", "start", *BOUNDS, *ITEMS)
        help_texts: ClassVar = dict.fromkeys(BOUNDS, "文件没有写的空着，不作判断")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item, label in ITEMS.items():
            self.fields[item] = PercentField(
                label=f"{label}单位缴费比例（%）", min_value=Decimal(0), max_value=Decimal(1), decimals=3
            )
        for name in BOUNDS:
            self.fields[name].validators.append(MinValueValidator(Decimal("0.01"), "基数要大于 0。"))

    def clean(self) -> dict[str, Any]:
        """No maximum below its minimum."""
        cleaned = super().clean()
        for kind in ("insurance", "fund"):
            least, most = cleaned.get(f"{kind}_minimum"), cleaned.get(f"{kind}_maximum")
            if least is not None and most is not None and most < least:
                self.add_error(f"{kind}_maximum", "基数上限不能低于下限。")
        return cleaned
