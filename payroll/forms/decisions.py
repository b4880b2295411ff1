"""The form of a pay decision: for 在编 staff the national scale, for everybody else the five factors."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator

from payroll.models import PayDecision
from talents.models import Employment
from xmsw.ui.fields import PercentField, day_field

MONEY = ("base", "post_pay", "performance_pay", "allowance")
FACTORS = ("factor_certificate", "factor_education", "factor_seniority", "factor_performance", "factor_post")


class DecisionForm(forms.ModelForm):
    """Yuan a month before tax, the bonus in yuan a year, the share of full time in percent."""

    start = day_field("执行日期", "上一份核定到前一天为止")
    time_share = PercentField(
        label="工时比例（%）", min_value=Decimal("0.01"), max_value=Decimal(1), decimals=1, help_text="全职填 100"
    )

    class Meta:
        model = PayDecision
        fields = ("start", *MONEY, "bonus", "time_share", "rung", *FACTORS, "pay_scale", "reason", "document")
        labels: ClassVar = {
            "base": "基本工资（元/月）",
            "post_pay": "岗位工资（元/月）",
            "performance_pay": "绩效工资（元/月）",
            "allowance": "津贴补贴（元/月）",
            "factor_certificate": "因素一：职业水平等级",
            "factor_education": "因素二：学历",
            "factor_seniority": "因素三：资历（年）",
            "factor_performance": "因素四：业绩",
            "factor_post": "因素五：岗位",
        }
        help_texts: ClassVar = {"pay_scale": "例如所执行的岗位绩效工资文件"}
        widgets: ClassVar = {"reason": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        established = self.instance.employment.form == Employment.Form.ESTABLISHED
        for name in ("rung", *FACTORS) if established else ("pay_scale",):
            del self.fields[name]
        for name in (*MONEY, "bonus", "factor_seniority"):
            if name in self.fields:
                self.fields[name].validators.append(MinValueValidator(0, "不能是负数。"))
        for name in ("pay_scale", *FACTORS):
            if name in self.fields:
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Something is paid."""
        cleaned = super().clean()
        paid = [cleaned.get(name) for name in MONEY]
        if None not in paid and not sum(paid):
            self.add_error("base", "月薪各项合计不能是 0。")
        return cleaned

    @property
    def confirmed(self) -> bool:
        """Whether what was asked about it is confirmed; asked only once somebody saw the question."""
        return bool(self.data.get("confirmed"))

    def ask(self) -> None:
        """Show the tick that confirms it."""
        self.fields["confirmed"] = forms.BooleanField(label="已核对，确认这样核定")
