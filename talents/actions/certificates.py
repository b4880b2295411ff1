"""Certificates and registrations: entering them, what stands against handing one in, what verifying changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from talents.actions import learning
from talents.models import Certificate, Registration, SocialWorker
from talents.registration import exam_problem, impossible_exams
from xmsw.accounts.roles import Capability
from xmsw.workflow.actions import held
from xmsw.workflow.models import Attachment
from xmsw.workflow.refusals import Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from xmsw.accounts.models import User

KEY = "certificate"
State = Certificate.State
EDITABLE = (State.RECORDED, State.DOUBTFUL)
NO_SCAN = "还没有证书扫描件。先上传证书的照片或扫描件，再提交核验。"
EVIDENCE_LIMIT = 200


def may_enter(user: User, worker_id: int) -> bool:
    """Officers who verify, the employer where the person works today, oneself."""
    if user.can(Capability.VERIFY_CERTIFICATES):
        return SocialWorker.objects.visible_to(user).filter(pk=worker_id).exists()
    return learning.may_enter(user, worker_id)


def may_register(user: User, worker_id: int) -> bool:
    """Registrations are entered by officers and by the employer; the person uploads the proof with the certificate."""
    return not user.can(Capability.OWN_RECORD) and may_enter(user, worker_id)


def record(user: User, certificate: Certificate) -> Certificate:
    """Save a new certificate, or one not verified as corrected. Raises PermissionDenied, Overtaken, Refused."""
    if not may_enter(user, certificate.worker_id):
        raise PermissionDenied("你的账号不能登记这个人的证书。")
    today = timezone.localdate()
    problem = exam_problem(certificate.level, certificate.exam_year, certificate.issued_on, today)
    if problem:
        raise Refused(problem)
    if certificate.issued_on > today:
        raise Refused("签发日期不能晚于今天。")
    try:
        with transaction.atomic():
            if certificate.pk:
                held(Certificate, certificate.pk, EDITABLE)
            certificate.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return certificate


def register(user: User, registration: Registration) -> Registration:
    """Add a registration or correct one. Raises PermissionDenied, Refused."""
    certificate = registration.certificate
    if not may_register(user, certificate.worker_id):
        raise PermissionDenied("你的账号不能登记这个人的证书。")
    try:
        with transaction.atomic():
            Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
            found = list(_against(registration))
            if found:
                raise Refused(found)
            registration.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return registration


def _against(registration: Registration) -> Iterator[str]:
    certificate, start, end = registration.certificate, registration.start, registration.end
    if start < certificate.issued_on:
        yield f"证书 {certificate.issued_on:%Y-%m-%d} 才签发，登记日期不能更早。"
    others = Registration.objects.filter(certificate=certificate).exclude(pk=registration.pk)
    for each in others.filter(start__lte=start, end__gte=end)[:1]:
        yield f"已有 {each.start:%Y-%m-%d} 至 {each.end:%Y-%m-%d} 的登记，这一次没有更晚到期。"
    for each in others.filter(start__gt=start, end__lte=end)[:1]:
        yield f"已有更晚的登记（{each.start:%Y-%m-%d} 起），这一次不能盖过它。"


def unregister(user: User, registration: Registration) -> None:
    """Take out a registration entered by mistake; officers who verify only. Raises PermissionDenied."""
    visible = Registration.objects.visible_to(user).filter(pk=registration.pk).exists()
    if not (user.can(Capability.VERIFY_CERTIFICATES) and visible):
        raise PermissionDenied("只有核验证书的民政干部可以删除登记。")
    registration.delete()


def hand_over(user: User, certificate: Certificate, decision: Decision) -> None:
    """Handing in and taking back are for whoever may enter: a former employer leaves the certificate alone."""
    if not may_enter(user, certificate.worker_id):
        raise PermissionDenied("你的账号不能为这个人提交或撤回证书。")


def against_handing_in(certificate: Certificate) -> Iterator[str]:
    """Sentences against asking for verification: no scan."""
    if not Attachment.objects.filter(flow=KEY, subject_id=certificate.pk).exists():
        yield NO_SCAN


def concerns(ids: list[int]) -> dict[int, list[str]]:
    """What an officer should read first: an exam year that could not have given the certificate, no scan."""
    scans = Attachment.objects.filter(flow=KEY, subject_id=OuterRef("pk"))
    rows = Certificate.objects.filter(pk__in=ids).annotate(scanned=Exists(scans))
    wrong = set(rows.filter(impossible_exams(timezone.localdate())).values_list("pk", flat=True))
    found: dict[int, list[str]] = {}
    for each in rows:
        said = [f"考试年份 {each.exam_year} 不可能取得这个证书"] if each.pk in wrong else []
        said += [] if each.scanned else ["没有扫描件"]
        if said:
            found[each.pk] = said
    return found


def verify(user: User, certificate: Certificate, decision: Decision) -> None:
    """Effect of verifying: the day, and what it was checked against."""
    certificate.verified_on = _today()
    certificate.evidence = decision.said[:EVIDENCE_LIMIT]


def doubt(user: User, certificate: Certificate, decision: Decision) -> None:
    """Effect of doubting: no longer verified; what is doubtful stands in its history."""
    certificate.verified_on = None
    certificate.evidence = ""


def _today() -> date:
    return timezone.localdate()
