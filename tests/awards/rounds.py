"""What tests of awards share: a round in any phase, nominees, a panel of experts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from awards import panel
from awards.models import AwardCycle, CallTask, CallUp, Criterion, Nomination, PanelSeat, PoolMember
from tests import builders as make
from xmsw.accounts.models import User

TODAY = date.today()
STORY = "多年扎根社区，服务困境老人和儿童，带领团队完成多个项目，居民评价很好，成效明显，得到各方面的肯定和认可。" * 2
WEIGHTS = (("服务成效", 50), ("专业能力", 30), ("行业影响", 20))


def make_cycle(state: str = "call", region: str = "3502", **fields: Any) -> AwardCycle:
    """A city round of the design of 厦门's own award, today within the phase of its state."""
    offsets = {"call": 0, "recommendation": -10, "preliminary": -20, "panel": -30, "ranked": -30, "notice": -40}
    begin = TODAY + timedelta(days=offsets.get(state, 0) - 5)
    days = {
        "call_start": begin, "call_end": begin + timedelta(days=9), "recommend_end": begin + timedelta(days=19),
        "preliminary_end": begin + timedelta(days=29), "panel_end": begin + timedelta(days=39),
    }  # fmt: skip
    defaults = {
        "title": "厦门市社会工作领军人才", "series": "社会工作领军人才",
        "level": "city" if len(region) == 4 else "district",
        "year": TODAY.year, "document": "厦民〔2026〕1号", "quota": 2, "prize": Decimal(50000), "region_id": region,
        "state": state, "quorum": 3, "seed": "publicseed", "clean_employer": False, **days,
    }  # fmt: skip
    cycle = AwardCycle.objects.create(**(defaults | fields))
    Criterion.objects.bulk_create(
        Criterion(cycle=cycle, place=place, name=name, weight=weight)
        for place, (name, weight) in enumerate(WEIGHTS, start=1)
    )
    return cycle


def make_nominee(cycle: AwardCycle, state: str = "eligible", **fields: Any) -> Nomination:
    """A certified person of an agency in Siming."""
    employer = fields.pop("employer", None) or make.make_employer("E01", region="350203001")
    worker = fields.pop("worker", None) or make.make_staff(employer, level=2, verified=True)
    defaults = {"achievements": STORY, "declared": True, "state": state}
    return Nomination.objects.create(cycle=cycle, worker=worker, employer=employer, **(defaults | fields))


def make_expert(region: str = "3502", **fields: Any) -> PoolMember:
    """An outside expert with an account."""
    account = fields.pop("account", None) or make.make_user("reviewer", region=None)
    number = PoolMember.objects.count() + 1
    defaults = {"pool": "expert", "region_id": region, "name": f"专家{number}", "organisation": f"第{number}大学"}
    defaults |= {"state": "member", "start": make.LONG_AGO, "account": account}
    return PoolMember.objects.create(**(defaults | fields))


def make_seat(cycle: AwardCycle, member: PoolMember | None = None) -> PanelSeat:
    """A seat on the panel."""
    member = member or make_expert(cycle.region_id)
    return PanelSeat.objects.create(cycle=cycle, member=member, account_id=panel.account_of(member))


def give(seat: PanelSeat, nomination: Nomination, *points: str) -> None:
    """Hand in a sheet as the seat's own account; points in the order of the criteria."""
    criteria = seat.cycle.criteria.values_list("pk", flat=True)
    user = User.objects.get(pk=seat.account_id)
    panel.score(user, seat, nomination, dict(zip(criteria, map(Decimal, points), strict=True)))


def client_of(user: User) -> Client:
    """A client of its own for each account."""
    client = Client()
    client.force_login(user)
    return client


def make_person_member(region: str = "3502", **fields: Any) -> PoolMember:
    """A person of the portal in the 实务人才库."""
    worker = fields.pop("worker", None) or make.make_worker()
    defaults = {"pool": "practice", "region_id": region, "state": "member", "start": make.LONG_AGO}
    return PoolMember.objects.create(worker=worker, **(defaults | fields))


def make_call(member: PoolMember, on: date = TODAY, state: str = "done", **fields: Any) -> CallUp:
    """A call-up for training; done ones took two hours."""
    defaults = {"kind": "training", "title": f"授课 {on}", "hours": 2 if state == "done" else 0}
    return CallUp.objects.create(member=member, on=on, state=state, **(defaults | fields))


def make_task(region: str = "3502", **fields: Any) -> CallTask:
    """Somebody is wanted for training in a week."""
    defaults = {"kind": "training", "title": "新人培训", "on": TODAY + timedelta(days=7), "seed": "publicseed"}
    return CallTask.objects.create(region_id=region, **(defaults | fields))
