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
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

AS_NEEDED = (*B_KINDS, *D_KINDS)


def may_file(user: User, employer: Employer) -> bool:
    """The employer's people hand in; officers record for employers without an account."""
    able = user.can(Capability.APPLY) or user.can(Capability.REVIEW_NEEDS)
    return able and Employer.objects.visible_to(user).filter(pk=employer.pk).exists()


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
    if filing.state not in (FilingState.DRAFT, FilingState.RETURNED) and filing.pk:
        raise Refused(f"它现在是「{filing.get_state_display()}」，不能再改。")
    judge = against_need if isinstance(filing, NeedAssessment) else against_inclusion
    found = list(judge(filing))
    if found:
        raise Refused(found)
    filing.state = FilingState.DRAFT if user.can(Capability.APPLY) else FilingState.FILED
    try:
        with transaction.atomic():
            filing.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return filing
