"""Forms of a cost sheet: its head, and its lines in two tables, personnel and the rest. Blank rows do not count."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from payroll.models import CostCategory, CostLine, CostSheet, RungCode
from xmsw.ui.fields import day_field

SPARE, FEWEST = 2, 3  # blank rows that «add» gives, and rows of a new sheet
MOST_LINES = 60
CENT = Decimal("0.01")
OTHERS = [(code, label) for code, label in CostCategory.choices if code != CostCategory.PERSONNEL]
PEOPLE_PREFIX, OTHERS_PREFIX = "people", "others"


class SheetForm(forms.ModelForm):
    """Pricing day and note."""

    priced_on = day_field("计价日期", "按这一天施行的指导标准、区浮动比例和缴费标准计算", initial=timezone.localdate)

    class Meta:
        model = CostSheet
        fields = ("priced_on", "note")
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3})}


def _text(label: str, most: int) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )


def _number(label: str, kind: type[forms.IntegerField | forms.DecimalField], **extra: Any) -> forms.Field:
    widget = forms.NumberInput(attrs={"class": "form-control num"})
    return kind(label=label, required=False, widget=widget, **extra)


def _choice(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, required=False, choices=[("", "请选"), *choices], widget=widget)


class LineForm(forms.Form):
    """What both tables share."""

    asked: tuple[str, ...] = ()  # what a row that counts must have

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.counts:
            for name in self.asked:
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, f"请填{self.fields[name].label}。")
        return cleaned

    @property
    def counts(self) -> bool:
        """Whether something stands in the row that is not taken out."""
        given = getattr(self, "cleaned_data", {})
        return not given.get("remove") and any(value not in (None, "", False) for value in given.values())

    def _fields_but(self, *names: str) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in (*names, "remove")}


class PersonnelForm(LineForm):
    """People of one rung."""

    asked = ("title", "rung", "heads", "months")
    title = _text("岗位", 120)
    rung = _choice("薪酬档级", list(RungCode.choices))
    heads = _number("人数", forms.IntegerField, min_value=1, max_value=9999)
    months = _number(
        "月数", forms.DecimalField, min_value=Decimal("0.1"), max_value=Decimal(120), max_digits=4, decimal_places=1
    )
    pay = _number("人均薪酬", forms.DecimalField, min_value=Decimal(0), max_digits=9, decimal_places=2)
    remove = forms.BooleanField(label="删除", required=False)

    def line(self) -> CostLine:
        """The line, not worked out yet."""
        return CostLine(category=CostCategory.PERSONNEL, **self._fields_but())


class OtherForm(LineForm):
    """One cost of another category; the quantity is 1 where none is given."""

    asked = ("category", "title", "price")
    category = _choice("类别", OTHERS)
    title = _text("内容", 120)
    quantity = _number("数量", forms.DecimalField, min_value=CENT, max_digits=8, decimal_places=2)
    unit = _text("单位", 12)
    price = _number("单价", forms.DecimalField, min_value=Decimal(0), max_digits=12, decimal_places=2)
    remove = forms.BooleanField(label="删除", required=False)

    def line(self) -> CostLine:
        """The line, not worked out yet."""
        given = self.cleaned_data["quantity"]
        return CostLine(quantity=Decimal(1) if given is None else given, **self._fields_but("quantity"))


_LIMITS = {"max_num": MOST_LINES, "absolute_max": MOST_LINES, "validate_max": True}
KINDS = {PEOPLE_PREFIX: PersonnelForm, OTHERS_PREFIX: OtherForm}


def line_tables(given: Mapping[str, Any] | None, sheet: CostSheet | None = None) -> dict[str, forms.BaseFormSet]:
    """Both tables by prefix: bound to what was sent, else with the lines of a sheet and a few blank rows."""
    stored = list(sheet.lines.all()) if sheet is not None and given is None else []
    tables = {}
    for prefix, kind in KINDS.items():
        people = prefix == PEOPLE_PREFIX
        rows = [_shown(kind, each) for each in stored if (each.category == CostCategory.PERSONNEL) == people]
        extra = 0 if rows else FEWEST
        tables[prefix] = forms.formset_factory(kind, extra=extra, **_LIMITS)(given, initial=rows, prefix=prefix)
    return tables


def _shown(kind: type[LineForm], line: CostLine) -> dict[str, Any]:
    row = {name: _plain(getattr(line, name)) for name in kind.base_fields if name != "remove"}
    if "pay" in row and line.pay == line.guidance:
        row["pay"] = None  # it follows the guidance, also when priced anew
    return row


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def rearranged(given: Mapping[str, Any], more: str) -> dict[str, forms.BaseFormSet]:
    """The tables as they were sent, nothing judged: ticked rows gone, with blank rows in the table named `more`."""
    tables = {}
    for prefix, kind in KINDS.items():
        asked = given.get(f"{prefix}-TOTAL_FORMS", "")
        count = min(int(asked), MOST_LINES) if asked.isdigit() else 0
        rows = [
            {name: given.get(f"{prefix}-{at}-{name}", "") for name in kind.base_fields if name != "remove"}
            for at in range(count)
            if not given.get(f"{prefix}-{at}-remove")
        ]
        extra = SPARE if more == prefix or not rows else 0
        tables[prefix] = forms.formset_factory(kind, extra=extra, **_LIMITS)(initial=rows, prefix=prefix)
    return tables


def lines_of(tables: Mapping[str, forms.BaseFormSet]) -> list[CostLine]:
    """Lines in the order of the tables; call after both are valid."""
    return [form.line() for table in tables.values() for form in table if form.counts]
