"""Whoever leaves an employer leaves its posts; terms that are over stay over; who may end an appointment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from posts.models import Post
from talents.actions.appointments import employ, propose
from talents.actions.merging import merge
from talents.flows.appointments import APPOINTMENT
from talents.models import Appointment, Employment
from talents.remedies import vacant
from tests import builders as make
from xmsw.accounts.models import OrgUnit
from xmsw.workflow.actions import move
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = date.today()
LAST_DAY = TODAY - timedelta(days=30)


@pytest.fixture
def seat(employer):
    worker = make.make_staff(employer, 1)
    return make.make_appointment(worker, make.make_post(employer))


def test_an_employment_that_ends_empties_the_post_whatever_ended_it(seat, employer):
    employment = Employment.objects.get(worker=seat.worker)
    Employment.objects.filter(pk=employment.pk).update(end=LAST_DAY)
    seat.refresh_from_db()
    assert (seat.end, seat.end_reason) == (LAST_DAY, "离职")
    assert Appointment.objects.in_force(LAST_DAY).filter(pk=seat.pk).exists(), "the days before stay as they were"
    assert list(vacant(Post.objects.all(), TODAY)) == [seat.post]
    Employment.objects.filter(pk=employment.pk).update(end=None)
    seat.refresh_from_db()
    assert (seat.end, seat.end_reason) == (None, ""), "an end taken back gives the post back"


def test_another_contract_from_the_next_day_on_keeps_the_post(seat, employer):
    Employment.objects.filter(worker=seat.worker).update(end=TODAY - timedelta(days=1))
    seat.refresh_from_db()
    assert seat.end == TODAY - timedelta(days=1)
    make.make_employment(seat.worker, employer, form="other", start=TODAY)
    seat.refresh_from_db()
    assert seat.end is None


def test_an_end_at_another_employer_leaves_the_post_alone(seat):
    elsewhere = make.make_employment(seat.worker, make.make_employer("A01"))
    Employment.objects.filter(pk=elsewhere.pk).update(end=LAST_DAY)
    seat.refresh_from_db()
    assert seat.end is None


def test_only_the_employer_and_who_reviews_end_an_appointment(seat):
    restricted = make.make_user("standing_officer")
    restricted.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350203", valid_to=None)
    restricted.save()
    with pytest.raises(PermissionDenied):
        move(restricted, APPOINTMENT, seat.pk, "end", Decision("试试"))
    assert Appointment.objects.get(pk=seat.pk).state == "filed"


def test_ending_never_lengthens_a_term(seat, officer):
    Appointment.objects.filter(pk=seat.pk).update(end=date(2023, 12, 31))
    with pytest.raises(Refused, match="聘期 2023-12-31 已到"):
        move(officer, APPOINTMENT, seat.pk, "end", Decision("离岗", data={"end": TODAY}))
    move(officer, APPOINTMENT, seat.pk, "end", Decision("离岗"))
    assert Appointment.objects.get(pk=seat.pk).end == date(2023, 12, 31)


def test_a_proposal_from_before_all_parameters_is_told(employer, member):
    worker = make.make_staff(employer, 1)
    post = make.make_post(employer, start=date(1990, 1, 1))
    with pytest.raises(Refused, match="早于 2000-01-01"):
        propose(member, make.proposal(post, worker, start=date(1999, 5, 1)))
    client = Client()
    client.force_login(member)
    asked = {"worker": worker.pk, "start": "0202-01-01", "source": "open", "full_time": "on"}
    assert client.get(f"/people/posts/{post.pk}/check/", asked).status_code < 500


def test_the_number_of_a_merged_record_employs_the_one_that_is_kept(employer, member, officer):
    kept = make.make_staff(make.make_employer("E01", region="350203001"), name="并档人")
    dropped = make.make_staff(make.make_employer("E01", region="350203001"), name="并档人")
    merge(officer, kept.pk, dropped.pk, "同一人")
    post = make.make_post(employer)
    found = employ(member, post, identity=dropped.identity, name="并档人", form="contract", start=TODAY)
    assert found.pk == kept.pk
    assert Employment.objects.get(employer=employer).worker_id == kept.pk
