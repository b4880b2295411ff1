"""Need assessments (二(一)-5, 二(二)-7) and inclusion filings: employers hand in, the bureau confirms or records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from posts.models import Employer, FilingState, Inclusion, NeedAssessment
from posts.models.kinds import B_KINDS, D_KINDS
from xmsw.accounts.roles import Capability
from xmsw.workflow.actions import note
from xmsw.workflow.refusals import Refused, refused_by_constraint
from xmsw.workflow.registry import Move, get

if TYPE_CHECKING:
    from xmsw.accounts.models import User

AS_NEEDED = (*B_KINDS, *D_KINDS)
EDITABLE = (FilingState.DRAFT, FilingState.RETURNED)
RECORDED = Move("record", "代为登记并备案", EDITABLE, FilingState.FILED, Capability.REVIEW_NEEDS)
HAS_ACCOUNT = "这家单位有自己的账号：请单位提交，你来审核，不能代为登记。"


def may_file(user: User, employer: Employer) -> bool:
    """The employer's people hand in; officers record for employers without an account."""
    able = user.can(Capability.APPLY) or user.can(Capability.REVIEW_NEEDS)
    return able and Employer.objects.visible_to(user).filter(pk=employer.pk).exists()


def records_for(user: User, employer: Employer) -> bool:
    """Whether the account would record for an employer that nobody hands in for."""
    return not user.can(Capability.APPLY) and not employer.members.filter(user__is_active=True).exists()


def against_need(need: NeedAssessment) -> Iterator[str]:
    """Sentences against a need assessment."""
    if need.employer.kind not in AS_NEEDED:
        yield "只有按需配备的单位（医院、学校等和综治中心等 8 类机构）要做需求评估。"
    if need.assessed_on > timezone.localdate():
        yield "评估日期不能晚于今天。"
    if not need.basis:
        yield "请写评估依据：服务对象、工作量或调研结论；不需要的也要写。"


def against_inclusion(inclusion: Inclusion) -> Iterator[str]:
    """Sentences against an inclusion filing."""
    if inclusion.employer.kind not in B_KINDS:
        yield "只有医院、学校、殡仪服务、人口计生服务机构要办理纳入备案（二(一)-5）。"
    if inclusion.included_on > timezone.localdate():
        yield "纳入日期不能晚于今天。"


def keep(user: User, filing: NeedAssessment | Inclusion) -> NeedAssessment | Inclusion:
    """Save a draft of the employer's, or record it as filed for an officer. Raises PermissionDenied, Refused."""
    if not may_file(user, filing.employer):
        raise PermissionDenied("你的账号不能为这家单位办理。")
    applies = user.can(Capability.APPLY)
    if not applies and not records_for(user, filing.employer):
        raise Refused(HAS_ACCOUNT)
    judge = against_need if isinstance(filing, NeedAssessment) else against_inclusion
    found = list(judge(filing))
    if found:
        raise Refused(found)
    try:
        with transaction.atomic():
            _hold(filing)
            filing.state = FilingState.DRAFT if applies else FilingState.FILED
            filing.save()
            if not applies:
                key = "need" if isinstance(filing, NeedAssessment) else "inclusion"
                note(user, get(key), filing.pk, RECORDED, FilingState.DRAFT)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return filing


def _hold(filing: NeedAssessment | Inclusion) -> None:
    """Lock the row as it is now; refused once it was handed in meanwhile."""
    if filing.pk is None:
        return
    now = type(filing).objects.select_for_update(of=("self",)).get(pk=filing.pk)
    if now.state not in EDITABLE:
        raise Refused(f"它现在是「{now.get_state_display()}」，不能再改。")
