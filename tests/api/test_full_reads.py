"""From a full read to its changes: nothing falls between the two."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests.api.conftest import Calling
from tests.api.test_lists import unit
from xmsw.api import reading
from xmsw.feed.sequencing import sequence_all

pytestmark = pytest.mark.django_db


def test_the_first_row_that_comes_while_an_empty_list_is_read_is_not_lost(calling: Calling, monkeypatch):
    """It is numbered after the list was looked at and before the position is asked for."""
    caller, ask, made = calling(unit()), reading.position, []

    def position() -> int:
        made.append(make.make_post(make.make_employer("A01")).pk)
        sequence_all()
        return ask()

    monkeypatch.setattr(reading, "position", position)
    page = caller.get("posts").json()
    later = caller.get(page["changes"]).json()
    assert [each["id"] for each in page["items"] + later["items"]] == made


def test_a_full_read_under_two_areas_is_followed_by_another(calling: Calling):
    for _ in range(2):
        make.make_post(make.make_employer("A01", region="350203001"))
    sequence_all()
    caller = calling(unit())
    first = caller.get("posts?limit=1").json()
    caller.account.org_unit = unit(region="350206")
    caller.account.save()
    last = caller.get(first["next"]).json()
    assert last["items"] == [] and last["next"] is None
    answer = caller.get(last["changes"])
    assert (answer.status_code, answer.json()["code"]) == (410, "resync")
    assert caller.get(caller.get("posts").json()["changes"]).status_code == 200
