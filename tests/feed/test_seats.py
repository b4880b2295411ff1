"""The feed shows an account what `visible_to` shows it: every resource, every role, in the world of the role matrix."""

from __future__ import annotations

from datetime import date

import pytest

from payroll.models import Benchmark
from supervision.models import BudgetItem, RectificationOrder, UnitInspector
from talents.models import SocialWorker
from tests import builders as make
from tests import world
from tests.awards.rounds import make_cycle
from tests.places import PERSONS
from xmsw.feed.reading import seen
from xmsw.feed.sequencing import sequence_all
from xmsw.feed.sources import all_sources

TODAY = date.today()
pytestmark = pytest.mark.django_db
OFFICERS = [
    ("city_officer", "civil_affairs", "3502"),
    ("district_officer", "civil_affairs", "350203"),
    ("district_officer", "civil_affairs", "350206"),
    ("bureau_officer", "education", "3502"),
    ("bureau_officer", "human_resources", "3502"),
    ("bureau_officer", "human_resources", "350203"),
    ("bureau_officer", "finance", "3502"),
    ("bureau_officer", "finance", "350206"),
    ("bureau_officer", "health", "350203"),
    ("standing_officer", "civil_affairs", "350203"),
    ("system_admin", "", ""),
]


def differing(user) -> dict[str, set[int]]:
    """By resource the objects that either the feed or `visible_to` shows, not both."""
    found = {}
    for source in all_sources():
        told = set(seen(user, source.resource).filter(live=True).values_list("object_id", flat=True))
        shown = set(source.rows.visible_to(user).values_list("pk", flat=True))
        if told != shown:
            found[source.resource] = told ^ shown
    return found


def test_the_feed_shows_to_each_role_what_its_querysets_show():
    built = world.build()
    give_more(built)
    sequence_all()
    users = [*built.users.values(), *(make.make_user(*each) for each in OFFICERS)]
    assert {user.username: differing(user) for user in users if differing(user)} == {}
    everything = {source.resource: source.rows.count() for source in all_sources()}
    assert min(everything.values()) > 0, everything


def give_more(built: world.World) -> None:
    """What the world lacks: people at two places, drafts, other lines, an inspector of another line, benchmarks."""
    siming, huli = (built.employers[place] for place in ("siming", "huli"))
    make.make_employment(SocialWorker.objects.get(employments__employer=siming, name=PERSONS["siming"]), huli)
    make.make_worker()  # employed by nobody
    make.make_post(make.make_employer("B02", region="350203001"))
    for region in ("3502", "350203", "350206"):
        make_cycle("draft", region, title=f"草稿{region}", year=2030)
        BudgetItem.objects.create(
            region_id=region, bureau="education", name="教育", year=2026, purpose="pay", amount=1, approved_on=TODAY
        )
    for state in ("draft", "review", "published"):
        make.make_standard("enterprise", state=state)
    for area in ("3502", "350203", "350206", "350102"):
        Benchmark.objects.create(period=TODAY.replace(day=1), area_id=area, suppression="small")
    UnitInspector.objects.create(unit=built.things["checked"]["huli"], user=built.users["education"])
    # The employer moved after the order: whoever issued it sees it still.
    RectificationOrder.objects.filter(employer=siming).update(region_id="350206", serial=9)
