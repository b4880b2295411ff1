"""The form of a promotion, and that of a title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from posts.models import CertificateLevel, Grade, Rung
from xmsw.ui.fields import day_field


class PromotionForm(forms.Form):
    """One of the rungs in question, from a day on."""

    rung = forms.TypedChoiceField(label="职级", coerce=int, error_messages={"required": "请选职级。"})
    on = day_field("起始日期", initial=timezone.localdate)
    document = forms.CharField(label="文件", max_length=200, required=False)

    def __init__(self, rungs: Sequence[Rung], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rungs = {rung.pk: rung for rung in rungs}
        self.fields["rung"].choices = [(rung.pk, rung.name) for rung in rungs]


class TitleForm(forms.Form):
    """A new version of one level's title."""

    level = forms.TypedChoiceField(label="证书级别", choices=CertificateLevel.choices, coerce=int)
    title = forms.CharField(label="专业技术职务", max_length=60, error_messages={"required": "请写职务名称。"})
    grade = forms.TypedChoiceField(label="岗位等级", choices=Grade.choices, coerce=int)
    start = day_field("施行日期", initial=timezone.localdate)
    source = forms.CharField(label="依据", max_length=200, error_messages={"required": "请写依据的文件。"})
