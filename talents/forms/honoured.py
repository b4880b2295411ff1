"""Forms of recognition, benefits and recommendations."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from talents.models import AllowanceRecommendation, BenefitApplication, BenefitType, HighLevelTag, TalentCategory
from xmsw.ui.fields import day_field


class _Span:
    """Start not after the end."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "不能早于起始日期。")
        return cleaned


class CategoryForm(_Span, forms.ModelForm):
    start = day_field("施行日期")
    end = day_field("废止日期", required=False)

    class Meta:
        model = TalentCategory
        fields = ("name", "document", "start", "end")


class TagForm(_Span, forms.ModelForm):
    start = day_field("认定日期")
    end = day_field("有效期至", required=False, hint="长期有效的空着")

    class Meta:
        model = HighLevelTag
        fields = ("category", "document", "recognised_by", "start", "end")
        error_messages: ClassVar = {
            "document": {"required": "请填写认定文件：没有文件不能认定为高层次人才。"},
            "category": {"required": "请选类别。没有合适的，先在「高层次人才类别」里登记。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = TalentCategory.objects.in_force(timezone.localdate()).order_by("name")
        self.fields["category"].empty_label = "请选"

    def clean_start(self) -> Any:
        if self.cleaned_data["start"] > timezone.localdate():
            raise forms.ValidationError("认定日期不能晚于今天。")
        return self.cleaned_data["start"]


class BenefitTypeForm(_Span, forms.ModelForm):
    start = day_field("施行日期")
    end = day_field("停办日期", required=False)

    class Meta:
        model = BenefitType
        fields = ("name", "bureau", "body", "document", "guide", "start", "end")


class BenefitForm(forms.ModelForm):
    class Meta:
        model = BenefitApplication
        fields = ("type", "statement")
        error_messages: ClassVar = {"type": {"required": "请选要申请的待遇。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = BenefitType.objects.in_force(timezone.localdate()).order_by("name")
        self.fields["type"].empty_label = "请选"
        if self.instance.pk:
            del self.fields["type"]


class AllowanceForm(forms.ModelForm):
    class Meta:
        model = AllowanceRecommendation
        fields = ("year", "achievements", "document")
        error_messages: ClassVar = {"achievements": {"required": "请写主要业绩。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year

    def clean_year(self) -> int:
        year, now = self.cleaned_data["year"], timezone.localdate().year
        if not 2017 <= year <= now + 1:
            raise forms.ValidationError(f"年度应在 2017 到 {now + 1} 之间。")
        return year
