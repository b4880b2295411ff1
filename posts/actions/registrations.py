"""Registrations (登记、变更、迁移、注销): drafts, what approval writes, and employers' own people."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from posts.actions.registration_faults import FLOW, PLACED, Known, faults, known
from posts.models import Employer, EmployerRegistration, KindBureau, Membership
from posts.models.kinds import DEFAULT_SECTOR
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability, Role
from xmsw.pinyin import sort_key
from xmsw.workflow.refusals import Overtaken, Refused, refused_by_constraint
from xmsw.workflow.registry import Decision

if TYPE_CHECKING:
    from datetime import date

__all__ = ["FLOW", "PLACED", "faults", "known"]
Matter = EmployerRegistration.Matter


def save_draft(user: User, registration: EmployerRegistration) -> EmployerRegistration:
    """Keep what was filled in; of a new employer, sector and bureau follow from the kind.

    Raises PermissionDenied, Overtaken where it was handed in meanwhile, Refused with the sentence of a constraint.
    """
    if not user.can(Capability.APPLY):
        raise PermissionDenied("只有用人单位经办人可以申报。")
    employer = registration.employer_id
    if employer and not Membership.objects.filter(user=user, employer=employer).exists():
        raise PermissionDenied("你不是这家单位的经办人。")
    if registration.matter == Matter.REGISTER:
        registration.sector = DEFAULT_SECTOR[registration.kind]
        registration.competent_bureau = KindBureau.objects.get(kind=registration.kind).bureau
    try:
        with transaction.atomic():
            _still_editable(registration)
            registration.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return registration


def _still_editable(registration: EmployerRegistration) -> None:
    """What others made of it since it was read counts: nothing handed in slips back into a draft."""
    if registration.pk is None:
        return
    now = EmployerRegistration.objects.select_for_update().get(pk=registration.pk)
    if not now.editable:
        raise Overtaken(f"这份申请现在是「{now.get_state_display()}」，不能再改。要改的话，请先撤回。")
    registration.state = now.state


def approve(user: User, registration: EmployerRegistration, decision: Decision) -> None:
    """Write the employer as applied for; who registered it becomes its first member."""
    register = _held(registration)
    employer = registration.employer or register.listed_at(registration) or Employer(start=registration.effective_on)
    deeds = {Matter.CLOSE: _close, Matter.MOVE: _move}
    deeds.get(Matter(registration.matter), _fill)(employer, registration)
    employer.save()
    registration.employer = employer
    if registration.matter == Matter.REGISTER:
        Membership.objects.get_or_create(employer=employer, user=registration.applicant)


def _held(registration: EmployerRegistration) -> Known:
    """Lock the employer and those above, then look once more.

    Two claims of one place, or two moves that make a circle together, are different applications: each by itself is
    faultless until the other is approved.
    """
    before = known([registration])
    ids = {registration.employer_id, getattr(before.listed_at(registration), "pk", None), *before.above} - {None}
    rows = Employer.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    held = {each.pk: each for each in rows}
    if registration.employer_id:
        registration.employer = held[registration.employer_id]
    register = known([registration])
    sentences = list(faults(registration, register))
    if sentences:
        raise Refused(sentences)
    return register


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
    if employer.end is not None:
        raise Refused("这家单位已经注销，不能再添加经办人。")
    colleague = User.objects.filter(username=username).first()
    password = ""
    # The same sentence whatever the reason: names of accounts are not to be found out here.
    unfit = Refused("这个账号名不能用：已被占用，或姓名对不上。请核对，或换一个账号名。")
    if colleague is None:
        password = secrets.token_urlsafe(9)
        colleague = User(username=username, display_name=display_name, role=Role.EMPLOYER_STAFF)
        colleague.set_password(password)
        try:
            with transaction.atomic():
                colleague.save()
        except IntegrityError as error:
            raise unfit from error
    elif colleague.role != Role.EMPLOYER_STAFF or not colleague.is_active or colleague.display_name != display_name:
        raise unfit
    Membership.objects.get_or_create(employer=employer, user=colleague)
    return colleague, password


def remove_colleague(user: User, employer: Employer, colleague_id: int) -> None:
    """Untie an account; an employer keeps at least one."""
    _member_only(user, employer)
    with transaction.atomic():
        people = Membership.objects.filter(employer=employer, user__is_service=False)
        members = list(people.select_for_update(of=("self",)).order_by("pk"))
        if colleague_id not in {each.user_id for each in members}:
            raise Refused("这个账号已经不是本单位的经办人。")
        if len(members) < 2:
            raise Refused("至少要留一位经办人。先添加别人，再移除这一位。")
        Membership.objects.filter(employer=employer, user=colleague_id).delete()


def _member_only(user: User, employer: Employer) -> None:
    if not user.can(Capability.APPLY) or not Membership.objects.filter(user=user, employer=employer).exists():
        raise PermissionDenied("只有本单位经办人可以管理经办人。")
