"""Forms of posts: the draft, what an officer or the employer changes later, dates of freezing and abolition, copies."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone

from posts.actions.posts import ALIKE_LIMIT, EDITABLE, REQUIRED
from posts.models import Activity, Duty, Post, Sector
from posts.models.fields import FIELD_OF_KIND
from posts.models.posts import INSTITUTION_LEVELS, INSTITUTION_SENTENCE, Grade
from posts.rules import GRADED_SECTORS
from xmsw.ui.fields import day_field

TICK = "form-check-input"
TEXT_LIMIT = 2_000
BLANKS = (("grade", "还没有定级"), ("min_certificate", "请选择"), ("min_education", "请选择"))
YEARS_LIMIT = 50


def _reason(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, error_messages={"required": "请写明原因。"})


def _ticks(label: str, choices: list[tuple[int, str]], hint: str) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=choices,
        coerce=int,
        required=False,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple(attrs={"class": TICK}),
        error_messages={"invalid_choice": "没有这一项：%(value)s。"},
    )


class PostForm(forms.ModelForm):
    """A post, blanks allowed: what is missing is told on the check page and refused when it is handed in.

    `only` keeps the named fields. `values()` are the fields as filled in, `changes()` those that differ.
    """

    duties = _ticks("职责类别", Duty.choices, "至少选一类，按实际工作选（二(三)-1 至 -6）")
    activities = _ticks("直接服务内容", Activity.choices, "只属于「直接服务」，选本岗位要做的")
    start = day_field("拟设立日期", "批准那天起计；批准晚于这一天的，从批准那天起")

    class Meta:
        model = Post
        fields = (
            "name",
            "code",
            "need_basis",
            "service_field",
            "source",
            "duties",
            "activities",
            "duty_text",
            "coordinates",
            "min_certificate",
            "min_education",
            "min_years",
            "grade",
            "institution_grade",
            "principal",
            "frontline",
            "start",
        )
        help_texts = {
            "name": "例如 社区社会工作岗",
            "code": "本单位内不重复，例如 SG-01",
            "need_basis": "写服务人口、工作量或批准文件，例如「服务人口 5000 人」（一-3）",
            "service_field": "岗位服务谁；单位服务几类人时，按这个岗位选（一-2）",
            "source": "社区和街道（镇）社区服务中心可以转换提升（二(二)-4），也可以由区、街道补充配置（二(二)-5）",
            "duty_text": "写清楚做什么、为谁做、做到什么程度；写进岗位说明书",
            "coordinates": "协调本单位（社区）开展社会工作专业服务（二(一)-3、二(二)-3）",
            "min_certificate": "不低于岗位等级：初级岗填助理社会工作师，中级岗填社会工作师，高级岗填高级社会工作师",
            "min_education": "最低学历",
            "min_years": "从事社会工作的年数，没有要求填 0",
            "grade": "初级、中级或高级（二(四)-1）",
            "institution_grade": INSTITUTION_SENTENCE,
            "principal": "已明确为本单位的主体专业技术岗位（二(一)-4）",
            "frontline": "直接面对服务对象的岗位",
        }
        widgets = {"duty_text": forms.Textarea(attrs={"rows": 5, "maxlength": TEXT_LIMIT})}
        error_messages = {
            "name": {"required": "请填岗位名称。"},
            "code": {"required": "请填岗位编号。"},
        }

    def __init__(self, *args: Any, only: Collection[str] | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.employer.sector != Sector.INSTITUTION:
            del self.fields["institution_grade"]
        for name in [each for each in self.fields if only is not None and each not in only]:
            del self.fields[name]
        usual = FIELD_OF_KIND[self.instance.employer.kind].label
        for name, blank in (("service_field", f"跟随单位类别（{usual}）"), *BLANKS):
            if name in self.fields:
                self.fields[name].choices = [("", blank), *self.fields[name].choices[1:]]
        for name in REQUIRED:
            if name in self.fields and (name != "grade" or self.instance.employer.sector in GRADED_SECTORS):
                self.fields[name].optional_note = "提交前要填" if self.instance.state in EDITABLE else "要填"
        for name in ("coordinates", "principal", "frontline"):
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = TICK
        if "min_years" in self.fields:
            self.fields["min_years"].widget.attrs["max"] = YEARS_LIMIT

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if Post.objects.filter(employer=self.instance.employer_id, code=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(f"本单位已经有编号 {code} 的岗位，换一个编号。")
        return code

    def clean_duties(self) -> list[int]:
        return sorted(self.cleaned_data["duties"])

    def clean_activities(self) -> list[int]:
        return sorted(self.cleaned_data["activities"])

    def clean_duty_text(self) -> str:
        text = self.cleaned_data["duty_text"].strip()
        if len(text) > TEXT_LIMIT:
            raise forms.ValidationError(f"职责说明最多 {TEXT_LIMIT:,} 个字，现在有 {len(text):,} 个。")
        return text

    def clean_min_years(self) -> int | None:
        years = self.cleaned_data["min_years"]
        if years is not None and years > YEARS_LIMIT:
            raise forms.ValidationError(f"从业年限最多填 {YEARS_LIMIT} 年。")
        return years

    def clean(self) -> dict[str, Any]:
        super().clean()
        duties = self._now("duties")
        if self._now("activities") and duties is not None and Duty.DIRECT not in duties:
            where = "activities" if "activities" in self.fields else "duties"
            self.add_error(where, "13 项直接服务内容只属于第一类职责（二(三)-1）。请选「直接服务」，或去掉这些内容。")
        level, grade = self._now("institution_grade"), self._now("grade")
        if level is not None and not _agrees(level, grade):
            where = "institution_grade" if "institution_grade" in self.fields else "grade"
            self.add_error(where, f"{level} 级和岗位等级不一致：{INSTITUTION_SENTENCE}")
        return self.cleaned_data

    def _now(self, name: str) -> Any:
        """The value as it would be after saving."""
        return self.cleaned_data.get(name) if name in self.fields else getattr(self.instance, name)

    def values(self) -> dict[str, Any]:
        """Model fields as filled in; call after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.fields if name in self.Meta.fields}

    def changes(self, post: Post) -> dict[str, Any]:
        """Of the values those that differ from what is stored."""
        return {name: value for name, value in self.values().items() if getattr(post, name) != value}


def _agrees(level: int, grade: int | None) -> bool:
    low, high = INSTITUTION_LEVELS.get(Grade(grade), (0, 0)) if grade is not None else (0, 0)
    return low <= level <= high


class CorrectionForm(PostForm):
    """The same for a post in force, with the reason of the change."""

    reason = _reason("更正的原因")


class FreezeForm(forms.Form):
    """From when, until when, why."""

    start = day_field("冻结日期", "从这一天起不计入在设岗位")
    end = day_field("解冻前最后一天", "还不知道就空着，解冻时再填", required=False)
    reason = _reason("冻结原因")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["start"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        super().clean()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end < start:
            self.add_error("end", "不能早于冻结日期。")
        return self.cleaned_data


class UnfreezeForm(forms.Form):
    """From when the post counts again."""

    start = day_field("解冻日期", "从这一天起重新计入在设岗位")
    reason = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["start"].initial = timezone.localdate


class AbolishForm(forms.Form):
    """The last day and why."""

    end = day_field("最后一天", "岗位存在到这一天为止，第二天起撤销")
    reason = _reason("撤销原因")


class CopiesForm(forms.Form):
    """How many drafts alike."""

    how_many = forms.IntegerField(
        label="照样新增几个",
        min_value=1,
        max_value=ALIKE_LIMIT,
        initial=1,
        error_messages={
            "required": "请填个数。",
            "invalid": "请填整数。",
            "min_value": "至少 1 个。",
            "max_value": f"一次最多 {ALIKE_LIMIT} 个。",
        },
    )
