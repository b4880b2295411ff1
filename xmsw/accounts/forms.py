"""Sign-in, with a stop after repeated failures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.exceptions import ValidationError

from xmsw.accounts.throttle import TRIES, WINDOW, forget_failures, is_locked, record_failure

MINUTES = int(WINDOW.total_seconds() // 60)


class SignInForm(AuthenticationForm):
    """User name and password; after TRIES failures of a name from an address the door stays shut for WINDOW."""

    username = UsernameField(label="账号", max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": "账号或密码不对，请核对后重新输入。",
        "inactive": "这个账号已停用，请联系系统管理员。",
        "locked": f"这个账号 {MINUTES} 分钟内已输错 {TRIES} 次，暂时不能登录。请过 {MINUTES} 分钟再试。",
    }

    def clean(self) -> dict[str, Any]:
        """Refuse a locked name before looking at the password; count failures, forget them after a success."""
        name, address = self.cleaned_data.get("username", ""), self._address()
        if is_locked(name, address):
            raise ValidationError(self.error_messages["locked"], code="locked")
        try:
            cleaned = super().clean()
        except ValidationError:
            record_failure(name, address)
            raise
        if self.user_cache is not None:
            forget_failures(name, address)
        return cleaned

    def _address(self) -> str:
        return self.request.META.get("REMOTE_ADDR", "") if self.request else ""
