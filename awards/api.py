"""What the REST interface offers of awards, honours and pools."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from awards.models import AwardCycle, Honour, PoolMember
from xmsw.accounts.models import OFFICERS, User
from xmsw.feed.sources import PUBLIC, Source, seats_at, source
from xmsw.feed.triggers import shown


def _seats_of_rounds(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A draft at its organiser's; what was called, everywhere."""
    draft = When(state=AwardCycle.State.DRAFT, then="region_id")
    return seats_at(rows, region=Case(draft, default=Value("")))


def _reads_rounds(user: User) -> Q:
    organiser = user.role in OFFICERS and user.is_lead and user.area_code
    return PUBLIC | Q(region_code=user.area_code) if organiser else PUBLIC


source(Source("awards", AwardCycle, _seats_of_rounds, _reads_rounds))
source(Source("honours", Honour, follows={shown("workers"): "worker"}))
source(Source("pool-members", PoolMember, follows={shown("workers"): "worker"}))
