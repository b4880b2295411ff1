"""The change feed: whatever is written gets a number, at the seats from where it is seen and at those it left."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from posts.models import Employer, Post, PostFreeze
from talents.models import Certificate, Employment, SocialWorker
from tests import builders as make
from xmsw.feed.keeping import prune, rebuild
from xmsw.feed.models import Change, Touched
from xmsw.feed.reading import Resync, changes, position
from xmsw.feed.sequencing import sequence, sequence_all
from xmsw.regions.models import Region

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


@pytest.fixture
def staffed():
    """An institution with a certified person in a post; everything has its number."""
    employer = make.make_employer("A01", region="350203001")
    worker = make.make_staff(employer, level=1)
    make.make_appointment(worker, make.make_post(employer))
    sequence_all()
    return employer


def ids(user, resource: str, after: int) -> list[int]:
    return [each.object_id for each in changes(user, resource, after, 1000)]


def told_after(before: int) -> dict[str, int]:
    """How many objects of each resource got a number since."""
    sequence_all()
    counted: dict[str, set[int]] = {}
    for resource, found in Change.objects.filter(seq__gt=before).values_list("resource", "object_id"):
        counted.setdefault(resource, set()).add(found)
    return {resource: len(found) for resource, found in counted.items()}


def test_what_is_written_is_read_after_the_position_of_before(siming, huli):
    before = position()
    post = make.make_post(make.make_employer("A01"))
    assert ids(siming, "posts", before) == []
    assert sequence() > 0
    assert ids(siming, "posts", before) == [post.pk]
    assert ids(huli, "posts", before) == []
    assert ids(siming, "posts", position()) == []
    assert not Touched.objects.exists()


def test_whoever_moves_is_gone_at_the_old_place_and_there_at_the_new_one(siming, huli, staffed):
    before = position()
    staffed.region = Region.objects.get(code="350206001")
    staffed.save()
    assert told_after(before) == {
        "employers": 1,
        "posts": 1,
        "workers": 1,
        "certificates": 1,
        "appointments": 1,
        "employments": 1,
    }
    for user, there in ((siming, False), (huli, True)):
        for resource, model in (("employers", Employer), ("posts", Post), ("certificates", Certificate)):
            (found,) = ids(user, resource, before)
            assert model.objects.visible_to(user).filter(pk=found).exists() is there, resource
            assert Change.objects.filter(resource=resource, object_id=found, live=there).count() == 1
    assert len(set(Change.objects.filter(object_id=staffed.pk, resource="employers").values_list("seq"))) == 1


def test_a_seat_left_long_ago_is_not_told_again(siming, staffed):
    staffed.region = Region.objects.get(code="350206001")
    staffed.save()
    sequence_all()
    before = position()
    Post.objects.filter(employer=staffed).update(name="另一个名称")
    sequence_all()
    assert ids(siming, "posts", before) == []


def test_an_employer_s_people_read_what_is_theirs(staffed):
    clerk, other = make.make_member(staffed), make.make_member(make.make_employer("E01"))
    assert ids(clerk, "posts", 0) == list(staffed.posts.values_list("pk", flat=True))
    assert ids(clerk, "workers", 0) == list(SocialWorker.objects.values_list("pk", flat=True))
    assert ids(other, "workers", 0) == []


def test_a_person_is_seen_wherever_an_employment_is_and_no_longer_without(siming, huli, staffed):
    worker = SocialWorker.objects.get()
    before = position()
    second = make.make_employment(worker, make.make_employer("E01", region="350206001"))
    sequence_all()
    assert ids(huli, "workers", before) == [worker.pk]
    assert ids(huli, "certificates", before) == [worker.certificates.get().pk]
    before = position()
    second.delete()
    sequence_all()
    for user, there in ((siming, True), (huli, False)):
        assert ids(user, "workers", before) == [worker.pk]
        assert SocialWorker.objects.visible_to(user).exists() is there


def test_what_is_deleted_is_told_as_gone(siming):
    post = make.make_post(make.make_employer("A01"), state="draft")
    number = post.pk
    sequence_all()
    before = position()
    post.delete()
    sequence_all()
    assert ids(siming, "posts", before) == [number]
    assert not Change.objects.filter(resource="posts", object_id=number, live=True).exists()


def test_a_new_name_of_an_employer_touches_what_shows_it_and_a_new_phone_does_not(staffed):
    before = position()
    staffed.name = "改名后的单位"
    staffed.save()
    assert told_after(before) == {
        "employers": 1,
        "posts": 1,
        "workers": 1,
        "certificates": 1,
        "appointments": 1,
        "employments": 1,
    }
    before = position()
    staffed.contact_phone = "0592-1234567"
    staffed.save()
    assert told_after(before) == {"employers": 1}


def test_a_new_name_of_a_person_touches_what_shows_it_and_a_new_degree_does_not(staffed):
    before = position()
    SocialWorker.objects.update(name="新名")
    assert told_after(before) == {"workers": 1, "certificates": 1, "appointments": 1}
    before = position()
    SocialWorker.objects.update(degree=None, education=40)
    assert told_after(before) == {"workers": 1}


def test_a_post_that_goes_to_another_employer_takes_its_appointments_along(huli, staffed):
    before = position()
    Post.objects.update(employer=make.make_employer("E01", region="350206001"))
    sequence_all()
    assert len(ids(huli, "posts", before)) == len(ids(huli, "appointments", before)) == 1


def test_a_freeze_touches_the_post_and_a_certificate_its_holder(staffed):
    before = position()
    PostFreeze.objects.create(post=staffed.posts.get(), start=make.LONG_AGO, reason="-")
    assert told_after(before) == {"posts": 1}
    before = position()
    Certificate.objects.update(exam_year=2019)
    assert told_after(before) == {"workers": 1, "certificates": 1}


def test_an_update_that_changes_nothing_touches_nothing(staffed):
    Employer.objects.update(name=F("name"))
    Employment.objects.get().save()
    Post.objects.get(employer=staffed).save()
    assert not Touched.objects.exists()


def test_a_statement_leaves_one_row_in_the_outbox_however_many_it_touches():
    touched = Employer.objects.update(address="厦门")
    assert list(Touched.objects.values_list("resource", "size")) == [("employers", touched)]


def test_small_batches_number_everything_once(siming):
    before = position()
    employer = make.make_employer("A01")
    posts = [make.make_post(employer).pk for _ in range(7)]
    while sequence(limit=2):
        pass
    assert ids(siming, "posts", before) == posts
    first = changes(siming, "posts", before, 3)
    assert [each.object_id for each in (*first, *changes(siming, "posts", first[-1].seq, 9))] == posts


def test_after_a_load_with_silent_triggers_everything_is_told(siming, staffed):
    post = staffed.posts.get()
    gone = post.pk
    with pgtrigger.ignore():
        silent = make.make_post(staffed)
        post.appointments.all().delete()
        post.delete()
    before = position()
    rebuild(["posts"])
    sequence_all()
    assert set(ids(siming, "posts", before)) == {gone, silent.pk}
    assert Change.objects.get(resource="posts", object_id=silent.pk).live
    assert not Change.objects.filter(resource="posts", object_id=gone, live=True).exists()


def test_the_command_rebuilds_what_it_is_told_and_refuses_what_it_does_not_know(siming, staffed, capsys):
    before = position()
    call_command("feed_rebuild", "posts", "workers")
    assert told_after(before) == {"posts": 1, "workers": 1}
    with pytest.raises(CommandError, match="没有资源 post。"):
        call_command("feed_rebuild", "post")


def test_what_left_long_ago_is_forgotten_and_who_read_before_reads_anew(siming, settings):
    employer = make.make_employer("A01", region="350203001")
    kept = make.make_post(employer)
    gone = make.make_post(employer, state="draft")
    sequence_all()
    before = position()
    gone.delete()
    sequence_all()
    after = position()
    assert prune() == 0
    assert len(ids(siming, "posts", before)) == 1
    long_ago = timezone.now() - timedelta(days=settings.API_TOMBSTONE_DAYS + 1)
    Change.objects.update(changed_at=long_ago)
    assert prune() == 2, "its seat, and the word to those who may have read it before it had one"
    with pytest.raises(Resync, match="请重新读取全部数据"):
        changes(siming, "posts", before, 10)
    assert ids(siming, "posts", after) == []
    assert Change.objects.get(resource="posts", object_id=kept.pk).live
    assert prune() == 0


def test_a_position_that_the_feed_never_gave_is_refused(siming):
    with pytest.raises(Resync):
        changes(siming, "posts", position() + 1, 10)


def test_a_social_worker_reads_the_own_record_only(staffed):
    other = make.make_staff(staffed)
    sequence_all()
    own = make.make_account(SocialWorker.objects.exclude(pk=other.pk).get())
    assert ids(own, "workers", 0) == [own.social_worker.pk]
    own.is_active = False
    assert ids(own, "workers", 0) == []
