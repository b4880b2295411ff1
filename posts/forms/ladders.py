"""Forms of a rank ladder's new version: its head and its rungs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from posts.models import CertificateLevel, Grade
from xmsw.ui.fields import day_field

SPARE_RUNGS = 4
MOST_RUNGS = 20


class LadderForm(forms.Form):
    """Document and first day."""

    document = forms.CharField(
        label="制定文件",
        max_length=200,
        help_text="如 本单位〔2026〕3 号《职级管理办法》",
        error_messages={"required": "请写文件名称或文号。"},
    )
    start = day_field("施行日期", "现行的一版到前一天为止", initial=timezone.localdate)


class RungForm(forms.Form):
    """One rung; a row without a name is left out."""

    name = forms.CharField(
        label="职级", max_length=60, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    grade = forms.TypedChoiceField(
        label="对应岗位等级",
        choices=[("", "—"), *Grade.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    min_certificate = forms.TypedChoiceField(
        label="晋升条件：证书",
        choices=[("", "不要求"), *CertificateLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    min_years = forms.IntegerField(
        label="晋升条件：下一级任职年限",
        min_value=0,
        max_value=40,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
        error_messages={"invalid": "年限填整数。", "min_value": "年限不能是负数。", "max_value": "年限最多 40 年。"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("name") and cleaned.get("grade") is None:
            self.add_error("grade", "选对应的岗位等级。")
        if not cleaned.get("name") and (cleaned.get("grade") or cleaned.get("min_certificate")):
            self.add_error("name", "写职级名称，或清空这一行。")
        return cleaned


RungFormSet = forms.formset_factory(
    RungForm, extra=SPARE_RUNGS, max_num=MOST_RUNGS, validate_max=True, absolute_max=MOST_RUNGS
)


def rungs_of(formset: forms.BaseFormSet) -> list[dict[str, Any]]:
    """Filled rows, lowest first; call after `is_valid`."""
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("name")]
    return [{**row, "min_years": row["min_years"] or 0} for row in rows]
