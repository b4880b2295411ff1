"""Forms of an employer's application, by matter, and of a colleague's account."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from posts.models import Employer, EmployerRegistration, Kind
from xmsw.accounts.models import User
from xmsw.identifiers import credit_code_problem
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.regions.models import Level, Region
from xmsw.ui.fields import day_field

Matter = EmployerRegistration.Matter
FIELDS = {
    Matter.REGISTER: (
        "kind",
        "name",
        "street",
        "region",
        "credit_code",
        "parent_code",
        "technical_posts",
        "address",
        "contact",
        "contact_phone",
        "effective_on",
        "reason",
    ),
    Matter.CHANGE: ("name", "credit_code", "technical_posts", "address", "contact", "contact_phone", "reason"),
    Matter.MOVE: ("street", "region", "parent_code", "effective_on", "reason"),
    Matter.CLOSE: ("effective_on", "reason"),
}
DAY = {Matter.REGISTER: "成立日期", Matter.MOVE: "迁移日期", Matter.CLOSE: "注销日期"}
STREET_DIGITS = 9


def places(within: str) -> list[tuple[str, Any]]:
    """Choices of districts, streets and communities under a code ("": everywhere), grouped by street."""
    rows = Region.objects.filter(level__gte=Level.DISTRICT, code__startswith=within).order_by("code")
    names = dict(Region.objects.filter(level__in=(Level.DISTRICT, Level.STREET)).values_list("code", "name"))
    groups = groupby(rows, key=lambda each: each.code[:STREET_DIGITS])
    return [("", "请选"), *((names.get(code, code), [(each.code, each.name) for each in of]) for code, of in groups)]


def _by_district(streets: Iterable[Region]) -> list[tuple[str, Any]]:
    groups = groupby(streets, key=lambda each: each.code[:DISTRICT_DIGITS])
    listed = ((code, list(of)) for code, of in groups)
    return [(of[0].name, [(each.code, each.name) for each in of]) for _, of in listed]


class RegistrationForm(forms.ModelForm):
    """What the matter needs; the place by its street first, the parent by name or credit code."""

    street = forms.ModelChoiceField(
        Region.objects.none(),
        label="区、街道（镇）",
        required=False,
        help_text="先选区或街道（镇），下面一栏就只列它的社区",
        error_messages={"invalid_choice": "没有这个区或街道（镇），请在列表里选。"},
    )
    parent_code = forms.CharField(
        label="上级单位",
        required=False,
        max_length=120,
        help_text="有上级单位（如医院集团、机构总部）的，输入名称或统一社会信用代码，从列出的单位里选",
    )

    class Meta:
        model = EmployerRegistration
        fields = tuple(name for name in FIELDS[Matter.REGISTER] if name not in ("street", "parent_code"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        matter = Matter(self.instance.matter)
        for name in set(self.fields) - set(FIELDS[matter]):
            del self.fields[name]
        self.order_fields(FIELDS[matter])
        if "kind" in self.fields:
            listed = [(kind, f"{kind} {Kind(kind).label}") for kind in Kind.values]
            self.fields["kind"].choices = [("", "请选"), *listed]
        if "region" in self.fields:
            self._places()
        if "parent_code" in self.fields:
            self._parents()
        if "credit_code" in self.fields:
            self.fields["credit_code"].help_text = "18 位，见登记证书。社区和社区服务中心没有的可以不填"
            self.fields["credit_code"].optional_note = "社区和中心以外必填"
        if "effective_on" in self.fields:
            self.fields["effective_on"] = day_field(DAY[matter])
        if matter == Matter.CLOSE:
            self.fields["reason"].required = True
        for each in self.fields.values():
            verb = "选" if isinstance(each, forms.ChoiceField | forms.ModelChoiceField) else "填"
            each.error_messages["required"] = f"请{verb}{each.label}。"

    def _places(self) -> None:
        street, region = self.fields["street"], self.fields["region"]
        streets = Region.objects.filter(level__in=(Level.DISTRICT, Level.STREET)).order_by("code")
        street.queryset, street.choices = streets, [("", "全部"), *_by_district(streets)]
        street.optional_note = "用来缩小范围"
        street.widget.attrs |= {
            "hx-get": reverse("posts:registration-places"),
            "hx-target": "#id_region",
            "hx-swap": "innerHTML",
        }
        chosen = self._street()
        self.initial["street"] = chosen
        region.queryset = Region.objects.filter(level__gte=Level.DISTRICT)
        region.choices = places(chosen)
        region.help_text = "社区选到社区，中心选到街道（镇），其他单位选到区或街道（镇）"

    def _street(self) -> str:
        """The district or street whose places are listed: as chosen, or where the place already lies."""
        if not self.is_bound:
            return (self.instance.region_id or "")[:STREET_DIGITS]
        code, place = self.data.get("street", ""), self.data.get("region", "")
        return code if code.isdigit() and (not place or place.startswith(code)) else ""

    def _parents(self) -> None:
        parent = self.instance.parent
        if parent:
            alone = Employer.objects.filter(name=parent.name, end__isnull=True).count() == 1
            self.initial["parent_code"] = parent.name if alone or not parent.credit_code else parent.credit_code
        self.fields["parent_code"].widget.attrs |= {
            "list": "parents",
            "autocomplete": "off",
            "hx-get": reverse("posts:registration-parents"),
            "hx-trigger": "input delay:300ms",
            "hx-target": "#parents",
            "hx-swap": "innerHTML",
        }

    def clean_credit_code(self) -> str:
        """Upper case, and right by its check digit."""
        code = "".join(self.cleaned_data["credit_code"].split()).upper()
        problem = credit_code_problem(code) if code else None
        if problem:
            raise forms.ValidationError(f"{problem}。")
        return code

    def clean_parent_code(self) -> Employer | None:
        """The employer of that credit code, or of that very name where there is but one."""
        text = self.cleaned_data["parent_code"].strip()
        if not text:
            return None
        code = "".join(text.split()).upper()
        rows = Employer.objects.filter(Q(credit_code=code) | Q(name=text), end__isnull=True, state__in=Employer.COUNTED)
        found = list(rows[:2])
        if len(found) > 1:
            raise forms.ValidationError("有几家单位叫这个名称，请填上级单位的统一社会信用代码。")
        if not found:
            raise forms.ValidationError(
                "没有这个名称或统一社会信用代码的单位。请从列出的单位里选，或让上级单位先登记。"
            )
        return found[0]

    def save(self, commit: bool = False) -> EmployerRegistration:
        """The filled application, not stored: the action does that."""
        made = super().save(commit=False)
        if "parent_code" in self.fields:
            made.parent = self.cleaned_data["parent_code"]
        return made

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"matter", "employer", "state"}


class ColleagueForm(forms.Form):
    """Account name (composed as at the sign-in) and person's name."""

    username = forms.RegexField(
        r"^[\w.@+-]{4,60}$",
        label="账号名",
        help_text="4–60 个字母、数字或 @ . + - _",
        error_messages={"required": "请填账号名。", "invalid": "账号名用 4–60 个字母、数字或 @ . + - _。"},
    )
    display_name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填姓名。"})

    def clean_username(self) -> str:
        """As the sign-in composes it, so that the colleague can type it."""
        return User.normalize_username(self.cleaned_data["username"])
