"""Needs, inclusion filings, allocation plans, incubations: only what is confirmed counts, and inside its area."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from posts.actions import needs, plans
from posts.flows.needs import INCLUSION, NEED
from posts.flows.plans import ALLOCATION
from posts.models import AllocationLine, AllocationPlan, Employer, Inclusion, Incubation, NeedAssessment
from tests import builders as make
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_code
from xmsw.regions.models import Level, Region
from xmsw.workflow.actions import history, move
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def school():
    return make.make_employer("B02", region="350203001")


def outcome(employer: Employer, code: str, on: date = TODAY) -> int | None:
    rule = by_code(code)
    return Evaluation(on, Employers.of_ids([employer.pk])).rows("employer", f"f.{rule.column} AS o")[0]["o"]


def need(employer: Employer, **fields) -> NeedAssessment:
    values = {
        "assessed_on": TODAY,
        "headcount": 2,
        "assessor": "区教育局",
        "basis": "在校学生 2000 人",
        "state": "draft",
    }
    return NeedAssessment(employer=employer, **(values | fields))


def test_only_a_confirmed_assessment_and_filing_count(school):
    clerk = make.make_member(school)
    education = make.make_user("bureau_officer", bureau="education", region="350203")
    assert outcome(school, "inclusion") == Outcome.PENDING
    made = needs.keep(clerk, need(school))
    move(clerk, NEED, made.pk, "submit")
    assert outcome(school, "inclusion") == Outcome.PENDING, "handed in is not confirmed"
    move(education, NEED, made.pk, "approve")
    assert outcome(school, "inclusion") == Outcome.VIOLATION
    filing = needs.keep(clerk, Inclusion(employer=school, included_on=TODAY, document="人社函", state="draft"))
    move(clerk, INCLUSION, filing.pk, "submit")
    assert outcome(school, "inclusion") == Outcome.VIOLATION
    move(education, INCLUSION, filing.pk, "approve")
    assert outcome(school, "inclusion") == Outcome.MET


def test_a_need_of_none_is_an_answer_and_the_latest_counts(school, officer):
    needs.keep(officer, need(school, assessed_on=TODAY - timedelta(days=30)))
    needs.keep(officer, need(school, headcount=0))
    assert NeedAssessment.objects.filter(state="filed").count() == 2, "an officer's record is filed at once"
    assert outcome(school, "inclusion") == Outcome.MET
    assert outcome(school, "inclusion", TODAY - timedelta(days=1)) == Outcome.VIOLATION
    with pytest.raises(Refused, match="这一天已经有"):
        needs.keep(officer, need(school))


def test_what_an_officer_records_is_noted_and_only_where_nobody_hands_in(school, officer, signed_in):
    made = needs.keep(officer, need(school))
    step = history("need", made.pk)[0]
    assert (step.user, step.label, step.to_state) == (officer, "代为登记并备案", "filed")
    clerk = make.make_member(school)
    with pytest.raises(Refused, match="有自己的账号"):
        needs.keep(officer, Inclusion(employer=school, included_on=TODAY, document="函"))
    closed = signed_in(officer).get(f"/posts/employers/{school.pk}/needs/new/").content.decode()
    assert "有自己的账号" in closed
    assert "保存</button>" not in closed
    draft = needs.keep(clerk, need(school, assessed_on=TODAY - timedelta(days=1)))
    move(clerk, NEED, draft.pk, "submit")
    with pytest.raises(Refused, match="待审核"):
        needs.keep(clerk, draft)
    draft.refresh_from_db()
    assert draft.state == "submitted", "an old page does not pull back what was handed in"


def test_lists_are_by_bureau_and_lead_to_who_has_none(school, officer, signed_in):
    needs.keep(officer, need(school))
    client = signed_in(officer)
    assert client.get("/posts/needs/?bureau=education&kind=B02").context["count"] == "1"
    assert client.get("/posts/needs/?bureau=health").context["count"] == "0"
    assert "/inclusion/?stage=pending" in client.get("/posts/needs/").content.decode()


def test_what_is_wrong_is_told(school, officer):
    with pytest.raises(Refused, match="不能晚于今天"):
        needs.keep(officer, need(school, assessed_on=TODAY + timedelta(days=1)))
    with pytest.raises(Refused, match="按需配备"):
        needs.keep(officer, need(make.make_employer("E01", region="350203001")))
    with pytest.raises(PermissionDenied):
        needs.keep(make.make_user("district_officer", region="350206"), need(school))


def test_the_pages_take_an_assessment_to_its_filing(school):
    clerk, education = Client(), Client()
    clerk.force_login(make.make_member(school))
    education.force_login(make.make_user("bureau_officer", bureau="education", region="350203"))
    fields = {"assessed_on": f"{TODAY:%Y-%m-%d}", "headcount": 1, "assessor": "学校", "basis": "心理辅导需求"}
    wrong = clerk.post(f"/posts/employers/{school.pk}/needs/new/", fields | {"headcount": ""})
    assert "不需要的填 0" in wrong.content.decode()
    answer = clerk.post(f"/posts/employers/{school.pk}/needs/new/", fields)
    made = NeedAssessment.objects.get()
    assert answer.url == f"/posts/needs/{made.pk}/"
    clerk.post(f"/desk/need/{made.pk}/move/", {"move": "submit"})
    assert education.get(f"/desk/need/{made.pk}/").status_code == 200
    education.post(f"/desk/need/{made.pk}/", {"move": "return", "opinion": "请写人数依据"})
    assert clerk.get(f"/posts/needs/{made.pk}/edit/").status_code == 200
    clerk.post(f"/posts/needs/{made.pk}/edit/", fields | {"basis": "学生 3000 人"})
    clerk.post(f"/desk/need/{made.pk}/move/", {"move": "submit"})
    education.post(f"/desk/need/{made.pk}/", {"move": "approve"})
    made.refresh_from_db()
    assert (made.state, made.basis) == ("filed", "学生 3000 人")
    assert clerk.get(f"/posts/needs/{made.pk}/edit/").status_code == 403
    assert education.get("/posts/needs/?state=filed").context["count"] == "1"


def plan(**fields) -> AllocationPlan:
    values = {
        "region_id": "350203",
        "year": 2026,
        "title": "社区专职社工",
        "basis": "缺口 12 人",
        "document": "会议纪要",
    }
    return AllocationPlan(**(values | fields))


def test_a_plan_is_approved_by_another_and_counts_who_arrives(officer):
    made = plans.keep(officer, plan())
    with pytest.raises(Refused, match="还没有单位"):
        move(officer, ALLOCATION, made.pk, "submit")
    community = Employer.objects.of_kind("C02").within("350203").first()
    line = plans.add_line(officer, made, community.region_id, 2, "服务人口 8000")
    with pytest.raises(Refused, match="已经在计划里"):
        plans.add_line(officer, made, community.region_id, 1, "")
    with pytest.raises(Refused, match="范围内没有"):
        plans.add_line(officer, made, Employer.objects.of_kind("C02").within("350206").first().region_id, 1, "")
    move(officer, ALLOCATION, made.pk, "submit")
    with pytest.raises(Refused, match="另一个人"):
        move(officer, ALLOCATION, made.pk, "approve")
    colleague = make.make_user("district_officer", region="350203")
    move(colleague, ALLOCATION, made.pk, "approve")
    worker = make.make_worker()
    make.make_employment(worker, community)
    make.make_appointment(worker, make.make_post(community), source="supplement", allocation=line)
    assert [(each.headcount, each.arrived) for each in plans.lines(made, TODAY)] == [(2, 1)]
    with pytest.raises(Refused, match="不能再改"):
        plans.add_line(officer, made, "350203001", 1, "")


def test_plans_stay_in_their_area(officer, signed_in):
    with pytest.raises(PermissionDenied):
        plans.keep(officer, plan(region_id="350206"))
    made = plans.keep(officer, plan())
    client = signed_in(officer)
    client.post(f"/posts/plans/{made.pk}/lines/", {"code": "350203001", "headcount": 1, "need": "中心缺人"})
    line = AllocationLine.objects.get()
    assert line.employer.kind == "C01", "a street's code names its centre"
    assert "社区服务中心" in client.get(f"/posts/plans/{made.pk}/").content.decode()
    client.post(f"/posts/plans/{made.pk}/lines/", {"remove": line.pk})
    assert not AllocationLine.objects.exists()
    assert (
        signed_in(make.make_user("district_officer", region="350206")).get(f"/posts/plans/{made.pk}/").status_code
        == 404
    )


def test_an_agency_is_incubated_by_a_street_of_the_area(officer, signed_in):
    agency = make.make_employer("E01", region="350203001")
    fields = {"street": "350203001", "agency_code": agency.credit_code, "support": ["place", "fund"]}
    fields |= {"start": "2025-01-01", "note": "街道党群中心"}
    client = signed_in(officer)
    assert "没有用这个" in client.post("/posts/incubations/new/", fields | {"agency_code": "X"}).content.decode()
    assert client.post("/posts/incubations/new/", fields).status_code == 302
    assert Incubation.objects.get().support == ["place", "fund"]
    assert "场地、资金" in client.get("/posts/incubations/").content.decode()
    assert "已经登记过" in client.post("/posts/incubations/new/", fields).content.decode()
    assert client.get("/posts/incubations/?on=2024-12-31").context["count"] == "0"


def test_returned_plans_are_corrected(officer):
    colleague = make.make_user("district_officer", region="350203")
    made = plans.keep(officer, plan())
    plans.add_line(officer, made, "350203001", 1, "")
    move(officer, ALLOCATION, made.pk, "submit")
    with pytest.raises(Refused, match="不能再改"):
        made.refresh_from_db()
        plans.keep(officer, made)
    move(colleague, ALLOCATION, made.pk, "return", Decision("人数要核实"))
    made.refresh_from_db()
    made.basis = "缺口 1 人"
    assert plans.keep(officer, made).basis == "缺口 1 人"


def test_a_plan_whose_area_changed_does_not_keep_strangers(officer):
    made = plans.keep(officer, plan())
    plans.add_line(officer, made, "350203001", 1, "")
    made.region = Region.objects.filter(level=Level.STREET, code__startswith="350203").exclude(pk="350203001").first()
    plans.keep(officer, made)
    with pytest.raises(Refused, match="请移出"):
        move(officer, ALLOCATION, made.pk, "submit")


def test_who_arrives_later_is_missing_today(officer, signed_in):
    made = plans.keep(officer, plan())
    line = plans.add_line(officer, made, "350203001", 2, "")
    post = make.make_post(line.employer)
    came = {"source": "supplement", "allocating_region_id": "350203", "allocation": line}
    make.make_appointment(make.make_staff(line.employer, 1), post, start=TODAY - timedelta(days=9), **came)
    shown = signed_in(officer).get(f"/posts/plans/{made.pk}/").context
    assert (shown["planned"], shown["arrived"], shown["missing"]) == (2, 1, 1)
    row = signed_in(officer).get("/posts/plans/?year=2026").context["page"].rows[0]
    assert (row.headcount, row.arrived) == (2, 1)
    assert [each.arrived for each in plans.lines(made, TODAY - timedelta(days=10))] == [0]


def test_an_incubation_ends_and_streets_are_counted(officer, signed_in):
    agency = make.make_employer("E01", region="350206001")
    made = Incubation.objects.create(street_id="350203001", agency=agency, support=["place"], start=date(2025, 1, 1))
    client = signed_in(officer)
    listed = client.get("/posts/incubations/")
    assert [each["n"] for each in listed.context["streets"]] == [1], "the street's, wherever the agency sits"
    fields = {"street": "350203001", "agency_code": agency.credit_code, "support": ["fund"], "start": "2025-01-01"}
    early = client.post(f"/posts/incubations/{made.pk}/edit/", fields | {"end": "2024-01-01"})
    assert "不能早于" in early.content.decode()
    assert client.post(f"/posts/incubations/{made.pk}/edit/", fields | {"end": "2025-06-30"}).status_code == 302
    assert client.get("/posts/incubations/").context["count"] == "0"
    huli = signed_in(make.make_user("district_officer", region="350206"))
    assert huli.get(f"/posts/incubations/{made.pk}/edit/").status_code == 404


def test_the_source_mix_counts_every_source_by_district(officer, signed_in):
    for source, more in (("conversion", {"prior_role": "网格员"}), ("recruitment", {})):
        community = make.make_employer("C02")
        worker = make.make_staff(community, 1)
        make.make_appointment(worker, make.make_post(community), source=source, **more)
    shown = signed_in(officer).get("/people/conversions/?source=conversion")
    assert shown.context["count"] == "1"
    assert "网格员" in shown.content.decode()
    assert {each["label"]: each["n"] for each in shown.context["mix"]} == {"公开招聘": 1, "转换提升": 1, "补充配置": 0}
    assert [(each["name"], each["counts"]) for each in shown.context["districts"]] == [("思明区", [1, 1, 0])]
