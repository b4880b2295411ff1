"""Forms of an employer's application, by matter, and of a colleague's account."""

from __future__ import annotations

from typing import Any

from django import forms

from posts.models import Employer, EmployerRegistration, Kind
from xmsw.identifiers import credit_code_problem
from xmsw.regions.models import Level, Region

Matter = EmployerRegistration.Matter
FIELDS = {
    Matter.REGISTER: (
        "kind",
        "name",
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
    Matter.MOVE: ("region", "parent_code", "effective_on", "reason"),
    Matter.CLOSE: ("effective_on", "reason"),
}
DAY = {Matter.REGISTER: "成立日期", Matter.MOVE: "迁移日期", Matter.CLOSE: "注销日期"}
NO_DATE = {"invalid": "日期写法不对，应为 2026-01-31 这样的格式。", "required": "请填日期。"}


class RegistrationForm(forms.ModelForm):
    """What the matter needs; the parent by its credit code."""

    parent_code = forms.CharField(
        label="上级单位",
        required=False,
        max_length=18,
        help_text="有上级单位（如医院集团、机构总部）的，填它的统一社会信用代码",
    )

    class Meta:
        model = EmployerRegistration
        fields = tuple(name for name in FIELDS[Matter.REGISTER] if name != "parent_code")

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
        if "parent_code" in self.fields and self.instance.parent:
            self.fields["parent_code"].initial = self.instance.parent.credit_code
        if "effective_on" in self.fields:
            self.fields["effective_on"] = forms.DateField(
                label=DAY[matter],
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages=NO_DATE,
            )
        if matter == Matter.CLOSE:
            self.fields["reason"].required = True

    def _places(self) -> None:
        rows = Region.objects.filter(level__gte=Level.DISTRICT).order_by("code")
        self.fields["region"].queryset = rows
        blank = {Level.DISTRICT: "", Level.STREET: "　", Level.COMMUNITY: "　　"}
        listed = [(each.code, blank[each.level] + each.name) for each in rows]
        self.fields["region"].choices = [("", "请选"), *listed]
        self.fields["region"].help_text = "社区选到社区，中心选到街道（镇），其他单位选到区或街道（镇）"

    def clean_credit_code(self) -> str:
        """Upper case, and right by its check digit."""
        code = "".join(self.cleaned_data["credit_code"].split()).upper()
        problem = credit_code_problem(code) if code else None
        if problem:
            raise forms.ValidationError(f"{problem}。")
        return code

    def clean_parent_code(self) -> Employer | None:
        """The registered employer behind the code."""
        code = "".join(self.cleaned_data["parent_code"].split()).upper()
        if not code:
            return None
        found = Employer.objects.filter(credit_code=code, end__isnull=True).first()
        if found is None:
            raise forms.ValidationError("没有用这个统一社会信用代码登记的单位。请核对，或让上级单位先登记。")
        return found

    def save(self, commit: bool = False) -> EmployerRegistration:
        """The filled application, not stored: the action does that."""
        made = super().save(commit=False)
        if "parent_code" in self.fields:
            made.parent = self.cleaned_data["parent_code"]
        return made

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"matter", "employer", "state"}


class ColleagueForm(forms.Form):
    """Account name and person's name."""

    username = forms.RegexField(
        r"^[\w.@+-]{4,60}$",
        label="账号名",
        help_text="4–60 个字母、数字或 @ . + - _",
        error_messages={"required": "请填账号名。", "invalid": "账号名用 4–60 个字母、数字或 @ . + - _。"},
    )
    display_name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填姓名。"})
