"""Professional supervision: who may supervise whom, which sessions are possible, who sees what (二(三)-5)."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client

from talents.actions import supervision as actions
from talents.biography import biography
from talents.models import SupervisionPair, SupervisionSession
from talents.supervision import totals
from tests import builders as make
from tests.exchange.files import checked, merged, said, workbook
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.outcomes import Outcome
from xmsw.policy.recheck import RecheckRequest
from xmsw.policy.rules import by_code
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
START = date(2024, 1, 1)


@pytest.fixture
def people(employer):
    return make.make_staff(employer, level=2, name="督导甲"), make.make_staff(employer, level=1, name="学员乙")


def pair_of(people, employer, **fields) -> SupervisionPair:
    about = {"start": START, "document": "协议 1 号", **fields}
    return SupervisionPair.objects.create(supervisor=people[0], supervisee=people[1], employer=employer, **about)


@pytest.fixture
def pair(people, employer):
    return pair_of(people, employer)


def session(on=TODAY, hours="2", **fields) -> SupervisionSession:
    return SupervisionSession(on=on, hours=Decimal(hours), **{"form": "individual", "topic": "个案"} | fields)


def test_nobody_supervises_himself(people, employer, member):
    with pytest.raises(Refused, match="不能是同一个人"):
        actions.begin(
            member,
            SupervisionPair(supervisor=people[0], supervisee=people[0], employer=employer, start=START),
        )
    with pytest.raises(IntegrityError, match="nobody_supervises_oneself"), transaction.atomic():
        pair_of((people[0], people[0]), employer)


def test_a_pair_is_not_begun_twice_nor_before_the_employment(people, employer, member, pair):
    again = SupervisionPair(supervisor=people[0], supervisee=people[1], employer=employer, start=TODAY)
    with pytest.raises(Refused, match="这段时间已经有督导关系"):
        actions.begin(member, again)
    early = SupervisionPair(
        supervisor=people[1], supervisee=people[0], employer=employer, start=make.LONG_AGO - timedelta(days=1)
    )
    with pytest.raises(Refused, match="不在本单位任职"):
        actions.begin(member, early)


@pytest.mark.parametrize(
    ("on", "hours", "sentence"),
    [
        (START - timedelta(days=1), "2", "不在督导关系之内"),
        (TODAY + timedelta(days=1), "2", "不能晚于今天"),
        (TODAY - timedelta(days=3), "2", None),
        (TODAY - timedelta(days=3), "24", None),
    ],
)
def test_sessions_lie_inside_the_pair_and_not_in_the_future(member, pair, on, hours, sentence):
    if sentence is None:
        assert actions.record(member, pair.pk, session(on, hours)).pk
        return
    with pytest.raises(Refused, match=sentence):
        actions.record(member, pair.pk, session(on, hours))
    assert not SupervisionSession.objects.exists()


def test_a_supervisors_day_has_24_hours_over_all_pairs(people, employer, member, pair):
    third = make.make_staff(employer)
    other = pair_of((people[0], third), employer)
    actions.record(member, pair.pk, session(hours="20"))
    with pytest.raises(Refused, match="超过 24 小时"):
        actions.record(member, other.pk, session(hours="4.5"))
    actions.record(member, other.pk, session(hours="4"))
    actions.record(member, other.pk, session(on=TODAY - timedelta(days=1), hours="4.5"))


def test_a_group_is_one_session_of_its_supervisor(people, employer, member):
    group = [pair_of((people[0], make.make_staff(employer)), employer) for _ in range(10)]
    for each in group:
        actions.record(member, each.pk, session(hours="3", form="group", topic="危机干预"))
    with pytest.raises(Refused, match="超过 24 小时"):
        actions.record(member, group[0].pk, session(hours="21.5"))


def test_ending_keeps_the_reason_and_closes_the_dates(member, pair):
    actions.record(member, pair.pk, session(on=TODAY - timedelta(days=5)))
    for last, sentence in (
        (START - timedelta(days=1), "不能早于开始日期"),
        (TODAY + timedelta(days=1), "不能晚于今天"),
        (TODAY - timedelta(days=6), "还有督导记录"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.end(member, pair.pk, last=last, reason="协议期满")
    ended = actions.end(member, pair.pk, last=TODAY - timedelta(days=2), reason="协议期满")
    assert (ended.end, ended.end_reason) == (TODAY - timedelta(days=2), "协议期满")
    with pytest.raises(Refused, match="已于"):
        actions.end(member, pair.pk, last=TODAY, reason="再结束一次")
    with pytest.raises(Refused, match="不在督导关系之内"):
        actions.record(member, pair.pk, session(on=TODAY - timedelta(days=1)))


def test_only_the_supervisees_employer_keeps_a_pair(people, employer, officer, pair):
    foreign = make.make_member(make.make_employer("E01", region="350203001"))
    for user in (officer, foreign, make.make_account(people[0]), make.make_user("city_officer")):
        with pytest.raises(PermissionDenied):
            actions.record(user, pair.pk, session())
        with pytest.raises(PermissionDenied):
            actions.end(user, pair.pk, last=TODAY, reason="x")
    assert not SupervisionSession.objects.exists()


def test_the_pages_begin_record_and_end(signed_in, people, employer, member):
    client = signed_in(member)
    supervisee = people[1].employments.get()
    values = {"supervisee": supervisee.pk, "supervisor": people[0].pk, "start": "2024-01-01", "document": "协议"}
    assert client.get("/people/supervision/new/").status_code == 200
    lacking = client.post("/people/supervision/new/", values | {"supervisor": "", "document": ""})
    assert lacking.status_code == 422
    assert "外单位的，姓名和号码都要填" in lacking.content.decode()
    assert "请写督导协议" in lacking.content.decode()
    address = client.post("/people/supervision/new/", values).url
    pair = SupervisionPair.objects.get()
    assert address == f"/people/supervision/{pair.pk}/"
    one = {"on": f"{TODAY:%Y-%m-%d}", "hours": "1.5", "form": "individual", "topic": "接案会谈", "content": "记录"}
    assert client.post(f"{address}sessions/", one).status_code == 302
    assert "接案会谈" in client.get(address).content.decode()
    wrong = client.post(f"{address}sessions/", one | {"hours": "25"})
    assert wrong.status_code == 422
    assert "不会超过 24 小时" in wrong.content.decode()
    late = client.post(f"{address}sessions/", one | {"on": f"{TODAY + timedelta(days=1):%Y-%m-%d}"})
    assert "不能晚于今天" in late.content.decode()
    assert "请写结束原因" in client.post(f"{address}end/", {"end": "2024-02-01"}, follow=True).content.decode()
    client.post(f"/people/supervision/sessions/{SupervisionSession.objects.get().pk}/remove/")
    assert not SupervisionSession.objects.exists()
    client.post(f"{address}end/", {"end": f"{TODAY:%Y-%m-%d}", "reason": "调离"})
    assert "调离" in client.get(address).content.decode()


def test_a_supervisor_from_elsewhere_is_named_by_name_and_number_and_shown_by_name_only(signed_in, people, member):
    other = make.make_employer("E01", region="350206001")
    expert = make.make_staff(other, level=3, name="外聘督导")
    number = expert.certificates.get().number
    client = signed_in(member)
    values = {"supervisee": people[1].employments.get().pk, "start": "2024-01-01", "document": "协议"}
    for name, wrong in (("外聘督导", "Z99999999"), ("别的名字", number), ("别的名字", expert.identity)):
        told = client.post("/people/supervision/new/", values | {"name": name, "number": wrong}).content.decode()
        assert "没有找到这个姓名和号码的人" in told
    page = client.post("/people/supervision/new/", values | {"name": "外聘督导", "number": number}, follow=True)
    text = page.content.decode()
    assert "外聘督导" in text
    assert expert.identity_mask not in text
    assert other.name not in text
    SupervisionPair.objects.all().delete()
    client.post("/people/supervision/new/", values | {"name": "外聘督导", "number": expert.identity.lower()})
    assert SupervisionPair.objects.get().supervisor == expert
    assert client.get(f"/people/{expert.pk}/").status_code == 404, "a supervisor's record does not open by that"


def test_the_list_counts_the_last_twelve_months(signed_in, people, employer, member, officer, pair):
    actions.record(member, pair.pk, session(hours="1.5"))
    actions.record(member, pair.pk, session(on=TODAY - timedelta(days=400), hours="8"))
    silent = pair_of((people[1], people[0]), employer)
    over = pair_of((people[0], make.make_staff(employer)), employer, end=TODAY - timedelta(days=30))
    foreign = make.make_employer("E01", region="350206001")
    strangers = make.make_staff(foreign), make.make_staff(foreign)
    pair_of(strangers, foreign)
    client = signed_in(officer)

    def listed(query=""):
        return {row.pk: row.hours for row in client.get(f"/people/supervision/{query}").context["page"].rows}

    assert listed() == {pair.pk: Decimal("1.5"), silent.pk: 0, over.pk: 0}
    assert set(listed("?stands=silent")) == {silent.pk}
    assert set(listed("?stands=over")) == {over.pk}
    assert set(listed("?stands=now&sort=-hours")) == {pair.pk, silent.pk}
    assert set(listed("?person=督导甲")) == {pair.pk, silent.pk, over.pk}
    assert set(listed("?area=350206001")) == set(listed()), "a place outside the own area is no choice"
    seen = SupervisionPair.objects.visible_to(officer)
    assert totals(seen, TODAY) == {"pairs": 2, "times": 1, "hours": Decimal("1.5")}
    assert client.get("/people/supervision/?export=xlsx").status_code == 200
    assert client.get("/people/supervision/?sort=hours").status_code == 200


def test_the_tab_shows_both_sides_and_the_timeline_tells_it(people, employer, member, officer, pair):
    actions.record(member, pair.pk, session())
    for user, mine in ((officer, None), (make.make_account(people[0]), people[0])):
        client = Client()
        client.force_login(user)
        page = client.get(f"/people/{people[0].pk}/supervision/").content.decode()
        assert "学员乙" in page
        assert "1 次，2 小时" in page
        if mine is not None:
            assert client.get(f"/people/supervision/{pair.pk}/").status_code == 200
            assert client.get(f"/people/{people[1].pk}/supervision/").status_code == 404
    titles = [each.title for each in biography(people[1], officer, TODAY)]
    assert "接受督导" in titles


def test_a_past_day_knows_only_what_had_been(signed_in, officer, pair, member):
    actions.record(member, pair.pk, session())
    client = signed_in(officer)
    page = client.get(f"/people/supervision/{pair.pk}/?on={TODAY - timedelta(days=2):%Y-%m-%d}")
    assert list(page.context["sessions"]) == []
    assert "登记一次督导" not in page.content.decode()


def outcome(employer) -> int | None:
    rule = by_code("supervision-duty-practised")
    rows = Evaluation(TODAY, Employers.of_ids([employer.pk])).rows("appointment", f"f.{rule.column} AS o")
    return rows[0]["o"]


def test_a_post_with_the_duty_is_told_of_when_its_holder_led_no_session(people, employer, member, pair):
    post = make.make_post(employer, grade=2, duties=[1])
    make.make_appointment(people[0], post)
    assert outcome(employer) is None, "the post does not carry the duty"
    post.duties = [1, 5]
    post.save()
    assert outcome(employer) == Outcome.INFO
    SupervisionSession.objects.create(
        pair=pair, on=TODAY - timedelta(days=400), hours=2, form="individual", topic="太早"
    )
    assert outcome(employer) == Outcome.INFO
    actions.record(member, pair.pk, session())
    assert outcome(employer) == Outcome.MET


def test_a_session_elsewhere_is_rechecked_where_the_supervisor_has_a_post(people, employer):
    other = make.make_employer("E01", region="350206001")
    supervisee = make.make_staff(other)
    make.make_appointment(people[0], make.make_post(employer, grade=2, duties=[5]))
    abroad = pair_of((people[0], supervisee), other)
    RecheckRequest.objects.all().delete()
    SupervisionSession.objects.create(pair=abroad, on=TODAY, hours=2, form="individual", topic="跨单位")
    assert set(RecheckRequest.objects.values_list("employer_id", flat=True)) == {employer.pk, other.pk}
    assert outcome(employer) == Outcome.MET


def line(people, on=TODAY, **fields):
    supervisor, supervisee = people
    about = {"supervisee": supervisee.identity, "supervisor_name": supervisor.name, "held_on": f"{on:%Y-%m-%d}"}
    about |= {"supervisor_number": supervisor.certificates.get().number, "hours": "2", "form": "个别督导"}
    return about | {"topic": "个案"} | fields


def test_a_file_of_sessions_is_read_and_read_again(tmp_path, people, member, pair):
    rows = [line(people), line(people, TODAY - timedelta(days=9), content="记录")]
    merged(member, "supervision", workbook(tmp_path / "a.xlsx", "supervision", rows))
    assert SupervisionSession.objects.count() == 2
    rows[0]["hours"] = "3.5"
    merged(member, "supervision", workbook(tmp_path / "b.xlsx", "supervision", rows))
    assert sorted(SupervisionSession.objects.values_list("hours", flat=True)) == [2, Decimal("3.5")]


def test_a_file_of_sessions_tells_what_is_wrong(tmp_path, people, employer, member, pair):
    actions.record(member, pair.pk, session(on=TODAY - timedelta(days=3), hours="20", topic="整天"))
    third = make.make_staff(employer)
    pair_of((people[0], third), employer)
    foreign = make.make_employer("E01", region="350206001")
    stranger = make.make_staff(foreign)
    pair_of((people[0], stranger), foreign)
    group = {"form": "团体督导", "topic": "小组", "hours": "13"}
    rows = [
        line((people[0], stranger)),
        line(people, supervisor_name="别人"),
        line(people, START - timedelta(days=1)),
        line(people, TODAY + timedelta(days=1)),
        line((people[0], third), TODAY - timedelta(days=3), hours="4.5"),
        line(people, TODAY - timedelta(days=5), **group),
        line((people[0], third), TODAY - timedelta(days=5), **group),
    ]
    batch = checked(member, "supervision", workbook(tmp_path / "a.xlsx", "supervision", rows))
    told = [(row, message) for row, _, message in said(batch)]
    nobody = "你的单位没有登记这两个人的督导关系"
    assert told == [
        (2, nobody),
        (3, nobody),
        (4, "督导日期不在督导关系之内（2024-01-01 至 现在）"),
        (5, "督导日期在今天之后"),
        (6, "督导者这一天的督导加起来有 24.5 小时，超过 24 小时"),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_sessions_at_once_do_not_make_a_longer_day():
    employer = make.make_employer("E01", region="350203001")
    member = make.make_member(employer)
    supervisor = make.make_staff(employer)
    pairs = [pair_of((supervisor, make.make_staff(employer)), employer) for _ in range(2)]
    barrier, refused = threading.Barrier(2), []

    def record(pk: int) -> None:
        barrier.wait()
        try:
            actions.record(member, pk, session(hours="13"))
        except Refused as refusal:
            refused.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=record, args=(each.pk,)) for each in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SupervisionSession.objects.count() == 1
    assert len(refused) == 1
