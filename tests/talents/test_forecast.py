"""未来缺口: what falls vacant by a day is what the list of vacant posts would say on that day if nobody acted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posts.models import Post, PostFreeze
from talents.forecast import HORIZONS, Pool, Reason, Weight, counts, gaps, lapses
from talents.models import Registration
from talents.remedies import vacant
from talents.retirement import retires_on
from tests import builders as make
from xmsw.dated import months_later
from xmsw.policy.parameters import values_on

pytestmark = pytest.mark.django_db
TODAY = date.today()
SOON = TODAY + timedelta(days=40)


def held(employer, end=None, **fields):
    """A post with somebody in it."""
    post = make.make_post(employer)
    worker = make.make_staff(employer, 1, **fields)
    make.make_appointment(worker, post, end=end)
    return post


def found(months=12, on=TODAY):
    return {row.post_id: row for row in gaps(on, months, values_on(on))}


def born_to_retire(on: date, sex="1") -> date:
    """A birth date whose retirement is that day."""
    known = values_on(TODAY)
    for back in range(60 * 365, 64 * 366):
        birth = on - timedelta(days=back)
        if retires_on(birth, sex, known) == on:
            return birth
    raise AssertionError("no such birth date")


def test_a_term_that_ends_leaves_a_gap_unless_somebody_follows(employer):
    ends, stays, followed = held(employer, end=SOON), held(employer), held(employer, end=SOON)
    successor = make.make_staff(employer, 1)
    make.make_appointment(successor, followed, start=SOON + timedelta(days=1))
    rows = found(3)
    assert set(rows) == {ends.pk}
    assert (rows[ends.pk].reason, rows[ends.pk].leaves) == (Reason.TERM, SOON)
    assert stays.pk not in rows


def test_a_part_timer_who_stays_does_not_keep_a_community_from_breaking_the_clause():
    community = make.make_employer("C02")
    ends = held(community, end=SOON)
    half = make.make_appointment(make.make_staff(community), make.make_post(community), full_time=False)
    assert found(3)[ends.pk].weight == Weight.VIOLATES
    make.make_certificate(half.worker, 1)
    assert found(3)[ends.pk].weight == Weight.VIOLATES, "certified, and still part-time"
    half.full_time = True
    half.save()
    assert found(3)[ends.pk].weight == Weight.THINS


def test_horizons_take_in_what_ends_within_them(employer):
    days = {months: months_later(TODAY, months) - timedelta(days=1) for months in HORIZONS}
    posts = {months: held(employer, end=day) for months, day in days.items()}
    on_the_day = held(employer, end=months_later(TODAY, 3))
    assert set(found(3)) == {posts[3].pk}
    assert set(found(6)) == {posts[3].pk, posts[6].pk, on_the_day.pk}
    assert set(found(12)) == {each.pk for each in posts.values()} | {on_the_day.pk}


def test_retirement_leaves_a_gap_and_who_is_past_the_age_stays(employer):
    retiring = held(employer, sex="1", birth_date=born_to_retire(SOON))
    held(employer, sex="1", birth_date=date(TODAY.year - 70, 1, 1))
    rows = found(3)
    assert set(rows) == {retiring.pk}
    assert (rows[retiring.pk].reason, rows[retiring.pk].leaves) == (Reason.RETIREMENT, SOON - timedelta(days=1))


def test_what_ends_first_is_the_reason(employer):
    post = held(employer, end=TODAY + timedelta(days=10), sex="1", birth_date=born_to_retire(SOON))
    assert found(3)[post.pk].reason == Reason.TERM


def test_the_worst_comes_first(employer):
    community = make.make_employer("C02")
    alone = make.make_employer("E01", region="350203001")
    thins, kept = held(employer, end=TODAY + timedelta(days=1)), held(employer)
    empties = held(alone, end=TODAY + timedelta(days=2))
    violates = held(community, end=TODAY + timedelta(days=3))
    rows = gaps(TODAY, 3, values_on(TODAY)).order_by("urgency", "pk")
    assert [(row.post_id, row.weight) for row in rows] == [
        (violates.pk, Weight.VIOLATES),
        (empties.pk, Weight.EMPTIES),
        (thins.pk, Weight.THINS),
    ]
    assert kept.pk not in {row.post_id for row in rows}


END = st.none() | st.integers(-40, 400)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    seats=st.lists(
        st.fixed_dictionaries(
            {
                "end": END,
                "next": st.none() | st.tuples(st.integers(1, 200), END),
                "post_end": st.none() | st.integers(1, 400),
                "frozen": st.none() | st.integers(1, 400),
                "held": st.booleans(),
            }
        ),
        min_size=1,
        max_size=4,
    ),
    months=st.sampled_from(HORIZONS),
)
def test_the_forecast_is_the_vacancy_list_of_that_day(employer, seats, months):
    """Nobody near retirement, so both must name the same posts."""
    posts = []
    for seat in seats:
        day = TODAY + timedelta(days=seat["end"]) if seat["end"] is not None else None
        post = make.make_post(employer)
        posts.append(post.pk)
        if seat["held"]:
            make.make_appointment(make.make_worker(birth_date=date(1995, 1, 1)), post, end=day)
        if seat["next"] and day and seat["held"]:
            start = day + timedelta(days=seat["next"][0])
            end = start + timedelta(days=abs(seat["next"][1])) if seat["next"][1] is not None else None
            make.make_appointment(make.make_worker(birth_date=date(1995, 1, 1)), post, start=start, end=end)
        if seat["post_end"]:
            Post.objects.filter(pk=post.pk).update(end=TODAY + timedelta(days=seat["post_end"]))
        if seat["frozen"]:
            PostFreeze.objects.create(post=post, start=TODAY + timedelta(days=seat["frozen"]), reason="-")
    rows, at = Post.objects.filter(pk__in=posts), months_later(TODAY, months)
    then = set(vacant(rows, at).values_list("pk", flat=True))
    # What is held today, and vacant on the list of that day.
    today = set(rows.filter(appointments__in=_sitting(posts)).values_list("pk", flat=True))
    assert set(found(months)) & set(posts) == then & today


def _sitting(posts):
    from talents.models import Appointment

    return Appointment.objects.in_force(TODAY).filter(post__in=posts)


def test_counts_by_horizon_and_reason(employer):
    held(employer, end=TODAY + timedelta(days=5))
    held(employer, end=TODAY + timedelta(days=120))
    held(employer, sex="1", birth_date=born_to_retire(SOON))
    rows = {row["months"]: row for row in counts(lambda rows: rows, TODAY)}
    assert (rows[3]["all"], rows[3]["term"], rows[3]["retirement"], rows[3]["emptied"]) == (2, 1, 1, 0)
    assert (rows[6]["all"], rows[12]["all"], rows[12]["emptied"]) == (3, 3, 1)


def test_lapses_are_counted_apart_and_a_renewal_takes_them_out(employer, officer):
    for days in (10, 100, 300):
        certificate = make.make_staff(employer, 1).certificates.get()
        Registration.objects.create(certificate=certificate, start=date(2023, 1, 1), end=TODAY + timedelta(days=days))
    assert lapses(officer, TODAY) == {3: 1, 6: 2, 12: 3}
    last = TODAY + timedelta(days=300)
    Registration.objects.create(
        certificate=certificate, start=last + timedelta(days=1), end=last + timedelta(days=1000)
    )
    assert lapses(officer, TODAY) == {3: 1, 6: 2, 12: 2}
    assert gaps(TODAY, 12, values_on(TODAY)).count() == 0


def test_who_could_follow_is_counted_as_the_matching_page_counts(employer, officer):
    post = held(employer, end=SOON)
    Post.objects.filter(pk=post.pk).update(grade=2)
    post.refresh_from_db()
    make.make_staff(employer, 1)
    make.make_staff(employer, 2)
    make.make_staff(make.make_employer("E01", region="350203003"), 3)
    make.make_staff(make.make_employer("E01", region="350206001"), 3)
    assert Pool(officer, TODAY).fitting(post) == 2


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_lists_counts_and_narrows(officer, employer, django_assert_max_num_queries):
    mine = held(employer, end=SOON)
    held(make.make_employer("E01", region="350206001", name="湖里保密"), end=SOON)
    client = client_of(officer)
    client.get("/people/forecast/")  # what a process reads once
    with django_assert_max_num_queries(20):
        page = client.get("/people/forecast/")
    assert [row["key"] for row in page.context["lines"]] == [mine.appointments.get().pk]
    text = page.content.decode()
    assert "湖里保密" not in text and "聘期届满 1" in text and "违反" not in text
    assert [row["all"] for row in page.context["horizons"]] == [1, 1, 1]
    assert not client.get("/people/forecast/?reason=retirement").context["lines"]
    assert not client.get("/people/forecast/?within=3&area=350203003").context["lines"]
    assert client.get("/people/forecast/?export=xlsx").status_code == 200
    assert client.get("/people/forecast/?export=pdf").status_code == 200
    person = make.make_staff(employer, 1, name="候补甲")
    follow = client.get(f"/people/posts/{mine.pk}/candidates/?coming=1").content.decode()
    assert person.name in follow and "<html" in follow


def test_the_page_says_the_same_however_many_leave_and_reads_the_parameters_once(employer, signed_in, monkeypatch):
    first, later = held(employer, end=SOON), held(employer, end=TODAY + timedelta(days=200))
    held(make.make_employer("E01", region="350206001"), end=SOON)
    client = signed_in(make.make_user("district_officer", region="350203"))
    with CaptureQueriesContext(connection) as queries:
        named = client.get("/people/forecast/").context
    assert sum("policy_parametervalue" in each["sql"] for each in queries) == 1
    monkeypatch.setattr("talents.views.forecast.MOST_NAMED", 0)
    many = client.get("/people/forecast/").context
    for said in (named, many):
        assert {row.post_id for row in said["page"].rows} == {first.pk, later.pk}
        assert [each["all"] for each in said["horizons"]] == [1, 1, 2]
