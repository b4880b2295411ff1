"""Year ends: confirmed by whoever may, over fresh results, kept for ever; corrections are versions."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.utils import timezone

from posts.models import Post
from supervision import year_ends
from supervision.kinds_of_notices import YEAR_END
from supervision.models import Run, YearEnd, YearEndFigure
from supervision.runs import execute_here, start_run
from supervision.views.years import for_leads
from tests import builders as make
from tests.supervision import registers as rows_of
from xmsw.accounts.models import OrgUnit, User
from xmsw.accounts.roles import Capability
from xmsw.notices.models import Notice
from xmsw.workflow.refusals import Overtaken, Refused

TODAY = date.today()
YEAR = TODAY.year - 1
CITY, SIMING = "3502", "350203"


def calculate(area: str = CITY) -> Run:
    day = year_ends.last_day(YEAR)
    return execute_here(start_run(day=day, present=False, area=area, reason="past_day", dispatch=False))


def posts_of(row: YearEnd) -> int:
    return int(row.figures.get(key="posts", sector="").part)


@pytest.fixture
def officer(db):
    return make.make_user("city_officer", region=CITY)


def test_a_year_end_keeps_what_stood_on_its_last_day(officer):
    post = make.make_post(make.make_employer("C02", region=SIMING))
    make.make_post(post.employer, start=date(TODAY.year, 1, 1))
    calculate()
    made = year_ends.take(officer, CITY, YEAR)
    assert [each.region_id for each in made] == [CITY, SIMING, "350205", "350206", "350211", "350212", "350213"]
    assert [posts_of(each) for each in made[:3]] == [1, 1, 0], "the post of this year did not exist"
    assert {each.clauses.count() for each in made} == {86}
    assert all(map(year_ends.is_whole, made))
    Post.objects.filter(pk=post.pk).update(end=date(YEAR, 6, 30))
    assert posts_of(YearEnd.objects.get(pk=made[0].pk)) == 1


def test_it_needs_results_of_its_last_day_that_are_fresh(officer):
    with pytest.raises(Refused, match="没有核算过"):
        year_ends.take(officer, CITY, YEAR)
    run = calculate()
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=2))
    with pytest.raises(Refused, match="超过一天"):
        year_ends.take(officer, CITY, YEAR)
    with pytest.raises(Refused, match="还没有结束"):
        year_ends.take(officer, CITY, TODAY.year)
    assert not YearEnd.objects.exists()


def test_a_correction_is_a_further_version_with_its_reason(officer):
    calculate()
    first = year_ends.take(officer, CITY, YEAR)[0]
    with pytest.raises(Refused, match="写明原因"):
        year_ends.take(officer, CITY, YEAR)
    second = year_ends.take(officer, CITY, YEAR, "补报了岗位")[0]
    assert (first.version, second.version, second.reason) == (1, 2, "补报了岗位")
    assert YearEnd.objects.newest().get(region=CITY) == second


def test_a_second_click_stores_no_further_version(officer, signed_in):
    calculate()
    year_ends.take(officer, CITY, YEAR)
    client = signed_in(officer)
    seen = re.search(r'name="seen" value="(\d+)"', client.get("/supervision/years/").content.decode())[1]
    click = {"reason": "补报了岗位", "seen": seen}
    told = [client.post("/supervision/years/confirm/", click, follow=True).content.decode() for _ in range(2)]
    assert "以后不再改变" in told[0]
    assert "刚刚另存了第 2 版" in told[1]
    assert list(YearEnd.objects.filter(region=CITY).order_by("version").values_list("version", flat=True)) == [1, 2]


def test_a_first_version_is_not_confirmed_twice_either(officer):
    calculate()
    year_ends.take(officer, CITY, YEAR, seen=0)
    with pytest.raises(Overtaken):
        year_ends.take(officer, CITY, YEAR, "再点", seen=0)


def test_figures_of_all_lines_are_for_whoever_leads_alone(db, rf):
    school, lead = (OrgUnit.objects.get(bureau=each, region_id=CITY) for each in ("education", "civil_affairs"))
    request = rf.get("/supervision/years/")
    request.user = User(role="city_officer", org_unit=school)
    assert request.user.can(Capability.TAKE_SNAPSHOTS)
    with pytest.raises(PermissionDenied):
        for_leads(lambda request: HttpResponse())(request)
    request.user = User(role="city_officer", org_unit=lead)
    assert for_leads(lambda request: HttpResponse())(request).status_code == 200


def test_what_a_district_confirmed_stays_when_the_city_confirms(officer):
    calculate()
    own = year_ends.take(make.make_user("district_officer"), SIMING, YEAR)
    made = year_ends.take(officer, CITY, YEAR)
    assert len(own) == 1
    assert SIMING not in {each.region_id for each in made}


@pytest.mark.parametrize(
    ("role", "bureau", "region"),
    [("district_officer", "civil_affairs", "350206"), ("bureau_officer", "education", CITY)],
)
def test_nobody_confirms_what_is_not_theirs(db, role, bureau, region):
    calculate()
    with pytest.raises(PermissionDenied):
        year_ends.take(make.make_user(role, bureau=bureau, region=region), SIMING, YEAR)


def test_officers_of_a_district_see_their_own_and_other_bureaus_none(officer):
    row = rows_of.make_year_end(SIMING)
    assert YearEnd.objects.visible_to(make.make_user("district_officer")).get() == row
    assert not YearEnd.objects.visible_to(make.make_user("district_officer", region="350206")).exists()
    assert not YearEnd.objects.visible_to(make.make_user("bureau_officer", bureau="finance", region=CITY)).exists()


def test_the_beat_confirms_once_the_days_are_over(db):
    early, late = date(YEAR + 1, 2, 1), date(YEAR + 1, 3, 15)
    assert year_ends.confirm_what_is_left(early) == []
    assert year_ends.confirm_what_is_left(late) == [], "it asks for the results first"
    execute_here(Run.objects.get(day=year_ends.last_day(YEAR)))
    assert {each.taken_by for each in year_ends.confirm_what_is_left(late)} == {None}
    assert year_ends.confirm_what_is_left(late) == []


def test_officers_are_told_once_that_a_year_end_waits(officer):
    district = make.make_user("district_officer")
    make.make_user("bureau_officer", bureau="education", region=CITY)
    rows_of.make_year_end("350206")
    make.make_user("district_officer", region="350206")
    january = date(YEAR + 1, 1, 2)
    assert year_ends.remind(january) == 2, "not the district that confirmed, no other bureau"
    assert year_ends.remind(january + timedelta(days=1)) == 0
    assert {each.user for each in Notice.objects.filter(code=YEAR_END)} == {officer, district}
    told = Notice.objects.get(user=district)
    assert told.title == f"{YEAR} 年末统计待确认：思明区"
    assert "58 天后系统自动确认" in told.text
    assert year_ends.remind(date(YEAR + 1, 6, 1)) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_year_end_changes_goes_or_is_added():
    with transaction.atomic():
        row = rows_of.make_year_end(SIMING)
    figure = row.figures.get()
    for forbidden in (
        lambda: YearEnd.objects.filter(pk=row.pk).update(reason="改"),
        lambda: YearEndFigure.objects.filter(pk=figure.pk).update(part=99),
        lambda: YearEndFigure.objects.filter(pk=figure.pk).delete(),
        lambda: YearEndFigure.objects.create(year_end=row, key="x", label="x", clause="一-1", part=1),
    ):
        with pytest.raises(DatabaseError):
            forbidden()
    assert row.figures.get().part == 7


def test_a_day_that_was_confirmed_stands_once(officer, signed_in):
    rows_of.make_year_end(CITY, year=YEAR - 1, posts=3)
    rows_of.make_year_end(CITY, posts=7)
    client = signed_in(officer)
    for address in ("/supervision/years/", "/supervision/outcomes/"):
        columns = client.get(f"{address}?on={YEAR}-12-31").context["columns"]
        assert [each.label for each in columns] == [f"{YEAR - 1} 年末", f"{YEAR} 年末"], address
    page = client.get(f"/supervision/years/?on={YEAR}-12-31")
    line = next(each for _, rows in page.context["groups"] for each in rows if each.figure.key == "posts")
    assert ([each.text for each in line.values], line.change) == (["3", "7"], "+4"), "against the year before"
    labels = [each.label for each in client.get(f"/supervision/years/?on={YEAR}-12-30").context["columns"]]
    assert labels == [f"{YEAR - 1} 年末", f"{YEAR}-12-30"]


def test_the_page_puts_years_beside_each_other_and_confirms(officer, signed_in):
    rows_of.make_year_end(CITY, posts=7)
    make.make_post(make.make_employer("C02", region=SIMING))
    client = signed_in(officer)
    page = client.get("/supervision/years/")
    lines = {figure.key: values for _, rows in page.context["groups"] for figure, values, _, _ in rows}
    assert [each.text for each in lines["posts"]] == ["7", "1"]
    assert client.get("/supervision/years/?area=350203").status_code == 200
    assert client.get("/supervision/years/?area=350301").status_code == 404
    assert "写明原因" in client.post("/supervision/years/confirm/", follow=True).content.decode()
    calculate()
    said = client.post("/supervision/years/confirm/", {"reason": "补报"}, follow=True).content.decode()
    assert "以后不再改变" in said
    assert client.get(f"/supervision/years/{YearEnd.objects.newest().get(region=CITY).pk}/").status_code == 200
