"""Forms of 四(一)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from posts.models import Employer
from supervision.facts.duties import NEED_A_RULE
from supervision.forms.registers import TEXT, RegisterForm, file_field
from supervision.models import (
    Contact,
    DevelopmentPlan,
    GuidanceRecord,
    JointMeeting,
    MeetingTask,
    SupportingRule,
    YearlyTarget,
)
from xmsw.accounts.models import Bureau
from xmsw.accounts.scope import visible
from xmsw.policy.models import Clause
from xmsw.regions.models import Level
from xmsw.ui.fields import day_field


def not_ahead(day: Any) -> Any:
    """A day that has come, or nothing. Raises ValidationError."""
    if day and day > timezone.localdate():
        raise forms.ValidationError("日期不能晚于今天。")
    return day


class PlanForm(RegisterForm):
    start = day_field("规划期起")
    end = day_field("规划期止")
    file = file_field("规划文本")

    class Meta:
        model = DevelopmentPlan
        fields = ("region", "name", "document", "start", "end", "quote")
        widgets: ClassVar = {"quote": TEXT}


class TargetForm(RegisterForm):
    levels = (Level.DISTRICT,)

    class Meta:
        model = YearlyTarget
        fields = ("region", "bureau", "year", "posts", "document")


class ContactForm(RegisterForm):
    start = day_field("起始日期")
    end = day_field("结束日期", "换人时填", required=False)

    class Meta:
        model = Contact
        fields = ("region", "bureau", "lead", "lead_title", "name", "phone", "start", "end", "document")


class MeetingForm(RegisterForm):
    on = day_field("召开日期")
    attending = forms.MultipleChoiceField(
        label="参加部门",
        choices=Bureau.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    file = file_field("纪要文件")

    class Meta:
        model = JointMeeting
        fields = ("region", "title", "on", "chair", "attending", "minutes", "document")
        widgets: ClassVar = {"minutes": TEXT}

    def clean_on(self) -> Any:
        return not_ahead(self.cleaned_data["on"])


class TaskForm(RegisterForm):
    given_on = day_field("交办日期")
    deadline = day_field("期限")
    done_on = day_field("完成日期", "完成了再填", required=False)
    file = file_field("完成材料")

    class Meta:
        model = MeetingTask
        fields = ("region", "bureau", "meeting", "title", "given_on", "deadline", "done_on", "evidence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = visible(JointMeeting, self.user).order_by("-on")
        self.fields["meeting"].empty_label = "不是会议交办"

    def clean_done_on(self) -> Any:
        return not_ahead(self.cleaned_data["done_on"])


class DoneForm(RegisterForm):
    """For the duty bureau: only that it is done, and how."""

    done_on = day_field("完成日期")
    evidence = forms.CharField(label="完成情况", max_length=500, widget=TEXT)
    file = file_field("完成材料")

    class Meta:
        model = MeetingTask
        fields = ("done_on", "evidence")

    def clean_done_on(self) -> Any:
        return not_ahead(self.cleaned_data["done_on"])


class GuidanceForm(RegisterForm):
    asked_on = day_field("提出日期")
    replied_on = day_field("答复日期", required=False)
    employer = forms.CharField(label="事业单位", help_text="单位全称或统一社会信用代码", max_length=120)

    class Meta:
        model = GuidanceRecord
        fields = ("employer", "matter", "question", "asked_on", "reply", "replied_on", "document")
        widgets: ClassVar = {"question": TEXT, "reply": TEXT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["employer"] = self.instance.employer.name
        else:
            self.instance.region_id = self.user.area_code
        self.instance.bureau = Bureau.HUMAN_RESOURCES

    def clean_employer(self) -> Employer:
        return named_employer(self.user, self.cleaned_data["employer"])

    def clean_replied_on(self) -> Any:
        return not_ahead(self.cleaned_data["replied_on"])


def named_employer(user: Any, text: str) -> Employer:
    """The visible employer of that name or credit code. Raises ValidationError."""
    rows = Employer.objects.visible_to(user)
    found = list(rows.filter(credit_code=text.upper())[:1] or rows.filter(name=text.strip())[:2])
    if len(found) != 1:
        raise forms.ValidationError("没有找到这个单位，或有同名的。请填统一社会信用代码。")
    return found[0]


class SupportingRuleForm(RegisterForm):
    drafted_on = day_field("开始起草")
    published_on = day_field("发布日期", required=False)
    repealed_on = day_field("废止日期", required=False)
    file = file_field("制度文本")

    class Meta:
        model = SupportingRule
        fields = ("region", "title", "document", "clause", "drafted_on", "published_on", "repealed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["clause"]
        field.queryset = Clause.objects.order_by("order")
        field.label_from_instance = lambda clause: clause.pk + ("（需要配套制度）" if clause.pk in NEED_A_RULE else "")
