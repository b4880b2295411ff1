"""What-ifs (三(一)-6): worked by hand, the same as the rule finds once published, and side by side without a script."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import ROUND_HALF_UP
from decimal import Decimal as D

import openpyxl
import pytest

from payroll.models import DistrictFloat, GuidanceStandard, PurchaseProject, RungCode
from payroll.scenarios import Scenario, impacts, of_standard
from payroll.underpaid import below
from tests import builders as make

pytestmark = pytest.mark.django_db
TODAY = date.today()
SHARES = {"uncertified": D("0.7"), "assistant_2": D("0.8")}


def scenario(wage: int, **changed) -> Scenario:
    given = {"name": f"{wage}", "sectors": ("social",), "base_wage": D(wage), "shares": SHARES}
    return Scenario(**(given | {"float_down": D("0.1")} | changed))


@pytest.fixture
def people():
    """Siming 6,000.00 and half time 3,000.00 (an agency that sells a service); Huli 7,000.00; 在编 nobody counts."""
    seller = make.make_employer("E01", region="350203001")
    other = make.make_employer("E01", region="350206001")
    PurchaseProject.objects.create(
        title="-", buyer="-", region_id="350203", provider=seller, amount=1,
        start=TODAY - timedelta(days=9), end=TODAY + timedelta(days=9),
    )  # fmt: skip
    for employer, pay in (
        (seller, {"base": D(6000)}),
        (seller, {"base": D(3000), "time_share": D("0.5")}),
        (other, {"base": D(7000)}),
    ):
        make.make_pay(make.make_employment(make.make_worker(), employer), **pay)
    make.make_pay(make.make_employment(make.make_worker(), other, form="established"), base=D(1))


def test_people_and_money_by_hand(people):
    # 120,000 × 0.8 × 0.9 / 12 = 7,200.00: Siming lacks 1,200.00 and half of 1,200.00, Huli 200.00 a month.
    # A year: 14,400 + 7,200 + 2,400 = 24,000.00. Paid now: (6,000 + 3,000 + 7,000) × 12 = 192,000.00; 12.5 %.
    # 100,000 × 0.8 × 0.9 / 12 = 6,000.00: nobody lies below.
    high, low = impacts([scenario(120000), scenario(100000)], "3502", TODAY)
    assert (high.total.people, high.total.below, high.total.gap) == (3, 3, D("24000.00"))
    assert (high.total.paid, high.total.growth) == (D("192000.00"), D("0.125"))
    assert (low.total.people, low.total.below, low.total.gap) == (3, 0, D(0))
    assert [(each.label, each.below, each.gap) for each in high.districts] == [
        ("思明区", 2, D("21600.00")),
        ("湖里区", 1, D("2400.00")),
    ]
    assert {each.label: each.gap for each in high.budgets} == {
        "单位自筹": D("2400.00"),
        "政府购买服务（有在执行的项目）": D("21600.00"),
    }
    assert [(each.label, each.gap) for each in high.sectors] == [("社会组织", D("24000.00"))]


def test_an_area_and_a_sector_bound_it(people):
    inside, outside = impacts([scenario(120000), scenario(120000, sectors=("community",))], "350206", TODAY)
    assert (inside.total.people, inside.total.below) == (1, 1)
    assert outside.total.people == 0 and outside.districts == []
    assert impacts([], "3502", TODAY) == []


def test_what_is_foreseen_is_what_the_list_finds_once_it_is_published(people):
    made = make.make_standard(
        sector="social", rungs={"assistant_2": "0.85"}, base_wage=D(113_333), float_down=D("0.07"), state="draft"
    )
    DistrictFloat.objects.create(
        standard=made, district_id="350206", rate=D("-0.0123"), document="-", start=date(2020, 1, 1)
    )
    (foreseen,) = impacts([of_standard(made)], "3502", TODAY)
    city = make.make_user("city_officer")
    assert not below(city, TODAY).exists()
    GuidanceStandard.objects.update(state="published")
    listed = list(below(city, TODAY))
    assert foreseen.total.below == len(listed) > 0
    monthly = sum((row.gap * row.time_share).quantize(D("0.01"), ROUND_HALF_UP) for row in listed)
    assert foreseen.total.gap == monthly * 12


def test_scenarios_are_added_and_removed_and_nothing_is_stored(signed_in, people):
    shares = zip(RungCode.values[:6], ("0.7", "0.8", "0.9", "1", "1.1", "1.2"), strict=True)
    make.make_standard(sector="social", rungs=dict(shares))
    client = signed_in(make.make_user("city_officer"))
    first = client.get("/payroll/standards/wizard/?sector=social")
    assert first.status_code == 200
    asked = first.context["formset"].data | {"sector": "social"}
    assert len(first.context["impacts"]) == 2, "the version in force and one proposal"
    added = client.get("/payroll/standards/wizard/", asked | {"add": "1"})
    assert len(added.context["impacts"]) == 3
    more = added.context["formset"].data | {"sector": "social", "s-1-base_wage": "150000"}
    changed = client.get("/payroll/standards/wizard/", more)
    # 150,000 × 0.8 / 12 = 10,000.00: the three lack 4,000, 4,000 × 0.5 and 3,000 a month, 108,000 a year.
    assert changed.context["impacts"][2]["impact"].total.gap == D("108000.00")
    assert "¥108,000.00" in changed.content.decode()
    removed = client.get("/payroll/standards/wizard/", more | {"s-0-DELETE": "on"})
    assert len(removed.context["impacts"]) == 2
    assert client.get("/payroll/standards/wizard/", more | {"s-1-base_wage": "x"}).status_code == 422
    assert GuidanceStandard.objects.count() == 1
    draft = changed.context["impacts"][2]["draft"]
    assert 'value="150000.00"' in client.get(draft).content.decode()


def test_only_who_makes_the_standards_asks(signed_in, people):
    for user in (make.make_user("district_officer"), make.make_user("bureau_officer", bureau="education")):
        assert signed_in(user).get("/payroll/standards/wizard/").status_code == 403


def test_what_ifs_keep_the_rates_of_districts_unless_asked_for_the_lowest(signed_in, people):
    present = make.make_standard(
        sector="social", rungs={code: "0.8" for code in RungCode.values[:6]}, base_wage=D(100_000),
        float_down=D("0.1"), float_up=D("0.2"), state="draft",
    )  # fmt: skip
    DistrictFloat.objects.create(
        standard=present, district_id="350203", rate=D("0.2"), document="-", start=date(2020, 1, 1)
    )
    GuidanceStandard.objects.update(state="published")
    client = signed_in(make.make_user("city_officer"))

    def below_by_name(floats):
        found = client.get("/payroll/standards/wizard/", {"sector": "social", "floats": floats})
        return [each["impact"].total.below for each in found.context["impacts"]]

    # Siming at 100,000 × 0.8 × 1.2 / 12 = 8,000.00, Huli at 6,000.00; by the lowest bound nobody lies below 6,000.00.
    assert below_by_name("") == [2, 2]
    assert below_by_name("lowest") == [2, 0]


def test_rates_beyond_the_new_bounds_count_as_the_bound(people):
    present = make.make_standard(sector="social", rungs={"assistant_2": "0.8"}, float_up=D("0.2"), state="draft")
    DistrictFloat.objects.create(
        standard=present, district_id="350203", rate=D("0.2"), document="-", start=date(2020, 1, 1)
    )
    (found,) = impacts([scenario(100_000, floats=present.pk, float_up=D("0.05"))], "350203", TODAY)
    # 100,000 × 0.8 × 1.05 / 12 = 7,000.00: 1,000.00 and half of it a month are missing.
    assert found.total.gap == D("18000.00")


def test_a_draft_from_a_what_if_has_both_bounds_and_the_figures_leave_as_a_workbook(signed_in, people):
    make.make_standard(
        sector="social", rungs={code: "0.8" for code in RungCode.values[:6]}, float_down=D("0.05"), float_up=D("0.15")
    )
    client = signed_in(make.make_user("city_officer"))
    page = client.get("/payroll/standards/wizard/?sector=social")
    form = client.get(page.context["impacts"][1]["draft"]).context["form"]
    assert (form["float_down"].value(), form["float_up"].value()) == ("5", "15")
    answer = client.get("/payroll/standards/wizard/?" + page.context["export"])
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert rows[0][0] == "方案"
    assert {row[0] for row in rows[1:]} == {"现行标准", "方案1"}
    assert {row[3] for row in rows[1:]} >= {"合计", "思明区", "湖里区", "单位自筹"}
