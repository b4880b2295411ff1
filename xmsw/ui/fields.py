"""Form fields that every form shares."""

from __future__ import annotations

from typing import Any

from django import forms

NO_DATE = {"invalid": "日期写法不对，应为 2026-01-31 这样的格式。", "required": "请填日期。"}


def day_field(label: str, hint: str = "", *, required: bool = True, **extra: Any) -> forms.DateField:
    """A date by the browser's own picker; what cannot be read is refused in one sentence."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    told = {"label": label, "help_text": hint, "error_messages": NO_DATE}
    return forms.DateField(required=required, widget=widget, **told, **extra)
