"""A client's terms: for whom, what it may read and write, from where, how often."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from xmsw.accounts.models import OrgUnit
from xmsw.clients.actions import Terms
from xmsw.clients.models import MOST_A_MINUTE, ApiClient
from xmsw.clients.networks import parsed
from xmsw.clients.scopes import all_scopes

MOST_NETWORKS = 50


class TermsForm(forms.Form):
    """What may be changed of a client at any time."""

    label = forms.CharField(
        label="名称",
        max_length=60,
        help_text="对方系统的名字，例如：思明区社会治理平台",
        error_messages={"required": "请填名称。"},
    )
    scopes = forms.MultipleChoiceField(
        label="权限",
        help_text="只勾对方用得到的。看到哪些单位、哪些人，由它所属的部门或单位决定。",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少勾一项权限。", "invalid_choice": "没有「%(value)s」这项权限。"},
    )
    networks = forms.CharField(
        label="允许的网络地址",
        required=False,
        help_text="一行一个，例如 10.12.0.0/16 或 10.12.3.4。不填，从哪里都可以访问。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rate = forms.IntegerField(
        label="每分钟请求数",
        initial=300,
        min_value=1,
        max_value=MOST_A_MINUTE,
        error_messages={
            "required": "请填每分钟请求数。",
            "invalid": "请填整数。",
            "min_value": "至少为 1。",
            "max_value": f"最多为 {MOST_A_MINUTE:,}。",
        },
    )
    note = forms.CharField(label="说明", required=False, max_length=200, help_text="联系人、用途、文号等")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(all_scopes().items())

    def clean_networks(self) -> list[str]:
        """Networks as they are kept; the first wrong one is named."""
        try:
            found = parsed(self.cleaned_data["networks"])
        except ValueError as error:
            raise ValidationError(f"「{error}」不是网络地址。请写成 10.12.0.0/16 或 10.12.3.4。") from error
        if len(found) > MOST_NETWORKS:
            raise ValidationError(f"最多填 {MOST_NETWORKS} 个网络地址，请合并成网段。")
        return found

    @property
    def terms(self) -> Terms:
        """As the actions take them."""
        return Terms(**{name: self.cleaned_data[name] for name in ("label", "scopes", "networks", "rate", "note")})


def told(client: ApiClient) -> dict[str, Any]:
    """A client's terms as the form shows them."""
    kept = {name: getattr(client, name) for name in ("label", "scopes", "rate", "note")}
    return kept | {"networks": "\n".join(client.networks)}


class ClientForm(TermsForm):
    """A new client: of a unit or of an employer, which decides what it sees and never changes."""

    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label="所属部门",
        required=False,
        help_text="看到这个部门条线和辖区内的数据，和它的干部一样。",
        error_messages={"invalid_choice": "没有这个部门，请重新选。"},
    )
    employer = forms.CharField(
        label="或者：用人单位",
        required=False,
        max_length=100,
        help_text="填全称或统一社会信用代码。只看到这家单位自己的数据。",
    )
    field_order = ("label", "unit", "employer", "scopes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.in_force(timezone.localdate()).select_related("region")
        self.fields["unit"].queryset = units.order_by("region_id", "bureau", "valid_from")

    def clean_employer(self) -> str:
        return " ".join(self.cleaned_data["employer"].split())
