"""What employers hand in and bureaus decide through the REST interface: need assessments and inclusion filings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.serializers import ValidationError

from posts.actions.needs import EDITABLE, keep
from posts.api import FILERS, INCLUSIONS, NEEDS
from posts.flows.needs import INCLUSION, NEED
from posts.models import Employer, FilingState, Inclusion, NeedAssessment
from xmsw.accounts.roles import Capability
from xmsw.api.deciding import decision, single
from xmsw.api.inputs import Day, Input, Text, Visible, Whole
from xmsw.api.problems import UNFIT
from xmsw.api.resources import Resource
from xmsw.api.writes import Write, write
from xmsw.workflow.actions import held, move
from xmsw.workflow.registry import Flow

HANDED_IN = "单位提交的送主管部门审核；部门代没有账号的单位登记的，登记即备案。"
CORRECTED = "退回的、撤回的草稿整份改好，再提交一次；没有写的字段和新提交时一样取默认。用人单位不能改。"
SMALL = 32_767  # smallint
OF_NEEDS, OF_INCLUSIONS = "二(一)-5、二(二)-7", "二(一)-5"
NEED_EXAMPLE = {
    "employer": 512,
    "assessed_on": "2026-09-01",
    "headcount": 2,
    "assessor": "区教育局",
    "basis": "在校生 2,400 人，留守儿童 60 人",
}
INCLUSION_EXAMPLE = {
    "employer": 512,
    "included_on": "2026-09-01",
    "document": "厦湖教〔2026〕12号",
    "grade_from": 5,
    "grade_to": 13,
}


class NeedBody(Input):
    """A need assessment."""

    employer = Visible(Employer, help_text="用人单位编号")
    assessed_on = Day(help_text="评估日期，不晚于今天")
    headcount = Whole(max_value=SMALL, help_text="需要人数；评估后不需要的填 0")
    assessor = Text(max_length=80, help_text="评估单位")
    basis = Text(max_length=300, help_text="评估依据：服务对象、工作量或调研结论")


class InclusionBody(Input):
    """An inclusion filing."""

    employer = Visible(Employer, help_text="用人单位编号")
    included_on = Day(help_text="纳入日期，不晚于今天")
    document = Text(max_length=200, help_text="文件")
    grade_from = Whole(min_value=1, max_value=13, required=False, help_text="最高岗位级别（1–13），不填为 1")
    grade_to = Whole(min_value=1, max_value=13, required=False, help_text="最低岗位级别（1–13），不填为 13")


def _file(user: Any, flow: Flow, filing: NeedAssessment | Inclusion) -> int:
    """Keep it as the browser does, and hand in what is the employer's own."""
    kept = keep(user, filing)
    if kept.state == FilingState.DRAFT:
        move(user, flow, kept.pk, "submit")
    return kept.pk


def _corrected(user: Any, flow: Flow, fresh: NeedAssessment | Inclusion, names: Iterable[str], id: Any) -> int:
    """Hand the draft or returned case in again as `fresh` has it; Overtaken where it is neither any more."""
    stored = held(flow.model, id, EDITABLE)
    if fresh.employer != stored.employer:
        told = "改正不能换单位；别的单位的，另外提交一份"
        raise ValidationError({"employer": [told]}, code=UNFIT)
    for name in names:
        setattr(stored, name, getattr(fresh, name))
    return _file(user, flow, stored)


def _correction(resource: Resource, flow: Flow, body: type[Input], example: Mapping[str, Any], clause: str) -> None:
    """POST /<key>/<id>/correction: what the browser does with its form and «提交»."""
    names = tuple(body().fields)
    write(
        Write(
            resource=resource,
            summary=f"改正{resource.label}",
            text=CORRECTED,
            body=body,
            perform=lambda user, values, id: _corrected(user, flow, flow.model(**values), names, id),
            capability=(Capability.APPLY,),
            example=example,
            name="correction",
            status=200,
            clause=clause,
        )
    )


write(
    Write(
        resource=NEEDS,
        summary="提交需求评估",
        text=HANDED_IN,
        body=NeedBody,
        perform=lambda user, values, _: _file(user, NEED, NeedAssessment(**values)),
        capability=FILERS,
        example=NEED_EXAMPLE,
        bulk=True,
        clause=OF_NEEDS,
    )
)
write(
    Write(
        resource=INCLUSIONS,
        summary="提交纳入备案",
        text=HANDED_IN,
        body=InclusionBody,
        perform=lambda user, values, _: _file(user, INCLUSION, Inclusion(**values)),
        capability=FILERS,
        example=INCLUSION_EXAMPLE,
        bulk=True,
        clause=OF_INCLUSIONS,
    )
)
_correction(NEEDS, NEED, NeedBody, NEED_EXAMPLE, OF_NEEDS)
_correction(INCLUSIONS, INCLUSION, InclusionBody, INCLUSION_EXAMPLE, OF_INCLUSIONS)
decision(NEEDS, NEED, ("approve", "return"), summary="审核需求评估", clause=OF_NEEDS)
decision(INCLUSIONS, INCLUSION, ("approve", "return"), summary="审核纳入备案", clause=OF_INCLUSIONS)
single(NEEDS, NEED, "withdraw", summary="撤回需求评估", clause=OF_NEEDS)
single(INCLUSIONS, INCLUSION, "withdraw", summary="撤回纳入备案", clause=OF_INCLUSIONS)
