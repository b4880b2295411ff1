"""Keeping a row of a register: who may, within which area and line, and the file that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from supervision.models.registers import Register, WithFile
from xmsw.accounts.roles import Capability
from xmsw.audit import stored
from xmsw.workflow.actions import MAX_ATTACHMENT, content_type_of
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from xmsw.accounts.models import User

OWN_LINE_ONLY = frozenset({Capability.KEEP_DUTIES})  # of a bureau that is not the lead


def keeps(user: User, writes: Iterable[str]) -> bool:
    """Whether the account, an officer, keeps some rows of such a register."""
    return user.org_unit_id is not None and any(map(user.can, writes))


def every_line(user: User, writes: Iterable[str]) -> bool:
    """Whether it keeps the rows of every line, not of its own bureau alone."""
    return user.is_lead or any(user.can(each) for each in writes if each not in OWN_LINE_ONLY)


def may_keep(user: User, row: Register, writes: Iterable[str]) -> bool:
    """Whether the account may write this row: its area, and its line."""
    if not keeps(user, writes) or not str(row.region_id or "").startswith(user.area_code):
        return False
    return every_line(user, writes) or row.bureau == user.org_unit.bureau


def keep(
    user: User,
    row: Register,
    writes: Iterable[str],
    upload: UploadedFile | None = None,
    against: Callable[[Any], Iterable[str]] = lambda before: (),
) -> Register:
    """Store a new or changed row, with a new file where one came; `against`: sentences over the row as it stands.

    Raises PermissionDenied, Refused, IntegrityError.
    """
    writes = tuple(writes)
    if not may_keep(user, row, writes):
        raise PermissionDenied("只能登记自己地区、自己部门的事项。")
    with transaction.atomic():
        if row.pk is not None:
            before = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
            if not may_keep(user, before, writes):
                raise PermissionDenied("这一条不归你的部门登记。")
            if sentences := list(against(before)):
                raise Refused(sentences)
            _as_stored(row, before)
        row.recorded_by = user
        return save_with_file(row, upload)


def _as_stored(row: Register, before: Register) -> None:
    """What no form writes stays as it is under the lock: sums that a ledger moves, the file."""
    for each in row._meta.concrete_fields:
        if not each.editable:
            setattr(row, each.attname, getattr(before, each.attname))


def save_with_file(row: Any, upload: UploadedFile | None) -> Any:
    """Save a row; a file is sealed first, and is not left behind when the row cannot be stored. Raises Refused."""
    if upload is None:
        row.save()
        return row
    if upload.size > MAX_ATTACHMENT:
        raise Refused(f"「{upload.name[:60]}」超过 {MAX_ATTACHMENT // 1_048_576} MB，请压缩后上传。")
    data = upload.read()
    kind = content_type_of(upload.name, data)
    with stored.keeping(data) as (name, _), transaction.atomic():
        _put(row, Path(upload.name).name[-200:], kind, name)
        row.save()
    return row


def _put(row: WithFile, name: str, kind: str, stored_as: str) -> None:
    row.file_name, row.file_type, row.stored_as = name, kind, stored_as
