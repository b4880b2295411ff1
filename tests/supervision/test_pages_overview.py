"""The officer's overview: figures lead to the lists that make them up, drill-down, past days, trend."""

from datetime import date, timedelta

import pytest

from posts.models import Employer
from supervision import runs
from supervision.models import Finding, Run
from supervision.runs import execute_here, start_run
from tests import builders as make
from xmsw.policy.outcomes import Outcome
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
OVERVIEW = "/supervision/"


def recalculate(**options) -> Run:
    return execute_here(
        start_run(**({"day": TODAY, "present": True, "reason": "request", "dispatch": False} | options))
    )


@pytest.fixture
def community():
    """A community of 思明 with a post and nobody in it."""
    employer = make.make_employer("C02", region="350203")
    make.make_post(employer)
    return employer


@pytest.fixture
def officer(signed_in):
    return signed_in(make.make_user("city_officer"))


def test_an_unjudged_portal_says_so_and_leads_to_the_run_page(officer):
    page = officer.get(OVERVIEW)
    assert page.context["empty"]
    assert "/supervision/runs/" in page.content.decode()


def test_figures_agree_with_their_lists(officer, community):
    recalculate()
    figures = officer.get(OVERVIEW).context["figures"]
    without = officer.get("/supervision/without-post/?export=xlsx")
    assert without["Content-Type"].endswith("sheet")
    obliged = Employer.objects.in_force(TODAY).of_kind("C01", "C02").count()
    assert figures["obliged"] == obliged
    assert figures["without_post"] == obliged - 1
    assert figures["without_holder"] == 1
    assert (figures["staffed"].met, figures["staffed"].total) == (0, obliged)
    assert [each["employer"] for each in officer.get("/supervision/without-holder/").context["listed"]] == [community]


def test_violations_of_every_rule_and_district_are_counted(officer, community):
    make.make_post(make.make_employer("E01", region="350206001"), grade=None)
    recalculate()
    violations = Finding.objects.open().filter(outcome=Outcome.VIOLATION)
    assert len(set(violations.values_list("rule", flat=True))) > 3
    assert officer.get(OVERVIEW).context["figures"]["violations"] == violations.count()


def test_a_cell_counts_its_place_and_links_to_its_findings(officer, community):
    recalculate()
    page = officer.get(OVERVIEW)
    row = next(each for each in page.context["grid"] if each["code"] == "350203")
    cell = next(each["counts"] for each in row["cells"] if each["topic"].key == "community")
    expected = Employer.objects.in_force(TODAY).of_kind("C02").within("350203").count()
    assert (cell.met, cell.total) == (1, expected)
    link = "/supervision/findings/?rule=community&area=350203"
    assert link.replace("&", "&amp;") in page.content.decode()
    assert officer.get(link).context["count"] == str(expected - 1)
    met = officer.get(link + "&outcome=met").context
    assert [each["employer"] for each in met["listed"]] == [community]


def test_drill_down_ends_with_the_employers_of_a_street(officer, community):
    recalculate()
    street = community.region_id[:9]
    district = officer.get(f"{OVERVIEW}?area=350203")
    assert street in {row["code"] for row in district.context["grid"]}
    page = officer.get(f"{OVERVIEW}?area={street}").content.decode()
    assert community.name in page
    assert f"/posts/employers/{community.pk}/" in page


@pytest.mark.parametrize("area", ["350206", "35", "3502", "999999", "x"])
def test_a_foreign_or_unknown_area_is_not_found(signed_in, area):
    assert signed_in(make.make_user("district_officer")).get(f"{OVERVIEW}?area={area}").status_code == 404


def test_a_district_officer_sees_streets_of_the_own_district_only(signed_in, community):
    recalculate()
    page = signed_in(make.make_user("district_officer", region="350206")).get(OVERVIEW)
    assert {row["code"][:6] for row in page.context["grid"]} == {"350206"}
    assert page.context["figures"]["without_holder"] == 0


def test_a_past_day_is_offered_calculated_and_shown(officer, community):
    """Not calculated → a button; under way → progress; done → the picture of that day."""
    day = TODAY - timedelta(days=40)
    page = officer.get(f"{OVERVIEW}?on={day:%Y-%m-%d}")
    assert f"核算 {day:%Y-%m-%d}" in page.content.decode()
    assert officer.post("/supervision/past/", {"area": "3502"}).status_code == 302
    run = Run.objects.get(day=day, present=False)
    page = officer.get(OVERVIEW)
    assert f"/supervision/runs/{run.pk}/progress/" in page.content.decode()
    execute_here(run)
    page = officer.get(OVERVIEW)
    assert f"按 {day:%Y-%m-%d} 核算" in page.content.decode()
    assert page.context["figures"]["without_holder"] == 1


def test_a_snapshot_of_one_district_is_not_taken_for_the_city(officer, signed_in):
    day = TODAY - timedelta(days=40)
    recalculate(day=day, present=False, area="350203")
    assert "figures" not in officer.get(f"{OVERVIEW}?on={day:%Y-%m-%d}").context
    assert "figures" in officer.get(f"{OVERVIEW}?area=350203").context


def test_past_days_wait_in_a_short_line():
    users = [make.make_user("district_officer") for _ in range(runs.PAST_RUNS // runs.PAST_RUNS_OF_ONE + 1)]
    days = iter(TODAY - timedelta(days=back) for back in range(1, 99))
    for user in users[:-1]:
        for _ in range(runs.PAST_RUNS_OF_ONE):
            runs.request_run(user, day=next(days), present=False)
        with pytest.raises(Refused, match="你发起的 2 个过去日期还没有算完"):
            runs.request_run(user, day=next(days), present=False)
    with pytest.raises(Refused, match="在排队核算"):
        runs.request_run(users[-1], day=next(days), present=False)
    known = Run.objects.order_by("pk")[0]
    assert runs.request_run(users[-1], day=known.day, present=False) == known, "what is under way is shown to all"
    assert Run.objects.count() == runs.PAST_RUNS
    execute_here(known)
    runs.request_run(users[0], day=next(days), present=False)
    assert runs.request_run(users[-1], day=TODAY, present=True).present, "the present is not in that line"


def test_the_page_says_that_too_many_past_days_wait(officer, monkeypatch):
    monkeypatch.setattr(runs, "PAST_RUNS_OF_ONE", 0)
    officer.get(f"{OVERVIEW}?on={TODAY - timedelta(days=40):%Y-%m-%d}")
    told = officer.post("/supervision/past/", {"area": "3502"}, follow=True).content.decode()
    assert "还没有算完，请等算完一个再发起" in told
    assert not Run.objects.exists()


def test_the_past_cannot_be_asked_for_a_foreign_area(signed_in):
    client = signed_in(make.make_user("district_officer"))
    client.get(f"{OVERVIEW}?on={TODAY - timedelta(days=3):%Y-%m-%d}")
    assert client.post("/supervision/past/", {"area": "350206"}).status_code == 404
    assert not Run.objects.exists()


def test_the_trend_joins_month_ends_and_today(officer, community):
    last = TODAY.replace(day=1) - timedelta(days=1)
    recalculate(day=last, present=False)
    recalculate()
    trend = officer.get(OVERVIEW).context["trend"]
    assert trend["labels"] == [f"{last:%Y-%m-%d}", f"{TODAY:%Y-%m-%d}"]
    assert all(value is not None and value > 0 for value in trend["series"][0]["values"])


@pytest.mark.parametrize("area", ["3502", "350203", "350203001"])
def test_the_overview_asks_a_fixed_number_of_queries(officer, community, area, django_assert_max_num_queries):
    recalculate()
    with django_assert_max_num_queries(15):
        assert officer.get(f"{OVERVIEW}?area={area}").status_code == 200


@pytest.mark.parametrize("role", ["employer_staff", "system_admin"])
def test_the_overview_is_for_officers(signed_in, role):
    assert signed_in(make.make_user(role)).get(OVERVIEW).status_code == 403


def test_pay_below_guidance_is_a_column_that_leads_to_counts_and_not_to_amounts(signed_in):
    make.make_standard(rungs={"assistant_2": "0.8"})
    employer = make.make_employer("C02", region="350203001001")
    make.make_pay(make.make_employment(make.make_worker(), employer), base=5432)
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    client = signed_in(make.make_user("district_officer"))
    page = client.get("/supervision/").content.decode()
    assert "薪酬</th>" in page
    assert "rule=pay" in page
    assert "5,432" not in page
    listed = client.get("/supervision/findings/?rule=pay").content.decode()
    assert employer.name in listed
    assert 'href="/payroll/below/"' in listed
