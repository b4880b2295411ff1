"""Moves: lock, permission, state, rule, write and note, in one transaction. Two at once: one wins, one is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, models, transaction
from django.db.models import Count, Exists, OuterRef, Sum, Value
from django.utils import timezone

from xmsw.audit import stored
from xmsw.workflow.models import Attachment, Step
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint
from xmsw.workflow.registry import Decision, Flow, Move, get

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from xmsw.accounts.models import User

NOTHING_SAID = Decision()
DEADLOCK = "40P01"  # SQLSTATE
GONE, SINGLY = "已不在你的范围", "现在不能成批办理，请点开它看。"
MAX_ATTACHMENT = 10 * 1024 * 1024
MOST_FILES, MOST_BYTES = 120, 300 * 1024 * 1024  # of one case
CONTENT_TYPES = {
    ".pdf": ("application/pdf", (b"%PDF",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".png": ("image/png", (b"\x89PNG",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
}


def move(user: User, flow: Flow, pk: int, name: str, decision: Decision = NOTHING_SAID) -> Any:
    """Make one move; returns the object.

    Raises the model's DoesNotExist where the account does not see it, PermissionDenied where it may not make the
    move, Overtaken where somebody was faster, Refused where a rule or a constraint forbids it.
    """
    made = flow.move(name)
    if not made.permits(user):
        raise PermissionDenied(f"你的账号不能{made.label}{flow.label}。")
    seen = flow.model._default_manager.visible_to(user).filter(pk=pk)
    if not seen.exists():
        raise flow.model.DoesNotExist
    try:
        with transaction.atomic(), pghistory.context(reason=decision.said, move=f"{flow.key}.{name}"):
            case = flow.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
            _refuse(user, flow, case, made, decision)
            _make(user, flow, case, made, decision)
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != DEADLOCK:
            raise
        raise Overtaken("另一个人正在办相关的事，这次没有办成。请看最新情况，再点一次。") from error
    return case


def _refuse(user: User, flow: Flow, case: Any, made: Move, decision: Decision) -> None:
    last = Step.objects.of(flow.key, case.pk).first()
    if case.state not in made.sources:
        by = f"已由{last.who}于 {timezone.localtime(last.at):%m-%d %H:%M} {last.label}，" if last else ""
        raise Overtaken(f"这件事{by}现在是「{case.get_state_display()}」，不能再{made.label}。请看最新情况。")
    if made.explained and not decision.said:
        raise Refused(f"请选理由或写明意见，再{made.label}。")
    if made.apart and last is not None and last.user_id == user.pk:
        raise Refused(f"这件事是你自己{last.label}的，要由另一个人{made.label}。")
    elsewhere = made.turn(user, case)
    if elsewhere:
        raise Refused(elsewhere)
    sentences = list(made.refuses(case))
    if sentences:
        raise Refused(sentences)


def _make(user: User | None, flow: Flow, case: Any, made: Move, decision: Decision) -> None:
    before = case.state
    case.state = made.target
    if made.effect is not None:
        made.effect(user, case, decision)
    case.save()
    note(user, flow, case.pk, replace(made, target=case.state), before, decision)


def held(model: type[models.Model], pk: int, states: Sequence[str]) -> Any:
    """The row under a lock, still in one of the states: what was handed in meanwhile is not turned back into a draft.

    Within a transaction. Raises Overtaken.
    """
    stored = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    if stored.state not in states:
        raise Overtaken(f"这件事现在是「{stored.get_state_display()}」，不能再改。请看最新情况。")
    return stored


def note(user: User | None, flow: Flow, pk: int, made: Move, before: str, decision: Decision = NOTHING_SAID) -> Step:
    """Write the step of a move that was just made."""
    return Step.objects.create(
        flow=flow.key,
        subject_id=pk,
        move=made.name,
        label=made.label,
        from_state=before,
        to_state=made.target,
        user=user,
        unit=user.place_label if user is not None and user.org_unit_id else "",
        opinion=decision.opinion[:500],
        reasons=list(decision.reasons),
    )


@dataclass
class Bulk:
    """What became of many cases at once: how many moved, and (title, sentence) of those that did not."""

    moved: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)

    def add(self, user: User, flow: Flow, pk: int, name: str, decision: Decision) -> None:
        """Make one move by itself: what is refused stays where it is and is told."""
        try:
            move(user, flow, pk, name, decision)
        except (Refused, models.ObjectDoesNotExist) as refusal:
            told = refusal.sentence if isinstance(refusal, Refused) else GONE
            self.left.append((_title(user, flow, pk), told))
        else:
            self.moved += 1


def move_many(user: User, chosen: Iterable[tuple[Flow, int]], name: str, decision: Decision = NOTHING_SAID) -> Bulk:
    """The same move for many cases of flows that have it."""
    bulk = Bulk()
    for flow, pk in chosen:
        if not flow.move(name).bulk:
            raise PermissionDenied(f"{flow.label}不能成批{flow.move(name).label}。")
        bulk.add(user, flow, pk, name, decision)
    return bulk


def decide_many(user: User, chosen: Iterable[tuple[Flow, int]], decision: Decision = NOTHING_SAID) -> Bulk:
    """For each case the move that its flow allows for many at once from the state in which it is now."""
    bulk = Bulk()
    for flow, pk in chosen:
        case = flow.model._default_manager.visible_to(user).filter(pk=pk).first()
        made = flow.together(user, case.state) if case is not None and flow.opens(user, case) else None
        if made is None:
            bulk.left.append((_title(user, flow, pk), GONE if case is None else SINGLY))
        else:
            bulk.add(user, flow, pk, made.name, decision)
    return bulk


def _title(user: User, flow: Flow, pk: int) -> str:
    return str(flow.model._default_manager.visible_to(user).filter(pk=pk).first() or f"{flow.label} {pk}")


def content_type_of(name: str, data: bytes) -> str:
    """The type of a file that may be kept: a usual document or picture whose ending is true. Raises Refused."""
    known = CONTENT_TYPES.get(Path(name).suffix.lower())
    if known is None or not data.startswith(known[1]):
        raise Refused(f"「{name[:60]}」不能上传：只收 PDF、JPG、PNG、DOCX、XLSX 文件，扩展名要和内容一致。")
    if len(data) > MAX_ATTACHMENT:
        raise Refused(f"「{name[:60]}」超过 {MAX_ATTACHMENT // 1_048_576} MB，请压缩或分开上传。")
    return known[0]


def attach(user: User, flow: Flow, pk: int, name: str, data: bytes) -> Attachment:
    """Keep a file with a case the account sees.

    Raises PermissionDenied, and Refused for what is not a usual document or picture or where the case is decided.
    """
    seen = flow.model._default_manager.visible_to(user).filter(pk=pk).first()
    if seen is None or not flow.opens(user, seen):
        raise PermissionDenied("这件事不归你办，不能上传材料。")
    kind = content_type_of(name, data)
    with stored.keeping(data) as (stored_as, _), transaction.atomic():
        case = flow.model._default_manager.select_for_update(of=("self",)).get(pk=pk)
        if case.state not in flow.unsettled:
            raise Refused(f"「{name[:60]}」没有收下：这件事现在是「{case.get_state_display()}」，不能再加材料。")
        if not flow.brings(user, case):
            raise Refused(f"「{name[:60]}」没有收下：现在不由你为这件事交材料。")
        _room_for(flow, pk, name, len(data))
        flow.filed(case, Path(name).name[-200:])
        return Attachment.objects.create(
            flow=flow.key,
            subject_id=pk,
            name=Path(name).name[-200:],
            content_type=kind,
            size=len(data),
            stored_as=stored_as,
            uploaded_by=user,
        )


def _room_for(flow: Flow, pk: int, name: str, size: int) -> None:
    """Under the lock of the case. Raises Refused where it has as many files as it may, or as large ones."""
    held = Attachment.objects.filter(flow=flow.key, subject_id=pk).aggregate(n=Count("pk"), size=Sum("size", default=0))
    if held["n"] >= MOST_FILES:
        raise Refused(f"「{name[:60]}」没有收下：一件事最多 {MOST_FILES} 份材料。请合并，或先删掉不用的。")
    if held["size"] + size > MOST_BYTES:
        raise Refused(f"「{name[:60]}」没有收下：一件事的材料合计最多 {MOST_BYTES // 1_048_576} MB。请压缩后再上传。")


def attach_upload(user: User, flow: Flow, pk: int, file: UploadedFile) -> Attachment:
    """Keep an uploaded file with a case; one that is too large is refused before it is read."""
    if file.size > MAX_ATTACHMENT:
        raise Refused(f"「{file.name[:60]}」超过 {MAX_ATTACHMENT // 1_048_576} MB，请压缩或分开上传。")
    return attach(user, flow, pk, file.name, file.read())


def remove_attachment(user: User, pk: int) -> Attachment:
    """Take back a file that one brought oneself, while one may bring others and nobody has decided on it.

    Raises PermissionDenied, Refused.
    """
    found = Attachment.objects.filter(pk=pk, uploaded_by=user).first()
    case = found.case(user) if found else None
    if found is None or case is None:
        raise PermissionDenied("只能删除自己上传的材料。")
    flow = get(found.flow)
    with transaction.atomic():
        case = flow.model._default_manager.select_for_update(of=("self",)).get(pk=case.pk)
        if case.state not in flow.handing_in:
            raise Refused("已经提交的事项不能再删材料。要改的话，请先撤回。")
        if not flow.brings(user, case):
            raise Refused("现在不由你为这件事交材料，不能再删。")
        if attachments(flow.key, case.pk).filter(pk=pk, judged=True).exists():
            raise Refused("这份材料已经有人审过，要留作依据，不能删。可以补传新的。")
        flow.filed(case, found.name)
        found.delete()
    transaction.on_commit(lambda: stored.forget(found.stored_as))
    return found


def attachments(flow: str, pk: int) -> models.QuerySet[Attachment]:
    """Files of one case, in the order they came; `judged`: a decision was made on it, so that it stays."""
    rows = Attachment.objects.filter(flow=flow, subject_id=pk).select_related("uploaded_by").order_by("id")
    later = _decisions(get(flow), pk).filter(at__gte=OuterRef("at"))
    return rows.annotate(judged=Exists(later) if get(flow).evidence else Value(False))


def _decisions(flow: Flow, pk: int) -> models.QuerySet[Step]:
    """Steps out of a waiting state; to take a case back decides nothing."""
    back = [each.name for each in flow.moves if each.takes_back]
    return Step.objects.filter(flow=flow.key, subject_id=pk, from_state__in=flow.waiting).exclude(move__in=back)


def history(flow: str, pk: int) -> list[Step]:
    """Steps of one case, newest first."""
    get(flow)
    return list(Step.objects.of(flow, pk))
