"""Forms of certificates, of registrations, and of verifying several at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from talents.models import Certificate, Registration
from talents.registration import last_day
from xmsw.ui.fields import day_field


class CertificateForm(forms.ModelForm):
    """One certificate as its paper says."""

    issued_on = day_field("签发日期", "照证书填")

    class Meta:
        model = Certificate
        fields = ("level", "number", "issued_on", "exam_year")
        help_texts: ClassVar = {"number": "照证书填，不要空格", "exam_year": "参加考试的年份，四位数字"}
        error_messages: ClassVar = {
            "number": {"required": "请填证书编号。", "unique": "这个证书编号已经登记过。核对编号，或联系区民政。"},
            "level": {"required": "请选证书级别。"},
        }

    def clean_number(self) -> str:
        """Without blanks, capitals."""
        return "".join(self.cleaned_data["number"].split()).upper()


class RegistrationForm(forms.ModelForm):
    """A registration; without a last day it lasts as long as the parameter says."""

    start = day_field("登记日期", "照登记证书或登记系统填")
    end = day_field("有效期至", "空着时按三年计（民发〔2009〕44号）", required=False)

    class Meta:
        model = Registration
        fields = ("start", "end")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            last = self.instance.certificate.registrations.order_by("-end").values_list("end", flat=True).first()
            today = timezone.localdate()
            self.initial.setdefault("start", last + timedelta(days=1) if last and last >= today else today)

    def clean(self) -> dict[str, Any]:
        """The last day comes from the parameter where it is left out, and is never before the first."""
        super().clean()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and not end and "end" not in self.errors:
            self.cleaned_data["end"] = last_day(start, timezone.localdate())
        elif start and end and end < start:
            self.add_error("end", "有效期截止早于登记日期。")
        return self.cleaned_data


class EvidenceForm(forms.Form):
    """What several certificates were checked against."""

    evidence = forms.CharField(
        label="核验依据",
        max_length=200,
        help_text="看过什么、在哪里查到：例如「与考试中心名单核对一致」",
        error_messages={"required": "请写核验依据。"},
    )
