"""Social insurance and the housing fund (三(一)-4): worked examples, days of grace, imports, who sees what."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.urls import reverse

from payroll import insuring
from payroll.benchmarking import months_back
from payroll.models import ITEMS, ContributionTerms, InsuranceEnrolment, InsuranceMonth
from posts.models import Employer
from talents.models import Employment
from tests import builders as make
from tests.exchange.files import checked, merged, said, workbook
from tests.payroll.sheets import make_terms
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.exchange import actions
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.outcomes import Outcome

pytestmark = pytest.mark.django_db
TODAY = date.today()
MONTH = TODAY.replace(day=1)
RULES = ("insurance-and-fund", "insurance-arrears", "insurance-base")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def employer() -> Employer:
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def employment(employer: Employer) -> Employment:
    return make.make_employment(make.make_worker(name="林小明"), employer)


@pytest.fixture
def clerk(employer: Employer) -> User:
    return make.make_member(employer)


def judged(employment: Employment, on: date = TODAY) -> dict[str, tuple[Outcome, str]]:
    """Outcome and sentence of each rule that applies, seen by somebody who may see pay."""
    found = verdicts(Evaluation(on, Employers.of_ids([employment.employer_id])), granted={Capability.VIEW_PAY})
    return {each.rule.code: (each.outcome, each.message) for each in found if each.rule.code in RULES}


def outcome(employment: Employment, code: str, on: date = TODAY) -> Outcome | None:
    return judged(employment, on).get(code, (None, ""))[0]


@pytest.mark.parametrize(("days", "expected"), [(30, None), (31, Outcome.VIOLATION)])
def test_an_item_may_be_missing_for_thirty_days(employer, days, expected):
    """Joined on day 0: up to day 30 nothing is asked, on day 31 a missing item breaks the rule."""
    found = make.make_employment(make.make_worker(), employer, start=TODAY - timedelta(days=days))
    make.make_insurance(found, enrolled={"housing_fund": None}, housing_fund=None)
    assert outcome(found, "insurance-and-fund") == expected


def test_nothing_known_waits_and_a_month_alone_stands_for_the_enrolment(employment):
    assert outcome(employment, "insurance-and-fund") == Outcome.PENDING
    bases = dict.fromkeys(ITEMS, D(6000))
    month = InsuranceMonth.objects.create(employment=employment, period=MONTH, **bases)
    assert outcome(employment, "insurance-and-fund") == Outcome.MET
    month.injury = None
    month.save()
    assert outcome(employment, "insurance-and-fund") == Outcome.VIOLATION
    assert outcome(employment, "insurance-arrears") is None, "nobody said since when it is enrolled"


def test_whoever_is_on_the_establishment_is_not_judged(employer):
    found = make.make_employment(make.make_worker(), employer, form="established")
    make_terms()
    make.make_insurance(found, base=D(1), enrolled={"pension": None})
    assert judged(found) == {}
    assert not insuring.insured(make.make_user("city_officer"), TODAY).exists()


def test_arrears_are_counted_over_the_end_of_the_year(employment):
    """On 15 February: months from March of the year before count. Unpaid: 2, 12 and 1 → 12 and 1 count, 2 does not."""
    on = date(TODAY.year, 2, 15)
    unpaid = (date(on.year - 1, 2, 1), date(on.year - 1, 12, 1), date(on.year, 1, 1))
    for month in (*unpaid, on.replace(day=1)):
        make.make_insurance(employment, period=month, pension=None if month in unpaid else D(6000))
    found, sentence = judged(employment, on)["insurance-arrears"]
    assert found == Outcome.WARNING
    assert "近 12 个月的月报中，2 个月" in sentence
    row = insuring.insured(make.make_user("city_officer"), on).get()
    assert (row.missing, row.arrears) == (0, 2)


def test_the_month_of_joining_is_not_owed(employer):
    """Joined and enrolled on the 10th: that month is not owed, the next one is."""
    first = months_back(TODAY, 2)
    found = make.make_employment(make.make_worker(), employer, start=first.replace(day=10))
    make.make_insurance(found, period=first, pension=None)
    assert outcome(found, "insurance-arrears") == Outcome.MET
    make.make_insurance(found, period=months_back(TODAY, 1), pension=None)
    assert outcome(found, "insurance-arrears") == Outcome.WARNING


@pytest.mark.parametrize(
    ("pay", "base", "fund", "expected", "told"),
    [
        # Bounds 4,000 ~ 9,000 and 2,030 ~ 30,000 (sheets.py).
        ("6543.21", "6543.21", "6543.21", Outcome.MET, ""),
        (
            "6543.21",
            "6543.20",
            "6543.21",
            Outcome.WARNING,
            "社保缴费基数 ¥6,543.20，低于按当月应发合计应达到的 ¥6,543.21",
        ),
        ("6543.21", "6543.21", "6543.20", Outcome.WARNING, "公积金缴存基数 ¥6,543.20"),
        # Pay above the maximum: 9,000.00 are enough for the insurances, the fund still follows the pay.
        ("12345.67", "9000.00", "12345.67", Outcome.MET, ""),
        ("12345.67", "8999.99", "12345.67", Outcome.WARNING, "应达到的 ¥9,000.00"),
        # Half time at 3,100.50: the minimum of the insurances counts, the fund lies between its bounds.
        ("3100.50", "4000.00", "3100.50", Outcome.MET, ""),
        ("3100.50", "3999.99", "3100.50", Outcome.WARNING, "低于下限 ¥4,000.00"),
        ("1500.00", "4000.00", "2029.99", Outcome.WARNING, "低于下限 ¥2,030.00"),
    ],
)
def test_bases_to_the_cent(employment, pay, base, fund, expected, told):
    make_terms()
    make.make_pay(employment, base=D(pay), time_share=D("0.5") if D(pay) < 4000 else D(1))
    make.make_insurance(employment, base=D(base), housing_fund=D(fund))
    found, sentence = judged(employment)["insurance-base"]
    assert found == expected
    assert told in sentence


def test_the_lowest_of_the_items_counts_and_the_pay_is_that_of_the_same_month(employment):
    """Paid 6,000.00 this month and 9,000.00 the month before, reported for the month before on 6,000.00: too low."""
    make_terms()
    before = months_back(TODAY, 1)
    make.make_pay(employment, base=D(6000))
    make.make_pay(employment, base=D(9000), period=before)
    make.make_insurance(employment, base=D(9000), period=before, housing_fund=D(9000), injury=D(6000))
    assert "¥6,000.00，低于按当月应发合计应达到的 ¥9,000.00" in judged(employment)["insurance-base"][1]


def test_unknown_bounds_and_missing_terms_are_not_judged(employment):
    make.make_pay(employment, base=D(6000))
    make.make_insurance(employment, base=D(1))
    assert outcome(employment, "insurance-base") is None
    terms = make_terms(**dict.fromkeys(("insurance_minimum", "insurance_maximum", "fund_minimum", "fund_maximum")))
    assert outcome(employment, "insurance-base") is None
    ContributionTerms.objects.filter(pk=terms.pk).update(fund_minimum=2)
    assert outcome(employment, "insurance-base") == Outcome.WARNING


def test_the_terms_of_the_month_count_and_not_those_of_the_day(employment):
    make_terms(end=MONTH - timedelta(days=1), insurance_minimum=1, fund_minimum=1)
    make_terms(document="新", start=MONTH)
    make.make_insurance(employment, base=D(3000), period=months_back(TODAY, 1))
    assert outcome(employment, "insurance-base") == Outcome.MET
    make.make_insurance(employment, base=D(3000))
    assert outcome(employment, "insurance-base") == Outcome.WARNING


def test_amounts_stay_with_those_who_may_see_pay(employment):
    make_terms()
    make.make_insurance(employment, base=D("3999.99"))
    evaluation = Evaluation(TODAY, Employers.of_ids([employment.employer_id]))
    found = {each.rule.code: each for each in verdicts(evaluation)}["insurance-base"]
    assert (found.message, found.measured, found.required) == ("社保缴费基数低于下限", None, None)


def row(employment: Employment, **columns: str) -> dict[str, str]:
    worker = employment.worker
    return {
        "employer_code": employment.employer.credit_code,
        "identity": worker.identity,
        "name": worker.name,
    } | columns


def test_enrolments_come_by_file_and_go_again(clerk, employment, tmp_path):
    path = workbook(
        tmp_path / "e.xlsx", "enrolment", [row(employment, pension="2024-01-05", housing_fund="2024-02-01")]
    )
    batch = merged(clerk, "enrolment", path)
    found = InsuranceEnrolment.objects.get()
    assert (batch.new, found.employment) == (1, employment)
    assert (found.pension, found.housing_fund, found.medical) == (date(2024, 1, 5), date(2024, 2, 1), None)
    more = workbook(tmp_path / "m.xlsx", "enrolment", [row(employment, pension="", medical="2024-01-05")])
    later = merged(clerk, "enrolment", more)
    assert later.changed == 1
    found.refresh_from_db()
    assert (found.pension, found.medical) == (date(2024, 1, 5), date(2024, 1, 5)), "a blank leaves what was there"
    undo(clerk, later)
    found.refresh_from_db()
    assert (found.pension, found.medical) == (date(2024, 1, 5), None)
    undo(clerk, batch)
    assert not InsuranceEnrolment.objects.exists()


def undo(user: User, batch: object) -> None:
    actions.undo(user, batch.pk)
    batch.refresh_from_db()


def test_bases_come_by_file_and_go_again(clerk, employment, tmp_path):
    bases = {"pension": "6200.50", "housing_fund": "6300"}
    path = workbook(tmp_path / "b.xlsx", "insurance", [row(employment, period="2026-09", **bases)])
    batch = merged(clerk, "insurance", path)
    found = InsuranceMonth.objects.get()
    assert (found.period, found.pension, found.housing_fund) == (date(2026, 9, 1), D("6200.50"), D(6300))
    assert found.medical is None
    undo(clerk, batch)
    assert not InsuranceMonth.objects.exists()


def test_what_a_file_may_not_say(clerk, employment, tmp_path):
    stranger = make.make_employment(make.make_worker(), make.make_employer("E01", region="350206001"))
    rows = [
        row(employment, pension=f"{TODAY + timedelta(days=1)}"),
        row(employment, identity=stranger.worker.identity, name="", pension="2024-01-05"),
        row(stranger, pension="2024-01-05"),
    ]
    problems = said(checked(clerk, "enrolment", workbook(tmp_path / "x.xlsx", "enrolment", rows)))
    assert problems == [
        (2, "pension", "参保日期还没有到"),
        (3, "identity", "此人在本单位没有任职"),
        (4, "employer_code", "没有这个单位，或它不在你的工作范围内"),
    ]
    zero = workbook(tmp_path / "z.xlsx", "insurance", [row(employment, period="2026-09", pension="0")])
    assert said(checked(clerk, "insurance", zero))


def test_the_list_names_items_and_months_and_its_filters_divide_it(signed_in, employer, employment):
    make.make_insurance(employment, enrolled={"injury": None}, injury=None)
    owing = make.make_employment(make.make_worker(name="欠缴某人"), employer)
    make.make_insurance(owing, pension=None)
    unknown = make.make_employment(make.make_worker(name="不明某人"), employer)
    fine = make.make_employment(make.make_worker(name="齐全某人"), employer)
    make.make_insurance(fine)
    client = signed_in(make.make_user("district_officer", region="350203"))
    page = client.get(reverse("payroll:arrears")).content.decode()
    assert "工伤保险" in page and "没有参保登记" in page and "齐全某人" not in page
    for defect, name in (("missing", "林小明"), ("arrears", "欠缴某人"), ("unknown", "不明某人")):
        listed = client.get(reverse("payroll:arrears"), {"defect": defect}).content.decode()
        assert [each for each in ("林小明", "欠缴某人", "不明某人") if each in listed] == [name]
    assert client.get(reverse("payroll:arrears"), {"export": "xlsx"}).status_code == 200
    assert unknown.pk


def test_list_and_rules_agree(employer):
    """Whoever is listed breaks a rule, waits or is warned, and nobody else."""
    for number in range(4):
        found = make.make_employment(make.make_worker(), employer)
        if number:
            make.make_insurance(found, enrolled={"medical": None} if number == 1 else {})
        if number == 2:
            make.make_insurance(found, period=months_back(TODAY, 1), pension=None)
    rows = insuring.insured(make.make_user("city_officer"), TODAY)
    listed = set(insuring.defective(rows).values_list("pk", flat=True))
    told = {
        each.subject_id
        for each in verdicts(Evaluation(TODAY, Employers.of_ids([employer.pk])))
        if each.rule.code in RULES[:2] and each.outcome != Outcome.MET
    }
    assert listed == told
    assert len(listed) == 3


@pytest.mark.parametrize(
    ("role", "sees_list", "sees_tab"),
    [("district_officer", 200, 200), ("bureau_officer", 200, 403), ("system_admin", 403, 403)],
)
def test_who_sees_the_list_and_the_tab(signed_in, employment, role, sees_list, sees_tab):
    make.make_insurance(employment, base=D("6543.21"))
    client = signed_in(make.make_user(role))
    assert client.get(reverse("payroll:arrears")).status_code == sees_list
    answer = client.get(reverse("payroll:person-insurance", args=[employment.worker_id]))
    assert answer.status_code == sees_tab
    assert ("6,543.21" in answer.content.decode()) == (sees_tab == 200)


def test_a_person_sees_the_own_tab(signed_in, employment):
    make.make_insurance(employment, base=D("6543.21"))
    client = signed_in(make.make_account(employment.worker))
    page = client.get(reverse("payroll:person-insurance", args=[employment.worker_id])).content.decode()
    assert "6,543.21" in page
    assert client.get(reverse("payroll:arrears")).status_code == 403


def test_the_employer_enters_enrolments(signed_in, clerk, employment):
    client = signed_in(clerk)
    address = reverse("payroll:enrol", args=[employment.pk])
    days = dict.fromkeys(ITEMS, "2024-01-05")
    assert client.post(address, days | {"injury": ""}).status_code == 302
    assert outcome(employment, "insurance-and-fund") == Outcome.VIOLATION
    assert client.post(address, days).status_code == 302
    assert outcome(employment, "insurance-and-fund") == Outcome.MET
    ahead = client.post(address, days | {"injury": f"{TODAY + timedelta(days=1)}"})
    assert ahead.status_code == 422
    assert "工伤保险的参保日期还没有到" in ahead.content.decode()
    other = signed_in(make.make_member(make.make_employer("E01", region="350206001")))
    assert other.get(address).status_code == 404
    assert signed_in(make.make_user("district_officer", region="350203")).get(address).status_code == 403


def test_new_terms_end_the_former(signed_in):
    former = make_terms()
    client = signed_in(make.make_user("city_officer"))
    data = {"document": "厦人社〔2026〕1号", "start": f"{MONTH}", "insurance_minimum": "4043.25"}
    data |= dict.fromkeys(ITEMS, "0.5") | {"pension": "16"}
    assert client.post(reverse("payroll:terms-new"), data).status_code == 302
    former.refresh_from_db()
    made = ContributionTerms.objects.get(start=MONTH)
    assert former.end == MONTH - timedelta(days=1)
    assert (made.insurance_minimum, made.insurance_maximum) == (D("4043.25"), None)
    assert (made.pension, made.injury, made.city_id) == (D("0.16"), D("0.005"), "3502")
    again = client.post(reverse("payroll:terms-new"), data)
    assert again.status_code == 422
    assert "已有缴费标准" in again.content.decode()
    assert "厦人社〔2026〕1号" in client.get(reverse("payroll:terms")).content.decode()
    assert signed_in(make.make_user("district_officer")).get(reverse("payroll:terms-new")).status_code == 403
