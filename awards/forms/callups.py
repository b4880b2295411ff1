"""Forms of call-ups: what members are wanted for, the answer, the hours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from awards.callups import MOST_HOURS
from awards.models import CallTask
from posts.models import Employer
from xmsw.ui.fields import day_field

HOURS_ERRORS = {
    "required": "请填时数。", "min_value": "时数要大于 0。", "max_value": f"时数最多 {MOST_HOURS}。",
    "max_decimal_places": "时数最多一位小数。",
}  # fmt: skip


class TaskForm(forms.ModelForm):
    """Kind, what for, when, of which pool and field, whom it serves, and how many."""

    on = day_field("日期")
    serves = forms.CharField(
        label="服务单位", max_length=120, required=False,
        help_text="单位全称或统一社会信用代码；填了就按数据回避。不服务单位的空着",
    )  # fmt: skip

    class Meta:
        model = CallTask
        fields = ("kind", "title", "on", "pool", "expertise", "number")

    field_order = ("kind", "title", "on", "serves", "pool", "expertise", "number")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)
        self.user = user
        for name, label in (("pool", "两个库都可以"), ("expertise", "不限")):
            self.fields[name].choices = [("", label), *list(self.fields[name].choices)[1:]]

    def clean_serves(self) -> Employer | None:
        """The one employer of the area by that name or code."""
        text = self.cleaned_data["serves"].replace("\x00", "").strip()
        if not text:
            return None
        rows = Employer.objects.visible_to(self.user).in_force(timezone.localdate())
        found = list(rows.filter(credit_code=text.upper())[:1] or rows.filter(name=text)[:2])
        if len(found) != 1:
            said = "有几家单位同名，请填统一社会信用代码。" if found else "本地没有这家单位。请核对全称，或填信用代码。"
            raise ValidationError(said)
        return found[0]

    def save(self, commit: bool = True) -> CallTask:
        self.instance.employer = self.cleaned_data["serves"]
        return super().save(commit)


class AnswerForm(forms.Form):
    """A few words; needed where one declines."""

    words = forms.CharField(
        label="说明", max_length=200, required=False, help_text="不能参加的，写明原因",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class HoursForm(forms.Form):
    """How long it took."""

    hours = forms.DecimalField(
        label="时数", min_value=Decimal("0.1"), max_value=MOST_HOURS, decimal_places=1, max_digits=5,
        error_messages=HOURS_ERRORS,
    )  # fmt: skip
