"""Forms of pools: confirming and declining proposals, entering a member, the term, and an expert's account."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from awards.inviting import join
from awards.models import Expertise, Honour, PoolMember
from talents.forms.appointments import PersonField
from talents.forms.oneself import CODE_LENGTH, JoinForm
from talents.models import SocialWorker
from talents.search import person_condition
from xmsw.accounts.models import User
from xmsw.ui.fields import day_field

MOST_FOUND = 20
NOBODY = "没有找到这个人。请输入姓名、拼音、证书编号或 18 位身份证号；平台以外的专家，用「登记平台外专家」。"
EXPERTISE = Expertise.choices


class TermForm(forms.Form):
    """From when to when, and by what paper."""

    start = day_field("入库日期", initial=timezone.localdate)
    end = day_field("聘期至", "没有期限的空着", required=False)
    document = forms.CharField(label="入库文件", max_length=200, help_text="文件名称或文号")


class ConfirmForm(TermForm):
    """Into which pool proposals are taken."""

    pool = forms.ChoiceField(label="人才库", choices=PoolMember.Pool.choices)
    field_order = ("pool", "start", "end", "document")


class WhyForm(forms.Form):
    """One reason."""

    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class LeaveForm(WhyForm):
    """The last day and why."""

    last = day_field("最后一天", initial=timezone.localdate)
    field_order = ("last", "reason")


class RenewForm(forms.Form):
    """Until when, and by what paper."""

    end = day_field("新的聘期至", "没有期限的空着", required=False)
    document = forms.CharField(label="续聘文件", max_length=200, help_text="文件名称或文号")


def _expertise() -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label="专长领域", choices=EXPERTISE, required=False, widget=widget)


class _HonourField(forms.ModelChoiceField):
    def label_from_instance(self, honour: Honour) -> str:
        return f"{honour.title}（{honour.get_level_display()}，{honour.awarded_on:%Y-%m-%d}）"


class MemberForm(forms.ModelForm):
    """Details of a member: of a person of the portal the honour, of an outsider who it is."""

    expertise = _expertise()
    start = day_field("入库日期")
    end = day_field("聘期至", "没有期限的空着", required=False)
    honour = _HonourField(label="来源奖项", queryset=Honour.objects.none(), required=False, empty_label="没有")
    OUTSIDER, PERSON, TERM = ("name", "organisation"), ("honour",), ("start", "end")

    class Meta:
        model = PoolMember
        fields = (
            "pool", "name", "organisation", "title", "expertise", "honour", "start", "end", "document",
        )  # fmt: skip
        widgets: ClassVar = {"document": forms.TextInput}

    def __init__(self, user: User, *args: Any, instance: PoolMember, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, initial={"start": instance.start or timezone.localdate()}, **kwargs)
        worker = instance.worker_id
        for name in self.PERSON if worker is None else self.OUTSIDER:
            del self.fields[name]
        if self.instance.pk:
            for name in ("pool", *self.TERM):
                del self.fields[name]
        if worker is None:
            self.fields.pop("pool", None)
            for name in self.OUTSIDER:
                self.fields[name].required, self.fields[name].help_text = True, ""
        else:
            seen = Honour.objects.visible_to(user) | Honour.objects.filter(pk=instance.honour_id)
            standing = seen.filter(worker=worker, revoked_on=None)
            self.fields["honour"].queryset = standing.order_by("-awarded_on")
        self.fields["document"].required = True

    @property
    def changed_fields(self) -> list[str]:
        """Model fields that the form holds."""
        return [name for name in self.Meta.fields if name in self.fields]


class WhoForm(forms.Form):
    """A person of the area by whatever is at hand; where several fit, one is chosen from a list."""

    who = forms.CharField(
        label="人员", max_length=60, help_text="姓名、拼音、证书编号或 18 位身份证号",
        widget=forms.TextInput(attrs={"autocomplete": "off"}), error_messages={"required": NOBODY},
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if self.data.get("worker"):
            self._listed(self._found(str(self.data.get("who", ""))))

    def _found(self, text: str) -> Any:
        people = SocialWorker.objects.visible_to(self.user).filter(merged_into=None).defer("identity", "phone")
        return people.filter(person_condition(text, identity=True)).order_by("pinyin", "pk")

    def _listed(self, rows: Any) -> None:
        self.fields["worker"] = PersonField(label="选哪一位", queryset=rows, empty_label="请选", required=False)

    def clean(self) -> dict[str, Any]:
        """`person` is the one found or chosen."""
        cleaned = super().clean()
        if "who" not in cleaned:
            return cleaned
        rows = self._found(cleaned["who"])
        found = list(rows[: MOST_FOUND + 1])
        chosen = cleaned.get("worker") or (found[0] if len(found) == 1 else None)
        if chosen is None:
            self._refuse(rows, len(found))
        cleaned["person"] = chosen
        return cleaned

    def _refuse(self, rows: Any, number: int) -> None:
        if not number:
            raise ValidationError({"who": NOBODY})
        if number > MOST_FOUND:
            raise ValidationError({"who": f"符合的超过 {MOST_FOUND} 人，请再输入几个字，或者用证书编号、身份证号。"})
        self._listed(rows)
        raise ValidationError({"who": f"有 {number} 人符合，请在下面选一位。"})


class ExpertJoinForm(JoinForm):
    """The code of the slip and the expert's own name, then name and password of the account."""

    name = forms.CharField(
        label="你的姓名", max_length=40, help_text="和专家库里登记的一样", error_messages={"required": "请输入姓名。"}
    )
    field_order = ("code", "name", "username", "password1", "password2")

    def __init__(self, address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(address, *args, **kwargs)
        del self.fields["tail"]
        self.fields["code"].max_length = CODE_LENGTH
        self.fields["code"].help_text = "民政局给的 12 位，短横可以不输"

    def save(self, commit: bool = True) -> User:
        """Store the account and tie it to the expert; raises Refused."""
        user = forms.ModelForm.save(self, commit=False)
        user.set_password(self.cleaned_data["password1"])
        return join(user, self.cleaned_data["code"], self.cleaned_data["name"])
