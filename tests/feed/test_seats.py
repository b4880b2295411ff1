"""The feed shows an account what `visible_to` shows it: every resource, every role, in the world of the role matrix."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests import world
from xmsw.feed.reading import seen
from xmsw.feed.sequencing import sequence_all
from xmsw.feed.sources import all_sources

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
    """What the world lacks: people at two places, …"""
