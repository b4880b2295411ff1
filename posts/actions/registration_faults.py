"""What stands against applications of employers: everything is asked once for all of them, then told one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone

from posts.actions.relocations import FLOW, against
from posts.models import Employer, EmployerRegistration, Kind, Membership, Post
from posts.models.kinds import COMMUNITY_KINDS
from posts.occupancy import last_days
from xmsw.identifiers import credit_code_problem
from xmsw.workflow.models import Attachment

Matter = EmployerRegistration.Matter
PLACED = (*COMMUNITY_KINDS, Kind.C01)  # one a place, and all of them on the list from the start
PLACE_DIGITS = {Kind.C01: 9, **dict.fromkeys(COMMUNITY_KINDS, 12)}
NOT_IN_FUTURE = {Matter.REGISTER: "成立日期", Matter.MOVE: "迁移日期", Matter.CLOSE: "注销日期"}


@dataclass(frozen=True)
class Above:
    """An employer in a chain of parents."""

    name: str
    parent: int | None
    closed: bool


@dataclass
class Known:
    """What the register says about some applications: employers by place and code, files, parents, what is below."""

    listed: dict[str, list[Employer]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[str, int] = field(default_factory=dict)
    evidence: set[int] = field(default_factory=set)
    above: dict[int, Above] = field(default_factory=dict)
    standing: dict[int, int] = field(default_factory=dict)
    last_posts: dict[int, date | None] = field(default_factory=dict)
    last_staff: dict[int, date] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)

    def listed_at(self, registration: EmployerRegistration) -> Employer | None:
        """The community or centre on the list that a registration names by its place."""
        if registration.kind not in PLACED:
            return None
        rows = self.listed[registration.region_id]
        same = [each for each in rows if each.kind == registration.kind]
        alike = [each for each in rows if {each.kind, registration.kind} <= set(COMMUNITY_KINDS)]
        return next(iter(same or alike), None)


def known(registrations: Iterable[EmployerRegistration]) -> Known:
    """Ask the register; the number of queries does not grow with the applications."""
    rows, found = list(registrations), Known()
    places = {each.region_id for each in rows if each.kind in PLACED}
    taken = Exists(Membership.objects.filter(employer=OuterRef("pk")))
    for each in Employer.objects.filter(kind__in=PLACED, region__in=places, end=None).annotate(claimed=taken):
        found.listed[each.region_id].append(each)
    codes = {each.credit_code for each in rows if each.credit_code}
    found.owners = dict(Employer.objects.filter(credit_code__in=codes).values_list("credit_code", "pk"))
    files = Attachment.objects.filter(flow=FLOW, subject_id__in=[each.pk for each in rows])
    found.evidence = set(files.values_list("subject_id", flat=True))
    _climb(found, {each.parent_id for each in rows if each.parent_id})
    closing = {each.employer_id for each in rows if each.matter == Matter.CLOSE and each.employer_id}
    if closing:
        _look_below(found, closing)
    return found


def _climb(found: Known, asked: set[int]) -> None:
    """Parents of parents, one query a storey."""
    while asked:
        for pk, name, parent, end in Employer.objects.filter(pk__in=asked).values_list("pk", "name", "parent", "end"):
            found.above[pk] = Above(name, parent, end is not None)
        asked = {found.above[pk].parent for pk in asked if pk in found.above} - {None, *found.above}


def _look_below(found: Known, closing: set[int]) -> None:
    posts = Post.objects.filter(employer__in=closing, state__in=Post.COUNTED).values("employer").order_by()
    is_open = Q(state=Post.State.APPROVED, end=None)
    for row in posts.annotate(open=Count("pk", filter=is_open), last=Max("end")):
        found.standing[row["employer"]], found.last_posts[row["employer"]] = row["open"], row["last"]
    below = Employer.objects.filter(parent__in=closing, end=None).values("parent").order_by()
    found.below = {row["parent"]: row["count"] for row in below.annotate(count=Count("pk"))}
    found.last_staff = last_days(closing)


def faults(registration: EmployerRegistration, register: Known | None = None) -> Iterator[str]:
    """Every sentence against handing in or approving this application."""
    register = register or known([registration])
    if registration.matter in NOT_IN_FUTURE and registration.effective_on > timezone.localdate():
        yield f"{NOT_IN_FUTURE[Matter(registration.matter)]}不能晚于今天。"
    if registration.matter != Matter.REGISTER and registration.employer and registration.employer.end is not None:
        yield "这家单位已经注销。"
    elif registration.matter == Matter.CLOSE:
        yield from _against_closing(registration, register)
    else:
        yield from _of_place(registration, register)
        yield from _of_code(registration, register)
        yield from _of_parent(registration, register)
        yield from against(registration)
        if registration.matter == Matter.REGISTER and registration.pk not in register.evidence:
            yield "请上传登记证书或批准文件（PDF 或照片）。"


def _of_place(registration: EmployerRegistration, register: Known) -> Iterator[str]:
    digits = PLACE_DIGITS.get(registration.kind)
    if digits and len(registration.region_id) != digits:
        yield "社区要选到社区一级。" if digits == 12 else "社区服务中心要选到街道（镇）一级。"
    listed = register.listed_at(registration)
    if listed is None or listed.pk == registration.employer_id:
        return
    if registration.matter != Matter.REGISTER:
        yield f"这个地方已经有{listed.name}在册，不能迁到这里。"
    elif listed.claimed:
        yield f"{listed.name}已经有经办人。请联系他们在「我的单位」里添加你的账号，不用再登记。"
    elif listed.kind != registration.kind:
        yield (
            f"{listed.name}在册为「{listed.get_kind_display()}」，请把类别改成这一项。认定有误的，请联系区民政局更正。"
        )


def _of_code(registration: EmployerRegistration, register: Known) -> Iterator[str]:
    code = registration.credit_code
    if not code:
        if registration.kind not in PLACED:
            yield "社区和中心以外的单位要填统一社会信用代码。"
        return
    problem = credit_code_problem(code)
    if problem:
        yield f"{problem}。"
    own = registration.employer_id or getattr(register.listed_at(registration), "pk", None)
    if register.owners.get(code, own) != own:
        yield "这个统一社会信用代码已有单位登记。如果是你的单位，请联系它的经办人添加你的账号。"


def _of_parent(registration: EmployerRegistration, register: Known) -> Iterator[str]:
    own = registration.employer_id or getattr(register.listed_at(registration), "pk", None)
    at, seen = registration.parent_id, set()
    while at in register.above and at not in seen:
        if at == own:
            yield "上级单位不能是本单位自己或它的下级。"
            return
        seen.add(at)
        at = register.above[at].parent
    parent = register.above.get(registration.parent_id)
    if parent is not None and parent.closed:
        yield f"上级单位「{parent.name}」已经注销。"


def _against_closing(registration: EmployerRegistration, register: Known) -> Iterator[str]:
    employer, day = registration.employer_id, registration.effective_on
    standing, last_post = register.standing.get(employer, 0), register.last_posts.get(employer)
    if standing:
        yield f"还有 {standing} 个在设岗位，先撤销岗位再注销。"
    elif last_post is not None and last_post > day:
        yield f"最后一个岗位设到 {last_post:%Y-%m-%d}，注销日期不能早于这一天。"
    last_staff = register.last_staff.get(employer)
    if last_staff is not None and last_staff > day:
        until = "还没有结束" if last_staff == date.max else f"到 {last_staff:%Y-%m-%d} 才结束"
        yield f"有聘用{until}，先结束聘用，或把注销日期改到聘期之后。"
    if register.below.get(employer):
        yield f"还有 {register.below[employer]} 家下级单位，先迁移或注销它们。"
    if registration.employer and day < registration.employer.start:
        yield f"注销日期不能早于起始日期 {registration.employer.start:%Y-%m-%d}。"
