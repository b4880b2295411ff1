"""Rank ladders (职级体系, 二(四)-2): a version in force is never edited; a new one starts and ends the old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from posts.models import CertificateLevel, Employer, Grade, RankLadder, Rung
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def may_change(user: User, employer: Employer) -> bool:
    """Employers' own people and the officers who review its posts."""
    able = user.can(Capability.APPLY) or user.can(Capability.REVIEW_POSTS)
    return able and Employer.objects.visible_to(user).filter(pk=employer.pk).exists()


def faults(rungs: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Sentences for what is wrong with the rungs, lowest first."""
    if not rungs:
        yield "至少写一个职级。"
    for place, rung in enumerate(rungs, start=1):
        needed = rung["min_certificate"]
        if needed is not None and needed < rung["grade"]:
            grade, level = Grade(rung["grade"]).label, CertificateLevel(needed).label
            yield f"第 {place} 级对应{grade}岗位，晋升条件不能低到{level}（二(四)-6 至 -8）。"
    grades = [rung["grade"] for rung in rungs]
    if grades != sorted(grades):
        yield "职级从低到高排列：对应的岗位等级不能往下走。"
    names = [rung["name"] for rung in rungs]
    if len(set(names)) < len(names):
        yield "有两个职级同名。"


def new_version(
    user: User, employer: Employer, *, document: str, start: date, rungs: Sequence[dict[str, Any]]
) -> RankLadder:
    """Adopt a version from a day on; the one in force ends the day before. Raises PermissionDenied, Refused."""
    if not may_change(user, employer):
        raise PermissionDenied("你的账号不能为这家单位制定职级体系。")
    found = list(faults(rungs))
    if found:
        raise Refused(found)
    try:
        with transaction.atomic():
            Employer.objects.select_for_update().get(pk=employer.pk)
            _end_current(employer, start)
            last = employer.ladders.order_by("-version").first()
            ladder = RankLadder.objects.create(
                employer=employer, version=last.version + 1 if last else 1, document=document, start=start
            )
            Rung.objects.bulk_create(Rung(ladder=ladder, order=order, **rung) for order, rung in enumerate(rungs, 1))
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return ladder


def _end_current(employer: Employer, start: date) -> None:
    for ladder in employer.ladders.filter(end__isnull=True):
        if ladder.start >= start:
            raise Refused(f"第 {ladder.version} 版从 {ladder.start:%Y-%m-%d} 起施行，新版要晚于这一天。")
        ladder.end = start - timedelta(days=1)
        ladder.save(update_fields=["end"])
