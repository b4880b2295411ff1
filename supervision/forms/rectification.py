"""Forms of an order: what is to be mended until when, and the employer's answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from supervision.rectifying import Fault
from xmsw.accounts.models import User
from xmsw.ui.fields import day_field


class DeadlineForm(forms.Form):
    """Until when, and why; where the employer asked, whether that is granted."""

    answer = forms.ChoiceField(
        label="答复", choices=(("grant", "同意延期"), ("decline", "不同意，期限不变")), initial="grant"
    )
    until = day_field("新的期限", required=False)
    because = forms.CharField(
        label="理由",
        max_length=500,
        error_messages={"required": "请写明理由，单位和民政部门都看得到。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asked: bool, until: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = f"最晚 {until:%Y-%m-%d}"
        if not asked:
            self.fields["until"].required = True
            del self.fields["answer"]

    @property
    def declines(self) -> bool:
        """Whether more time is refused; call after `is_valid`."""
        return self.cleaned_data.get("answer") == "decline"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.declines and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", "请填新的期限。")
        return cleaned


class OrderForm(forms.Form):
    """Deadline, who is in charge, a word; and for each fault whether it is ordered, and how it is worded."""

    due_on = day_field("整改期限")
    in_charge = forms.ModelChoiceField(label="经办人", queryset=None)
    text = forms.CharField(
        label="说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写在通知正文里，例如核查的时间和依据",
    )  # fmt: skip

    def __init__(self, faults: Sequence[Fault], officers: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults = faults
        self.fields["in_charge"].queryset = User.objects.filter(pk__in=[each.pk for each in officers])
        self.fields["in_charge"].empty_label = None
        for each in faults:
            self.fields[f"{each.key}-chosen"] = forms.BooleanField(label="列入", required=False, initial=True)
            for name, label, initial in (("problem", "问题", each.problem), ("remedy", "整改要求", each.remedy)):
                box = forms.Textarea(attrs={"rows": 2, "class": "form-control"})
                self.fields[f"{each.key}-{name}"] = forms.CharField(
                    label=label, required=False, max_length=500, initial=initial[:500], widget=box
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for key, words in self.chosen().items():
            for name, value in words.items():
                if not value and f"{key}-{name}" not in self.errors:
                    self.add_error(f"{key}-{name}", "列入的事项，问题和整改要求都要写。")
        return cleaned

    def chosen(self) -> dict[str, dict[str, str]]:
        """Wording by key of the faults that are ordered."""
        given = self.cleaned_data
        return {
            each.key: {name: given.get(f"{each.key}-{name}", "") for name in ("problem", "remedy")}
            for each in self.faults
            if given.get(f"{each.key}-chosen")
        }

    def general(self) -> list[Any]:
        """The fields above the faults."""
        return [self[name] for name in ("due_on", "in_charge", "text")]

    def lines(self) -> list[dict[str, Any]]:
        """Each fault with its fields."""
        return [
            {"fault": each, **{name: self[f"{each.key}-{name}"] for name in ("chosen", "problem", "remedy")}}
            for each in self.faults
        ]
