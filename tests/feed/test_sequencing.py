"""The change feed: whatever is written gets a number in commit order, at the seats from where it is seen."""

from __future__ import annotations

import pytest

from tests import builders as make
from xmsw.feed.models import Touched
from xmsw.feed.reading import changes, position
from xmsw.feed.sequencing import sequence, sequence_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_waits(db: None) -> None:
    sequence_all()


@pytest.fixture
def siming():
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def huli():
    return make.make_user("district_officer", region="350206")


def ids(user, resource: str, after: int) -> list[int]:
    return [each.object_id for each in changes(user, resource, after, 1000)]


def test_what_is_written_is_read_after_the_position_of_before(siming, huli):
    before = position()
    post = make.make_post(make.make_employer("A01"))
    assert ids(siming, "posts", before) == []
    assert sequence() > 0
    assert ids(siming, "posts", before) == [post.pk]
    assert ids(huli, "posts", before) == []
    assert ids(siming, "posts", position()) == []
    assert not Touched.objects.exists()
