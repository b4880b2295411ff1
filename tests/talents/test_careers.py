"""Ladders, promotions and titles: versions never edited, conditions said with what is held, past days told apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from posts.actions.ladders import new_version
from posts.models import RankLadder, Rung
from supervision.selectors import rolls
from talents.actions.promotions import promote
from talents.actions.titles import set_title
from talents.models import Appointment, Promotion, TitleMap
from talents.views.promotions import due
from tests import builders as make
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_code
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
LONG_AGO = date(2019, 1, 1)
RUNGS = [
    {"name": "一级社工", "grade": 1, "min_certificate": 1, "min_years": 0},
    {"name": "二级社工", "grade": 1, "min_certificate": 1, "min_years": 2},
    {"name": "三级社工", "grade": 2, "min_certificate": 2, "min_years": 3},
]


@pytest.fixture
def employer():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def member(employer):
    return make.make_member(employer)


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


def adopt(user, employer, start=LONG_AGO, rungs=RUNGS) -> RankLadder:
    return new_version(user, employer, document="职级办法", start=start, rungs=rungs)


@pytest.fixture
def appointment(employer, member):
    adopt(member, employer)
    worker = make.make_worker()
    make.make_certificate(worker, level=1, issued_on=date(2018, 3, 1))
    make.make_employment(worker, employer)
    return make.make_appointment(worker, make.make_post(employer, grade=1), start=date(2020, 1, 1))


def rung(employer, order):
    return employer.ladders.get(end=None).rungs.get(order=order)


def test_a_new_version_ends_the_old_the_day_before(employer, member):
    first = adopt(member, employer)
    second = adopt(member, employer, start=TODAY, rungs=RUNGS[:2])
    first.refresh_from_db()
    assert (first.end, second.version) == (TODAY - timedelta(days=1), 2)
    assert first.rungs.count() == 3, "history stays as it was"
    with pytest.raises(Refused, match="晚于这一天"):
        adopt(member, employer, start=TODAY)


@pytest.mark.parametrize(
    ("rungs", "sentence"),
    [
        ([], "至少写一个"),
        ([RUNGS[2], RUNGS[0]], "不能往下走"),
        ([{**RUNGS[2], "min_certificate": 1}], "不能低到"),
        ([RUNGS[0], RUNGS[0]], "同名"),
    ],
)
def test_wrong_rungs_are_told_and_nothing_is_stored(employer, member, rungs, sentence):
    with pytest.raises(Refused, match=sentence):
        adopt(member, employer, rungs=rungs)
    assert not RankLadder.objects.exists()


def test_others_adopt_nothing_here(employer):
    for stranger in (
        make.make_member(make.make_employer("E01")),
        make.make_user("district_officer", region="350206"),
        make.make_user("bureau_officer", bureau="education", region="350203"),
    ):
        with pytest.raises(PermissionDenied):
            adopt(stranger, employer)


def test_the_form_makes_a_version_and_says_what_is_wrong(signed_in, employer, member):
    client = signed_in(member)
    head = {"document": "职级办法", "start": "2024-01-01", "rungs-TOTAL_FORMS": 2, "rungs-INITIAL_FORMS": 0}
    row = {"rungs-0-name": "一级社工", "rungs-0-grade": 1, "rungs-0-min_certificate": 1, "rungs-0-min_years": 0}
    assert client.get(f"/posts/employers/{employer.pk}/ladders/new/").status_code == 200
    wrong = client.post(f"/posts/employers/{employer.pk}/ladders/new/", head | row | {"rungs-1-name": "二级"})
    assert wrong.status_code == 422
    assert "选对应的岗位等级" in wrong.content.decode()
    assert client.post(f"/posts/employers/{employer.pk}/ladders/new/", head | row).status_code == 302
    page = client.get(f"/posts/employers/{employer.pk}/ladders/").content.decode()
    assert "一级社工" in page
    assert "施行中" in page
    again = client.get(f"/posts/employers/{employer.pk}/ladders/new/").content.decode()
    assert "一级社工" in again, "the next version begins with the rungs of this one"


def test_a_career_goes_rung_by_rung_with_its_conditions(employer, member, appointment):
    promote(member, appointment.pk, rung=rung(employer, 1), on=date(2020, 1, 1))
    with pytest.raises(Refused, match="满 2 年"):
        promote(member, appointment.pk, rung=rung(employer, 2), on=date(2021, 6, 1))
    promote(member, appointment.pk, rung=rung(employer, 2), on=date(2022, 6, 1), document="任职文件")
    with pytest.raises(Refused) as refusal:
        promote(member, appointment.pk, rung=rung(employer, 3), on=TODAY)
    assert any("社会工作师证书" in each for each in refusal.value.messages)
    assert any("现聘岗位是初级" in each for each in refusal.value.messages)
    with pytest.raises(Refused, match="高一级职级"):
        promote(member, appointment.pk, rung=rung(employer, 1), on=TODAY)
    appointment.refresh_from_db()
    assert appointment.rung == rung(employer, 2)
    assert Promotion.objects.filter(appointment=appointment).count() == 2


def test_a_foreign_rung_and_a_foreign_account_are_refused(employer, member, appointment):
    other = make.make_employer("E01", region="350203001")
    adopt(make.make_member(other), other)
    with pytest.raises(Refused, match="不是本单位"):
        promote(member, appointment.pk, rung=rung(other, 1), on=TODAY)
    with pytest.raises(PermissionDenied):
        promote(make.make_user("district_officer", region="350206"), appointment.pk, rung=rung(employer, 1), on=TODAY)


def _outcome(employer, on) -> int | None:
    rule = by_code("promotion-due")
    rows = Evaluation(on, Employers.of_ids([employer.pk])).rows("appointment", f"f.{rule.column} AS o")
    return rows[0]["o"]


def test_a_past_day_sees_the_rung_of_that_day(employer, member, appointment, officer):
    promote(member, appointment.pk, rung=rung(employer, 1), on=date(2020, 1, 1))
    overdue = date(2020, 1, 1) + timedelta(days=365 * 4 + 1)
    assert _outcome(employer, overdue) == Outcome.INFO, "two years are needed, two more have gone by"
    promote(member, appointment.pk, rung=rung(employer, 2), on=overdue + timedelta(days=30))
    assert _outcome(employer, overdue) == Outcome.INFO, "promoted since, and overdue on that day all the same"
    assert _outcome(employer, overdue + timedelta(days=31)) == Outcome.MET
    assert _outcome(employer, date(2019, 12, 31) + timedelta(days=2)) == Outcome.MET


def test_years_in_the_rung_are_years_of_the_calendar(employer, member, appointment, officer):
    promote(member, appointment.pk, rung=rung(employer, 1), on=date(2020, 1, 1))
    Rung.objects.filter(pk=rung(employer, 2).pk).update(min_years=3)
    assert _outcome(employer, date(2024, 12, 31)) == Outcome.MET, "five times 365 days, and not five years"
    assert _outcome(employer, date(2025, 1, 1)) == Outcome.INFO


def test_who_is_due_on_which_day(employer, member, appointment, signed_in):
    promote(member, appointment.pk, rung=rung(employer, 1), on=date(2020, 1, 1))
    before, after = date(2021, 12, 1), date(2022, 2, 1)
    everyone = Promotion.objects.visible_to(member)
    assert not due(everyone, before)
    assert [row.appointment for row in due(everyone, after)] == [appointment]
    listed = signed_in(member).get("/people/promotions/").context["page"].rows
    assert [row.due_on for row in listed] == [date(2022, 1, 1)], "two whole years, a leap year among them"
    promote(member, appointment.pk, rung=rung(employer, 2), on=date(2022, 6, 1))
    assert [row.appointment for row in due(everyone, after)] == [appointment]
    assert not due(everyone, TODAY), "the third rung asks for a certificate that is not held"


def test_years_are_whole_years_and_nobody_rises_after_the_term(employer, member, appointment):
    promote(member, appointment.pk, rung=rung(employer, 1), on=date(2020, 1, 1))
    with pytest.raises(Refused, match="2022-01-01 才满"):
        promote(member, appointment.pk, rung=rung(employer, 2), on=date(2021, 12, 31))
    Appointment.objects.filter(pk=appointment.pk).update(end=date(2024, 6, 30))
    with pytest.raises(Refused, match="聘期 2024-06-30 已到"):
        promote(member, appointment.pk, rung=rung(employer, 2), on=date(2025, 6, 1))
    promote(member, appointment.pk, rung=rung(employer, 2), on=date(2022, 1, 1))


def test_the_page_promotes_and_tells_hindrances(signed_in, employer, member, appointment):
    client, address = signed_in(member), f"/people/appointments/{appointment.pk}/promotion/"
    assert "条件已满足" in client.get(address).content.decode()
    answer = client.post(address, {"rung": rung(employer, 1).pk, "on": "2020-01-01"})
    assert answer.url == address
    assert "一级社工" in client.get(address).content.decode()
    refused = client.post(address, {"rung": rung(employer, 2).pk, "on": "2020-02-01"})
    assert refused.status_code == 422
    assert "满 2 年" in refused.content.decode()


def test_only_the_citys_human_resources_set_titles(signed_in):
    city = make.make_user("bureau_officer", bureau="human_resources", region="3502")
    district = make.make_user("bureau_officer", bureau="human_resources", region="350203")
    values = {"level": 1, "title": "助理社会工作师职务", "grade": 1, "start": TODAY, "source": "厦人社函"}
    for other in (district, make.make_user("city_officer"), make.make_user("system_admin")):
        with pytest.raises(PermissionDenied):
            set_title(other, **values)
        assert signed_in(other).get("/people/titles/new/").status_code == 403
    before = TitleMap.objects.get(level=1)
    answer = signed_in(city).post("/people/titles/new/", values)
    assert answer.url == "/people/titles/"
    before.refresh_from_db()
    assert before.end == TODAY - timedelta(days=1)
    assert TitleMap.objects.in_force(TODAY).get(level=1).title == "助理社会工作师职务"
    with pytest.raises(Refused, match="晚于这一天"):
        set_title(city, **values)


def test_coverage_of_ladders_is_what_the_rule_finds(employer, member, appointment, officer):
    bare = make.make_employer("E01", region="350203001")
    make.make_post(bare)
    told = {row.pk: row.ladder for row in rolls.ladders(officer, TODAY)}
    assert told == {employer.pk: "yes", bare.pk: "no"}
    rule = by_code("rank-ladder")
    rows = Evaluation(TODAY, Employers.within("350203")).rows("employer", f"f.id, f.{rule.column} AS o")
    judged = {row["id"]: row["o"] for row in rows if row["o"] is not None}
    assert judged == {employer.pk: Outcome.MET, bare.pk: Outcome.VIOLATION}
