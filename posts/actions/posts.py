"""Posts: what forbids approval, what approval and abolition change, freezing, and alike posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from posts.models import Post, PostFreeze
from posts.rules import GRADED_SECTORS
from xmsw.workflow.refusals import Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from xmsw.accounts.models import User

ALIKE_LIMIT = 20


def missing(post: Post) -> Iterator[str]:
    """Sentences for what a post must say before it is handed in and approved (二(三)-7, 二(四)-1, 一-3)."""
    if not post.duties or not post.duty_text:
        yield "没有写明职责：选定职责类别并写职责说明（依据 二(三)-7）。"
    if post.min_certificate is None or post.min_education is None or post.min_years is None:
        yield "任职条件没有写全：证书、学历、从业年限三项都要填（依据 二(三)-7）。"
    if post.grade is None and post.employer.sector in GRADED_SECTORS:
        yield "没有定级：定为初级、中级或高级（依据 二(四)-1）。"
    if not post.need_basis:
        yield "没有写设岗依据：写服务人口、工作量或批准文件（依据 一-3）。"


def not_approvable(post: Post) -> Iterator[str]:
    """What forbids approval: gaps of the post, or an employer that does not count."""
    yield from missing(post)
    if post.employer.state not in post.employer.COUNTED or post.employer.end is not None:
        yield "这家单位没有登记或已经注销，不能设岗。"


def approve(user: User, post: Post, decision: Decision) -> None:
    """A post counts from the day of approval, or from a later day that was asked for."""
    post.start = max(post.start, timezone.localdate())


def abolish(user: User, post: Post, decision: Decision) -> None:
    """The last day is the one named, else yesterday; nobody may sit in the post after it."""
    post.end = decision.data.get("end") or timezone.localdate() - timedelta(days=1)
    if post.end < post.start:
        raise Refused(f"撤销日期不能早于设立日期 {post.start:%Y-%m-%d}。")


def freeze(user: User, post: Post, start: date, end: date | None, reason: str) -> PostFreeze:
    """Freeze a post in force for a time. Raises Refused; callers check permission and scope."""
    if post.state != Post.State.APPROVED:
        raise Refused("只有在设的岗位才能冻结。")
    try:
        with transaction.atomic():
            made = PostFreeze(post=post, start=start, end=end, reason=reason)
            made.full_clean(validate_constraints=False)
            made.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return made


def copies(post: Post, how_many: int) -> list[Post]:
    """`how_many` drafts alike the post, with codes of their own («SG-01» → «SG-02», …)."""
    if not 1 <= how_many <= ALIKE_LIMIT:
        raise Refused(f"一次可以照样新增 1 到 {ALIKE_LIMIT} 个岗位。")
    taken = set(Post.objects.filter(employer=post.employer_id).values_list("code", flat=True))
    stem = post.code.rstrip("0123456789") or f"{post.code}-"
    numbers = (f"{stem}{number:02d}" for number in range(1, 10_000))
    free = (code for code in numbers if code not in taken)
    fields: dict[str, Any] = {
        field.attname: getattr(post, field.attname)
        for field in Post._meta.concrete_fields
        if field.attname not in ("id", "code", "state", "start", "end")
    }
    drafts = [Post(**fields, code=next(free), start=timezone.localdate()) for _ in range(how_many)]
    return Post.objects.bulk_create(drafts)
