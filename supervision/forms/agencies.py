"""Forms of 四(二)-5 and -6."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from posts.models import Employer, Kind
from supervision.forms.duties import not_ahead
from supervision.forms.registers import TEXT, RegisterForm, link_field
from supervision.models import FeeItem, MarketIncome, PolicyApplication, PreferentialPolicy
from xmsw.ui.fields import PercentField, day_field

AGENCIES = (Kind.E01, Kind.E02)  # whom 四(二)-5 and -6 speak of


class PolicyForm(RegisterForm):
    start = day_field("施行日期")
    end = day_field("失效日期", required=False)
    kinds = forms.MultipleChoiceField(
        label="适用单位类别",
        choices=[(each, Kind(each).label) for each in Kind.values if each.startswith("E")],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text="不选表示不限",
    )
    least_certified = PercentField(
        label="持证人员占比至少（%）", required=False, min_value=Decimal(0), max_value=Decimal(1)
    )

    class Meta:
        model = PreferentialPolicy
        fields = (
            *("region", "name", "document", "authority", "benefit", "start", "end", "kinds"),
            *("least_years", "most_years", "least_staff", "least_certified", "other"),
        )
        widgets: ClassVar = {"benefit": TEXT}


class OwnForm(forms.ModelForm):
    """What an agency enters about itself; `employer` offers the account's own."""

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Employer.objects.filter(members__user=user).order_by("pk")
        self.fields["employer"].queryset = own
        self.fields["employer"].empty_label = None
        self.fields["employer"].label = "机构"


class ApplicationForm(OwnForm):
    class Meta:
        model = PolicyApplication
        fields = ("employer", "statement", "jobs_planned")
        widgets: ClassVar = {"statement": TEXT}


class JobsForm(forms.ModelForm):
    """How many jobs came of it."""

    class Meta:
        model = PolicyApplication
        fields = ("jobs_created",)


class FeeForm(OwnForm):
    start = day_field("开始收费")
    end = day_field("停止收费", required=False)
    notice_url = link_field("价格公示链接", "公示价格的网页")
    notice_on = day_field("公示日期", required=False)

    class Meta:
        model = FeeItem
        fields = (
            *("employer", "service", "price", "per", "basis", "document", "start", "end", "notice_url", "notice_on"),
            "apart",
        )

    def clean_notice_on(self) -> Any:
        return not_ahead(self.cleaned_data["notice_on"])


class IncomeForm(OwnForm):
    class Meta:
        model = MarketIncome
        fields = ("employer", "year", "total", "market")
