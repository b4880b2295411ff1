"""Sign-in, with a stop after repeated failures, and the change of one's password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm, UsernameField
from django.contrib.auth.forms import PasswordChangeForm as BasePasswordChangeForm
from django.core.exceptions import ValidationError

from xmsw.accounts.models import User
from xmsw.accounts.roles import Role
from xmsw.accounts.throttle import WINDOW, Kind, address_of, admit, forget_failures

MINUTES = int(WINDOW.total_seconds() // 60)


class SignInForm(AuthenticationForm):
    """User name and password; after too many failures the door stays shut for WINDOW (throttle.py)."""

    username = UsernameField(
        label="账号",
        max_length=150,
        widget=forms.TextInput(attrs={"autofocus": True}),
        error_messages={"required": "请输入账号。"},
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请输入密码。"},
    )
    error_messages = {
        "invalid_login": "账号或密码不对，请核对后重新输入。",
        "inactive": "这个账号已停用，请联系系统管理员。",
        "locked": f"输错的次数太多，暂时不能登录。请过几秒再试；还不行，请过 {MINUTES} 分钟再试。",
    }

    def clean(self) -> dict[str, Any]:
        """Count the try before looking at the password; refuse it beyond the limits, forget it after a success."""
        name, address = self.cleaned_data.get("username", ""), address_of(self.request)
        if not admit(Kind.SIGN_IN, name, address):
            raise ValidationError(self.error_messages["locked"], code="locked")
        cleaned = super().clean()
        if self.user_cache is not None:
            forget_failures(name, address)
        return cleaned


def _password(label: str, missing: str, autocomplete: str, hint: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, help_text=hint, strip=False, widget=widget, error_messages={"required": missing}
    )


class SignUpForm(BaseUserCreationForm):
    """An account for somebody of an employer; it sees nothing until its employer is registered."""

    username = UsernameField(
        label="账号名",
        max_length=60,
        min_length=4,
        help_text="4–60 个字母、数字或 @ . + - _",
        error_messages={"required": "请填账号名。", "unique": "这个账号名已被使用，请换一个。"},
    )
    display_name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填姓名。"})
    password1 = _password("密码", "请输入密码。", "new-password", "至少 8 个字符；不要用常见密码，也不要和账号相近。")
    password2 = _password("再输入一次密码", "请再输入一次密码。", "new-password")
    error_messages = {"password_mismatch": "两次输入的密码不一样，请重新输入。"}

    class Meta:
        model = User
        fields = ("username", "display_name")

    def __init__(self, address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        """Count the try, then look at what was entered."""
        self.admitted()
        return super().clean()

    def admitted(self) -> None:
        """A few new accounts an address and quarter of an hour; each try counts."""
        if not admit(Kind.SIGN_UP, self.cleaned_data.get("username") or "", self.address):
            raise ValidationError(f"这个网络地址刚刚注册了几次，请过 {MINUTES} 分钟再试。")

    def save(self, commit: bool = True) -> User:
        self.instance.role = Role.EMPLOYER_STAFF
        return super().save(commit)


class PasswordChangeForm(BasePasswordChangeForm):
    """Old password once, new one twice; the rules stand before the field."""

    old_password = _password("现在的密码", "请输入现在的密码。", "current-password")
    new_password1 = _password(
        "新密码", "请输入新密码。", "new-password", "至少 8 个字符；不要用常见密码，也不要和账号相近。"
    )
    new_password2 = _password("再输入一次新密码", "请再输入一次新密码。", "new-password")
    error_messages = {
        "password_incorrect": "现在的密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不一样，请重新输入。",
    }
