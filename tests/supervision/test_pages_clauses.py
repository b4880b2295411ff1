"""Clause board, one clause, rule catalogue, runs, and what the rules say of one employer."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from supervision.models import Run
from supervision.runs import execute_here, start_run
from supervision.selectors import clause_states
from tests import builders as make
from xmsw.policy.rules import rules

pytestmark = pytest.mark.django_db
TODAY = date.today()


def recalculate(**options) -> Run:
    return execute_here(
        start_run(**({"day": TODAY, "present": True, "reason": "request", "dispatch": False} | options))
    )


@pytest.fixture
def officer(signed_in):
    return signed_in(make.make_user("district_officer"))


@pytest.fixture
def staffed():
    """A community whose only appointment breaks the certificate rule."""
    employer = make.make_employer("C02", region="350203")
    person = make.make_worker(name="无证张三")
    make.make_employment(person, employer)
    make.make_appointment(person, make.make_post(employer))
    return employer


def test_every_clause_has_a_state(officer):
    recalculate()
    states = {each["id"]: each for each in clause_states(None)}
    assert len(states) == 86
    assert states["二(二)-2"]["state"] == "violation"
    assert states["二(二)-2"]["rules"] == ["community-has-post"]
    assert states["二(二)-6"]["state"] == "info"
    assert states["二(三)-1"]["state"] == "measured"
    assert states["0-1"]["state"] == "held"
    assert states["四(三)-4"]["state"] == "measured"
    assert all(officer.get(each["screen"]).status_code == 200 for each in states.values())


@pytest.mark.parametrize(
    ("role", "bureau"),
    [
        ("city_officer", "civil_affairs"),
        ("district_officer", "civil_affairs"),
        ("bureau_officer", "education"),
        ("bureau_officer", "human_resources"),
        ("standing_officer", "civil_affairs"),
    ],
)
def test_no_row_of_the_board_leads_to_a_page_that_is_closed_to_the_account(signed_in, role, bureau):
    client = signed_in(make.make_user(role, bureau=bureau))
    rows = client.get("/supervision/clauses/").context["clauses"]
    screens = {each["clause"].pk: each["screen"].url for each in rows if each["screen"]}
    closed = [clause for clause, url in screens.items() if client.get(url).status_code != 200]
    assert closed == []


def test_every_row_of_section_two_leads_to_its_screen_and_is_measured(officer):
    recalculate()
    rows = [each for each in officer.get("/supervision/clauses/").context["clauses"] if each["clause"].pk[0] == "二"]
    assert len(rows) == 30
    for each in rows:
        assert each["screen"], each["clause"].pk
        assert officer.get(each["screen"].url).status_code == 200, each["clause"].pk
        assert each["rules"] or each["measure"], each["clause"].pk


def test_no_weak_clause_is_ever_violated(officer, staffed):
    recalculate()
    assert all(each["strength"] in ("M", "MC") for each in clause_states(None) if each["state"] == "violation")


def test_the_command_lists_what_the_board_shows(capsys):
    recalculate()
    call_command("clauses", "--json")
    assert json.loads(capsys.readouterr().out) == clause_states(None)


def test_the_board_counts_only_the_own_area(officer, signed_in, staffed):
    recalculate()
    mine = {each["clause"].pk: each for each in officer.get("/supervision/clauses/").context["clauses"]}
    assert mine["二(四)-8"]["counts"]["violation"] == 1
    other = signed_in(make.make_user("district_officer", region="350206"))
    theirs = {each["clause"].pk: each for each in other.get("/supervision/clauses/").context["clauses"]}
    assert theirs["二(四)-8"]["total"] == 0


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("section=二(三)", lambda each: each["section"] == "二(三)"),
        ("strength=MAY", lambda each: each["clause"].strength == "MAY"),
        ("state=held", lambda each: bool(each["held"]) and not each["rules"]),
    ],
)
def test_the_board_is_filtered(officer, query, kept):
    listed = officer.get(f"/supervision/clauses/?{query}").context["clauses"]
    assert 0 < len(listed) < 86
    assert all(map(kept, listed))


def test_the_board_says_plainly_how_a_clause_without_rule_is_held(officer):
    assert officer.get("/supervision/clauses/?state=no_rule").context["clauses"] == []
    page = officer.get("/supervision/clauses/0-2/").content.decode()
    assert "由机构表和账号范围保证" in page
    assert "12 个部门，1 个市和区" in page
    assert officer.get("/supervision/clauses/九-9/").status_code == 404


def test_the_catalogue_reads_every_rule_aloud(signed_in):
    page = signed_in(make.make_user("employer_staff")).get("/supervision/rules/")
    assert {each["rule"].code for each in page.context["rules"]} == {rule.code for rule in rules()}
    words = [each["applies"] + "".join(case["condition"] for case in each["cases"]) for each in page.context["rules"]]
    assert not [each for each in words if "_" in each], "facts and parameters are named in Chinese"
    assert not [case["message"] for each in page.context["rules"] for case in each["cases"] if "{" in case["message"]]
    assert "非317号文件规定" in page.content.decode()


@pytest.mark.parametrize("address", ["clauses/", "clauses/二(二)-2/", "rules/", "runs/"])
def test_pages_ask_a_fixed_number_of_queries(officer, address, django_assert_max_num_queries):
    recalculate()
    with django_assert_max_num_queries(80):
        assert officer.get(f"/supervision/{address}").status_code == 200


def test_a_verdict_says_clause_fact_threshold_since_when_and_how_to_mend(
    officer, staffed, django_assert_max_num_queries
):
    recalculate()
    with django_assert_max_num_queries(16):
        page = officer.get(f"/supervision/employers/{staffed.pk}/")
    worst = next(each for each in page.context["verdicts"] if each["verdict"].rule.code == "certificate-for-junior")
    assert worst["about"] == "无证张三 · 社会工作岗位"
    assert worst["since"] == TODAY
    assert ("聘用当日持有证书", "无证书", "") in worst["facts"]
    text = page.content.decode()
    assert "初级岗位应具有助理社会工作师（或以上）证书；聘用当日（2021-01-01）持有：无证书" in text
    assert "改聘到相应等级的岗位" in text
    assert 'href="/policy/text/#' in text


def test_htmx_gets_the_tab_alone(officer, staffed):
    whole = officer.get(f"/supervision/employers/{staffed.pk}/").content.decode()
    part = officer.get(f"/supervision/employers/{staffed.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "verdict-violation" in part


def test_the_summary_beside_a_record_shows_the_worst_first(officer, staffed):
    recalculate()
    page = officer.get(f"/supervision/employers/{staffed.pk}/findings/")
    shown = [each["is"].outcome for each in page.context["worst"]]
    assert shown == sorted(shown, reverse=True)
    assert "<html" not in page.content.decode()


def test_a_run_is_started_followed_and_reports(officer):
    answer = officer.post("/supervision/runs/start/")
    run = Run.objects.get()
    assert answer.url == f"/supervision/runs/{run.pk}/"
    assert (run.area, run.present, run.day) == ("350203", True, TODAY)
    assert 'hx-trigger="every 1s"' in officer.get(answer.url).content.decode()
    execute_here(run)
    done = officer.get(f"{answer.url}progress/").content.decode()
    assert "核算完成" in done
    assert "hx-trigger" not in done


def test_a_failed_run_says_why(officer):
    run = Run.objects.create(day=TODAY, area="350203", reason="request", state="failed", error="参数缺失")
    assert "核算没有完成：参数缺失" in officer.get(f"/supervision/runs/{run.pk}/").content.decode()


def test_who_may_start_and_see_a_run(signed_in):
    bureau = signed_in(make.make_user("bureau_officer", bureau="education"))
    assert bureau.post("/supervision/runs/start/").status_code == 403
    assert not Run.objects.exists()
    foreign, whole = recalculate(area="350206"), recalculate()
    client = signed_in(make.make_user("district_officer"))
    assert client.get(f"/supervision/runs/{foreign.pk}/").status_code == 404
    assert client.get(f"/supervision/runs/{foreign.pk}/progress/").status_code == 404
    assert "已核算单位" not in client.get(f"/supervision/runs/{whole.pk}/").content.decode(), "not the city's numbers"
    shown = client.get("/supervision/runs/").context["runs"]
    assert {each["run"].pk for each in shown} == {whole.pk}
    whole.refresh_from_db()
    assert 0 < shown[0]["counts"]["employers"] < whole.employers, "the district's share of it"
    assert shown[0]["why"] == "系统发起", "nobody asked for it"
    city = signed_in(make.make_user("city_officer"))
    assert city.get("/supervision/runs/").context["runs"][0]["counts"]["employers"] == whole.employers
    assert "已核算单位" in city.get(f"/supervision/runs/{whole.pk}/").content.decode()


def test_a_clause_on_a_past_day_says_whether_that_day_was_calculated(officer, staffed):
    past = TODAY - timedelta(days=30)
    address = f"/supervision/clauses/二(四)-5/?on={past:%Y-%m-%d}"
    before = officer.get(address).content.decode()
    assert "这一天还没有核算" in before
    assert ">现在</dt>" not in before
    recalculate(day=past, present=False)
    after = officer.get(address).content.decode()
    assert "这一天还没有核算" not in after
    assert f"{past:%Y-%m-%d}" in after
    assert ">现在</dt>" in officer.get(f"/supervision/clauses/二(四)-5/?on={TODAY:%Y-%m-%d}").content.decode()
