"""The form of a new parameter version; `set_parameter` decides what is valid."""

from __future__ import annotations

from typing import Any

from django import forms

from xmsw.policy.models import Parameter
from xmsw.ui.fields import day_field


class ParameterForm(forms.Form):
    value = forms.CharField(label="新的值", max_length=30, widget=forms.TextInput(attrs={"class": "form-control"}))
    start = day_field("施行日期", "今天或以后；现行版本到前一天为止")
    source = forms.CharField(
        label="依据",
        max_length=200,
        help_text="文号、会议纪要或说明",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, parameter: Parameter, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        value = self.fields["value"]
        if parameter.kind == Parameter.Kind.BOOLEAN:
            value.widget = forms.Select(choices=[("true", "是"), ("false", "否")], attrs={"class": "form-select"})
        else:
            value.help_text = f"{parameter.get_kind_display()}{'，单位：' + parameter.unit if parameter.unit else ''}"
