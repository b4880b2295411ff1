"""What people and tasks do with an import: receive, check, mend, confirm, merge, undo, give up, resume.

Each change of state happens in the transaction that does what it says, so a database killed in the middle leaves
the batch as it was: wholly in or wholly out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from xmsw.audit import stored
from xmsw.exchange import kinds, merging
from xmsw.exchange.checking import ORPHANED, look_up
from xmsw.exchange.models import Batch
from xmsw.exchange.reading import count_rows, read_sheet, shortened
from xmsw.exchange.refusals import Refused
from xmsw.exchange.staging import crowded, restage_row, stage, unread_errors

if TYPE_CHECKING:
    from xmsw.accounts.models import User

log = logging.getLogger(__name__)
State = Batch.State
MERGE_LOCK = 317_001  # merges follow one another: two at once could each miss what the other writes
MAX_ATTEMPTS = 10
NOTHING_WRITTEN = "没有写入任何内容"
NAMED_COLUMNS = 10  # unknown columns that a message names
NO_EMPLOYER = "你的账号还没有对应的用人单位，不能导入。请先登记单位，或请本单位的经办人把你加进去。"
SHORT_WAIT = "10s"  # for those who hold a batch for a moment; who holds it longer is writing it
AT_WORK = "这次导入正在处理，不用再点。请稍等几秒，看页面上的最新状态。"


class Superseded(Exception):
    """Another task has taken this batch up; this one stops."""


def receive(user: User | None, key: str, name: str, path: Path) -> Batch:
    """Take a file in (`user` None: the console); raises Refused with nothing stored, PermissionDenied."""
    kind = kinds.get(key)
    if user is not None and not kind.permitted(user):
        raise PermissionDenied(f"你的账号不能导入「{kind.label}」。")
    works_for = None if user is None else kinds.bound_to(user)
    if works_for == []:
        raise Refused(NO_EMPLOYER)
    total, unknown = count_rows(path, name, kind)
    with stored.keeping(path.read_bytes()) as (stored_as, sha256), transaction.atomic():
        again = Batch.objects.filter(kind=key, sha256=sha256, state=State.MERGED, uploader=user).exists()
        return Batch.objects.create(
            kind=key,
            file_name=name[-200:],
            sha256=sha256,
            stored_as=stored_as,
            uploader=user,
            org_unit_id=user.org_unit_id if user else None,
            works_for=works_for or [],
            total=total,
            message=_ignored(unknown) + ("同样的文件以前写入过。" if again else ""),
        )


def _ignored(headers: list[str]) -> str:
    """The sentence about columns that the kind does not know, at most about 250 characters."""
    if not headers:
        return ""
    listed = "、".join(map(shortened, headers[:NAMED_COLUMNS]))
    others = f"等 {len(headers)} 列" if len(headers) > NAMED_COLUMNS else ""
    return f"这些列不在模板里，已忽略：{listed}{others}。"


def _claim(batch_id: int) -> Batch | None:
    """Take a waiting batch up for checking; None when there is nothing to do."""
    with transaction.atomic():
        batch = (
            Batch.objects.select_for_update().filter(pk=batch_id, state__in=(State.UPLOADED, State.CHECKING)).first()
        )
        if batch is None:
            return None
        batch.state, batch.attempt = State.CHECKING, batch.attempt + 1
        batch.save(update_fields=["state", "attempt", "touched_at"])
    return batch


def check(batch_id: int) -> None:
    """Stage (unless done) and look everything up. Safe to run twice; a task that was overtaken stops."""
    batch = _claim(batch_id)
    if batch is None:
        return
    try:
        if batch.done < batch.total:
            _stage(batch)
        with transaction.atomic():
            _still_mine(batch)
            look_up(batch)
            batch.state = State.CHECKED
            batch.message = f"{batch.message}{crowded(batch)}"[:400]
            batch.save()
    except Superseded:
        return
    except (Refused, FileNotFoundError) as error:
        reason = str(error) if isinstance(error, Refused) else "上传的文件已不在服务器上，请重新上传。"
        fail(batch, f"{NOTHING_WRITTEN}：{reason}")


def _still_mine(batch: Batch) -> None:
    held = Batch.objects.select_for_update().filter(pk=batch.pk, attempt=batch.attempt, state=State.CHECKING)
    if not held.exists():
        raise Superseded


def _stage(batch: Batch) -> None:
    def progress(done: int) -> None:
        _still_mine(batch)
        batch.done = done
        batch.save(update_fields=["done", "touched_at"])

    batch.rows.all()._raw_delete("default")
    batch.problems.all()._raw_delete("default")
    opened = stored.opened(batch.stored_as)
    with opened as path, read_sheet(path, batch.file_name, batch.import_kind) as sheet:
        batch.total = stage(batch, sheet.rows(), timezone.localdate(), progress)


def fail(batch: Batch, sentence: str) -> None:
    """Put a batch aside with a sentence."""
    batch.state, batch.message = State.FAILED, sentence[:400]
    batch.save(update_fields=["state", "message", "touched_at"])


def _held(user: User | None, batch_id: int, *states: str) -> Batch:
    """The batch, locked, if the account sees it and it is in one of the states; raises Refused or DoesNotExist.

    Nobody waits for a task or a second click that holds it: that is a refusal too.
    """
    visible = Batch.objects.all() if user is None else Batch.objects.visible_to(user)
    allowed = visible.get(pk=batch_id)
    batch = Batch.objects.select_for_update(skip_locked=True).filter(pk=allowed.pk).first()
    if batch is None:
        raise Refused(AT_WORK)
    if batch.state not in states:
        raise Refused(f"这次导入现在是「{batch.get_state_display()}」，不能这样做。请刷新页面看最新状态。")
    return batch


@transaction.atomic
def confirm(user: User | None, batch_id: int) -> Batch:
    """The user says yes; raises Refused while rows have errors: a file goes in whole or not at all."""
    batch = _held(user, batch_id, State.CHECKED)
    if batch.orphaned:
        raise Refused(ORPHANED)
    if batch.errors:
        raise Refused(f"还有 {batch.errors} 行有错误。改好之后才能写入：文件要么全部写入，要么一行不写。")
    if not batch.mergeable:
        raise Refused("文件内容与库中一致，没有要写入的。")
    batch.state, batch.attempt, batch.confirmed_by = State.MERGING, 0, user
    batch.save(update_fields=["state", "attempt", "confirmed_by", "touched_at"])
    return batch


def merge(batch_id: int, afterwards: Callable[[], None] | None = None) -> None:
    """Write a confirmed batch in one transaction, after looking everything up anew; `afterwards` runs on commit."""
    try:
        with transaction.atomic():
            batch = _to_merge(batch_id)
            if batch is None:
                return
            with pghistory.context(user=batch.confirmed_by_id or batch.uploader_id, import_batch=batch.pk):
                _merge_held(batch)
            if afterwards is not None:
                transaction.on_commit(afterwards)
    except Refused as refusal:
        fail(Batch.objects.get(pk=batch_id), f"{NOTHING_WRITTEN}：{refusal}")
    except IntegrityError as error:
        log.warning("batch %s: %s", batch_id, error)
        fail(Batch.objects.get(pk=batch_id), merging.explained(error))


def _to_merge(batch_id: int) -> Batch | None:
    """The confirmed batch, locked, once no other merge runs; None when it is merged already or another is at it.

    A click that came too late holds the batch for a moment: to give up at once would leave it waiting for a rescue.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, TRUE)", [SHORT_WAIT])
        try:
            with transaction.atomic():
                batch = Batch.objects.select_for_update().filter(pk=batch_id, state=State.MERGING).first()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            return None
        cursor.execute("SELECT set_config('lock_timeout', '0', TRUE)")
        if batch is not None:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MERGE_LOCK])
    return batch


def _merge_held(batch: Batch) -> None:
    look_up(batch)
    if batch.errors:
        batch.state = State.CHECKED
        batch.message = f"{NOTHING_WRITTEN}：你确认之后库中内容有了变化，请按下面的新问题修改。"
    else:
        merging.merge(batch)
        batch.state, batch.merged_at = State.MERGED, timezone.now()
        batch.message = f"全部写入：新增 {batch.new} 行，变更 {batch.changed} 行，{batch.same} 行没有变化。"
        # The staged copy of personal data has served; problems and what was touched stay.
        batch.rows.all()._raw_delete("default")
        stored_as, batch.stored_as = batch.stored_as, ""
        transaction.on_commit(lambda: stored.forget(stored_as))
    batch.save()


def undo(user: User | None, batch_id: int) -> Batch:
    """Take a merged batch out as a whole; raises Refused when a row was changed or used since."""
    with transaction.atomic():
        batch = _held(user, batch_id, State.MERGED)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MERGE_LOCK])
            if cursor.fetchone() != (True,):
                raise Refused("另一个文件正在写入或撤销。请等它完成，再撤销这一个。")
        merging.refuse_foreign(batch, user)
        with pghistory.context(user=user.pk if user else None, undone_batch=batch.pk):
            merging.undo(batch)
        batch.touched.all()._raw_delete("default")
        batch.state, batch.message = State.UNDONE, "已整体撤销，库中恢复为写入之前的内容。"
        batch.save()
    return batch


@transaction.atomic
def mend(user: User | None, batch_id: int, cells: Mapping[tuple[int, str], str]) -> Batch:
    """New text for cells by (row, column); the rows are read anew and the batch waits for checking."""
    batch = _held(user, batch_id, State.CHECKED, State.FAILED)
    if unread_errors(batch):
        raise Refused("错误太多，没有全部列出，不能在这里改。请在文件里改好，再重新上传。")
    names = [column.name for column in batch.import_kind.columns]
    by_row: dict[int, dict[str, str]] = {}
    for (row, column), text in cells.items():
        by_row.setdefault(row, {})[column] = text
    for staged in batch.rows.filter(row__in=by_row).select_related("batch"):
        old = dict(zip(names, json.loads(staged.raw), strict=True))
        new = old | {name: text for name, text in by_row[staged.row].items() if name in old}
        restage_row(staged, list(new.values()), timezone.localdate())
    batch.state, batch.attempt, batch.message = State.CHECKING, 0, ""
    batch.save(update_fields=["state", "attempt", "message", "touched_at"])
    return batch


@transaction.atomic
def give_up(user: User | None, batch_id: int) -> Batch:
    """Drop a batch that was not merged, with its rows and its file."""
    batch = _held(user, batch_id, State.UPLOADED, State.CHECKED, State.FAILED)
    batch.rows.all()._raw_delete("default")
    batch.problems.all()._raw_delete("default")
    stored_as, batch.stored_as = batch.stored_as, ""
    transaction.on_commit(lambda: stored.forget(stored_as))
    batch.state, batch.message = State.REJECTED, "你放弃了这次导入，没有写入任何内容。"
    batch.save()
    return batch


@transaction.atomic
def resume(user: User | None, batch_id: int) -> Batch:
    """Start a batch again that shows no progress (or failed); the caller queues its task."""
    batch = _held(user, batch_id, *Batch.WORKING, State.FAILED)
    if batch.state == State.FAILED:
        batch.state, batch.message = State.CHECKING, ""
    batch.attempt = 0 if batch.state != State.CHECKING else batch.attempt + 1
    batch.save(update_fields=["state", "attempt", "message", "touched_at"])
    return batch


@transaction.atomic
def stale(at_once: bool = False) -> list[Batch]:
    """Batches whose task died, to be queued again; those that died too often are put aside with a sentence.

    A living merge holds its row locked and is skipped. `at_once` does not wait for silence (a worker just started).
    """
    silent_since = timezone.now() - timedelta(seconds=0 if at_once else settings.IMPORT_STALE_SECONDS)
    waiting = Batch.objects.select_for_update(skip_locked=True).filter(
        state__in=Batch.WORKING, touched_at__lt=silent_since
    )
    again = []
    for batch in waiting:
        batch.attempt += 1
        if batch.attempt > MAX_ATTEMPTS:
            fail(batch, f"{NOTHING_WRITTEN}：系统试了 {MAX_ATTEMPTS} 次都没有完成。请点「继续」，或联系系统管理员。")
            continue
        batch.save(update_fields=["attempt", "touched_at"])
        again.append(batch)
    return again
