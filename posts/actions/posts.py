"""Posts: drafts, what forbids approval, what approval, abolition, freezing and corrections change, alike posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from posts.models import CertificateLevel, Employer, Grade, Post, PostFreeze
from posts.occupancy import occupants
from posts.rules import GRADED_SECTORS
from xmsw.accounts.roles import Capability
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from xmsw.accounts.models import User

ALIKE_LIMIT = 20
FIRST_CODE = "SG-01"
CODE_LENGTH = Post._meta.get_field("code").max_length
CERTIFICATE_CLAUSES = {Grade.SENIOR: "二(四)-6", Grade.INTERMEDIATE: "二(四)-7", Grade.JUNIOR: "二(四)-8"}
EDITABLE = (Post.State.DRAFT, Post.State.RETURNED)
REQUIRED = ("duties", "duty_text", "min_certificate", "min_education", "min_years", "grade", "need_basis")


def missing(post: Post) -> Iterator[str]:
    """Sentences for what a post must say before it is handed in and approved (二(三)-7, 二(四)-1, 一-3)."""
    if not post.duties or not post.duty_text:
        yield "没有写明职责：选定职责类别并写职责说明（依据 二(三)-7）。"
    if post.min_certificate is None or post.min_education is None or post.min_years is None:
        yield "任职条件没有写全：证书、学历、从业年限三项都要填（依据 二(三)-7）。"
    if post.grade is None and post.employer.sector in GRADED_SECTORS:
        yield "没有定级：定为初级、中级或高级（依据 二(四)-1）。"
    if post.grade and post.min_certificate and post.min_certificate < post.grade:
        wanted = CertificateLevel(post.grade).label
        yield f"{post.get_grade_display()}岗位的任职条件至少是{wanted}（依据 {CERTIFICATE_CLAUSES[post.grade]}）。"
    if not post.need_basis:
        yield "没有写设岗依据：写服务人口、工作量或批准文件（依据 一-3）。"


def not_approvable(post: Post) -> Iterator[str]:
    """What forbids approval: gaps of the post, or an employer that does not count."""
    yield from missing(post)
    if post.employer.state not in post.employer.COUNTED or post.employer.end is not None:
        yield "这家单位没有登记或已经注销，不能设岗。"


def approve(user: User, post: Post, decision: Decision) -> None:
    """A post counts from the day of approval, or from a later day that was asked for; its employer is not closed."""
    if Employer.objects.select_for_update(no_key=True).get(pk=post.employer_id).end is not None:
        raise Refused("这家单位没有登记或已经注销，不能设岗。")
    post.start = max(post.start, timezone.localdate())


def abolish(user: User, post: Post, decision: Decision) -> None:
    """The last day is the one named, else yesterday; nobody may sit in the post after it."""
    post.end = decision.data.get("end") or timezone.localdate() - timedelta(days=1)
    if post.end < post.start:
        raise Refused(f"最后一天不能早于设立日期 {post.start:%Y-%m-%d}。")
    _must_be_vacant(post, post.end + timedelta(days=1), None, "撤销")


def _must_be_vacant(post: Post, first: date, last: date | None, what: str) -> None:
    found = occupants(post.pk, first, last)
    if found:
        mend = "请先结束聘用，或把日期改到聘期之后。"
        raise Refused([f"{each.name}在这个岗位上（{each.span}），不能{what}。{mend}" for each in found])


def freeze(user: User, post: Post, decision: Decision) -> None:
    """Freeze a post in force from `start` until `end` (None: until further notice); nobody may sit in it then."""
    start, end = decision.data.get("start"), decision.data.get("end")
    if start is None:
        raise Refused("请填冻结日期。")
    if start < post.start:
        raise Refused(f"冻结日期不能早于设立日期 {post.start:%Y-%m-%d}。")
    if end is not None and end < start:
        raise Refused("解冻前最后一天不能早于冻结日期。")
    _must_be_vacant(post, start, end, "冻结")
    PostFreeze.objects.create(post=post, start=start, end=end, reason=decision.said[:200])


def running_freeze(post: Post, on: date) -> PostFreeze | None:
    """The freeze that holds on the day or is still to come, the nearest first."""
    return post.freezes.filter(Q(end__isnull=True) | Q(end__gte=on)).order_by("start").first()


def unfreeze(user: User, post: Post, decision: Decision) -> None:
    """The post counts again from `start` on; a freeze that has not begun by then is taken back."""
    start = decision.data.get("start")
    if start is None:
        raise Refused("请填解冻日期。")
    found = running_freeze(post, start)
    if found is None:
        raise Refused("这个岗位在这一天没有冻结。")
    if start <= found.start:
        found.delete()
        return
    found.end = start - timedelta(days=1)
    found.save()


def complete(user: User, post: Post, decision: Decision) -> None:
    """The employer fills in what a post in force lacks; what is filled in already only an officer corrects."""
    if not decision.data:
        raise Refused("没有填写任何内容。")
    for name, value in decision.data.items():
        if name not in gaps(post):
            raise Refused("已经填好的内容要由民政部门更正，你可以补填空着的内容。")
        setattr(post, name, value)


def correct(user: User, post: Post, decision: Decision) -> None:
    """An officer corrects what a post in force says; nothing that it must say may get lost."""
    if not decision.data:
        raise Refused("没有改动任何内容。")
    before = set(missing(post))
    for name, value in decision.data.items():
        setattr(post, name, value)
    worse = [sentence for sentence in missing(post) if sentence not in before]
    if worse:
        raise Refused(worse)


def gaps(post: Post) -> set[str]:
    """Names of fields that say nothing yet, and belong to what a post must say."""
    empty = {name for name in REQUIRED if getattr(post, name) in (None, "", [])}
    if "duties" in empty:
        empty.add("activities")
    if "grade" in empty:
        empty.add("institution_grade")
    return empty


def draft(user: User, employer: Employer, values: dict[str, Any]) -> Post:
    """A new draft of the employer. Raises PermissionDenied, or Refused with the sentence of a constraint."""
    _must_apply(user, employer)
    if employer.state not in employer.COUNTED or employer.end is not None:
        raise Refused("这家单位没有登记或已经注销，不能设岗。先办单位登记。")
    return _saved(Post(employer=employer, **values))


def redraft(user: User, pk: int, values: dict[str, Any]) -> Post:
    """Change a draft or a returned post. Raises Overtaken where it was handed in meanwhile."""
    with transaction.atomic():
        post = Post.objects.select_for_update(of=("self",)).select_related("employer").get(pk=pk)
        _must_apply(user, post.employer)
        if post.state not in EDITABLE:
            raise Overtaken(f"这个岗位现在是「{post.get_state_display()}」，不能再改。要改的话，请先撤回。")
        for name, value in values.items():
            setattr(post, name, value)
        return _saved(post)


def _must_apply(user: User, employer: Employer) -> None:
    if not user.can(Capability.APPLY) or not Employer.objects.visible_to(user).filter(pk=employer.pk).exists():
        raise PermissionDenied("你的账号不能为这家单位申报岗位。")


def _saved(post: Post) -> Post:
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return post


def copies(user: User, post: Post, how_many: int) -> list[Post]:
    """`how_many` drafts alike the post, with codes of their own («SG-01» → «SG-02», …)."""
    _must_apply(user, post.employer)
    if not 1 <= how_many <= ALIKE_LIMIT:
        raise Refused(f"一次可以照样新增 1 到 {ALIKE_LIMIT} 个岗位。")
    today = timezone.localdate()
    fields: dict[str, Any] = {
        field.attname: getattr(post, field.attname)
        for field in Post._meta.concrete_fields
        if field.attname not in ("id", "code", "state", "start", "end")
    }
    codes = islice(free_codes(post), how_many)
    try:
        with transaction.atomic():
            return Post.objects.bulk_create([Post(**fields, code=code, start=today) for code in codes])
    except IntegrityError as error:
        raise refused_by_constraint(error) from error


def free_codes(post: Post) -> Iterator[str]:
    """Codes that the employer has not used, in the manner of the post's own or else of its last: «SG-01», «SG-02» …"""
    taken = set(Post.objects.filter(employer=post.employer_id).values_list("code", flat=True))
    pattern = post.code or max(taken, default=FIRST_CODE)
    stem = pattern.rstrip("0123456789")
    digits = len(pattern) - len(stem) or len(FIRST_CODE.partition("-")[2])
    stem = (stem if stem != pattern else f"{pattern}-")[: CODE_LENGTH - digits - 1]
    return (code for number in count(1) if (code := f"{stem}{number:0{digits}d}") not in taken)
