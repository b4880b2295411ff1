"""Gap lists and findings: today, past days, filters, paging, export."""

import io
from datetime import date, timedelta

import openpyxl
import pytest

from posts.models import Employer
from supervision.models import Finding
from supervision.runs import execute_here, start_run
from tests import builders as make
from xmsw.policy.actions import set_parameter

pytestmark = pytest.mark.django_db
TODAY = date.today()
WITHOUT_POST, WITHOUT_HOLDER, FINDINGS = (
    f"/supervision/{name}/" for name in ("without-post", "without-holder", "findings")
)


def recalculate() -> None:
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))


def shown(page) -> set[Employer]:
    return {each["employer"] for each in page.context["listed"]}


def exported(answer) -> list[tuple]:
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture
def officer(signed_in):
    return signed_in(make.make_user("district_officer"))


@pytest.fixture
def degree_holder():
    """A community whose only full-time person has a social-work degree and no certificate."""
    employer = make.make_employer("C02", region="350203")
    person = make.make_worker(social_work_education=20)
    make.make_employment(person, employer)
    make.make_appointment(person, make.make_post(employer))
    return employer


def test_with_no_posts_every_city_community_of_the_district_lacks_one(officer):
    recalculate()
    names = {row[0] for row in exported(officer.get(f"{WITHOUT_POST}?kind=C02&export=xlsx"))[1:]}
    expected = Employer.objects.in_force(TODAY).of_kind("C02").within("350203").values_list("name", flat=True)
    assert names == set(expected)
    assert len(names) > 50


def test_pages_follow_each_other_without_gap_or_overlap(officer):
    recalculate()
    seen, address = [], WITHOUT_POST
    while address:
        context = officer.get(address).context
        seen += [each["employer"].pk for each in context["listed"]]
        address = WITHOUT_POST + context["page"].next if context["page"].next else ""
    assert (
        len(seen) == len(set(seen)) == Employer.objects.in_force(TODAY).of_kind("C01", "C02").within("350203").count()
    )


def test_a_tampered_page_address_starts_again(officer):
    recalculate()
    assert shown(officer.get(f"{WITHOUT_POST}?after=garbage")) == shown(officer.get(WITHOUT_POST))


def test_a_post_moves_the_community_and_a_person_clears_it(officer):
    community = make.make_employer("C02", region="350203")
    post = make.make_post(community)
    recalculate()
    assert community not in shown(officer.get(f"{WITHOUT_POST}?q={community.name}"))
    assert shown(officer.get(WITHOUT_HOLDER)) == {community}
    person = make.make_worker()
    make.make_certificate(person)
    make.make_appointment(person, post)
    recalculate()
    assert not shown(officer.get(WITHOUT_HOLDER))


def test_the_setting_decides_whether_a_degree_is_enough(officer, degree_holder):
    recalculate()
    assert not shown(officer.get(WITHOUT_HOLDER))
    set_parameter(make.make_user("city_officer"), "qualified_degree_counts", "false", TODAY, "会议纪要")
    recalculate()
    assert shown(officer.get(WITHOUT_HOLDER)) == {degree_holder}
    yesterday = TODAY - timedelta(days=1)
    assert not shown(officer.get(f"{WITHOUT_HOLDER}?on={yesterday:%Y-%m-%d}"))


def test_a_past_day_is_computed_anew(officer):
    community = make.make_employer("C02", region="350203")
    make.make_post(community, start=TODAY - timedelta(days=10))
    recalculate()
    before = TODAY - timedelta(days=11)
    assert community in shown(officer.get(f"{WITHOUT_POST}?q={community.name}&on={before:%Y-%m-%d}"))
    after = TODAY - timedelta(days=9)
    assert community not in shown(officer.get(f"{WITHOUT_POST}?q={community.name}&on={after:%Y-%m-%d}"))
    assert shown(officer.get(WITHOUT_HOLDER)) == {community}
    assert exported(officer.get(f"{WITHOUT_HOLDER}?export=xlsx"))[1][0] == community.name


def test_codes_and_names_stay_text_in_the_export(officer):
    community = make.make_employer("C02", region="350203", name="=1+1 社区")
    make.make_post(community)
    recalculate()
    row = exported(officer.get(f"{WITHOUT_HOLDER}?export=xlsx"))[1]
    assert row[0] == "=1+1 社区"
    assert row[2] == community.region_id


def test_findings_are_filtered_by_rule_outcome_place_and_name(officer):
    community = make.make_employer("C02", region="350203")
    make.make_post(community, grade=None)
    recalculate()
    page = officer.get(f"{FINDINGS}?rule=post-grade&outcome=violation")
    assert shown(page) == {community}
    assert page.context["listed"][0]["since"] == TODAY
    assert shown(officer.get(f"{FINDINGS}?rule=grade&area={community.region_id[:9]}")) == {community}
    assert not shown(officer.get(f"{FINDINGS}?rule=post-grade&outcome=warning"))
    assert not shown(officer.get(f"{FINDINGS}?rule=post-grade&area=350203999"))
    assert not shown(officer.get(f"{FINDINGS}?rule=post-grade&q=没有这家"))
    assert exported(officer.get(f"{FINDINGS}?rule=post-grade&export=xlsx"))[1][4] == "明确岗位等级"


def test_findings_of_a_past_day_ignore_what_came_later(officer):
    community = make.make_employer("C02", region="350203")
    make.make_post(community, grade=None, start=TODAY - timedelta(days=5))
    recalculate()
    early, late = TODAY - timedelta(days=6), TODAY - timedelta(days=4)
    assert not shown(officer.get(f"{FINDINGS}?rule=post-grade&on={early:%Y-%m-%d}"))
    assert shown(officer.get(f"{FINDINGS}?rule=post-grade&on={late:%Y-%m-%d}")) == {community}


@pytest.mark.parametrize("query", ["", "?rule=community", "?rule=community&outcome=met", "?outcome=pending", "?q=s"])
@pytest.mark.parametrize("address", [WITHOUT_POST, WITHOUT_HOLDER, FINDINGS])
def test_lists_ask_a_fixed_number_of_queries(officer, address, query, django_assert_max_num_queries):
    recalculate()
    with django_assert_max_num_queries(15):
        assert officer.get(address + query).status_code == 200


@pytest.mark.parametrize("address", [WITHOUT_POST, WITHOUT_HOLDER, FINDINGS])
@pytest.mark.parametrize("on", ["", TODAY - timedelta(days=1)])
def test_nothing_of_a_neighbour_in_lists_and_exports(signed_in, address, on):
    foreign = make.make_employer("C02", region="350206", name="湖里秘密社区")
    make.make_post(foreign, grade=None)
    recalculate()
    client = signed_in(make.make_user("district_officer"))
    client.get(f"/policy/?on={on}")
    for query in ("", "?area=350206", "?area=3502", "?q=湖里秘密", "?rule=grade&area=350206"):
        assert foreign.name not in client.get(address + query).content.decode()
        joined = "&" if query else "?"
        assert foreign.name not in str(exported(client.get(f"{address}{query}{joined}export=xlsx")))
    assert Finding.objects.filter(employer=foreign).exists()


def test_the_education_bureau_sees_schools_only(signed_in):
    school = make.make_employer("B02", name="思明学校")
    make.make_employer("A01", name="思明养老院")
    recalculate()
    client = signed_in(make.make_user("bureau_officer", bureau="education"))
    assert shown(client.get(WITHOUT_POST)) == {school}
    assert shown(client.get(FINDINGS)) == {school}


@pytest.mark.parametrize("address", [WITHOUT_POST, WITHOUT_HOLDER, f"{FINDINGS}?rule=community&"])
def test_the_lists_print(officer, address):
    make.make_post(make.make_employer("C02", region="350203"))
    recalculate()
    answer = officer.get(f"{address}{'' if '?' in address else '?'}export=pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
