"""Pools: proposals after a commendation, decisions, terms, who sees and who may, the account of an outside expert."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from awards import commending, notices, pools
from awards.models import CallUp, Honour, PoolMember, ReviewerInvitation
from tests import builders as make
from tests.awards.rounds import TODAY, client_of, make_call, make_cycle, make_expert, make_nominee, make_person_member
from xmsw.accounts.models import User
from xmsw.dated import months_later
from xmsw.workflow.refusals import Overtaken, Refused

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
TERM = {"pool": "practice", "start": TODAY, "end": None, "document": "厦民〔2026〕30号"}


@pytest.fixture
def city():
    return make.make_user("city_officer")


@pytest.fixture
def district():
    return make.make_user("district_officer", region="350203")


def proposed(region: str = "3502") -> PoolMember:
    return make_person_member(region, state="proposed", start=TODAY)


def test_winners_of_a_commendation_are_proposed_and_nobody_twice(city):
    cycle = make_cycle("ranked", quota=2)
    one, two = (make_nominee(cycle, "scored", score=D(90 - n), rank=n) for n in (1, 2))
    make_person_member(worker=two.worker)
    make_person_member("350203", worker=one.worker)
    notice = notices.publish(city, cycle)
    with time_machine.travel(notice.end + A_DAY, tick=False):
        commending.commend(city, cycle, notice.end + A_DAY, "厦民〔2026〕20号")
    (made,) = PoolMember.objects.proposed()
    assert (made.worker, made.pool, made.region_id) == (one.worker, "practice", "3502"), "another place's pool is apart"
    assert made.honour == Honour.objects.get(worker=one.worker) and made.start == notice.end + A_DAY
    assert made.changes.get().kind == "proposed"


def test_results_from_above_are_proposed_for_the_city(city):
    cycle = make_cycle("preliminary", level="province", quota=1)
    winner, other = make_nominee(cycle), make_nominee(cycle)
    commending.enter_results(city, cycle, [winner.pk], TODAY, "省优秀社工", "闽民〔2026〕3号")
    (made,) = PoolMember.objects.proposed()
    assert (made.worker, made.honour.level) == (winner.worker, "province")
    assert not PoolMember.objects.filter(worker=other.worker).exists()


def test_only_the_pool_s_own_officer_decides_and_only_once(city, district):
    found = proposed("350203")
    for stranger in (city, make.make_user("district_officer", region="350206"), make.make_user("bureau_officer")):
        with pytest.raises(PermissionDenied):
            pools.confirm(stranger, found, **TERM)
    with pytest.raises(Refused, match="入库文件"):
        pools.confirm(district, found, **(TERM | {"document": " "}))
    pools.confirm(district, found, **(TERM | {"pool": "expert", "end": TODAY + A_DAY}))
    found.refresh_from_db()
    assert (found.state, found.pool, found.end) == ("member", "expert", TODAY + A_DAY)
    with pytest.raises(Overtaken, match="在库"):
        pools.decline(make.make_user("district_officer", region="350203"), found, "晚了")


def test_declining_says_why_and_a_second_place_in_one_pool_is_refused(city):
    left_out, twice = proposed(), proposed()
    with pytest.raises(Refused, match="原因"):
        pools.decline(city, left_out, " ")
    pools.decline(city, left_out, "本人不愿意")
    left_out.refresh_from_db()
    assert (left_out.state, left_out.left_because) == ("declined", "本人不愿意")
    make_expert(worker=twice.worker, name="", organisation="", account=None)
    with pytest.raises(Refused, match="已在这个人才库里"):
        pools.confirm(city, twice, **(TERM | {"pool": "expert"}))
    assert PoolMember.objects.get(pk=twice.pk).state == "proposed"


def test_many_are_confirmed_from_the_list_and_others_stay(district):
    mine, also, elsewhere = proposed("350203"), proposed("350203"), proposed("350206")
    client = client_of(district)
    assert mine.person in client.get("/awards/pools/proposals/").content.decode()
    ticked = {"member": [mine.pk, also.pk, elsewhere.pk], "back": ""}
    page = client.post("/awards/pools/proposals/confirm/", ticked).content.decode()
    assert mine.person in page and elsewhere.person not in page
    bare = client.post("/awards/pools/proposals/confirm/", ticked | {"pool": "practice", "document": ""})
    assert bare.status_code == 422
    sent = ticked | {"pool": "practice", "start": f"{TODAY}", "end": "", "document": "思民〔2026〕1号"}
    client.post("/awards/pools/proposals/confirm/", sent)
    states = dict(PoolMember.objects.values_list("pk", "state"))
    assert states == {mine.pk: "member", also.pk: "member", elsewhere.pk: "proposed"}


def test_a_term_ends_by_date_and_is_prolonged_or_begins_anew(city):
    member = make_person_member(end=TODAY)
    assert PoolMember.objects.members(TODAY).get() == member
    assert not PoolMember.objects.members(TODAY + A_DAY).exists()
    with pytest.raises(Refused, match="以后"):
        pools.renew(city, member, TODAY, "续聘通知")
    same = pools.renew(city, member, TODAY + 10 * A_DAY, "续聘通知")
    assert same.pk == member.pk and [each.kind for each in member.changes.all()] == ["renewed"]
    with time_machine.travel(TODAY + 12 * A_DAY, tick=False):
        anew = pools.renew(city, member, None, "再聘通知")
    assert anew.pk != member.pk and (anew.start, anew.end) == (TODAY + 12 * A_DAY, None)
    assert not PoolMember.objects.members(TODAY + 11 * A_DAY).exists(), "the time between counts as out"
    assert PoolMember.objects.get(pk=member.pk).end == TODAY + 10 * A_DAY


def test_what_ends_within_ninety_days_is_listed(city):
    on_the_day, later = make_person_member(end=TODAY + 90 * A_DAY), make_person_member(end=TODAY + 91 * A_DAY)
    over = make_person_member(end=TODAY - A_DAY)
    assert list(PoolMember.objects.expiring(TODAY, 90)) == [on_the_day]
    client = client_of(city)
    text = client.get("/awards/pools/?expires=soon").content.decode()
    assert on_the_day.person in text and later.person not in text and over.person not in text
    text = client.get("/awards/pools/?out=yes").content.decode()
    assert over.person in text and "聘期已满" in text and later.person not in text


def test_leaving_says_why_and_waits_for_calls_to_come(city, district):
    member = make_person_member()
    call = make_call(member, TODAY, "accepted")
    with pytest.raises(PermissionDenied):
        pools.leave(district, member, TODAY, "调离")
    with pytest.raises(Refused, match="1 件抽调"):
        pools.leave(city, member, TODAY, "调离")
    call.state = "cancelled"
    call.save()
    pools.leave(city, member, TODAY - A_DAY, "调离")
    member.refresh_from_db()
    assert (member.state, member.end, member.left_because) == ("left", TODAY - A_DAY, "调离")
    assert PoolMember.objects.members(TODAY - A_DAY).exists() and not PoolMember.objects.members(TODAY).exists()


def test_idle_is_who_took_part_in_nothing_for_the_months_in_any_pool():
    long_since = months_later(TODAY, -24)
    idle, newcomer = make_person_member(), make_person_member(start=long_since + A_DAY)
    busy = make_person_member()
    make_call(make_expert(worker=busy.worker, name="", organisation="", account=None), long_since + A_DAY)
    make_call(idle, long_since)
    make_call(idle, TODAY, "declined")
    found = set(PoolMember.objects.idle_since(TODAY, 24).values_list("worker", flat=True))
    assert found == {idle.worker_id}
    assert newcomer.worker_id not in found
    assert PoolMember.objects.idle_since(TODAY, 23).filter(pk=newcomer.pk).exists()


def test_a_person_is_found_by_name_or_certificate_and_entered(district):
    employer = make.make_employer("E01", region="350203001")
    one, twin = (make.make_staff(employer, level=1, name="林同名") for _ in range(2))
    hidden = make.make_staff(make.make_employer("E01", region="350206001"), level=1, name="林外区")
    client = client_of(district)
    page = client.post("/awards/pools/new/", {"who": "林同名"})
    assert page.status_code == 422 and "有 2 人符合" in page.content.decode()
    chosen = client.post("/awards/pools/new/", {"who": "林同名", "worker": twin.pk})
    assert chosen.url == f"/awards/pools/new/?worker={twin.pk}"
    assert client.post("/awards/pools/new/", {"who": one.certificates.get().number}).url.endswith(f"={one.pk}")
    assert "没有找到" in client.post("/awards/pools/new/", {"who": "林外区"}).content.decode()
    assert client.get(f"/awards/pools/new/?worker={hidden.pk}").status_code == 404
    sent = {"pool": "practice", "start": f"{TODAY}", "document": "思民〔2026〕1号", "expertise": ["elderly"]}
    assert client.post(chosen.url, sent).status_code == 302
    made = PoolMember.objects.get()
    assert (made.worker, made.region_id, made.expertise, made.name) == (twin, "350203", ["elderly"], "")


def test_an_outside_expert_opens_the_reviewing_account_with_the_code_of_the_slip(city):
    client = client_of(city)
    sent = {"name": "陈教授", "organisation": "演示大学", "title": "教授", "start": f"{TODAY}", "document": "聘书"}
    assert client.post("/awards/pools/new/?outside=1", sent | {"organisation": ""}).status_code == 422
    client.post("/awards/pools/new/?outside=1", sent)
    expert = PoolMember.objects.get()
    assert (expert.pool, expert.pinyin) == ("expert", "chen jiao shou")
    assert "邀请开通评审账号" in client.get(f"/awards/pools/{expert.pk}/").content.decode()
    page = client.post(f"/awards/pools/{expert.pk}/invite/").content.decode()
    assert "陈教授" not in page, "who finds the slip has one half"
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)[0]
    password = "Xiamen-317-评审"
    fields = {
        "code": code.lower(),
        "name": "李教授",
        "username": "chenjs",
        "password1": password,
        "password2": password,
    }
    assert Client().post("/awards/pools/join/", fields).status_code == 422
    visitor = Client()
    answer = visitor.post("/awards/pools/join/", fields | {"name": "陈教授"})
    assert answer.status_code == 302
    account = User.objects.get(username="chenjs")
    expert.refresh_from_db()
    assert (account.role, expert.account, expert.account_of) == ("reviewer", account, account)
    assert visitor.get("/awards/calls/mine/").status_code == 200 and visitor.get("/awards/pools/").status_code == 403
    again = Client().post("/awards/pools/join/", fields | {"name": "陈教授", "username": "another"})
    assert again.status_code == 422 and ReviewerInvitation.objects.get().used_at
    client.post(f"/awards/pools/{expert.pk}/release/")
    account.refresh_from_db()
    assert not account.is_active and PoolMember.objects.get().account is None


def test_a_code_ends_and_is_only_for_experts_without_account(city, district):
    expert, person = make_expert(account=None), make_person_member()
    PoolMember.objects.filter(pk=expert.pk).update(account=None)
    assert client_of(district).post(f"/awards/pools/{expert.pk}/invite/").status_code == 404
    client = client_of(city)
    assert client.post(f"/awards/pools/{person.pk}/invite/").status_code == 302
    client.post(f"/awards/pools/{expert.pk}/invite/")
    client.post(f"/awards/pools/{expert.pk}/invite/")
    assert not ReviewerInvitation.objects.filter(member=person).exists()
    first, second = ReviewerInvitation.objects.filter(member=expert).order_by("pk")
    assert first.expires_at < second.expires_at, "a new code ends the former one"


def test_each_sees_the_own_pools_only(city, district):
    here, there = make_person_member("350203"), make_person_member("350206")
    account = make.make_account(here.worker)
    make_person_member("350203", worker=here.worker, pool="expert", state="declined")
    outsider = make.make_user("reviewer", region=None)
    mine = make_expert(account=outsider)

    def seen(user):
        return set(PoolMember.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(city) == set(PoolMember.objects.values_list("pk", flat=True))
    assert here.pk in seen(district) and there.pk not in seen(district)
    assert seen(account) == {here.pk}, "what was declined is not told"
    assert seen(outsider) == {mine.pk}
    for user in (make.make_user("bureau_officer", bureau="education"), make.make_member(make.make_employer("E01"))):
        assert seen(user) == set()
        assert client_of(user).get("/awards/pools/").status_code == 403
    client = client_of(account)
    assert client.get(f"/awards/pools/{here.pk}/").status_code == 200
    assert client.get(f"/awards/pools/{there.pk}/").status_code == 404
    assert client.get(f"/awards/pools/{here.pk}/leave/").status_code == 403
    text = client.get(f"/people/{here.worker_id}/").content.decode()
    assert f"/awards/pools/people/{here.worker_id}/" in text, "a tab of the own record"


def test_an_account_that_nobody_has_met_sees_nothing_of_the_person():
    """The employer may have opened it: neither pools nor call-ups, until an officer has met the person."""
    agency = make.make_employer("E01")
    member = make_person_member(worker=make.make_staff(agency))
    called = make_call(member)
    account = make.make_account(member.worker, within=agency)
    mine = make_expert(account=account)
    answer = client_of(account)
    pages = (f"/awards/pools/{member.pk}/", f"/awards/calls/{called.pk}/")
    for met, seen, calls, status in ((False, {mine}, set(), 404), (True, {mine, member}, {called}, 200)):
        type(member.worker).objects.filter(pk=member.worker_id).update(account_met=met)
        assert set(PoolMember.objects.visible_to(account)) == seen
        assert set(CallUp.objects.visible_to(account)) == calls
        assert [answer.get(each).status_code for each in pages] == [status, status]


def test_an_outside_expert_is_in_a_pool_once_at_a_time(city):
    def outsider(**fields) -> PoolMember:
        about = {"name": "吴教授", "organisation": "厦门大学", "start": TODAY - A_DAY, "document": "厦民〔2026〕31号"}
        return PoolMember(**({"pool": "expert", "region_id": "3502"} | about | fields))

    first = pools.enter(city, outsider(end=TODAY + A_DAY))
    for again in ({}, {"start": TODAY, "end": TODAY}):
        with pytest.raises(Refused, match="这位专家已在这个人才库里"):
            pools.enter(city, outsider(**again))
    with pytest.raises(IntegrityError, match="an_outside_expert_is_in_a_pool_once_at_a_time"), transaction.atomic():
        outsider(state="proposed", start=TODAY + A_DAY).save()
    outsider(state="member", start=TODAY + 2 * A_DAY).save()
    pools.enter(city, outsider(organisation="集美大学"))
    pools.enter(city, outsider(name="郑教授"))
    pools.leave(city, first, TODAY, "调走")
    assert PoolMember.objects.filter(name="吴教授").count() == 3


def test_the_list_has_a_fixed_number_of_queries(city, django_assert_max_num_queries):
    for _ in range(12):
        make_call(make_person_member(), TODAY)
        make_expert()
    client = client_of(city)
    client.get("/awards/pools/")
    with django_assert_max_num_queries(24):
        assert client.get("/awards/pools/?cols=person&cols=account&cols=latest&cols=organisation").status_code == 200
    with django_assert_max_num_queries(24):
        assert client.get("/awards/pools/participation/").status_code == 200
