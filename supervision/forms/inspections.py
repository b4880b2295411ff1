"""Forms of an inspection: the plan, its checklist, who goes where, and the lines of the record."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from posts.models import Kind, Sector
from supervision.checklists import MOST_ITEMS, countable
from supervision.models import Inspection, InspectionItem, ItemRecord
from xmsw.policy.models import Clause
from xmsw.policy.rules import rules, rules_of_employers
from xmsw.regions.models import Region
from xmsw.ui.fields import day_field

if TYPE_CHECKING:
    from xmsw.accounts.models import User

EXTRA = 3
NOTHING_TO_COMPARE = "不对照"


def _many(label: str, hint: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=hint,
    )  # fmt: skip


class InspectionForm(forms.ModelForm):
    """The plan. `places`: districts for the city, streets for a district; nothing ticked means all."""

    start, end = day_field("开始日期"), day_field("结束日期")
    draw_on = day_field("抽取日", "以这一天在册的单位为名单；随机抽取的，要在今天以后，先公布种子")
    kinds = _many("单位类别", "一个也不选，就是全部")
    sectors = _many("领域", "一个也不选，就是全部")
    places = _many("地区", "一个也不选，就是全部")
    rules = _many("核查规则", "选中的规则自动列入核查项目；按核查结果选单位时，也按这些规则选")

    class Meta:
        model = Inspection
        fields = (
            "title", "document", "start", "end", "kinds", "sectors", "places", "rules", "method", "strata", "share",
            "draw_on", "seed",
        )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = Kind.choices
        self.fields["sectors"].choices = Sector.choices
        below = Region.objects.filter(parent_id=user.area_code).order_by("code")
        self.fields["places"].choices = list(below.values_list("code", "name"))
        self.fields["rules"].choices = [(each.number, f"{each.clause} {each.title}") for each in rules_of_employers()]
        self.fields["seed"].required = False
        if self.instance.pk is None:
            self.initial["draw_on"] = timezone.localdate() + timedelta(days=1)

    def clean_rules(self) -> list[int]:
        """Numbers of the ticked rules."""
        return [int(each) for each in self.cleaned_data["rules"]]


class ItemForm(forms.Form):
    """A line of the checklist; one without question does not count."""

    clause = forms.ChoiceField(label="条款", required=False)
    rule = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, widget=forms.HiddenInput)
    question = forms.CharField(label="核查内容", max_length=200, required=False)
    fact = forms.ChoiceField(label="对照的登记数", required=False)

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", "请选"), *clauses]
        self.fields["fact"].choices = [("", NOTHING_TO_COMPARE), *countable()]
        self.fields["rule"].choices = [("", ""), *((each.number, each.title) for each in rules())]
        for name, look in (("clause", "form-select"), ("question", "form-control"), ("fact", "form-select")):
            self.fields[name].widget.attrs["class"] = look

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("question") and not cleaned.get("clause") and "clause" not in self.errors:
            self.add_error("clause", "请选条款。")
        if "rule" in self.errors:  # the field is hidden: said where the line is seen
            self.add_error("question", "这一项的规则不存在，请删掉这一项，重新加。")
        return cleaned


ItemFormSet = forms.formset_factory(ItemForm, extra=EXTRA, max_num=MOST_ITEMS, absolute_max=MOST_ITEMS + EXTRA)


def item_forms(inspection: Inspection, data: Any) -> Any:
    """The formset over the present checklist."""
    clauses = [(each.pk, f"{each.pk} {each.quote}") for each in Clause.objects.order_by("order")]
    initial = [
        {"clause": each.clause_id, "rule": each.rule, "question": each.question, "fact": each.fact}
        for each in inspection.items.all()
    ]
    return ItemFormSet(data, prefix="i", initial=initial, form_kwargs={"clauses": clauses})


def items_of(formset: Any) -> list[InspectionItem]:
    """What was filled in, unsaved, in order."""
    rows = [each.cleaned_data for each in formset if each.cleaned_data.get("question")]
    return [
        InspectionItem(clause_id=row["clause"], rule=row["rule"], question=row["question"], fact=row["fact"])
        for row in rows
    ]


class CancelForm(forms.Form):
    """Why it is given up."""

    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RecordForm(forms.Form):
    """One line of the record: the number seen, the result, what is to be said."""

    on_site = forms.IntegerField(
        label="现场数", required=False, min_value=0, max_value=1_000_000,
        error_messages={"invalid": "现场数要填整数。"},
    )  # fmt: skip
    result = forms.ChoiceField(label="结果", required=False, choices=[("", ""), *ItemRecord.Result.choices])
    note = forms.CharField(label="情况", required=False, max_length=500)


class VisitForm(forms.Form):
    """Who was there, and what the unit says."""

    present = forms.CharField(label="在场人员", max_length=200)
    opinion = forms.CharField(
        label="单位意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
