"""Writers, sequencers and readers at once, on connections of their own: nothing is missed, whoever dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from posts.models import Post
from tests import builders as make
from tests.patience import until
from xmsw.feed import tasks
from xmsw.feed.models import Change, Mark, Touched
from xmsw.feed.reading import changes, position
from xmsw.feed.sequencing import feed_locked, sequence, sequence_all

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30.0
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def aside() -> Iterator[Callable[..., Future]]:
    """`aside(work, …)` does it in a thread with a database connection of its own."""

    def alone(work: Callable[..., Any], *given: Any) -> Any:
        try:
            return work(*given)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        yield lambda work, *given: pool.submit(alone, work, *given)


@pytest.fixture
def siming(transactional_db: None) -> Any:
    sequence_all()
    return make.make_user("district_officer", region="350203")


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees one picture of the others
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def test_who_writes_first_and_commits_last_is_numbered_last_and_missed_by_nobody(siming, aside):
    employer = make.make_employer("A01", region="350203001")
    written, may_commit = Event(), Event()

    def slowly() -> int:
        with transaction.atomic():
            post = make.make_post(employer)
            written.set()
            assert may_commit.wait(PATIENCE)
            return post.pk

    slow = aside(slowly)
    assert written.wait(PATIENCE)
    quick = make.make_post(employer)
    sequence_all()
    (first,) = changes(siming, "posts", 0, 10)
    assert first.object_id == quick.pk
    may_commit.set()
    late = slow.result(timeout=PATIENCE)
    assert late < quick.pk
    sequence_all()
    (second,) = changes(siming, "posts", first.seq, 10)
    assert (second.object_id, second.seq > first.seq) == (late, True)


@pytest.mark.parametrize("taken", [True, False])
def test_what_came_and_went_before_it_had_a_number_is_told_as_gone_to_whoever_may_have_read_it(siming, taken: bool):
    employer = make.make_employer("A01", region="350206001")
    sequence_all()
    before = position()
    post = make.make_post(employer)
    employer.region_id = "350203001"
    employer.save()
    assert Post.objects.visible_to(siming).filter(pk=post.pk).exists(), "a full read has it, the feed no number yet"
    told = post.pk
    if taken:
        post.delete()
    employer.region_id = "350206001"
    employer.save()
    sequence_all()
    assert [each.object_id for each in changes(siming, "posts", before, 10)] == [told]
    assert [each.object_id for each in changes(siming, "employers", before, 10)] == [employer.pk]


def test_one_change_is_no_word_to_those_who_never_saw_it(siming):
    before = position()
    make.make_post(make.make_employer("A01", region="350206001"))
    sequence_all()
    assert changes(siming, "posts", before, 10) == changes(siming, "employers", before, 10) == []


def test_what_is_taken_and_the_seats_that_are_stored_are_of_one_moment(siming, aside):
    pk = make.make_post(make.make_employer("A01", region="350203001")).pk
    there = Post.objects.filter(pk=pk)
    with feed_locked():
        assert Touched.objects.filter(resource="posts").count() == 1
        aside(there.all().delete).result(timeout=PATIENCE)
        assert there.all().exists() and Touched.objects.filter(resource="posts").count() == 1
    assert not there.all().exists() and Touched.objects.filter(resource="posts").count() == 2


def test_two_sequencers_at_once_give_each_object_one_number(siming, aside):
    employer = make.make_employer("A01", region="350203001")
    posts = {make.make_post(employer).pk for _ in range(40)}
    before = position()

    def all_of_it() -> None:
        while sequence(limit=3):
            pass

    for each in [aside(all_of_it) for _ in range(3)]:
        each.result(timeout=PATIENCE)
    told = changes(siming, "posts", before, 100)
    assert {each.object_id for each in told} == posts
    assert len({each.seq for each in told}) == len(posts)
    assert max(each.seq for each in told) <= position()
    assert not Touched.objects.exists()


def test_a_second_task_does_not_queue_up_behind_a_long_one(siming, aside):
    make.make_post(make.make_employer("A01"))
    with feed_locked():
        assert aside(lambda: sequence(wait=False)).result(timeout=PATIENCE) == 0
    assert sequence(wait=False) > 0


def test_a_sequencer_killed_in_the_middle_loses_nothing(siming, live_worker, aside):
    post = make.make_post(make.make_employer("A01", region="350203001"))
    before, waits = position(), Touched.objects.count()
    with transaction.atomic():
        Mark.objects.select_for_update().get()  # it writes its position last
        tasks.sequence.delay()
        until(waiting, live_worker.text)
        live_worker.kill9()
        assert Touched.objects.count() == waits
    until(lambda: not sequencing(), "the database still works for the killed worker")
    assert position() == before
    assert Touched.objects.count() == waits
    assert not Change.objects.filter(seq__gt=before).exists()
    live_worker.restart()
    tasks.sequence.delay()
    until(lambda: not Touched.objects.exists(), live_worker.text)
    assert [each.object_id for each in changes(siming, "posts", before, 10)] == [post.pk]


def sequencing() -> bool:
    """Whether some connection holds the feed's lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'feed_mark'::regclass AND mode = 'ShareRowExclusiveLock'"
        )
        return cursor.fetchone()[0] > 0
