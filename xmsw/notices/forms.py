"""Where one's mails go, and which notices come how."""

from __future__ import annotations

from typing import Any

from django import forms

from xmsw.accounts.models import User
from xmsw.notices.addresses import settings_of
from xmsw.notices.kinds import Way, received_by
from xmsw.notices.models import NoticeChoice

WAY = "way_"
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


class AddressForm(forms.Form):
    """An address to be confirmed, and the account's password: whoever sits at a screen left open moves no mail."""

    address = forms.EmailField(
        label="邮箱",
        max_length=200,
        help_text="会先发一封确认邮件。打开里面的链接以后，提醒才会发到这里。",
        error_messages={"required": "请填邮箱。", "invalid": "邮箱写法不对，应为 name@example.cn 这样的格式。"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="你的密码",
        strip=False,
        help_text="登录这个平台的密码",
        error_messages={"required": "请输入登录密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChoicesForm(forms.Form):
    """A way for each kind that the account's role may receive, and the hour of the digest."""

    hour = forms.TypedChoiceField(label="每日汇总在几点发", choices=HOURS, coerce=int)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(NoticeChoice.objects.filter(user=user).values_list("code", "way"))
        for each in received_by(user):
            self.fields[f"{WAY}{each.code}"] = forms.ChoiceField(
                label=each.label, choices=Way.choices, initial=chosen.get(each.code, each.way)
            )
        self.fields["hour"].initial = settings_of(user).digest_hour
        self.order_fields([*(name for name in self.fields if name != "hour"), "hour"])

    @property
    def ways(self) -> dict[str, str]:
        """By code."""
        return {name.removeprefix(WAY): way for name, way in self.cleaned_data.items() if name.startswith(WAY)}
