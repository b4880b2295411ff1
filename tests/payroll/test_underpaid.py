"""Below-standard lists and the structure of pay: the same people as rule 31050 finds, to the cent, on any day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from payroll import underpaid
from payroll.benchmarking import months_back
from payroll.models import DistrictFloat, GuidanceStandard
from tests import builders as make
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.outcomes import Outcome

pytestmark = pytest.mark.django_db
TODAY = date.today()
MONTH = TODAY.replace(day=1)


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


@pytest.fixture
def people():
    """Two employers of Siming and one of Huli; the floor is 120,000 × 0.8 × 0.9 / 12 = 7,200.00 in Siming.

    甲 6,000.00 → 1,200.00 short; 乙 half time 3,500.00 → 7,000.00 full time → 200.00 short, 100.00 by time share;
    丙 exactly 7,200.00; 丁 在编 at 1,000.00; 戊 of Huli, whose rate is +5 %: 8,400.00 floor, paid 8,399.99.
    """
    standard = make.make_standard(sector="social", float_down=D("0.1"), float_up=D("0.1"))
    DistrictFloat.objects.create(
        standard=standard, district_id="350206", rate=D("0.05"), document="-", start=date(2020, 1, 1)
    )
    first, second = (make.make_employer("E01", region="350203001") for _ in range(2))
    third = make.make_employer("E01", region="350206001")
    paid = {
        "甲": (first, {"base": D(6000)}),
        "乙": (first, {"base": D(3500), "time_share": D("0.5")}),
        "丙": (second, {"base": D(7000), "allowance": D(200)}),
        "丁": (second, {"base": D(1000)}),
        "戊": (third, {"base": D("8399.99")}),
    }
    found = {}
    for name, (employer, pay) in paid.items():
        form = "established" if name == "丁" else "contract"
        found[name] = make.make_employment(make.make_worker(name=name), employer, form=form)
        make.make_pay(found[name], **pay)
    return found


def gaps(user, on=TODAY):
    return {row.employment.worker.name: row.gap for row in underpaid.below(user, on)}


def found_by_rule(on=TODAY):
    """Names that rule 31050 warns of, everywhere."""
    employers = Employers.of_ids([each.pk for each in underpaid.Employer.objects.all()])
    found = verdicts(Evaluation(on, employers), granted={Capability.VIEW_PAY})
    wrong = [each for each in found if each.rule.code == "guidance-standard" and each.outcome == Outcome.WARNING]
    names = dict(underpaid.Employment.objects.values_list("pk", "worker__name"))
    return {names[each.subject_id] for each in wrong}


def test_the_list_names_whom_the_rule_finds_and_what_is_missing(officer, people):
    city = make.make_user("city_officer")
    assert gaps(city) == {"甲": D("1200.00"), "乙": D("200.00"), "戊": D("0.01")}
    assert set(gaps(city)) == found_by_rule()
    assert gaps(officer) == {"甲": D("1200.00"), "乙": D("200.00")}
    assert gaps(make.make_user("district_officer", region="350206")) == {"戊": D("0.01")}


def test_employers_and_what_lifting_their_people_costs(officer, people):
    rows = {row.pk: (row.short, row.missing) for row in underpaid.employers_below(officer, TODAY)}
    # 甲 lacks 1,200.00 a month; 乙 lacks 200.00 as full time, half of it by the time worked.
    assert rows == {people["甲"].employer_id: (2, D("1300.00"))}


def test_an_older_month_and_an_older_version_count_on_their_own_day(officer, people):
    before = months_back(MONTH, 1)
    make.make_pay(people["甲"], base=D(9000), period=before)
    assert "甲" not in gaps(officer, before)
    assert "甲" in gaps(officer)
    GuidanceStandard.objects.update(end=before)
    assert gaps(officer) == {}
    assert gaps(officer, before) == {} and found_by_rule(before) == set()
    make.make_pay(people["丙"], base=D(100), period=before)
    assert set(gaps(officer, before)) == found_by_rule(before) == {"丙"}


def test_who_left_or_was_not_paid_lately_is_not_judged(officer, people):
    underpaid.Employment.objects.filter(pk=people["甲"].pk).update(end=months_back(TODAY, 1))
    underpaid.PayRecord.objects.filter(employment=people["乙"]).update(period=months_back(MONTH, 12))
    assert gaps(officer) == {} and found_by_rule() == {"戊"}


def test_shares_of_components_add_up_to_the_whole_and_keep_out_the_establishment(officer, people):
    make.make_pay(
        make.make_employment(make.make_worker(), people["甲"].employer),
        base=D(3000), post_pay=D(1000), bonus=D(500), rung="senior",
    )  # fmt: skip
    rows = {row["rung"]: row for row in underpaid.structure(officer, TODAY)}
    assert {rung: row["sum_n"] for rung, row in rows.items()} == {"assistant_2": 3, "senior": 1, None: 4}
    # 6,000 + 3,500 + 7,200 + 4,500 = 21,200 paid; full time (6,000 + 7,000 + 7,200 + 4,500) / 4 = 6,175.
    whole = rows[None]
    assert (whole["sum_total"], whole["sum_mean"]) == (D("21200.00"), D("6175.00"))
    for row in rows.values():
        assert sum(row[f"sum_{name}"] for name in underpaid.COMPONENTS) == row["sum_total"]
    assert rows["senior"]["sum_bonus"] == D("500.00")
    assert underpaid.structure(officer, TODAY, "community") == []


def test_pages_say_it_and_an_employer_sees_its_own_people_only(signed_in, officer, people):
    page = signed_in(officer).get("/payroll/below/").content.decode()
    assert "共 2 人" in page and "¥1,200.00" in page and "¥7,200.00" in page and "戊" not in page
    clerk = make.make_member(people["甲"].employer)
    mine = signed_in(clerk).get("/payroll/below/").content.decode()
    assert "共 2 人" in mine
    other = make.make_member(people["丙"].employer)
    assert "没有低于指导标准下限的人" in signed_in(other).get("/payroll/below/").content.decode()


def test_lists_ask_the_same_few_questions_however_many_people_are_below(officer, people, django_assert_max_num_queries):
    for _ in range(5):
        make.make_pay(make.make_employment(make.make_worker(), make.make_employer("E01", region="350203001")))
    with django_assert_max_num_queries(6):
        assert len(underpaid.below(officer, TODAY)) == 7
    with django_assert_max_num_queries(7):
        assert len(underpaid.employers_below(officer, TODAY)) == 6


def test_the_floor_is_looked_up_and_not_computed_for_each_person(officer, people):
    statement = str(underpaid.below(officer, TODAY).query)
    assert "payroll_guidancerung" not in statement
    assert "payroll_districtfloat" not in statement
