"""Forms of needs, inclusion filings, allocation plans and incubations."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from posts.models import AllocationPlan, Inclusion, Incubation, NeedAssessment, Support
from xmsw.regions.models import Level, Region
from xmsw.ui.fields import day_field


class NeedForm(forms.ModelForm):
    """What was assessed, by whom, on what basis."""

    assessed_on = day_field("评估日期")

    class Meta:
        model = NeedAssessment
        fields = ("assessed_on", "headcount", "assessor", "basis")
        error_messages: ClassVar = {
            "headcount": {"required": "请填人数；不需要的填 0。", "min_value": "人数不能是负数。"}
        }


class InclusionForm(forms.ModelForm):
    """Document, day and range of grades."""

    included_on = day_field("纳入日期")
    grade_from = forms.IntegerField(label="最高岗位级别", min_value=1, max_value=13, initial=1)
    grade_to = forms.IntegerField(label="最低岗位级别", min_value=1, max_value=13, initial=13)

    class Meta:
        model = Inclusion
        fields = ("included_on", "document", "grade_from", "grade_to")


class PlanForm(forms.ModelForm):
    """The head of a plan; the area within the officer's own."""

    class Meta:
        model = AllocationPlan
        fields = ("region", "year", "title", "document", "basis")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Region.objects.subtree(user.area_code).filter(level__in=(Level.DISTRICT, Level.STREET)).order_by("code")
        self.fields["region"].queryset = rows
        self.fields["region"].empty_label = "请选"
        self.fields["year"].initial = timezone.localdate().year


class LineForm(forms.Form):
    """One employer of a plan."""

    code = forms.CharField(
        label="单位代码",
        max_length=18,
        help_text="社区代码（12 位）、街道（镇）代码（9 位，指中心）或统一社会信用代码",
        error_messages={"required": "请填单位代码。"},
    )
    headcount = forms.IntegerField(
        label="人数", min_value=1, max_value=99, initial=1, error_messages={"min_value": "人数至少是 1。"}
    )
    need = forms.CharField(label="实际需要", max_length=200, required=False)


class IncubationForm(forms.ModelForm):
    """Street, agency by its code, and what it is supported with."""

    agency_code = forms.CharField(label="机构的统一社会信用代码", max_length=18)
    support = forms.MultipleChoiceField(
        label="支持方式",
        choices=Support.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": "至少选一种支持方式。"},
    )
    start = day_field("孵化开始")
    end = day_field("出壳日期", required=False)

    class Meta:
        model = Incubation
        fields = ("street", "support", "start", "end", "note")

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = Region.objects.subtree(user.area_code).filter(level=Level.STREET)
        self.fields["street"].empty_label = "请选"
        if self.instance.pk:
            self.fields["agency_code"].initial = self.instance.agency.credit_code
        self.order_fields(["street", "agency_code", "support", "start", "end", "note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("start") and cleaned.get("end") and cleaned["end"] < cleaned["start"]:
            self.add_error("end", "出壳日期不能早于孵化开始。")
        return cleaned
