"""Forms of courses and of hours of continuing education."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils import timezone

from talents.models import Attendance, Course
from talents.models.learning import Delivery
from xmsw.accounts.models import User
from xmsw.regions.models import Region
from xmsw.ui.fields import day_field

FROM_COURSE = ("title", "provider", "delivery", "hours")
ASKED = {"title": "请写学了什么。", "provider": "请写举办单位。", "delivery": "请选形式。", "hours": "请填学时。"}
CHOOSABLE = 200  # courses offered in the list


class CourseForm(forms.ModelForm):
    """A course of the officer's own area."""

    start = day_field("开始日期")
    end = day_field("结束日期")

    class Meta:
        model = Course
        fields = ("title", "provider", "delivery", "hours", "start", "end", "region", "place", "seats", "note")
        help_texts: ClassVar = {
            "hours": "参加到底的人每人得这么多学时；改了不影响已经登记的学时",
            "seats": "不限名额的空着",
            "note": "报名办法、对象、联系人",
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = user.area_code or "-"
        self.fields["region"].queryset = Region.objects.filter(Q(code=area) | Q(parent_id=area)).order_by("code")
        self.fields["region"].empty_label = "请选"
        self.fields["region"].initial = area

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        super().clean()
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end < start:
            self.add_error("end", "结束日期早于开始日期。")
        return self.cleaned_data


class _CourseChoice(forms.ModelChoiceField):
    def label_from_instance(self, course: Course) -> str:
        return f"{course.title}（{course.provider}，{course.start:%Y-%m-%d}，{course.hours.normalize():f} 学时）"


class AttendanceForm(forms.ModelForm):
    """Hours of a recorded course, whose particulars are taken over, or of anything else."""

    course = _CourseChoice(
        label="登记在册的课程",
        queryset=Course.objects.none(),
        required=False,
        empty_label="不在册，在下面自己填",
        help_text="选了课程，下面除完成日期外都可以空着",
        error_messages={"invalid_choice": "没有这门课程，或它还没有开始。"},
    )
    on = day_field("完成日期", "空着时按课程的结束日期", required=False)

    class Meta:
        model = Attendance
        fields = ("course", "title", "provider", "delivery", "hours", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = Course.objects.filter(start__lte=timezone.localdate()).order_by("-start", "pk")
        recent = list(begun.values_list("pk", flat=True)[:CHOOSABLE])
        self.fields["course"].queryset = begun.filter(pk__in=[*recent, self.instance.course_id or 0])
        for name in FROM_COURSE:
            self.fields[name].required = False
            self.fields[name].optional_note = "选了课程可以空着"
        self.fields["delivery"].choices = [("", "请选"), *Delivery.choices]

    def clean(self) -> dict[str, Any]:
        """What the course says, where one is chosen; else everything is asked for."""
        super().clean()
        data, course = self.cleaned_data, self.cleaned_data.get("course")
        for name in FROM_COURSE:
            if course is not None and (name != "hours" or data.get("hours") is None):
                data[name] = getattr(course, name)
            elif data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, ASKED[name])
        if data.get("on") is None and "on" not in self.errors:
            if course is None:
                self.add_error("on", "请填完成日期。")
            else:
                data["on"] = min(course.end, timezone.localdate())
        return data
