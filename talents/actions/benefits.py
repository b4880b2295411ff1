"""Preferential treatment of high-level talent (三(一)-10), and the special allowance (三(一)-11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from talents.models import AllowanceRecommendation, BenefitApplication, Employment, HighLevelTag, SocialWorker
from xmsw.accounts.roles import Capability
from xmsw.workflow.actions import held
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

EDITABLE = ("draft", "returned")
NO_TAG = "没有有效的高层次人才认定，不能申请优惠待遇（三(一)-10）。由区民政局按认定文件登记之后再申请。"


def valid_tag(worker: SocialWorker, on: date) -> HighLevelTag | None:
    """The recognition that holds on that day; the one that holds longest of several."""
    rows = HighLevelTag.objects.filter(worker=worker).in_force(on).select_related("category")
    return min(rows, key=lambda tag: (tag.end is not None, -(tag.end or on).toordinal()), default=None)


def may_apply(user: User, worker: SocialWorker) -> bool:
    """The person, and the people of the present employer."""
    if user.can(Capability.OWN_RECORD):
        return SocialWorker.objects.acting(user, timezone.localdate()).filter(pk=worker.pk).exists()
    here = Employment.objects.visible_to(user).in_force(timezone.localdate())
    return user.can(Capability.APPLY) and here.filter(worker=worker).exists()


def hand_over(user: User, application: BenefitApplication, decision: Decision) -> None:
    """Handing in and taking back are for whoever may apply: a former employer leaves the application alone."""
    if not may_apply(user, application.worker):
        raise PermissionDenied("你的账号不能为这个人提交或撤销申请。")


def correct(case: BenefitApplication | AllowanceRecommendation) -> None:
    """Store a changed draft. Raises Overtaken where it was handed in meanwhile."""
    with transaction.atomic():
        held(type(case), case.pk, EDITABLE)
        case.save()


def against(application: BenefitApplication) -> Iterator[str]:
    """Sentences against an application as it stands."""
    today = timezone.localdate()
    if valid_tag(application.worker, today) is None:
        yield NO_TAG
    kind = application.type
    if kind.start > today or (kind.end is not None and kind.end < today):
        yield f"「{kind}」现在不办理。请看优惠待遇一览。"


def apply_for(user: User, application: BenefitApplication) -> BenefitApplication:
    """Store a new application as a draft. Raises PermissionDenied, Refused."""
    worker = application.worker
    if not may_apply(user, worker):
        raise PermissionDenied("只能为本人或本单位的人员申请。")
    tag = valid_tag(worker, timezone.localdate())
    employment = _present(user, worker)
    if tag is None:
        raise Refused(NO_TAG)
    if employment is None:
        raise Refused("此人现在没有任职单位，不能确定由哪个区受理。请先登记任职。")
    application.tag, application.employer = tag, employment.employer
    found = list(against(application))
    if found:
        raise Refused(found)
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return application


def _present(user: User, worker: SocialWorker) -> Employment | None:
    rows = Employment.objects.visible_to(user).filter(worker=worker).in_force(timezone.localdate())
    return rows.select_related("employer").order_by("-start").first()


def conclude(user: User, application: BenefitApplication, decision: Decision) -> None:
    """Effect of the result: what was said, and today."""
    application.result, application.result_on = decision.said[:300], timezone.localdate()


def against_recommendation(recommendation: AllowanceRecommendation) -> Iterator[str]:
    """Sentences against handing it in."""
    if not recommendation.achievements.strip():
        yield "请写主要业绩。"
    if not recommendation.worker.certificates.exists():
        yield "推荐人选还没有登记社会工作者职业水平证书，请先补登。"


def recommend(user: User, recommendation: AllowanceRecommendation) -> AllowanceRecommendation:
    """Store a recommendation of the account's own unit. Raises PermissionDenied, Refused."""
    if not user.can(Capability.RECOMMEND_ALLOWANCE) or user.org_unit_id is None:
        raise PermissionDenied
    if not SocialWorker.objects.visible_to(user).filter(pk=recommendation.worker_id).exists():
        raise PermissionDenied("你看不到这个人，不能推荐。")
    recommendation.recommender_id = user.org_unit_id
    try:
        with transaction.atomic():
            recommendation.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return recommendation


def result(user: User, recommendation: AllowanceRecommendation, decision: Decision) -> None:
    """Effect of the result: the document that tells it, and today."""
    recommendation.result_document, recommendation.result_on = decision.said[:200], timezone.localdate()
