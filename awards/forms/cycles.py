"""Forms of a cycle: its rules with the criteria, and what is said when it is cancelled, extended or commended."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from awards.cycles import levels_of
from awards.models import AwardCycle, AwardLevel, Criterion
from xmsw.ui.fields import day_field

DAYS = ("call_start", "call_end", "recommend_end", "preliminary_end", "panel_end")
MOST_CRITERIA = 8
MOST_PROMISE = 120


class LinesField(forms.CharField):
    """One entry a line; blank lines do not count."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        if any(len(line) > MOST_PROMISE for line in lines):
            raise forms.ValidationError(f"每条最多 {MOST_PROMISE} 个字。")
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class CycleForm(forms.ModelForm):
    """The rules of a round; the officer's own levels only."""

    declarations = LinesField(
        label="申报人承诺", required=False, help_text="平台没有数据、要由申报人承诺的条件，每行一条"
    )

    class Meta:
        model = AwardCycle
        fields = (
            "title", "series", "level", "year", "document", "quota", "prize", "text",
            "certificate_min", "years_min", "per_employer", "self_nomination", "repeat", "higher_winners", "officials",
            "clean_employer", "declarations", *DAYS, "notice_days", "quorum", "trim", "tie", "pass_mark",
        )  # fmt: skip
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [(level, AwardLevel(level).label) for level in levels_of(user)]
        for name in DAYS:
            self.fields[name] = day_field(self.fields[name].label)


class CriterionForm(forms.Form):
    """One criterion; a row without a name does not count."""

    name = forms.CharField(label="指标", max_length=60, required=False)
    weight = forms.IntegerField(label="权重（%）", min_value=1, max_value=100, required=False)
    note = forms.CharField(label="评分要点", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.widget.attrs["class"] = "form-control"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("name") and not cleaned.get("weight") and "weight" not in self.errors:
            self.add_error("weight", "请填权重。")
        return cleaned


CriteriaFormSet = forms.formset_factory(
    CriterionForm, extra=0, max_num=MOST_CRITERIA, absolute_max=MOST_CRITERIA, min_num=MOST_CRITERIA
)


def criteria_of(formset: Any) -> list[Criterion]:
    """What was filled in, unsaved, in order."""
    rows = [each.cleaned_data for each in formset if each.cleaned_data.get("name")]
    return [Criterion(name=row["name"], weight=row["weight"], note=row.get("note") or "") for row in rows]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ExtensionForm(ReasonForm):
    """How many working days more, and why."""

    days = forms.IntegerField(label="延长的工作日", min_value=1, max_value=60, initial=5)
    field_order = ("days", "reason")


class ProlongForm(forms.Form):
    """A later last day of a phase."""

    until = day_field("新的截止日期")


class CommendForm(forms.Form):
    """The day and the document of the commendation."""

    on = day_field("表彰日期", initial=timezone.localdate)
    document = forms.CharField(label="表彰文号", max_length=100)


class ResultForm(CommendForm):
    """Who won above, by which title and document."""

    title = forms.CharField(label="荣誉称号", max_length=120)
    winners = forms.ModelMultipleChoiceField(
        label="获奖人", queryset=None, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="一个也没有选，就是没有人获奖",
    )  # fmt: skip
    field_order = ("title", "winners", "on", "document")

    def __init__(self, nominees: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["winners"].queryset = nominees
