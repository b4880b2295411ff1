"""Forms of supervision: a new pair, its end, one session."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from talents.forms.appointments import PersonField
from talents.models import Employment, SocialWorker, SupervisionSession
from talents.models.learning import HOURS_OF_A_DAY
from xmsw.accounts.models import User
from xmsw.ui.fields import day_field


class _Employed(forms.ModelChoiceField):
    def label_from_instance(self, employment: Employment) -> str:
        return f"{employment.worker.name}（{employment.worker.identity_mask}）　{employment.employer.name}"


class PairForm(forms.Form):
    """Supervisee of the own employer; supervisor from among the own people, or by name and number from elsewhere."""

    supervisee = _Employed(
        label="被督导者",
        queryset=Employment.objects.none(),
        empty_label="请选",
        help_text="本单位在职人员；输入姓名可以直接跳到",
        error_messages={"required": "请选被督导者。", "invalid_choice": "此人不在本单位在职人员里。"},
    )
    supervisor = PersonField(
        label="督导者",
        queryset=SocialWorker.objects.none(),
        required=False,
        empty_label="不在本单位",
        help_text="本单位的人在这里选；别的单位的人，填下面两格",
        error_messages={"invalid_choice": "此人不在本单位在职人员里。"},
    )
    name = forms.CharField(label="外单位督导者姓名", max_length=60, required=False)
    number = forms.CharField(
        label="证书编号或身份证号",
        max_length=40,
        required=False,
        help_text="证书编号，或 18 位身份证号；要和姓名对上。页面上只显示姓名",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    start = day_field("开始日期")
    end = day_field("结束日期", "没有期限的空着", required=False)
    document = forms.CharField(
        label="督导协议",
        max_length=200,
        help_text="协议名称、日期或编号",
        error_messages={"required": "请写督导协议。"},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Employment.objects.visible_to(user).in_force(timezone.localdate())
        rows = here.select_related("worker", "employer").defer("worker__identity", "worker__phone")
        self.fields["supervisee"].queryset = rows.order_by("worker__pinyin", "pk")
        people = SocialWorker.objects.filter(pk__in=here.values("worker")).defer("identity", "phone")
        self.fields["supervisor"].queryset = people.order_by("pinyin", "pk")

    def clean(self) -> dict[str, Any]:
        """One supervisor, by one of the two ways."""
        super().clean()
        chosen, name, number = (self.cleaned_data.get(each) for each in ("supervisor", "name", "number"))
        if chosen is not None and (name or number):
            self.add_error("name", "已经选了本单位的督导者，这两格要空着。")
        if chosen is None and not (name and number):
            self.add_error("supervisor", "请选督导者；外单位的，姓名和号码都要填。")
        return self.cleaned_data


class EndPairForm(forms.Form):
    """Last day and reason."""

    end = day_field("最后一天")
    reason = forms.CharField(label="结束原因", max_length=200, error_messages={"required": "请写结束原因。"})


class SessionForm(forms.ModelForm):
    """One session."""

    on = day_field("日期")
    hours = forms.DecimalField(
        label="时长（小时）",
        min_value=Decimal("0.5"),
        max_value=HOURS_OF_A_DAY,
        max_digits=4,
        decimal_places=1,
        error_messages={
            "required": "请填时长。",
            "min_value": "时长至少 0.5 小时。",
            "max_value": "一次督导不会超过 24 小时。",
            "max_decimal_places": "时长最多一位小数。",
        },
    )

    class Meta:
        model = SupervisionSession
        fields = ("on", "hours", "form", "topic", "content")
        widgets: ClassVar = {"content": forms.Textarea(attrs={"rows": 3, "maxlength": 2000})}
        help_texts: ClassVar = {
            "content": "不写服务对象的姓名和能认出人的细节",
            "topic": "团体督导的，各人写同一个主题",
        }
        error_messages: ClassVar = {"topic": {"required": "请写主题。"}, "form": {"required": "请选形式。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": timezone.localdate(), "form": "individual"}} | kwargs)
