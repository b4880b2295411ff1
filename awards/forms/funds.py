"""Forms of award funds: the record, a line of the ledger, taking a line back, closing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from awards.models import AwardFund, FundEntry
from posts.models import Employer
from talents.actions.finding import person_named
from talents.models import SocialWorker
from xmsw.accounts.models import User
from xmsw.regions.models import Level, Region
from xmsw.ui.fields import day_field
from xmsw.workflow.refusals import Refused

_K = FundEntry.Kind
LEAST, MOST = Decimal("0.01"), Decimal(10) ** 9
KINDS = (_K.DONATION, _K.INTEREST, _K.GRANT, _K.COST)


class FundForm(forms.ModelForm):
    """Places inside the officer's area; the founder's employer by its credit code."""

    employer_code = forms.CharField(
        label="平台单位", max_length=18, required=False,
        help_text="设立者已在平台登记的，填统一社会信用代码；它的经办人可以记账",
    )  # fmt: skip
    registered_on = day_field("登记日期", required=False)

    class Meta:
        model = AwardFund
        fields = (
            "name", "founder_kind", "founder", "region", "legal_form", "registration", "registered_by",
            "registered_on", "purpose",
        )  # fmt: skip
        widgets: ClassVar = {"purpose": forms.Textarea(attrs={"rows": 4})}
        help_texts: ClassVar = {
            "legal_form": "奖励基金要依法设立；还没有办好的先空着，办好再补",
            "registration": "基金会或专项基金的登记号、慈善信托的备案号",
        }

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Region.objects.subtree(user.area_code).filter(level__in=(Level.CITY, Level.DISTRICT))
        self.fields["region"].queryset = own.order_by("code")
        self.fields["region"].empty_label = None
        if self.instance.pk and self.instance.employer_id:
            self.fields["employer_code"].initial = self.instance.employer.credit_code
        self.order_fields(("name", "founder_kind", "founder", "employer_code", "region"))

    def clean_employer_code(self) -> Employer | None:
        """The registered employer behind the code."""
        code = self.cleaned_data["employer_code"].strip().upper()
        found = Employer.objects.filter(credit_code=code, state=Employer.State.APPROVED).first() if code else None
        if code and found is None:
            raise forms.ValidationError("没有用这个统一社会信用代码登记的单位，请核对代码，或空着。")
        return found

    def save(self, commit: bool = True) -> AwardFund:
        self.instance.employer = self.cleaned_data["employer_code"]
        return super().save(commit)


class EntryForm(forms.Form):
    """A line: positive money; a grant names a person by name and number, whoever employs that person."""

    kind = forms.ChoiceField(label="类型", choices=[(each.value, each.label) for each in KINDS])
    on = day_field("日期", initial=timezone.localdate)
    amount = forms.DecimalField(
        label="金额（元）", min_value=LEAST, max_value=MOST, max_digits=14, decimal_places=2,
        help_text="都填正数，收入还是支出由类型决定",
        error_messages={
            "required": "请填金额。", "min_value": "金额要大于 0。", "max_decimal_places": "金额最多两位小数。",
        },
    )  # fmt: skip
    name = forms.CharField(label="受奖人姓名", max_length=60, required=False, help_text="只有奖励支出要填")
    number = forms.CharField(
        label="受奖人证书编号或身份证号", max_length=40, required=False,
        help_text="证书编号，或 18 位身份证号；要和姓名对上",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    party = forms.CharField(
        label="捐赠人或收款人", max_length=120, required=False, help_text="捐赠和管理支出要填；年度公开里不出现"
    )
    reason = forms.CharField(
        label="事由", max_length=300, error_messages={"required": "请写事由。"},
        help_text="奖励的事由会在年度公开里出现，不要写姓名",
    )  # fmt: skip
    document = forms.CharField(label="凭证或文号", max_length=100, required=False)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """A grant with its person, the others with a party."""
        cleaned = super().clean()
        kind, name, number = (cleaned.get(each) for each in ("kind", "name", "number"))
        self.worker: SocialWorker | None = None
        if kind != _K.GRANT and (name or number):
            self.add_error("name", "只有奖励支出写受奖人，这两格要空着。")
        if kind in (_K.DONATION, _K.COST) and not cleaned.get("party"):
            self.add_error("party", "请填捐赠人。" if kind == _K.DONATION else "请填收款人。")
        if kind == _K.GRANT and not self.errors:  # last: every look-up counts and is logged
            self._find(name, number)
        return cleaned

    def _find(self, name: str, number: str) -> None:
        if not (name and number):
            self.add_error("name", "奖励支出要填受奖人的姓名和号码。")
            return
        try:
            self.worker = person_named(self.user, name, number, why="登记基金奖励", certificates=True)
        except Refused as refusal:
            self.add_error("number", refusal.messages)

    @property
    def entry(self) -> FundEntry:
        """What was filled in, unsaved; only after `is_valid`."""
        given = {name: self.cleaned_data[name] for name in ("kind", "on", "amount", "party", "reason", "document")}
        return FundEntry(worker=self.worker, **given)


class ReversalForm(forms.Form):
    """When and why a line is taken back."""

    on = day_field("冲正日期", initial=timezone.localdate)
    reason = forms.CharField(label="冲正原因", max_length=300, error_messages={"required": "请写明冲正的原因。"})


class ClosingForm(forms.Form):
    """The last day, and where what is left goes."""

    on = day_field("终止日期", initial=timezone.localdate)
    destination = forms.CharField(
        label="余额转给", max_length=120, required=False, help_text="没有余额的空着；有余额的写明接收单位"
    )
    document = forms.CharField(label="文号或凭证", max_length=100, required=False)
