"""The form on the review page."""

from __future__ import annotations

from typing import Any

from django import forms

from xmsw.workflow.registry import Decision, Flow


class DecisionForm(forms.Form):
    """Reasons from the flow's list and own words, and what the flow asks besides."""

    reasons = forms.MultipleChoiceField(
        label="理由", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    opinion = forms.CharField(
        label="意见", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500})
    )

    def __init__(self, flow: Flow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(flow.asks)
        self.fields |= {name: made() for name, made in flow.asks.items()}
        self.fields["reasons"].choices = [(each, each) for each in flow.reasons]
        if not flow.reasons:
            del self.fields["reasons"]

    def decision(self) -> Decision:
        """What was said; call after `is_valid`."""
        given = {name: value for name in self.asked if (value := self.cleaned_data.get(name)) not in (None, "")}
        return Decision(self.cleaned_data["opinion"].strip(), tuple(self.cleaned_data.get("reasons", ())), given)

    @property
    def more(self) -> list[forms.BoundField]:
        """The further fields, for the template."""
        return [self[name] for name in self.asked]
