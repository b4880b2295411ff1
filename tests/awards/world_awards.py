"""Awards, pools, call-ups and funds in each place of the walked world."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from awards.models import (
    AwardCycle,
    AwardFund,
    CallTask,
    CallUp,
    FundEntry,
    Honour,
    Nomination,
    Objection,
    PanelSeat,
    PoolMember,
)
from posts.models import Employer
from tests import builders as make
from tests.places import NAMES, PERSONS, PLACES

if TYPE_CHECKING:
    pass

TODAY = date.today()


def make_awards(persons: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A draft of a round in each place: nominee, objection, seat, honour, a member who is called, a fund."""
    kinds = ("cycle", "nomination", "objection", "seat", "honour", "pool", "task", "call", "fund")
    found: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}
    days = ("call_start", "call_end", "recommend_end", "preliminary_end", "panel_end")
    for place, person in persons.items():
        employer = person.employments.get().employer
        cycle = AwardCycle.objects.create(
            title=f"{NAMES[place]}表彰", series=NAMES[place], level="district", region_id=PLACES[place], year=2026,
            document="-", quota=1, **dict.fromkeys(days, TODAY),
        )  # fmt: skip
        nominee = Nomination.objects.create(
            cycle=cycle, worker=person, employer=employer, achievements=NAMES[place], state="submitted"
        )
        account = make.make_user("reviewer", region=None)
        member = PoolMember.objects.create(
            pool="expert", region_id=PLACES[place], name=PERSONS[place], organisation="-", start=TODAY, account=account
        )
        found["cycle"][place], found["nomination"][place] = cycle, nominee
        found["objection"][place] = Objection.objects.create(
            nomination=nominee, name=PERSONS[place], phone="-", text=NAMES[place]
        )
        found["seat"][place] = PanelSeat.objects.create(cycle=cycle, member=member, account=account)
        found["honour"][place] = Honour.objects.create(
            worker=person, employer=employer, level="district", series="-", title=NAMES[place], awarded_by="-",
            awarded_on=TODAY, number=f"{place}-1", code=f"{place}-2",
        )  # fmt: skip
        found |= _called(found, place, person)
        found["fund"][place] = make_fund(place, person, employer)
    return found


def _called(found: dict[str, dict[str, Any]], place: str, person: Any) -> dict[str, dict[str, Any]]:
    """The person is in the pool of the place and called for something."""
    region, said = PLACES[place], NAMES[place]
    member = PoolMember.objects.create(
        pool="practice", region_id=region, worker=person, start=make.LONG_AGO, state="member", document=said
    )
    task = CallTask.objects.create(kind="training", title=f"{said}授课", on=TODAY, region_id=region, seed="-")
    call = CallUp.objects.create(
        member=member, task=task, kind="training", title=task.title, on=TODAY,
        employer=person.employments.get().employer,
    )  # fmt: skip
    return {key: found[key] | {place: made} for key, made in (("pool", member), ("task", task), ("call", call))}


def make_fund(place: str, person: Any, employer: Employer) -> AwardFund:
    """A fund of the place's employer with a donation and a grant of 2020, nothing of it public."""
    fund = AwardFund.objects.create(
        name=f"{NAMES[place]}基金", founder_kind="organisation", founder=NAMES[place], employer=employer,
        region_id=PLACES[place],
    )  # fmt: skip
    about = {"fund": fund, "on": date(2020, 5, 1), "reason": NAMES[place]}
    FundEntry.objects.create(kind="donation", amount=9, party=NAMES[place], **about)
    FundEntry.objects.create(kind="grant", amount=-5, worker=person, **about)
    return fund
