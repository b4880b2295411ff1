"""Forms of the own account: joining, correction, the reason of a look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from talents.actions.oneself import TAIL, counted_as, join
from talents.corrections import Item
from xmsw.accounts.forms import MINUTES, SignUpForm
from xmsw.accounts.models import User
from xmsw.accounts.throttle import Kind, admit

CODE_LENGTH = 20  # with the dashes


class JoinForm(SignUpForm):
    """Code and last characters of the identity number, then name and password of the account."""

    code = forms.CharField(
        label="邀请码",
        max_length=CODE_LENGTH,
        help_text="单位或区民政局给的 12 位，短横可以不输",
        error_messages={"required": "请输入邀请码。"},
    )
    tail = forms.CharField(
        label="身份证号后四位",
        max_length=TAIL,
        min_length=TAIL,
        error_messages={"required": "请输入身份证号后四位。", "min_length": "请输入身份证号后四位。"},
    )
    field_order = ("code", "tail", "username", "password1", "password2")

    def __init__(self, address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(address, *args, **kwargs)
        del self.fields["display_name"]

    def admitted(self) -> None:
        """Tries count by invitation and by address."""
        if not admit(Kind.JOIN, counted_as(self.cleaned_data.get("code", "")), self.address):
            raise ValidationError(f"试的次数太多，请过 {MINUTES} 分钟再试。")

    def save(self, commit: bool = True) -> User:
        """Store the account and tie it to the person; raises Refused."""
        user = forms.ModelForm.save(self, commit=False)
        user.set_password(self.cleaned_data["password1"])
        return join(user, self.cleaned_data["code"], self.cleaned_data["tail"])


class CorrectionForm(forms.Form):
    """The right value, entered as its field is, and why."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写理由：哪里录错了，凭什么材料。"},
    )

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["wanted"] = item.field(f"{item.label}应为")
        self.order_fields(["wanted", "reason"])

    @property
    def wanted(self) -> str:
        """What was entered, as it is stored."""
        value = self.cleaned_data["wanted"]
        return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()


class RevealForm(forms.Form):
    """Which sealed field, and why it is looked at."""

    field = forms.ChoiceField(label="内容", choices=[("identity", "身份证号"), ("phone", "手机号")])
    reason = forms.CharField(
        label="事由",
        max_length=200,
        min_length=4,
        error_messages={"required": "请写事由。", "min_length": "事由太短，请写清楚为什么要看。"},
    )
