"""Two records of one person become one. Everything moves to the record that is kept; the rows' history says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from talents.corrections import OF_THE_PERSON
from talents.models import (
    Attendance,
    CorrectionRequest,
    Employment,
    SocialWorker,
    SpecialistFile,
    StandingRecord,
    WorkerMerge,
)
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from django.db.models import Model

    from xmsw.accounts.models import User

FILLED = ("phone", "phone_hash", "education", "degree", "social_work_education")
CONFLICT = "两份档案的记录相互冲突。"
ACCOUNT = ("account_id", "account_met", "account_within_id")


def merge(user: User, kept: int, dropped: int, reason: str) -> SocialWorker:
    """Merge `dropped` into `kept` (ids); returns the record kept.

    Raises PermissionDenied without the capability, DoesNotExist where the account does not see both, Refused where
    employments lie outside its area, where nothing explains it, or where the two records contradict each other.
    """
    if not user.can(Capability.CORRECT_RECORDS):
        raise PermissionDenied
    if not reason.strip():
        raise Refused("请写明怎样确认是同一个人。")
    if kept == dropped:
        raise Refused("请选两份不同的档案。")
    with transaction.atomic(), pghistory.context(reason=reason, merged=dropped, into=kept):
        pair = _locked(user, kept, dropped)
        try:
            with transaction.atomic():
                _move(*pair)
        except IntegrityError as error:
            raise Refused(f"不能合并：{_told(error)}请先更正其中一份，再合并。") from error
        WorkerMerge.objects.create(kept=pair[0], dropped=pair[1], reason=reason.strip()[:300], by=user)
    return pair[0]


def _told(error: IntegrityError) -> str:
    """What the two records contradict each other in; nothing of a restricted record, which the officer may not see."""
    broken = getattr(getattr(error.__cause__, "diag", None), "table_name", None)
    return CONFLICT if broken == StandingRecord._meta.db_table else refused_by_constraint(error, CONFLICT).sentence


def _locked(user: User, kept: int, dropped: int) -> tuple[SocialWorker, SocialWorker]:
    """Both rows under a lock taken in one order, so that two mergers never wait for each other."""
    rows = SocialWorker.objects.visible_to(user).filter(pk__in=(kept, dropped)).values("pk")
    found = SocialWorker.objects.select_for_update().filter(pk__in=rows).order_by("pk").in_bulk()
    if len(found) < len({kept, dropped}):
        raise SocialWorker.DoesNotExist
    everywhere = Employment.objects.filter(worker__in=found).in_force(timezone.localdate())
    if everywhere.count() != everywhere.filter(pk__in=Employment.objects.visible_to(user).values("pk")).count():
        raise Refused("其中一份档案还在别的地区任职，请由市民政局合并。")
    if found[kept].merged_into_id or found[dropped].merged_into_id:
        raise Refused("其中一份档案已经合并过，请看最新情况。")
    if found[kept].account_id and found[dropped].account_id:
        raise Refused("两份档案都开通了本人账号，请先解除其中一个。")
    return found[kept], found[dropped]


def _move(kept: SocialWorker, dropped: SocialWorker) -> None:
    """Every row that names the dropped record names the kept one; empty fields of the kept are filled."""
    _refuse_twins(kept, dropped)
    CorrectionRequest.objects.filter(worker=dropped, record_id=dropped.pk, field__in=OF_THE_PERSON).update(
        record_id=kept.pk
    )
    _leave_one_of_each_standing(kept, dropped)
    if SpecialistFile.objects.filter(worker=kept).exists():
        SpecialistFile.objects.filter(worker=dropped).delete()
    for relation in SocialWorker._meta.related_objects:
        if relation.get_accessor_name() != "merged":
            _repoint(relation.related_model, relation.field.name, kept, dropped)
    changed = [name for name in FILLED if getattr(kept, name) in (None, "")]
    changed += ACCOUNT if kept.account_id is None and dropped.account_id is not None else ()
    for name in changed:
        setattr(kept, name, getattr(dropped, name))
    dropped.account, dropped.account_met, dropped.account_within = None, False, None
    dropped.merged_into = kept
    dropped.save(update_fields=["account", "account_met", "account_within", "merged_into"])
    if changed:
        kept.save(update_fields=changed)


def _leave_one_of_each_standing(kept: SocialWorker, dropped: SocialWorker) -> None:
    """The same standing recorded for both is one. No sentence says so: that would tell that there is one (trap 13)."""
    same = StandingRecord.objects.filter(
        worker=kept, kind=OuterRef("kind"), body=OuterRef("body"), start=OuterRef("start")
    )
    StandingRecord.objects.filter(Exists(same), worker=dropped).delete()


def _refuse_twins(kept: SocialWorker, dropped: SocialWorker) -> None:
    """Hours of one course on one day count once."""
    same = Attendance.objects.filter(worker=kept, title=OuterRef("title"), on=OuterRef("on"))
    twin = Attendance.objects.filter(Exists(same), worker=dropped).first()
    if twin is not None:
        raise Refused(f"不能合并：两份档案都有 {twin.on:%Y-%m-%d} 完成的「{twin.title}」，请先删除其中一条学时。")


def _repoint(model: type[Model], field: str, kept: SocialWorker, dropped: SocialWorker) -> None:
    model._default_manager.filter(**{field: dropped}).update(**{field: kept})
