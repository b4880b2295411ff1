"""四(二) and 文末: budgets and their ledger, evaluation, pay issues, social money, policies, fees, reports sent up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from payroll.models import PurchaseProject
from supervision.flows.policies import POLICY
from supervision.models import BudgetEvaluation, BudgetItem, BudgetLine, FeeItem, PolicyApplication, UpwardReport
from supervision.selectors.measures_money import measures_money
from supervision.selectors.obligations import verdicts_for
from tests import builders as make
from tests.supervision import registers as rows_of
from tests.supervision.registers import LAST_YEAR, cells, outcome, pdf, posted, rows
from tests.supervision.test_pages_lists import exported
from xmsw.dated import months_later
from xmsw.policy.actions import set_parameter
from xmsw.workflow.actions import move
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY, DAY = date.today(), timedelta(days=1)
YEAR_START = date(TODAY.year, 1, 1)


@pytest.fixture
def siming(signed_in):
    return signed_in(make.make_user("district_officer"))


@pytest.fixture
def agency():
    return make.make_employer("E01", region="350203001", name="思明社工中心", start=date(2020, 1, 1))


def test_the_present_year_needs_a_budget_item():
    on = date(TODAY.year, 12, 30)
    rows_of.make_budget(year=LAST_YEAR)
    assert outcome("money-in-budget", on=on) == "violation", "last year's does not count"
    rows_of.make_budget(approved_on=on)
    assert outcome("money-in-budget", on=on) == "met"
    assert outcome("money-in-budget", on=on - DAY) == "violation", "not yet approved"
    assert outcome("money-in-budget", "3502", on) == "violation", "a district's money is not the city's"


@pytest.mark.parametrize(("day", "expected"), [(1, "pending"), (90, "pending"), (91, "violation")])
@pytest.mark.parametrize("before", [True, False])
def test_a_year_begins_with_days_in_which_the_budget_is_awaited(day, expected, before):
    if before:
        rows_of.make_budget(year=LAST_YEAR)
    assert outcome("money-in-budget", on=YEAR_START + (day - 1) * DAY) == expected


def test_the_days_in_which_a_budget_is_awaited_are_a_dated_parameter():
    set_parameter(make.make_user("city_officer"), "budget_grace_days", "0", TODAY, "不等")
    on = date(TODAY.year + 1, 1, 1)
    assert outcome("money-in-budget", on=on) == "violation"
    assert outcome("money-in-budget", on=YEAR_START) == "pending", "the past is judged by what held then"


def test_shares_are_told_in_per_cent():
    item = rows_of.make_budget(year=LAST_YEAR, amount=Decimal(1200))
    rows_of.make_line(item, "appropriation", 1000)
    rows_of.make_line(item, "spending", 800)
    told = [each.message for each in verdicts_for(None, TODAY) if each.rule.code == "budget-executed"]
    assert told == ["上年支出 ¥800.00，占预算和结转 ¥1,200.00的 66.7%，低于 80.0%"]
    rows_of.make_line(item, "spending", 200)
    told = [each.message for each in verdicts_for(None, TODAY) if each.rule.code == "budget-executed"]
    assert told == ["上年预算执行率 83.3%，不低于 80.0%"]


@pytest.mark.parametrize(("now", "expected"), [("1000", "met"), ("999.99", "info")])
def test_input_below_the_year_before_is_a_hint(now, expected):
    rows_of.make_budget(year=LAST_YEAR, amount=Decimal(1000))
    assert outcome("input-does-not-fall") is None, "nothing to compare yet"
    rows_of.make_budget(amount=Decimal(now), approved_on=YEAR_START)
    assert outcome("input-does-not-fall") == expected


@pytest.mark.parametrize(("days", "expected"), [(90, "met"), (91, "warning")])
def test_an_ended_item_is_evaluated_within_the_days(days, expected):
    on = date(LAST_YEAR, 12, 31) + timedelta(days=days)
    item = rows_of.make_budget(year=LAST_YEAR)
    assert outcome("budget-evaluated", on=on) == expected
    rows_of.make_evaluation(item, evaluated_on=on)
    assert outcome("budget-evaluated", on=on) == "met"


def test_the_days_to_an_evaluation_are_a_dated_parameter():
    rows_of.make_budget(year=LAST_YEAR - 1)
    assert outcome("budget-evaluated") == "warning"
    set_parameter(make.make_user("city_officer"), "budget_evaluation_days", "730", TODAY, "两年")
    assert outcome("budget-evaluated") == "met"


@pytest.mark.parametrize(("spent", "expected"), [("799.99", "warning"), ("800", "met")])
def test_execution_is_held_against_the_share(spent, expected):
    item = rows_of.make_budget(year=LAST_YEAR, amount=Decimal(900), carried=Decimal(100))
    rows_of.make_line(item, "appropriation", 900)
    rows_of.make_line(item, "spending", spent)
    assert outcome("budget-executed") == expected
    assert outcome("budget-executed", "350206") is None


def test_never_more_is_spent_than_was_appropriated_and_carried():
    item = rows_of.make_budget(amount=Decimal(1000), carried=Decimal(50))
    rows_of.make_line(item, "appropriation", 100)
    rows_of.make_line(item, "spending", 150)
    with pytest.raises(IntegrityError, match="spending_stays_within"), transaction.atomic():
        rows_of.make_line(item, "spending", "0.01")
    with pytest.raises(IntegrityError, match="appropriation_stays_within"), transaction.atomic():
        rows_of.make_line(item, "appropriation", "900.01")
    item.refresh_from_db()
    assert (item.appropriated, item.spent, item.available) == (100, 150, 0)


def test_lines_of_a_ledger_stay_as_they_are():
    line = rows_of.make_line(rows_of.make_budget(), "appropriation", 100)
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).delete()
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        BudgetLine.objects.filter(pk=line.pk).update(amount=5)


def test_a_line_is_entered_told_why_not_and_taken_back_once(siming):
    item = rows_of.make_budget(approved_on=TODAY)
    address = f"/supervision/budgets/{item.pk}/ledger/new/"
    line = {"kind": "spending", "on": TODAY, "amount": "10", "purpose": "补贴"}
    page = posted(siming, address, **line)
    assert page.status_code == 422
    assert "支出合计不能超过已拨付和上年结转之和" in page.content.decode()
    assert posted(siming, address, **line | {"on": TODAY + DAY}).status_code == 422
    assert posted(siming, address, **line | {"kind": "appropriation"}).status_code == 302
    made = BudgetLine.objects.get()
    for _ in range(2):
        siming.post(f"/supervision/budgets/lines/{made.pk}/back/")
    assert list(BudgetLine.objects.order_by("pk").values_list("amount", flat=True)) == [10, -10]
    assert BudgetItem.objects.get().appropriated == 0


def test_what_was_spent_is_not_taken_from_under(siming):
    item = rows_of.make_budget()
    line = rows_of.make_line(item, "appropriation", 100)
    rows_of.make_line(item, "spending", 60)
    siming.post(f"/supervision/budgets/lines/{line.pk}/back/")
    assert BudgetLine.objects.count() == 2


def test_finance_keeps_the_budget_of_every_line_and_other_bureaus_read_their_own(signed_in):
    theirs, own = rows_of.make_budget(name="民政的"), rows_of.make_budget(name="教育的", bureau="education")
    finance = signed_in(make.make_user("bureau_officer", bureau="finance"))
    assert {each[0] for each in rows(finance.get("/supervision/budgets/"))} == {"民政的", "教育的"}
    assert finance.get(f"/supervision/budgets/{theirs.pk}/ledger/new/").status_code == 200
    education = signed_in(make.make_user("bureau_officer", bureau="education"))
    assert {each[0] for each in rows(education.get("/supervision/budgets/"))} == {"教育的"}
    assert education.get(f"/supervision/budgets/{own.pk}/ledger/").status_code == 200
    assert education.get(f"/supervision/budgets/{own.pk}/ledger/new/").status_code == 403
    assert education.get(f"/supervision/budgets/{theirs.pk}/ledger/").status_code == 404
    assert education.get("/supervision/budgets/new/").status_code == 403


def test_an_evaluation_has_score_grade_and_report(siming):
    item = rows_of.make_budget(year=LAST_YEAR)
    address = f"/supervision/budgets/{item.pk}/evaluation/"
    told = {"evaluated_on": TODAY, "evaluator": "第三方", "grade": "good"}
    assert posted(siming, address, **told, score="100.01").status_code == 422
    assert posted(siming, address, **told, score="88", file=pdf("报告.pdf")).status_code == 302
    found = BudgetEvaluation.objects.get()
    assert (found.score, found.file_name) == (88, "报告.pdf")
    assert siming.get(f"/supervision/budgets/evaluations/{found.pk}/file/").status_code == 200
    assert "良（88）" in [text for each in rows(siming.get("/supervision/budgets/")) for text in each]


def test_the_execution_report_compares_years_and_knows_past_days(signed_in):
    before = rows_of.make_budget(year=LAST_YEAR, amount=Decimal(1000))
    rows_of.make_line(before, "appropriation", 1000)
    rows_of.make_line(before, "spending", 400, on=date(LAST_YEAR, 6, 1))
    rows_of.make_line(before, "spending", 400, on=TODAY)
    rows_of.make_budget(amount=Decimal(1100), approved_on=YEAR_START)
    client = signed_in(make.make_user("city_officer"))
    page = client.get("/supervision/budgets/execution/")
    assert cells(page)["思明区"][-2:] == ["1,000.00", "1,100.00（+10.0%）"]
    assert cells(page)["湖里区"][-1] == "没有"
    assert cells(page, 1)["思明区"][-2:] == ["80.0%", "0.0%"]
    client.get(f"/policy/?on={TODAY - DAY:%Y-%m-%d}")
    assert cells(client.get("/supervision/budgets/execution/"), 1)["思明区"][-2] == "40.0%"


def test_the_files_say_what_the_pages_say(siming):
    rows_of.make_budget()
    assert exported(siming.get("/supervision/budgets/?export=xlsx"))[1][0] == "社工薪酬"
    listed = exported(siming.get("/supervision/budgets/execution/?export=xlsx"))
    assert [each[2] for each in listed if each[:2] == ("思明区", TODAY.year)] == [1]


@pytest.mark.parametrize(("deadline", "expected"), [(TODAY, "met"), (TODAY - DAY, "info")])
def test_a_pay_issue_is_overdue_the_day_after_its_deadline(deadline, expected):
    rows_of.make_pay_issue(deadline=deadline)
    assert outcome("pay-issues-on-time") == expected


def test_a_bureau_keeps_the_pay_issues_of_its_line(signed_in):
    issue, theirs = rows_of.make_pay_issue(deadline=TODAY - DAY), rows_of.make_pay_issue("health")
    client = signed_in(make.make_user("bureau_officer", bureau="education"))
    assert cells(client.get("/supervision/pay-issues/")) == {"教育": ["1", "1", "3", "—"]}
    assert client.get(f"/supervision/pay-issues/{theirs.pk}/").status_code == 404
    data = {"region": "350203", "bureau": "education", "title": "薪酬偏低", "people": 3, "found_on": issue.found_on}
    data |= {"deadline": issue.deadline, "solved_on": TODAY}
    address = f"/supervision/pay-issues/{issue.pk}/"
    assert posted(client, address, **data).status_code == 422, "solved with what?"
    assert posted(client, address, **data, resolution="已提高").status_code == 302
    assert outcome("pay-issues-on-time") == "met"


def test_social_money_has_its_share(siming):
    rows_of.make_funding(amount=Decimal(250))
    rows_of.make_budget(amount=Decimal(750), approved_on=YEAR_START)
    assert cells(siming.get("/supervision/social-funding/"))[f"{TODAY.year} 年"][-2:] == ["250.00", "25.0%"]
    assert measures_money(make.make_user("district_officer"), TODAY)["四(二)-4"].endswith("25.00%")


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"kinds": ["E01"]}, True),
        ({"kinds": ["E02"]}, False),
        ({"least_staff": 2}, True),
        ({"least_staff": 3}, False),
        ({"least_certified": Decimal("0.5")}, True),
        ({"least_certified": Decimal("0.51")}, False),
    ],
    ids=["kind", "other kind", "staff", "too few", "certified", "too few certified"],
)
def test_an_agency_sees_which_policies_fit_and_why_not(signed_in, agency, condition, fits):
    make.make_staff(agency, level=1)
    make.make_staff(agency)
    rows_of.make_policy(**condition)
    page = signed_in(make.make_member(agency)).get("/supervision/policies/")
    told, way = cells(page)["创业补贴"]
    assert (told == "符合", way == "申请") == (fits, fits)


@pytest.mark.parametrize(
    ("age", "least", "most"), [(0, True, False), (1, False, True)], ids=["the very day", "a day before"]
)
def test_the_years_of_an_agency_turn_on_the_very_day(signed_in, agency, age, least, most):
    agency.start = months_later(TODAY, -36) + age * DAY
    agency.save()
    rows_of.make_policy(name="满三年", least_years=3)
    rows_of.make_policy(name="不满三年", most_years=3)
    found = cells(signed_in(make.make_member(agency)).get("/supervision/policies/"))
    assert (found["满三年"][0] == "符合", found["不满三年"][0] == "符合") == (least, most)


def test_an_application_goes_from_the_agency_to_a_result_with_jobs(signed_in, agency):
    policy, user, officer = rows_of.make_policy(), make.make_member(agency), make.make_user("district_officer")
    client = signed_in(user)
    data = {"employer": agency.pk, "statement": "申请", "jobs_planned": 3}
    assert posted(client, f"/supervision/policies/{policy.pk}/apply/", **data).status_code == 302
    made = PolicyApplication.objects.get()
    move(user, POLICY, made.pk, "submit")
    assert Waiting.objects.visible_to(officer).get().title == f"{agency.name}：创业补贴"
    move(officer, POLICY, made.pk, "grant", Decision("已兑现"))
    assert not Waiting.objects.exists()
    assert posted(client, f"/supervision/policies/applications/{made.pk}/jobs/", jobs_created=2).status_code == 302
    assert cells(signed_in(officer).get("/supervision/policies/applications/"))["创业补贴"] == ["1", "1", "3", "2"]


def test_what_does_not_fit_is_not_handed_in(agency):
    policy = rows_of.make_policy(least_staff=3)
    made = rows_of.make_application(agency, policy)
    with pytest.raises(Refused, match="在职人员至少 3 人（现有 0 人）"):
        move(make.make_member(agency), POLICY, made.pk, "submit")


def test_a_fee_needs_a_price_notice_by_the_day(agency):
    fee = rows_of.make_fee(agency)
    assert outcome("fees-with-notice") == outcome("fees-with-notice", "3502") == "warning"
    assert outcome("fees-with-notice", "350206") is None
    FeeItem.objects.filter(pk=fee.pk).update(notice_on=TODAY, notice_url="https://example.invalid/")
    assert outcome("fees-with-notice") == "met"
    assert outcome("fees-with-notice", on=TODAY - DAY) == "warning"


def test_a_purchased_service_is_not_charged_twice(signed_in, agency):
    project = PurchaseProject.objects.create(
        title="心理辅导服务项目", buyer="思明区民政局", region_id="350203", provider=agency, amount=1,
        start=TODAY - DAY, end=TODAY,
    )  # fmt: skip
    client = signed_in(make.make_member(agency))
    data = {
        "employer": agency.pk,
        "service": "心理辅导",
        "price": "100",
        "per": "次",
        "basis": "market",
        "start": TODAY,
    }
    page = posted(client, "/supervision/fees/new/", **data)
    assert page.status_code == 422
    assert "思明区民政局的项目「心理辅导服务项目」购买" in page.content.decode()
    assert not FeeItem.objects.exists()
    assert posted(client, "/supervision/fees/new/", **data, apart="项目以外的企业职工").status_code == 302
    PurchaseProject.objects.filter(pk=project.pk).update(end=TODAY - DAY)
    assert posted(client, "/supervision/fees/new/", **data | {"start": TODAY - DAY}).status_code == 302


def test_only_the_own_people_enter_fees_and_income(signed_in, agency):
    fee = rows_of.make_fee(agency)
    other = signed_in(make.make_member(make.make_employer("E01", region="350203001")))
    assert other.get(f"/supervision/fees/{fee.pk}/").status_code == 404
    assert (
        posted(other, "/supervision/incomes/new/", employer=agency.pk, year=LAST_YEAR, total=1, market=1).status_code
        == 422
    )
    officer = signed_in(make.make_user("district_officer"))
    assert rows(officer.get("/supervision/fees/"))[0][0] == "心理辅导"
    assert officer.get(f"/supervision/fees/{fee.pk}/").status_code == 403


def test_market_income_is_part_of_the_whole(signed_in, agency):
    client = signed_in(make.make_member(agency))
    data = {"employer": agency.pk, "year": LAST_YEAR, "total": "1000"}
    assert posted(client, "/supervision/incomes/new/", **data, market="1000.01").status_code == 422
    assert posted(client, "/supervision/incomes/new/", **data, market="250").status_code == 302
    assert cells(client.get("/supervision/incomes/"))[f"{LAST_YEAR} 年"] == ["1", "1,000.00", "250.00", "25.0%"]


def test_what_goes_up_is_filed_with_its_file(signed_in):
    client = signed_in(make.make_user("city_officer"))
    data = {"region": "3502", "recipient": "ministry", "title": "总结", "on": TODAY}
    data |= {"period_start": YEAR_START, "period_end": TODAY}
    wrong = data | {"period_end": YEAR_START - DAY}
    assert posted(client, "/supervision/upward-reports/new/", **wrong).status_code == 422
    assert posted(client, "/supervision/upward-reports/new/", **data, file=pdf()).status_code == 302
    assert UpwardReport.objects.get().file_name == "文件.pdf"
    assert measures_money(None, TODAY)["文末"] == "今年上报材料 1 份"
    assert (
        signed_in(make.make_user("bureau_officer", bureau="health")).get("/supervision/upward-reports/").status_code
        == 403
    )


def test_a_fee_of_an_employer_directly_under_the_city_counts_once(agency):
    """A city's code of four digits lies in the city alone: told twice, it would be two fees."""
    rows_of.make_fee(make.make_employer("E01", region="3502", start=date(2020, 1, 1)))
    assert message("fees-with-notice", "3502") == "机构的收费项目 1 个，1 个没有公示价格"
    rows_of.make_fee(agency)
    assert message("fees-with-notice", "3502") == "机构的收费项目 2 个，2 个没有公示价格"
    assert message("fees-with-notice", "350203") == "机构的收费项目 1 个，1 个没有公示价格"


def message(code: str, area: str) -> str:
    """What the rule says of an area."""
    (told,) = [each.message for each in verdicts_for(None, TODAY) if (each.rule.code, each.subject_id) == (code, area)]
    return told
