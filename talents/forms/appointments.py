"""Forms of appointments: the proposal, and its end."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from posts.models import AllocationLine, Post
from talents.models import Appointment, Employment, SocialWorker
from xmsw.dated import holds_on
from xmsw.identifiers import identity_problem
from xmsw.regions.models import Region
from xmsw.ui.fields import day_field


class PersonField(forms.ModelChoiceField):
    """One of some people, told apart by the masked number."""

    def label_from_instance(self, worker: SocialWorker) -> str:
        return f"{worker.name}（{worker.identity_mask}）"


class _Line(forms.ModelChoiceField):
    def label_from_instance(self, line: AllocationLine) -> str:
        return f"{line.plan}（{line.plan.region.name}，{line.headcount} 人）"


class AppointmentForm(forms.ModelForm):
    """A person of the post's employer, from a day on; what a rule forbids is told by the action."""

    worker = PersonField(
        label="人员",
        queryset=SocialWorker.objects.none(),
        empty_label="请选",
        help_text="本单位在职人员；别处来的人，先在下面用身份证号登记任职",
        error_messages={"required": "请选人员。", "invalid_choice": "此人不在本单位在职人员里。"},
    )
    allocation = _Line(
        label="补充配置计划",
        queryset=AllocationLine.objects.none(),
        empty_label="没有计划",
        required=False,
        help_text="来源是补充配置、并有计划时选",
        error_messages={"invalid_choice": "这个计划没有给本单位配人，或还没有批准。"},
    )
    start = day_field("聘用日期")
    end = day_field("聘期截止", "没有期限的空着", required=False)

    class Meta:
        model = Appointment
        fields = (
            "worker",
            "start",
            "end",
            "full_time",
            "source",
            "prior_role",
            "allocation",
            "allocating_region",
            "title",
            "document",
        )
        help_texts: ClassVar = {
            "full_time": "不勾选就是兼职",
            "prior_role": "来源是转换提升时填",
            "allocating_region": "来源是补充配置时选；选了计划的可以空着",
            "title": "空着时按证书与职务对应表填",
        }

    def __init__(self, user: Any, post: Post, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.post = post
        today = timezone.localdate()
        employed = post.employer.employments.filter(holds_on(today)).values("worker")
        self.fields["worker"].queryset = SocialWorker.objects.filter(pk__in=employed).order_by("pinyin", "id")
        region = post.employer.region_id
        self.fields["allocating_region"].queryset = Region.objects.filter(code__in=(region[:6], region[:9]))
        self.fields["allocating_region"].empty_label = "不是补充配置"
        lines = AllocationLine.objects.filter(plan__state="approved", employer=post.employer_id)
        self.fields["allocation"].queryset = lines.select_related("plan__region").order_by("-plan__year", "pk")
        if not lines:
            del self.fields["allocation"]

    def clean(self) -> dict[str, Any]:
        """A plan names the area that allocates."""
        super().clean()
        line = self.cleaned_data.get("allocation")
        if line is not None and self.cleaned_data.get("allocating_region") is None:
            self.cleaned_data["allocating_region"] = line.plan.region
        return self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        """The constraints read the state and the post, which stand on the instance and not in the form."""
        return super()._get_validation_exclusions() - {"state", "post"}


class EmployForm(forms.Form):
    """A person known to the house, by exact number and name, comes to work for the employer."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填姓名。"})
    identity = forms.CharField(
        label="身份证号",
        max_length=18,
        help_text="18 位，和姓名都要对上；不会显示别的单位有哪些人",
        error_messages={"required": "请填身份证号。", "max_length": "身份证号是 18 位。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    form = forms.ChoiceField(label="用工形式", choices=Employment.Form.choices, initial=Employment.Form.CONTRACT)
    start = day_field("入职日期")

    def __init__(self, *args: Any, **named: Any) -> None:
        # It stands on one page with the proposal, which has a `start` too.
        super().__init__(*args, **{"auto_id": "newcomer_%s"} | named)

    def clean_identity(self) -> str:
        number = self.cleaned_data["identity"].strip().upper()
        problem = identity_problem(number, timezone.localdate())
        if problem:
            raise forms.ValidationError(f"{problem}。")
        return number


class EndForm(forms.Form):
    """Last day and reason."""

    end = day_field("最后一天")
    opinion = forms.CharField(label="结束原因", max_length=100, error_messages={"required": "请写结束原因。"})
