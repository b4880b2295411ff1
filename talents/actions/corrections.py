"""Corrections that people ask for: who may, where they go, and what acceptance writes (PIPL art. 46)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from talents.corrections import ITEMS, SEALED, records_of
from talents.kinds_of_notices import CORRECTION
from talents.models import CorrectionRequest, Employment, SocialWorker
from xmsw.audit.sealed import masked
from xmsw.notices.writing import Told, tell
from xmsw.workflow.actions import attachments
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from typing import Any

    from posts.models import Employer
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

CODE = "correction"


def ask(user: User, worker: SocialWorker, field: str, record: Any, wanted: str, reason: str) -> CorrectionRequest:
    """Store a draft. Raises PermissionDenied for anybody but the person, Refused for what cannot be asked."""
    if worker.account_id != user.pk or field not in ITEMS:
        raise PermissionDenied
    item = ITEMS[field]
    if record not in records_of(worker, item, user):
        raise PermissionDenied
    parsed(field, wanted)
    present = item.present(record)
    if present == wanted:
        raise Refused("和现有内容一样，不用更正。")
    employer = _deciding(worker, record)
    if employer is None:
        raise Refused("档案里没有任职单位，不能确定由哪个区处理。请直接联系区民政局。")
    if not worker.account_met and employer.pk != worker.account_within_id:
        raise Refused("你的账号还没有经区民政局当面确认，只能申请更正邀请你的单位的记录。请带身份证去区民政局确认。")
    return CorrectionRequest.objects.create(
        worker=worker,
        employer=employer,
        field=field,
        record_id=record.pk,
        present=present or None,
        wanted=wanted,
        reason=reason,
    )


def parsed(field: str, wanted: str) -> Any:
    """The wanted text as a value; Refused, with the field's own sentence, where it cannot be one."""
    try:
        return ITEMS[field].parsed(wanted)
    except ValidationError as error:
        raise Refused(error.messages) from error


def _deciding(worker: SocialWorker, record: Any) -> Employer | None:
    """Where the record lies: the employment's own employer, else the present or last one."""
    if isinstance(record, Employment):
        return record.employer
    found = Employment.objects.select_related("employer").present(worker.pk, timezone.localdate())
    return found.employer if found else None


def record_of(request: CorrectionRequest) -> Any:
    """The record as it is now; None where it is gone."""
    item = ITEMS[request.field]
    return next((each for each in records_of(request.worker, item) if each.pk == request.record_id), None)


def against(request: CorrectionRequest) -> Iterator[str]:
    """Sentences against accepting it."""
    record = record_of(request)
    if record is None:
        yield "这条记录已经不在了，请退回。"
    elif ITEMS[request.field].present(record) != (request.present or ""):
        yield "申请之后这项内容已经改过，请退回，让本人看最新情况。"


def unproven(request: CorrectionRequest) -> Iterator[str]:
    """Sentences against handing it in."""
    if request.field == "identity" and not attachments(CODE, request.pk).exists():
        yield "更正身份证号要上传身份证照片作为证明。"


def accept(user: User, request: CorrectionRequest, decision: Decision) -> None:
    """Effect: write the value as the record's own, with the person's request in the row's history, and tell."""
    found = record_of(request)
    record = type(found)._default_manager.select_for_update(of=("self",)).get(pk=found.pk)
    item = ITEMS[request.field]
    item.write(record, parsed(request.field, request.wanted))
    try:
        record.clean_fields(exclude=["identity", "phone"])
    except ValidationError as error:
        raise Refused(error.messages) from error
    with pghistory.context(correction=request.pk):
        record.save()
    _tell(request, "更正申请已采纳", f"{item.label}已更正。")


def refuse(user: User, request: CorrectionRequest, decision: Decision) -> None:
    """Effect of sending it back: the person is told why."""
    _tell(request, "更正申请未采纳", f"{ITEMS[request.field].label}：{decision.said}"[:500])


def _tell(request: CorrectionRequest, title: str, text: str) -> None:
    account = request.worker.account_id
    if account is not None:
        url = reverse("talents:correction", args=[request.pk])
        tell(CORRECTION, [Told(account, request.pk, request.state, title, text, url)], again=True)


def told(field: str, text: str | None, *, full: bool) -> str:
    """A stored text in words; sealed fields masked unless `full`."""
    return masked(text, 3, 4) if field in SEALED and text and not full else ITEMS[field].told(text)
