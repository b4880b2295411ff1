"""Forms of indicators."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from supervision.forms.duties import not_ahead
from supervision.forms.registers import RegisterForm
from supervision.models import ClauseTarget, ReportText, UpwardReport
from supervision.report.document import printable
from xmsw.policy.models import Clause
from xmsw.policy.rules import judging
from xmsw.ui.fields import day_field


class ClauseTargetForm(RegisterForm):
    class Meta:
        model = ClauseTarget
        fields = ("region", "clause", "year", "percent", "document")
        help_texts: ClassVar = {
            "region": "市的目标对没有自己目标的区也适用。",
            "percent": "0 到 100，例如 85。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = Clause.objects.filter(pk__in=judging()).order_by("order")
        self.fields["clause"].label_from_instance = lambda each: f"{each.pk}「{each.quote}」"
        self.fields["clause"].empty_label = "请选"
        if self.instance.pk is None:
            self.initial.setdefault("year", timezone.localdate().year)


class ReportTextForm(forms.ModelForm):
    class Meta:
        model = ReportText
        fields = ("text",)
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 12})}
        help_texts: ClassVar = {"text": "每行是报告里的一段，写在数字和表格之外。不写就没有这一段。"}

    def clean_text(self) -> str:
        """What was pasted may bring characters that nobody sees and no document holds."""
        return printable(self.cleaned_data["text"])


class SendingForm(forms.ModelForm):
    on = day_field("报送日期")

    class Meta:
        model = UpwardReport
        fields = ("recipient", "title", "document", "on")

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])
