"""Titles of certificate levels (评聘相衔接, 二(四)-4): set by 人社 of the city alone, versioned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from talents.models import TitleMap
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def set_title(user: User, *, level: int, title: str, grade: int, start: date, source: str) -> TitleMap:
    """A new version of one level's title; the one in force ends the day before."""
    if not user.can(Capability.EDIT_TITLES):
        raise PermissionDenied("证书与职务的对应由市人力资源和社会保障部门维护。")
    try:
        with transaction.atomic():
            for old in TitleMap.objects.select_for_update().filter(level=level, end__isnull=True):
                if old.start >= start:
                    raise Refused(f"现行的一版从 {old.start:%Y-%m-%d} 起施行，新版要晚于这一天。")
                old.end = start - timedelta(days=1)
                old.save(update_fields=["end"])
            return TitleMap.objects.create(level=level, title=title, grade=grade, start=start, source=source)
    except IntegrityError as error:
        raise refused_by_constraint(error, "这个级别在这段时间已有对应的职务。") from error
