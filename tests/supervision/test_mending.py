"""Every finding leads to the page where it is mended, for employers' people and officers; each page opens."""

from __future__ import annotations

from datetime import date

import pytest

from posts.models import Employer
from supervision.models import Finding
from supervision.runs import execute_here, start_run
from supervision.selectors.mending import way
from tests import builders as make
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer():
    """A community with a gap of nearly every kind."""
    community = make.make_employer("C02", region="350203")
    post = make.make_post(community, grade=None, duty_text="", need_basis="")
    worker = make.make_worker()
    make.make_certificate(worker)
    make.make_employment(worker, community)
    make.make_appointment(worker, make.make_post(community, grade=2), source="conversion")
    idle = make.make_worker()
    make.make_certificate(idle)
    make.make_employment(idle, community)
    execute_here(start_run(day=date.today(), present=True, reason="request", dispatch=False))
    assert post.pk
    return community


@pytest.mark.parametrize("role", ["clerk", "officer"])
def test_every_finding_leads_to_a_page_that_opens(signed_in, employer, role):
    user = make.make_member(employer) if role == "clerk" else make.make_user("district_officer", region="350203")
    client = signed_in(user)
    open_ones = Finding.objects.open().filter(employer=employer)
    assert {each.definition.subject for each in open_ones} == {"employer", "post", "appointment", "employment"}
    for each in open_ones:
        label, url = way(user, each.definition, each.outcome, employer.pk, each.subject_id)
        assert label
        assert client.get(url).status_code == 200, (each.definition.code, url)
    for page in (f"/supervision/employers/{employer.pk}/", f"/supervision/employers/{employer.pk}/findings/"):
        assert url.split("?")[0] in client.get(page).content.decode()


def test_every_rule_has_a_way_for_everybody(employer):
    for user in (make.make_member(employer), make.make_user("district_officer", region="350203")):
        for rule in rules():
            for outcome in rule.outcomes() - {Outcome.MET}:
                assert way(user, rule, outcome, 1, 1)[1].startswith("/")


def test_the_list_says_about_whom_and_hides_names_from_those_who_may_not_see(signed_in, employer):
    client = signed_in(make.make_user("district_officer", region="350203"))
    page = client.get(f"/supervision/findings/?q={employer.name}").content.decode()
    assert "社会工作岗位（P" in page
    assert "测试人员" in page


def test_a_past_day_lists_all_rules(signed_in, employer):
    client = signed_in(make.make_user("district_officer", region="350203"))
    day = date(2022, 6, 30)
    rows = client.get(f"/supervision/findings/?outcome=violation&on={day:%Y-%m-%d}&q={employer.name}").context["listed"]
    assert {each["rule"].code for each in rows} >= {"duties-and-conditions", "post-grade", "rank-ladder"}


def test_the_tile_of_named_employers_leads_to_as_many(signed_in, employer):
    make.make_employer("E03", region="350203001")
    client = signed_in(make.make_user("district_officer", region="350203"))
    figures = client.get("/supervision/").context["figures"]
    assert int(client.get("/posts/?kind=named&area=350203").context["count"]) == figures["employers"]
    assert Employer.objects.in_force(date.today()).within("350203").count() == figures["employers"] + 1


def test_a_bureau_is_not_told_of_duties_its_employers_do_not_have(signed_in):
    make.make_employer("B02", region="350203001")
    client = signed_in(make.make_user("bureau_officer", bureau="education", region="350203"))
    execute_here(start_run(day=date.today(), present=True, reason="request", dispatch=False))
    assert "应至少设置" not in client.get("/supervision/without-post/").content.decode()
    assert "有岗无人</div>" not in client.get("/supervision/").content.decode()
