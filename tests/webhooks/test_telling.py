"""What becomes a message: changes in the client's sight, of what it may read, once each, with the position."""

from __future__ import annotations

import json

import pytest

from tests import builders as make
from tests.webhooks.conftest import Subscribing, told, unit
from xmsw.api.resources import Resource
from xmsw.clients import actions as clients
from xmsw.feed.models import Mark
from xmsw.feed.reading import position
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.telling import tell_all

pytestmark = pytest.mark.django_db


def said() -> list[tuple[str, list[int]]]:
    """Resource and ids of each message, oldest first."""
    rows = Delivery.objects.order_by("pk")
    return [(each.body["data"]["resource"], sorted(each.body["data"]["ids"])) for each in rows]


def test_many_changes_of_a_resource_are_one_message(subscribing: Subscribing):
    subscribing(("posts", "employers"))
    employer = make.make_employer("A01", region="350203001")
    posts = [make.make_post(employer).pk for _ in range(3)]
    told()
    assert said() == [("posts", posts), ("employers", [employer.pk])]
    assert tell_all() == 0 and Delivery.objects.count() == 2


def test_beyond_a_hundred_ids_the_count_is_told(subscribing: Subscribing):
    subscribing()
    employer = make.make_employer("A01", region="350203001")
    posts = {make.make_post(employer).pk for _ in range(103)}
    told()
    data = Delivery.objects.get().body["data"]
    assert (data["count"], len(data["ids"])) == (103, 100) and set(data["ids"]) <= posts


def test_rows_out_of_sight_are_no_message(subscribing: Subscribing):
    district, line = subscribing(), subscribing(of=unit("education", "350203"))
    make.make_post(make.make_employer("A01", region="350206001"))
    told()
    assert said() == []
    inside = make.make_post(make.make_employer("A01", region="350203001"))
    told()
    (only,) = Delivery.objects.all()
    assert only.subscription_id == district.id and only.body["data"]["ids"] == [inside.pk]
    assert line.row.position == district.row.position == position()


def test_what_leaves_the_clients_sight_is_told_once_more(subscribing: Subscribing):
    employer = make.make_employer("A01", region="350203001")
    post = make.make_post(employer)
    hook = subscribing()
    type(employer).objects.filter(pk=employer.pk).update(region="350206001")
    told()
    (message,) = Delivery.objects.all()
    assert message.body["data"]["ids"] == [post.pk]
    assert hook.caller.get(message.body["data"]["changes"]).json()["items"] == [{"id": post.pk, "deleted": True}]


def test_a_scope_that_was_taken_from_the_client_ends_its_messages(subscribing: Subscribing, admin):
    hook = subscribing(("posts", "employers"))
    client = hook.caller.client
    clients.change(admin, client, clients.Terms(client.label, ["employers:read", "webhooks:manage"], [], 300))
    employer = make.make_employer("A01", region="350203001")
    make.make_post(employer)
    told()
    assert said() == [("employers", [employer.pk])]


def test_what_the_role_may_not_read_any_more_is_no_message(subscribing: Subscribing, monkeypatch):
    subscribing()
    monkeypatch.setattr(Resource, "permits", lambda resource, user: resource.key != "posts")
    make.make_post(make.make_employer("A01", region="350203001"))
    told()
    assert said() == []


def test_a_message_names_nobody(subscribing: Subscribing):
    subscribing(("workers", "employers", "appointments"))
    employer, worker = make.make_employer("A01", region="350203001", name="滨海医院"), make.make_worker(name="陈阿明")
    make.make_employment(worker, employer)
    make.make_appointment(worker, make.make_post(employer))
    told()
    text = json.dumps([each.body for each in Delivery.objects.all()], ensure_ascii=False)
    assert Delivery.objects.count() == 3
    assert "陈阿明" not in text and "滨海医院" not in text
    assert {key for each in Delivery.objects.all() for key in each.body["data"]} == {
        "resource",
        "count",
        "ids",
        "changes",
    }


def test_message_and_position_are_stored_together_or_not_at_all(subscribing: Subscribing, monkeypatch):
    hook = subscribing()
    before = hook.row.position
    make.make_post(make.make_employer("A01", region="350203001"))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Subscription, "save", broken)
        with pytest.raises(RuntimeError):
            told()
    assert said() == [] and hook.row.position == before
    told()
    assert len(said()) == 1


def test_who_was_left_behind_the_feeds_memory_is_told_to_read_anew(subscribing: Subscribing):
    hook = subscribing()
    make.make_post(make.make_employer("A01", region="350203001"))
    told()
    Delivery.objects.all().delete()
    Mark.objects.update(floor=position())
    Subscription.objects.update(position=position() - 1)
    told()
    assert Delivery.objects.get().body["type"] == "resync" and hook.row.position == position()
