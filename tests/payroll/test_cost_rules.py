"""What the rules and the lists say of projects by their cost sheets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from payroll.models import CostSheet, EconomicIndicator, GuidanceStandard, PurchaseProject
from payroll.purchases import altogether, by_place
from supervision.models import Finding
from supervision.recheck import drain
from supervision.selectors.measures import measures
from tests import builders as make
from tests.payroll.sheets import (
    TODAY,
    approved,
    make_project,
    move,
    other,
    person,
    started,
)
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.outcomes import Outcome
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db


def outcomes(employer) -> dict[int, tuple[Outcome, str]]:
    found = verdicts(Evaluation(TODAY, Employers.of_ids([employer.pk])), ["project"], granted=("view_pay",))
    return {each.rule.number: (each.outcome, each.message) for each in found}


def test_rules_judge_projects_by_their_approved_sheet(writer, approver, project):
    provider = project.provider
    assert outcomes(provider) == {31070: (Outcome.WARNING, "没有审定的成本核算表")}
    sheet = started(writer, project)
    move(writer, sheet, "submit")
    assert outcomes(provider)[31070][0] == Outcome.INFO
    move(approver, sheet, "approve")
    assert outcomes(provider)[31070] == (Outcome.WARNING, "明细合计 ¥313,458.16，与合同金额 ¥1,000.00 不一致")
    PurchaseProject.objects.update(amount=D("313458.16"))
    assert {number: outcome for number, (outcome, _) in outcomes(provider).items()} == {
        31070: Outcome.MET,
        31080: Outcome.MET,
    }
    sheet.lines.filter(category="personnel").delete()
    assert outcomes(provider)[31080][0] == Outcome.VIOLATION


def test_a_low_share_pay_below_guidance_and_a_low_cost_a_head_are_warnings(writer, approver, project):
    sheet = approved(writer, approver, project, person(), other("activity", "200000"))
    # 312,458.16 ÷ 512,458.16 = 0.60973…
    assert outcomes(project.provider)[31080][1] == "人员经费占比 0.6097，低于 0.70（厦民〔2022〕20号）"
    sheet.lines.filter(category="activity").delete()
    year = TODAY.year - 1
    EconomicIndicator.objects.create(
        city_id="3502", year=year, average_wage=D("200000"), source="-", published_on=TODAY
    )
    assert outcomes(project.provider)[31080][1].startswith("人均成本 ¥156,229.08/年，低于")
    told = verdicts(Evaluation(TODAY, Employers.of_ids([project.provider.pk])), ["project"], granted=())
    assert "156229" not in "".join(each.message for each in told)


def test_a_newer_standard_is_held_against_a_sheet_priced_before_it(signed_in, writer, approver, project):
    sheet = approved(writer, approver, project, person())
    PurchaseProject.objects.update(amount=D("312458.16"))
    assert outcomes(project.provider)[31080][0] == Outcome.MET
    old = sheet.standard
    GuidanceStandard.objects.filter(pk=old.pk).update(end=TODAY - timedelta(days=1), state="superseded")
    CostSheet.objects.update(priced_on=TODAY - timedelta(days=1))
    # 101,234.56 × 1.10 × 1.05 / 12 = 9,743.83 was the month; now 101,234.56 × 1.20 × 1.00 / 12 = 10,123.46.
    make.make_standard(
        "social", {"social_worker_3": "1.20"}, base_wage=D("101234.56"), start=TODAY, document="新标准 9 号"
    )
    told = outcomes(project.provider)[31080]
    assert told == (
        Outcome.INFO,
        "计价以后换了指导标准：有 1 项人员的薪酬低于现行的新标准 9 号",
    )
    client = signed_in(writer)
    page = client.get(f"/payroll/costs/{sheet.pk}/").content.decode()
    assert "起施行新的指导标准，本表按原标准计价，有 1 项人员的薪酬低于它" in page and "新标准 9 号" in page
    assert "请编制新版本" in page
    client.post(f"/payroll/costs/{sheet.pk}/copy/")
    fresh = CostSheet.objects.latest("pk")
    assert (fresh.standard.document, fresh.lines.get().guidance) == ("新标准 9 号", D("10123.46"))
    assert "起施行新的指导标准" not in client.get(f"/payroll/costs/{fresh.pk}/").content.decode()


def test_a_sheet_for_next_year_is_not_held_against_the_standard_before_its_own(writer, approver, project):
    sheet = approved(writer, approver, project, person())
    PurchaseProject.objects.update(amount=D("240581.52"))
    begins = TODAY + timedelta(days=30)
    GuidanceStandard.objects.update(end=begins - timedelta(days=1))
    later = make.make_standard("social", {"social_worker_3": "0.80"}, base_wage=D("101234.56"), start=begins)
    CostSheet.objects.update(standard=later, priced_on=begins)
    # 101,234.56 × 0.80 × 1.00 / 12 = 6,748.97 by its own standard; the present one says 9,743.83.
    # 2 × 12 × (6,748.97 + 2,106.00 + 1,169.26) = 240,581.52
    sheet.lines.update(pay=D("6748.97"), guidance=D("6748.97"), amount=D("240581.52"))
    assert outcomes(project.provider)[31080][0] == Outcome.MET


def test_a_finding_about_a_project_has_its_name_and_leads_there(signed_in, writer, project):
    drain()
    finding = Finding.objects.open().get(rule=31070)
    assert finding.subject_id == project.pk
    page = signed_in(writer).get(f"/supervision/employers/{project.provider_id}/findings/").content.decode()
    assert f"/payroll/projects/{project.pk}/" in page
    assert f"{project.title}（{project.buyer}）" in page
    PurchaseProject.objects.update(region_id="350206")
    page = signed_in(writer).get(f"/supervision/employers/{project.provider_id}/findings/").content.decode()
    assert f"/payroll/projects/{project.pk}/" not in page


def test_a_changed_contract_is_judged_anew(writer, approver, project):
    approved(writer, approver, project)
    drain()
    assert Finding.objects.open().filter(rule=31070).exists()
    PurchaseProject.objects.update(amount=D("313458.16"))
    drain()
    assert not Finding.objects.open().filter(rule=31070).exists()


def test_a_wage_entered_later_is_held_against_the_sheets(writer, approver, project):
    approved(writer, approver, project)
    RecheckRequest.objects.all().delete()
    EconomicIndicator.objects.create(
        city_id="3502", year=TODAY.year - 1, average_wage=D("200000"), source="-", published_on=TODAY
    )
    assert RecheckRequest.objects.filter(employer_id=None).exists()


def test_services_in_place_of_staff_by_district_and_year(signed_in, writer, project):
    """100,000 over 1 Nov 2024 – 10 Jan 2025: 61 of 71 days, 85,915.49; the other 10, 14,084.51."""
    period = {"start": date(2024, 11, 1), "end": date(2025, 1, 10)}
    PurchaseProject.objects.update(replaces_staff=True, amount=D(100000), onsite_workers=3, **period)
    make_project(title="别的", provider=project.provider, amount=D(500), **period)
    institution = make.make_employer("B01", region="350203001")
    contract = make.make_employment(make.make_worker(), institution, form="contract")
    staff = make.make_employment(make.make_worker(), institution, form="established")
    for employment in (contract, staff):
        make.make_pay(employment, period=date(2024, 12, 1), base=D("4295.77"))
    (place,) = by_place(writer, date(2026, 6, 1))
    year = place.years[2024]
    assert (place.code, year.projects, year.instead, year.workers) == ("350203", 2, 1, 3)
    assert (year.instead_amount, place.years[2025].instead_amount) == (D("85915.49"), D("14084.51"))
    assert (year.pay, place.years[2025].pay) == (D("4295.77"), 0)
    # 85,915.49 ÷ 90,211.26 = 95.24 %
    assert f"{altogether([place], 2024).share:.2%}" == "95.24%"
    client = signed_in(writer)
    assert "85,915.49" in client.get("/payroll/purchases/?year=2024").content.decode()
    assert client.get("/payroll/purchases/?export=xlsx").status_code == 200
    assert signed_in(make.make_member(project.provider)).get("/payroll/purchases/").status_code == 403


def test_the_board_counts_sheets(writer, approver, project):
    approved(writer, approver, project)
    make_project(title="没有核算表的", provider=project.provider)
    counted = measures(writer, TODAY)
    assert counted["三(一)-7"] == "执行中的购买服务项目 2 个，有审定成本核算表的 1 个"
    assert counted["三(一)-8"].startswith("审定的成本核算表 1 份，人员经费占 99.68%")
