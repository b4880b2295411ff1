"""The form of a purchase project."""

from __future__ import annotations

from typing import Any

from django import forms

from payroll.models import PurchaseProject
from posts.models import Employer, Sector, ServiceField
from xmsw.regions.models import Level, Region
from xmsw.ui.fields import day_field


class ProjectForm(forms.ModelForm):
    """Places inside the officer's area; the provider by its credit code, so that no long list is needed."""

    provider_code = forms.CharField(label="承接机构", max_length=18, help_text="填统一社会信用代码；机构要先登记")
    start = day_field("开始日期")
    end = day_field("结束日期")

    class Meta:
        model = PurchaseProject
        fields = (
            "title",
            "buyer",
            "region",
            "street",
            "service_field",
            "replaces_staff",
            "amount",
            "onsite_workers",
            "document",
            "start",
            "end",
        )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Region.objects.subtree(user.area_code)
        self.fields["region"].queryset = own.filter(level__in=(Level.CITY, Level.DISTRICT, Level.STREET))
        self.fields["street"].queryset = own.filter(level=Level.STREET)
        self.fields["street"].empty_label = "不是街道（镇）购买"
        self.fields["service_field"].choices = [("", "跟随承接机构类别"), *ServiceField.choices]
        self.fields["service_field"].help_text = "项目服务谁；承接机构服务几类人时，按这个项目选（一-2）"
        if self.instance.pk:
            self.fields["provider_code"].initial = self.instance.provider.credit_code
        self.order_fields(["title", "buyer", "region", "street", "provider_code", *self.Meta.fields[4:]])

    def clean_provider_code(self) -> Employer:
        """The registered agency behind the code."""
        code = self.cleaned_data["provider_code"].strip().upper()
        found = Employer.objects.filter(credit_code=code, sector__in=(Sector.SOCIAL, Sector.ENTERPRISE)).first()
        if found is None:
            raise forms.ValidationError("没有用这个统一社会信用代码登记的社会组织或企业，请核对代码，或请机构先登记。")
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        region, street = cleaned.get("region"), cleaned.get("street")
        if region and street and not street.code.startswith(region.code):
            self.add_error("street", "街道（镇）不在购买方的区划内。")
        if cleaned.get("start") and cleaned.get("end") and cleaned["end"] < cleaned["start"]:
            self.add_error("end", "结束日期不能早于开始日期。")
        return cleaned

    def save(self, commit: bool = True) -> PurchaseProject:
        self.instance.provider = self.cleaned_data["provider_code"]
        return super().save(commit)
