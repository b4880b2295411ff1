"""What employers hand in and handling bureaus decide through the REST interface: appointments and benefits."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import ValidationError

from posts.models import Post
from talents.actions import appointments as actions
from talents.api import APPOINTMENTS, BENEFITS
from talents.flows.appointments import APPOINTMENT
from talents.flows.benefits import BENEFIT
from talents.forms.appointments import AppointmentForm
from talents.models import Appointment, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.api.deciding import decision, single
from xmsw.api.inputs import Code, Day, Flag, Input, Text, Visible, Whole, valid
from xmsw.api.problems import UNFIT
from xmsw.api.writes import Write, write
from xmsw.workflow.actions import held, move

CLAUSES = "二(四)-6 至 二(四)-8"
EXAMPLE = {"post": 4096, "worker": 2048, "start": "2026-09-01", "full_time": True}


class AppointmentBody(Input):
    """A proposal of somebody for a post."""

    post = Visible(Post, help_text="岗位编号")
    worker = Visible(SocialWorker, help_text="人员编号；本单位在职人员")
    start = Day(help_text="聘用日期；这一天所持的证书决定能不能聘")
    end = Day(required=False, allow_null=True, help_text="聘期截止；没有期限的不填")
    full_time = Flag(help_text="专职")
    source = Code(choices=Appointment.Source.choices, required=False, help_text="配置来源，不填为 recruitment 公开招聘")
    prior_role = Text(max_length=60, required=False, allow_blank=True, help_text="转换前职务；转换提升的要填")
    allocation = Whole(required=False, allow_null=True, help_text="补充配置计划里给本单位那一行的编号")
    allocating_region = Text(max_length=12, required=False, help_text="配置的区或街道的区划代码；补充配置的要填")
    title = Text(max_length=60, required=False, allow_blank=True, help_text="聘任职务；不填按证书与职务对应表")
    document = Text(max_length=200, required=False, allow_blank=True, help_text="聘用文件")


def _propose(user: Any, values: dict[str, Any], _: Any) -> int:
    """The form of the browser, its action, and handing in."""
    return _handed_in(user, values, None)


def _correct(user: Any, values: dict[str, Any], id: Any) -> int:
    """The same for a draft or returned proposal; Overtaken where it is neither any more."""
    stored = held(Appointment, id, actions.EDITABLE)
    if values["post"].pk != stored.post_id:
        raise ValidationError({"post": ["改正不能换岗位；报别的岗位的，另外申报一份"]}, code=UNFIT)
    return _handed_in(user, values, stored)


def _handed_in(user: Any, values: dict[str, Any], stored: Appointment | None) -> int:
    post, source = values["post"], values.get("source", Appointment.Source.RECRUITMENT)
    told = {name: value for name, value in values.items() if name != "post" and value is not None}
    # What is not told is empty, not what the stored row has.
    whole = dict.fromkeys(AppointmentForm.Meta.fields, "") | told | {"worker": values["worker"].pk, "source": source}
    form = AppointmentForm(user, post, whole, instance=stored)
    if "allocation" in told and "allocation" not in form.fields:
        raise ValidationError({"allocation": ["这个计划没有给本单位配人，或还没有批准。"]})
    proposed = valid(form)
    proposed.title = proposed.title or actions.usual_title(proposed)
    actions.propose(user, proposed)
    move(user, APPOINTMENT, proposed.pk, "submit")
    return proposed.pk


write(
    Write(
        resource=APPOINTMENTS,
        summary="申报聘用",
        text="证书、岗位、任职或来源不合规定的，当场不收，并说明依据的条款。收下的送主管部门备案。",
        body=AppointmentBody,
        perform=_propose,
        capability=(Capability.APPLY,),
        example=EXAMPLE,
        bulk=True,
        clause=CLAUSES,
    )
)
write(
    Write(
        resource=APPOINTMENTS,
        summary="改正聘用申报",
        text="退回的、撤回的草稿整份改好，再提交一次；没有写的字段和新申报时一样取默认。岗位不能改。",
        body=AppointmentBody,
        perform=_correct,
        capability=(Capability.APPLY,),
        example=EXAMPLE,
        name="correction",
        status=200,
        clause=CLAUSES,
    )
)
decision(APPOINTMENTS, APPOINTMENT, ("approve", "return"), summary="审核聘用备案", clause=CLAUSES)
single(APPOINTMENTS, APPOINTMENT, "withdraw", summary="撤回聘用申报", clause="二(四)")
decision(BENEFITS, BENEFIT, ("accept", "return", "grant", "decline"), summary="办理优惠待遇申请", clause="三(一)-10")
