"""Forms of a nomination, of a score sheet, of standing aside and of an objection."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from awards.models import Criterion, Nomination, Objection, Recusal
from talents.models import Employment

PHONE = r"^[0-9+\- ]{7,20}$"


class NominationForm(forms.ModelForm):
    """What was achieved, and the promises. With `choices`, whom."""

    class Meta:
        model = Nomination
        fields = ("achievements", "declared")
        widgets: ClassVar = {"achievements": forms.Textarea(attrs={"rows": 10})}
        help_texts: ClassVar = {"achievements": "写清做了什么、服务了多少人、有什么效果。至少 50 字"}

    def __init__(self, *args: Any, people: Iterable[Employment] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(people)
        promises = self.instance.cycle.declarations
        if promises:
            self.fields["declared"].help_text = "；".join(promises)
        if people:
            listed = [(each.pk, f"{each.worker.name}（{each.employer.name}）") for each in people]
            self.fields["employment"] = forms.TypedChoiceField(label="人选", choices=listed, coerce=int)
            self.order_fields(("employment", "achievements", "declared"))
            self.people = {each.pk: each for each in people}

    @property
    def chosen(self) -> Employment:
        """The employment of whom was chosen."""
        return self.people[self.cleaned_data["employment"]]


class SheetForm(forms.Form):
    """Points of each criterion, 0 to 100, and a comment."""

    def __init__(self, criteria: Iterable[Criterion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for each in self.criteria:
            self.fields[f"c{each.pk}"] = forms.DecimalField(
                label=f"{each.name}（权重 {each.weight}%）", help_text=each.note or "0 到 100 分",
                min_value=Decimal(0), max_value=Decimal(100), decimal_places=2, max_digits=5,
            )  # fmt: skip
        self.fields["comment"] = forms.CharField(
            label="评语", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )

    @property
    def points(self) -> dict[int, Decimal]:
        """By criterion; only after `is_valid`."""
        return {each.pk: self.cleaned_data[f"c{each.pk}"] for each in self.criteria}


class AsideForm(forms.Form):
    """Why one stands aside."""

    kind = forms.ChoiceField(
        label="情形",
        choices=[(each.value, each.label) for each in (Recusal.Kind.RELATIVE, Recusal.Kind.OTHER)],
    )
    note = forms.CharField(label="说明", max_length=200, required=False)


class ObjectionForm(forms.ModelForm):
    """Name, phone and what is objected; a field that only machines fill in keeps them out."""

    name = forms.CharField(label="你的姓名", max_length=40, help_text="只有组织单位能看到")
    phone = forms.RegexField(
        PHONE, label="联系电话", help_text="只有组织单位能看到", error_messages={"invalid": "请填能打通的电话号码。"}
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput, label="")

    class Meta:
        model = Objection
        fields = ("text",)
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 6})}
        help_texts: ClassVar = {"text": "写清事实、时间、证据或线索"}

    field_order = ("channel", "name", "phone", "text")

    def save(self, commit: bool = True) -> Objection:
        """Name and phone are sealed as they are stored: they pass by the model's own checks of text."""
        made = super().save(commit=False)
        made.name, made.phone = self.cleaned_data["name"], self.cleaned_data["phone"]
        if commit:
            made.save()
        return made

    def clean_website(self) -> str:
        """Empty from people."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("没有收下。")
        return ""


class HeardForm(ObjectionForm):
    """An objection that came by letter, by phone or in person, entered by the organiser."""

    channel = forms.ChoiceField(label="方式", choices=[(each, each) for each in ("来信", "来电", "来访", "电子邮件")])
