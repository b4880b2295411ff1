"""Moves from one district to another: the district it leaves agrees first (迁出), then the other decides (迁入)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from posts.models import EmployerRegistration
from xmsw.regions.areas import DISTRICT_DIGITS
from xmsw.regions.models import Region
from xmsw.workflow.models import Waiting

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.workflow.registry import Decision

FLOW = "registration"
State = EmployerRegistration.State
HANDED_IN = (State.RELEASING, State.SUBMITTED, State.APPROVED)


def crosses(registration: EmployerRegistration) -> bool:
    """Whether it leads out of the district in which the employer lies now."""
    if registration.matter != EmployerRegistration.Matter.MOVE or registration.employer is None:
        return False
    return _district(registration.employer.region_id) != _district(registration.region_id)


def hand_in(user: User, registration: EmployerRegistration, decision: Decision) -> None:
    """A move out of the district goes to the one it leaves; everything else straight to where it is decided."""
    leaves = crosses(registration)
    registration.leaving = registration.employer.region if leaves else None
    if leaves:
        registration.state = State.RELEASING


def release(user: User, registration: EmployerRegistration, decision: Decision) -> None:
    """On to the other district, whose days begin to count now."""
    Waiting.objects.filter(flow=FLOW, subject_id=registration.pk).delete()


def turn(user: User, registration: EmployerRegistration) -> str:
    """Why it is not this officer's turn, or "": each district decides its own half; the city may for either."""
    place = _lies_at(registration)
    if user.area_code and place.startswith(user.area_code):
        return ""
    if _awaits_release(registration):
        return f"先由{district_of(place)}民政局同意迁出，才轮到你审核。"
    return f"迁出已经同意，现在由{district_of(place)}民政局审核。"


def whereabouts(registration: EmployerRegistration) -> str:
    """Where a handed-in application lies, for whoever waits for it."""
    there = district_of(registration.region_id)
    if _awaits_release(registration):
        return f"已交给{district_of(registration.leaving_id)}民政局，等它同意迁出，再由{there}民政局审核。"
    if registration.leaving_id:
        return f"{district_of(registration.leaving_id)}民政局已同意迁出，正等{there}民政局审核。"
    return f"已交给{there}民政局审核。"


def against(registration: EmployerRegistration) -> Iterator[str]:
    """The district that was heard is the one in which the employer lies."""
    if registration.state in HANDED_IN and crosses(registration):
        heard, now = registration.leaving_id, registration.employer.region_id
        if heard is None or _district(heard) != _district(now):
            yield f"单位现在在{district_of(now)}，还没有问过那里。请退回，让单位重新提交。"


def to_be_released(registrations: Iterable[EmployerRegistration]) -> dict[int, str]:
    """For those that wait for the district they leave: what its officer is asked; one query."""
    waiting = [each for each in registrations if _awaits_release(each)]
    names = _names({each.region_id for each in waiting}) if waiting else {}
    return {
        each.pk: f"要迁到{names[_district(each.region_id)]}。请打开这一件，同意迁出或退回，不能成批批准。"
        for each in waiting
    }


def district_of(code: str) -> str:
    """The name of the district (or city) in which a place lies."""
    return _names({code})[_district(code)]


def _names(codes: Iterable[str]) -> dict[str, str]:
    return dict(Region.objects.filter(pk__in={_district(code) for code in codes}).values_list("pk", "name"))


def _district(code: str) -> str:
    return code[:DISTRICT_DIGITS]


def _awaits_release(registration: EmployerRegistration) -> bool:
    return registration.state == State.RELEASING


def _lies_at(registration: EmployerRegistration) -> str:
    return registration.leaving_id if _awaits_release(registration) else registration.region_id
