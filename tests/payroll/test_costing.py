"""The figures of a cost sheet: one example to the cent, bounds of the bases, floats, rounding, what is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payroll.cost_checks import remarks
from payroll.costing import basis_of, basis_on, bounded, cents, figures, traces
from payroll.models import CostCategory, CostLine, CostSheet, EconomicIndicator
from tests.payroll.sheets import TODAY, make_guidance, make_project, make_sheet, make_terms, other, person
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    make_guidance()
    make_terms()
    return make_project()


def said(sheet: CostSheet) -> list[str]:
    basis = basis_of(sheet)
    return [each.text for each in remarks(sheet, figures(sheet), basis, traces(sheet.lines.all(), basis), TODAY)]


def test_a_sheet_worked_out_by_hand(project):
    """Base wage 101,234.56, the district's float +5 %; insurance base between 4,000 and 9,000, rates in sheets.py.

    社会工作师三级 110 %: 101,234.56 × 1.10 = 111,358.016 → 111,358.02 a year; × 1.05 ÷ 12 = 9,743.82675 → 9,743.83.
      Base 9,000.00 (the maximum): 1,440.00 + 540.00 + 45.00 + 18.00 + 63.00 = 2,106.00.
      Fund 9,743.83 × 12 % = 1,169.2596 → 1,169.26. A month 13,019.09; 2 heads × 12 months = 312,458.16.
    助理二级 84 %: 85,037.0304 → 85,037.03; × 1.05 ÷ 12 = 7,440.740125 → 7,440.74.
      1,190.5184 → 1,190.52; 446.4444 → 446.44; 37.2037 → 37.20; 14.88148 → 14.88; 52.08518 → 52.09: 1,741.13.
      Fund 892.8888 → 892.89. A month 10,074.76; 3 heads × 10.5 months = 31.5 × 10,074.76 = 317,354.94.
    Pay set to 3,000.00: base 4,000.00 (the minimum): 640 + 240 + 20 + 8 + 28 = 936.00; fund 3,000 × 12 % = 360.00.
      A month 4,296.00; 1 head × 6.5 months = 27,924.00.
    Personnel 312,458.16 + 317,354.94 + 27,924.00 = 657,737.10. Others 24 × 500.00 = 12,000.00, 3 × 33,333.33 =
    99,999.99, 20,000.01. Total 789,737.10; share 657,737.10 ÷ 789,737.10 = 83.29 %.
    Person-months 24 + 31.5 + 6.5 = 62; per head 657,737.10 × 12 ÷ 62 = 127,303.9548… → 127,303.95.
    """
    lines = [
        person("social_worker_3", 2, "12"),
        person("assistant_2", 3, "10.5"),
        person("assistant_2", 1, "6.5", pay=D("3000")),
        other("supervision", "500", "24"),
        other("activity", "33333.33", "3"),
        other("tax", "20000.01"),
    ]
    sheet = make_sheet(project, lines)
    first, second, third, *_ = sheet.lines.all()
    assert (first.guidance, first.pay) == (D("9743.83"), D("9743.83"))
    assert (first.insurance, first.fund, first.amount) == (D("2106.00"), D("1169.26"), D("312458.16"))
    assert (second.pay, second.insurance, second.fund) == (D("7440.74"), D("1741.13"), D("892.89"))
    assert second.amount == D("317354.94")
    assert (third.guidance, third.insurance, third.fund) == (D("7440.74"), D("936.00"), D("360.00"))
    assert third.amount == D("27924.00")
    found = figures(sheet)
    assert (found.total, found.personnel, found.others) == (D("789737.10"), D("657737.10"), D("132000.00"))
    assert (found.months, found.per_head) == (D(62), D("127303.95"))
    assert f"{found.personnel_share:.2%}" == "83.29%"
    amounts = {part.category: part.amount for part in found.parts}
    assert (amounts["supervision"], amounts["tax"], amounts["evaluation"]) == (D("12000.00"), D("20000.01"), D(0))
    listed = CostSheet.objects.with_figures().get()
    assert (listed.total, listed.personnel, listed.per_head) == (D("789737.10"), D("657737.10"), D("127303.95"))
    assert not any(each.stale for each in traces(sheet.lines.all(), basis_of(sheet)))


@pytest.mark.parametrize(
    ("pay", "least", "most", "base"),
    [
        ("3999.99", 4000, 9000, "4000"),
        ("4000", 4000, 9000, "4000"),
        ("9000.01", 4000, 9000, "9000"),
        ("1", None, None, "1"),
        ("99999", 4000, None, "99999"),
        ("1", None, 9000, "1"),
    ],
)
def test_a_base_is_the_pay_within_the_bounds_that_are_known(pay, least, most, base):
    assert bounded(D(pay), least, most) == D(base)


def test_without_a_float_of_the_district_the_standard_stands_as_it_is(project):
    elsewhere = make_project(title="湖里的", region_id="350206", provider=project.provider)
    # 111,358.02 ÷ 12 = 9,279.835 → 9,279.84
    assert basis_on(elsewhere, TODAY).guidance("social_worker_3") == D("9279.84")


def test_a_rung_that_the_standard_leaves_open_asks_for_the_pay(project):
    with pytest.raises(Refused, match="没有规定高级社会工作师的数额"):
        make_sheet(project, [person("senior")])
    CostSheet.objects.all().delete()
    kept = make_sheet(project, [person("senior", pay=D(15000))]).lines.get()
    assert (kept.guidance, kept.pay) == (None, D(15000))


def test_without_a_standard_or_terms_nothing_is_worked_out(project):
    with pytest.raises(Refused) as refusal:
        basis_on(project, date(2019, 1, 1))
    assert [words[:17] for words in refusal.value.messages] == ["2019-01-01 没有施行中的", "2019-01-01 没有登记社保"]
    project.provider.sector = "community"
    with pytest.raises(Refused, match="不是社会组织或企业"):
        basis_on(project, TODAY)


def test_everything_in_order_leaves_only_the_indicator_unjudged(project):
    sheet = make_sheet(project, [person(), other("activity", "100000")])
    project.amount = figures(sheet).total
    project.save()
    sheet.project = project
    assert said(sheet) == [f"还没有登记 {TODAY.year - 1} 年在岗职工平均工资，不判断人均成本是否达到。"]


def test_what_is_below_the_ratio_the_average_wage_the_guidance_or_off_the_contract_is_said(project):
    # A month 13,019.09 × 24 = 312,458.16; half of it is 156,229.08 a head and year.
    EconomicIndicator.objects.create(
        city_id="3502", year=TODAY.year - 1, average_wage=D("156229.09"), source="-", published_on=TODAY
    )
    project.end = project.start.replace(year=project.start.year + 3)
    project.amount = D("600000")
    project.save()
    sheet = make_sheet(project, [person(), other("activity", "200000")])
    sheet.project = project
    words = said(sheet)
    assert words == [
        "人员经费占 60.97%，低于 70%。请增加人员经费，或减少其他经费。",
        "人员以外的经费占 39.03%，高于 30%。",
        f"人均成本 156,229.08 元/年，低于 {TODAY.year - 1} 年在岗职工平均工资 156,229.09 元。",
        "明细合计 512,458.16 元，比合同金额 600,000.00 元少 87,541.84 元。",
        f"合同 {project.start:%Y-%m-%d} 至 {project.end:%Y-%m-%d}，超过 3 年。",
    ]
    line = sheet.lines.first()
    line.pay, line.guidance = D("9743.82"), D("9743.83")
    line.amount = cents(24 * (line.pay + line.insurance + line.fund))
    line.save()
    assert "「社工 social_worker_3」人均薪酬 9,743.82 元/月，低于社会工作师三级的指导标准 9,743.83 元/月。" in said(
        sheet
    )


def test_before_2022_no_ratio_was_in_force(project):
    sheet = make_sheet(project, [person(), other("activity", "900000")], priced_on=date(2022, 3, 8))
    assert not any("占" in each for each in said(sheet))
    sheet.priced_on = date(2022, 3, 9)
    assert sum("占" in each for each in said(sheet)) == 2


def test_a_standard_of_another_sector_than_the_providers_is_told(project):
    sheet = make_sheet(project)
    type(project.provider).objects.update(sector="enterprise")
    assert any("领域和所用的指导标准不同" in each for each in said(CostSheet.objects.get(pk=sheet.pk)))


def test_figures_that_other_terms_would_change_are_told(project):
    sheet = make_sheet(project)
    terms = sheet.terms
    terms.pension = D("0.17")
    terms.save()
    assert any("计价以后改过" in each for each in said(CostSheet.objects.get()))


_MONEY = st.decimals(min_value=0, max_value=99999, places=2)
_PERSON = st.tuples(st.just("personnel"), st.integers(1, 40), st.decimals(D("0.1"), 36, places=1), _MONEY)
_OTHER = st.tuples(
    st.sampled_from([each for each in CostCategory.values if each != "personnel"]),
    st.just(1),
    st.decimals(D("0.01"), 999, places=2),
    _MONEY,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.one_of(_PERSON, _OTHER), min_size=1, max_size=12))
def test_money_never_drifts(project, rows):
    """Σ lines = Σ categories = total, to the cent; the database holds each line to its factors."""
    CostSheet.objects.all().delete()
    lines = [
        person("assistant_2", heads, str(number), pay=price)
        if category == "personnel"
        else other(category, str(price), str(number))
        for category, heads, number, price in rows
    ]
    sheet = make_sheet(project, lines)
    found, stored = figures(sheet), list(CostLine.objects.filter(sheet=sheet))
    listed = CostSheet.objects.with_figures().get(pk=sheet.pk)
    assert sum(line.amount for line in stored) == found.total == sum(part.amount for part in found.parts)
    assert found.total == listed.total == found.personnel + found.others
    assert found.personnel == listed.personnel
    assert found.per_head == listed.per_head
    assert all(line.amount == cents(line.amount) for line in stored)
