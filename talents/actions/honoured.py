"""Recognitions of high-level talent and the lists they are chosen from (三(一)-9, -10), each saved under its right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from talents.models import BenefitType, HighLevelTag, SocialWorker, TalentCategory
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def recognise(user: User, tag: HighLevelTag) -> HighLevelTag:
    """Record or correct a recognition.

    Raises PermissionDenied without the right or where the account does not see the person, Refused by a constraint.
    """
    seen = SocialWorker.objects.visible_to(user).filter(pk=tag.worker_id)
    if not user.can(Capability.RECORD_TALENT) or not seen.exists():
        raise PermissionDenied
    return _saved(tag)


def keep_listed(user: User, entry: TalentCategory | BenefitType) -> TalentCategory | BenefitType:
    """Add or correct a category of talent or a benefit. Raises PermissionDenied, Refused by a constraint."""
    if not user.can(Capability.KEEP_TALENT_LISTS):
        raise PermissionDenied
    return _saved(entry)


def _saved(row: HighLevelTag | TalentCategory | BenefitType) -> HighLevelTag | TalentCategory | BenefitType:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return row
