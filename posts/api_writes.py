"""What employers hand in and bureaus decide through the REST interface: need assessments and inclusion filings."""

from __future__ import annotations

from typing import Any

from posts.actions.needs import keep
from posts.api import INCLUSIONS, NEEDS
from posts.flows.needs import INCLUSION, NEED
from posts.models import Employer, FilingState, Inclusion, NeedAssessment
from xmsw.accounts.roles import Capability
from xmsw.api.deciding import decision
from xmsw.api.inputs import Day, Input, Text, Visible, Whole
from xmsw.api.writes import Write, write
from xmsw.workflow.actions import move
from xmsw.workflow.registry import Flow

FILERS = (Capability.APPLY, Capability.REVIEW_NEEDS)
HANDED_IN = "单位提交的送主管部门审核；部门代没有账号的单位登记的，登记即备案。"
SMALL = 32_767  # smallint


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


write(
    Write(
        resource=NEEDS,
        summary="提交需求评估",
        text=HANDED_IN,
        body=NeedBody,
        perform=lambda user, values, _: _file(user, NEED, NeedAssessment(**values)),
        capability=FILERS,
        example={
            "employer": 512,
            "assessed_on": "2026-09-01",
            "headcount": 2,
            "assessor": "区教育局",
            "basis": "在校生 2,400 人，留守儿童 60 人",
        },
        bulk=True,
        clause="二(一)-5、二(二)-7",
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
        example={
            "employer": 512,
            "included_on": "2026-09-01",
            "document": "厦湖教〔2026〕12号",
            "grade_from": 5,
            "grade_to": 13,
        },
        bulk=True,
        clause="二(一)-5",
    )
)
decision(NEEDS, NEED, ("approve", "return"), summary="审核需求评估", clause="二(一)-5、二(二)-7")
decision(INCLUSIONS, INCLUSION, ("approve", "return"), summary="审核纳入备案", clause="二(一)-5")
