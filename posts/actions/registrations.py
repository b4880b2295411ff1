"""Registrations (登记、变更、迁移、注销): what stands against one, what approval writes, and employers' own people."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from posts.models import Employer, EmployerRegistration, Kind, KindBureau, Membership, Post
from posts.models.kinds import COMMUNITY_KINDS, DEFAULT_SECTOR
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability, Role
from xmsw.identifiers import credit_code_problem
from xmsw.pinyin import sort_key
from xmsw.workflow.models import Attachment
from xmsw.workflow.refusals import Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from datetime import date

Matter = EmployerRegistration.Matter
PLACED = (*COMMUNITY_KINDS, Kind.C01)  # one a place, and all of them on the list from the start
PLACE_DIGITS = {Kind.C01: 9, **dict.fromkeys(COMMUNITY_KINDS, 12)}
PARENTS = 10  # longest chain of parents
FLOW = "registration"


def listed_at(registration: EmployerRegistration) -> Employer | None:
    """The community or centre on the list that a registration names by its place."""
    if registration.kind not in PLACED:
        return None
    rows = Employer.objects.filter(kind__in=PLACED, region=registration.region_id, end__isnull=True)
    return rows.filter(kind=registration.kind).first() or (
        rows.first() if registration.kind in COMMUNITY_KINDS else None
    )


def faults(registration: EmployerRegistration) -> Iterator[str]:
    """Every sentence against handing in or approving this application."""
    if registration.matter == Matter.CLOSE:
        yield from _against_closing(registration)
        return
    yield from _of_place(registration)
    yield from _of_code(registration)
    yield from _of_parent(registration)
    if registration.matter == Matter.REGISTER:
        yield from _of_evidence(registration)


def _of_place(registration: EmployerRegistration) -> Iterator[str]:
    digits = PLACE_DIGITS.get(registration.kind)
    if digits and len(registration.region_id) != digits:
        yield "社区要选到社区一级。" if digits == 12 else "社区服务中心要选到街道（镇）一级。"
    listed = listed_at(registration)
    if registration.matter == Matter.REGISTER and listed is not None and listed.members.exists():
        yield f"{listed.name}已经有经办人。请联系他们在「我的单位」里添加你的账号，不用再登记。"


def _of_code(registration: EmployerRegistration) -> Iterator[str]:
    code = registration.credit_code
    if not code:
        if registration.kind not in PLACED:
            yield "社区和中心以外的单位要填统一社会信用代码。"
        return
    problem = credit_code_problem(code)
    if problem:
        yield f"{problem}。"
    own = registration.employer_id or getattr(listed_at(registration), "pk", None)
    if Employer.objects.filter(credit_code=code).exclude(pk=own).exists():
        yield "这个统一社会信用代码已有单位登记。如果是你的单位，请联系它的经办人添加你的账号。"


def _of_parent(registration: EmployerRegistration) -> Iterator[str]:
    above, steps = registration.parent, 0
    while above is not None and steps < PARENTS:
        if above.pk == registration.employer_id:
            yield "上级单位不能是本单位自己或它的下级。"
            return
        above, steps = above.parent, steps + 1
    if registration.parent is not None and registration.parent.end is not None:
        yield f"上级单位「{registration.parent}」已经注销。"


def _of_evidence(registration: EmployerRegistration) -> Iterator[str]:
    if not Attachment.objects.filter(flow=FLOW, subject_id=registration.pk).exists():
        yield "请上传登记证书或批准文件（PDF 或照片）。"


def _against_closing(registration: EmployerRegistration) -> Iterator[str]:
    posts = Post.objects.filter(employer=registration.employer_id, state=Post.State.APPROVED)
    standing = posts.filter(end__isnull=True).count()
    if standing:
        yield f"还有 {standing} 个在设岗位，先撤销岗位再注销。"
    below = Employer.objects.filter(parent=registration.employer_id, end__isnull=True).count()
    if below:
        yield f"还有 {below} 家下级单位，先迁移或注销它们。"
    if registration.effective_on > timezone.localdate():
        yield "注销日期不能晚于今天。"
    if registration.employer and registration.effective_on < registration.employer.start:
        yield f"注销日期不能早于起始日期 {registration.employer.start:%Y-%m-%d}。"


def save_draft(user: User, registration: EmployerRegistration) -> EmployerRegistration:
    """Keep what was filled in; sector and bureau follow from the kind. Raises PermissionDenied, Refused."""
    if not user.can(Capability.APPLY):
        raise PermissionDenied("只有用人单位经办人可以申报。")
    if (
        registration.employer_id
        and not Membership.objects.filter(user=user, employer=registration.employer_id).exists()
    ):
        raise PermissionDenied("你不是这家单位的经办人。")
    if not registration.editable:
        raise Refused(f"这份申请现在是「{registration.get_state_display()}」，不能再改。")
    registration.sector = DEFAULT_SECTOR[registration.kind]
    registration.competent_bureau = KindBureau.objects.get(kind=registration.kind).bureau
    try:
        with transaction.atomic():
            registration.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return registration


def approve(user: User, registration: EmployerRegistration, decision: Decision) -> None:
    """Write the employer as applied for; who registered it becomes its first member."""
    employer = registration.employer or listed_at(registration) or Employer(start=registration.effective_on)
    deeds = {Matter.CLOSE: _close, Matter.MOVE: _move}
    deeds.get(Matter(registration.matter), _fill)(employer, registration)
    employer.save()
    registration.employer = employer
    if registration.matter == Matter.REGISTER:
        Membership.objects.get_or_create(employer=employer, user=registration.applicant)


def _fill(employer: Employer, registration: EmployerRegistration) -> None:
    for name in ("name", "kind", "technical_posts", "address", "contact", "contact_phone"):
        setattr(employer, name, getattr(registration, name))
    employer.pinyin = sort_key(registration.name)
    employer.credit_code = registration.credit_code or None
    employer.sector, employer.competent_bureau = registration.sector, registration.competent_bureau
    if registration.matter == Matter.REGISTER:
        employer.region, employer.parent = registration.region, registration.parent
    employer.state = Employer.State.APPROVED


def _move(employer: Employer, registration: EmployerRegistration) -> None:
    employer.region, employer.parent = registration.region, registration.parent


def _close(employer: Employer, registration: EmployerRegistration) -> None:
    employer.state, employer.end = Employer.State.CLOSED, registration.effective_on


def of_employer(employer: Employer, matter: str, user: User, on: date) -> EmployerRegistration:
    """A fresh application about an employer, filled in with what it is."""
    copied = ("name", "kind", "sector", "competent_bureau", "technical_posts", "address", "contact", "contact_phone")
    return EmployerRegistration(
        matter=matter,
        employer=employer,
        applicant=user,
        region=employer.region,
        parent=employer.parent,
        credit_code=employer.credit_code or "",
        effective_on=on,
        **{name: getattr(employer, name) for name in copied},
    )


def add_colleague(user: User, employer: Employer, username: str, display_name: str) -> tuple[User, str]:
    """Tie a colleague's account to the employer; a new one gets a password that is told once (else "")."""
    _member_only(user, employer)
    colleague = User.objects.filter(username=username).first()
    password = ""
    if colleague is None:
        password = secrets.token_urlsafe(9)
        colleague = User(username=username, display_name=display_name, role=Role.EMPLOYER_STAFF)
        colleague.set_password(password)
        colleague.save()
    elif colleague.role != Role.EMPLOYER_STAFF or not colleague.is_active or colleague.display_name != display_name:
        # The same sentence whatever the reason: names of accounts are not to be found out here.
        raise Refused("这个账号名不能用：已被占用，或姓名对不上。请核对，或换一个账号名。")
    Membership.objects.get_or_create(employer=employer, user=colleague)
    return colleague, password


def remove_colleague(user: User, employer: Employer, colleague_id: int) -> None:
    """Untie an account; an employer keeps at least one."""
    _member_only(user, employer)
    with transaction.atomic():
        members = list(Membership.objects.select_for_update().filter(employer=employer))
        if len(members) < 2:
            raise Refused("至少要留一位经办人。")
        Membership.objects.filter(employer=employer, user=colleague_id).delete()


def _member_only(user: User, employer: Employer) -> None:
    if not user.can(Capability.APPLY) or not Membership.objects.filter(user=user, employer=employer).exists():
        raise PermissionDenied("只有本单位经办人可以管理经办人。")
