"""Whoever looks for people by whole number and name is counted and leaves a trace; numbers cannot be tried out."""

from __future__ import annotations

from datetime import date

import pytest

from talents.models import Employment, SupervisionPair
from tests import builders as make
from xmsw.accounts.throttle import LOOK_UPS
from xmsw.audit.looks import PERSON
from xmsw.audit.models import AccessLog

TODAY = date.today()


@pytest.fixture
def stranger(db):
    return make.make_staff(make.make_employer("E01", region="350206001"), level=3, name="欧阳目标")


def pair_of(worker, name: str, number: str, **other: str) -> dict[str, object]:
    fields = {"supervisee": worker.employments.get().pk, "name": name, "number": number, "document": "协议"}
    return fields | {"start": "2024-01-01"} | other


def engagement(name: str, number: str) -> dict[str, str]:
    return {"name": name, "identity": number, "form": "contract", "start": f"{TODAY:%Y-%m-%d}"}


def test_tries_of_both_ways_count_together_and_then_even_the_right_number_finds_nobody(
    signed_in, employer, member, worker, stranger
):
    client, post = signed_in(member), make.make_post(employer)
    for place in range(LOOK_UPS):
        number = make.make_identity()
        if place % 2:
            told = client.post("/people/supervision/new/", pair_of(worker, "欧阳目标", number))
        else:
            told = client.post(f"/people/posts/{post.pk}/employ/", engagement("欧阳目标", number))
        assert "没有找到这个姓名和" in told.content.decode()
    told = client.post(f"/people/posts/{post.pk}/employ/", engagement("欧阳目标", stranger.identity))
    assert "过一会儿再试" in told.content.decode()
    client.post("/people/supervision/new/", pair_of(worker, "欧阳目标", stranger.identity))
    assert not SupervisionPair.objects.exists()
    assert Employment.objects.filter(worker=stranger).count() == 1
    other = signed_in(make.make_member(employer))
    other.post("/people/supervision/new/", pair_of(worker, "欧阳目标", stranger.identity))
    assert SupervisionPair.objects.get().supervisor == stranger, "another account has its own tries"


def test_whoever_finds_is_not_hindered_and_every_look_up_leaves_a_trace(signed_in, employer, member, stranger):
    client, post = signed_in(member), make.make_post(employer)
    client.post(f"/people/posts/{post.pk}/employ/", engagement("错的名字", stranger.identity))
    missed = AccessLog.objects.get()
    assert (missed.user, missed.subject_id) == (member, 0) and "错的名字" in missed.reason
    assert stranger.identity not in missed.reason
    people = [make.make_staff(make.make_employer("E01"), name=f"新人{n}") for n in range(LOOK_UPS + 1)]
    for each in people:
        assert client.post(f"/people/posts/{post.pk}/employ/", engagement(each.name, each.identity)).status_code == 302
    assert set(AccessLog.objects.filter(subject=PERSON).values_list("subject_id", flat=True)) == {p.pk for p in people}
    city = signed_in(make.make_user("city_officer")).get("/people/access/").content.decode()
    assert "没有找到「错的名字」" in city and "新人0" in city


def test_what_could_not_be_stored_anyway_is_said_before_anybody_is_looked_for(signed_in, member, worker, stranger):
    client = signed_in(member)
    for number in (stranger.identity, make.make_identity()):
        told = client.post("/people/supervision/new/", pair_of(worker, "欧阳目标", number, start="2010-01-01"))
        assert "不在本单位任职" in told.content.decode()
        assert "没有找到" not in told.content.decode()
    assert not AccessLog.objects.exists()
