"""Forms of honours: whose, what, and why one is revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from awards.honouring import levels_of
from awards.models import AwardLevel, Honour
from posts.models import Employer
from talents.actions.finding import person_named
from talents.forms.appointments import PersonField
from talents.models import Employment, SocialWorker
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.ui.fields import day_field
from xmsw.workflow.refusals import Refused


class WhoForm(forms.Form):
    """Whose honour: an employer's people choose among their own staff, officers name somebody of their area."""

    worker = PersonField(
        label="获奖人", queryset=SocialWorker.objects.none(), empty_label="请选",
        help_text="本单位在职人员；输入姓名可以直接跳到",
        error_messages={"required": "请选获奖人。", "invalid_choice": "此人不在本单位在职人员里。"},
    )  # fmt: skip
    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填姓名。"})
    number = forms.CharField(
        label="证书编号或身份证号", max_length=40, help_text="证书编号，或 18 位身份证号；要和姓名对上",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请填证书编号或身份证号。"},
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.can(Capability.APPLY):
            del self.fields["name"], self.fields["number"]
            here = Employment.objects.visible_to(user).in_force(timezone.localdate())
            people = SocialWorker.objects.filter(pk__in=here.values("worker")).defer("identity", "phone")
            self.fields["worker"].queryset = people.order_by("pinyin", "pk")
        else:
            del self.fields["worker"]

    def clean(self) -> dict[str, Any]:
        """One person whom the account sees."""
        cleaned = super().clean()
        if "worker" not in self.fields and cleaned.get("name") and cleaned.get("number"):
            try:
                cleaned["worker"] = person_named(
                    self.user, cleaned["name"], cleaned["number"], why="登记荣誉", certificates=True,
                    among=SocialWorker.objects.visible_to(self.user),
                )  # fmt: skip
            except Refused as refusal:
                self.add_error("number", refusal.messages)
        return cleaned


class HonourForm(forms.ModelForm):
    """An honour of one person: the account's own levels, the employers of that person which it sees."""

    awarded_on = day_field("表彰日期")

    class Meta:
        model = Honour
        fields = (
            "employer", "level", "series", "title", "awarded_by", "awarded_on", "document", "form", "prize",
        )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = levels_of(user)
        employments = Employment.objects.visible_to(user).filter(worker=self.instance.worker_id)
        employers = Employer.objects.filter(pk__in=employments.values("employer")).order_by("pinyin", "pk")
        self.fields["employer"].queryset = employers
        self.fields["employer"].help_text = "获奖时所在的单位"
        self.fields["level"].choices = [(each.value, each.label) for each in levels]
        self.fields["series"].help_text = "同一奖项每届写法要相同"
        self.fields["awarded_by"].required = False
        if AwardLevel.EMPLOYER in levels:
            self.fields["form"].required = True
            self.fields["awarded_by"].help_text = "空着就是本单位"
        else:
            self.fields["document"].required = True
        if not self.instance.pk and employers.count() == 1:
            self.initial.setdefault("employer", employers.first())

    def clean(self) -> dict[str, Any]:
        """Employers award under their own name."""
        cleaned = super().clean()
        if not cleaned.get("awarded_by") and cleaned.get("employer"):
            if cleaned.get("level") == AwardLevel.EMPLOYER:
                cleaned["awarded_by"] = cleaned["employer"].name
            else:
                self.add_error("awarded_by", "请填颁奖单位。")
        return cleaned


class RevocationForm(forms.Form):
    """When and why."""

    on = day_field("撤销日期", initial=timezone.localdate)
    reason = forms.CharField(
        label="撤销原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明撤销的原因。"},
    )  # fmt: skip
