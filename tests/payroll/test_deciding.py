"""Pay decisions (三(一)-2): by five factors, one after another, by the employer alone; 在编 staff by national scale."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied

from payroll import deciding
from payroll.models import PayDecision
from talents.models import Employment
from tests import builders as make
from xmsw.accounts.roles import Capability
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.outcomes import Outcome
from xmsw.policy.recheck import RecheckRequest
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
FACTORS = {"certificate": 1, "education": 20, "seniority": D(3), "performance": 2, "post": 1}


@pytest.fixture
def employment() -> Employment:
    employer = make.make_employer("E01", region="350203001")
    return make.make_employment(make.make_worker(name="林小明"), employer)


@pytest.fixture
def clerk(employment):
    return make.make_member(employment.employer)


def decision(employment: Employment, **fields) -> PayDecision:
    factors = {f"factor_{name}": value for name, value in FACTORS.items()}
    given = {"start": TODAY, "base": D(4000), "post_pay": D(1500), "rung": "assistant_2"} | factors | fields
    return PayDecision(employment=employment, **given)


def posted(**changed: str) -> dict[str, str]:
    """What the form sends."""
    sent = {"start": f"{TODAY:%Y-%m-%d}", "base": "4000", "post_pay": "1500.50", "performance_pay": "0"}
    sent |= {"allowance": "0", "bonus": "6000", "time_share": "100", "rung": "assistant_2", "document": "会议纪要 3 号"}
    return sent | {f"factor_{name}": str(value) for name, value in FACTORS.items()} | changed


def outcome(employment: Employment, code: str) -> Outcome | None:
    found = verdicts(Evaluation(TODAY, Employers.of_ids([employment.employer_id])), granted={Capability.VIEW_PAY})
    return next((each.outcome for each in found if each.rule.code == code), None)


def test_the_employer_decides_and_the_next_decision_ends_the_one_before(signed_in, clerk, employment):
    client = signed_in(clerk)
    address = f"/payroll/decisions/new/{employment.pk}/"
    first = date(2025, 3, 1)
    assert client.post(address, posted(start=f"{first:%Y-%m-%d}")).status_code == 302
    assert client.post(address, posted(base="4600")).status_code == 302
    old, new = PayDecision.objects.order_by("start")
    assert (old.start, old.end, old.monthly) == (first, TODAY - timedelta(days=1), D("5500.50"))
    assert (new.start, new.end, new.monthly) == (TODAY, None, D("6100.50"))
    page = client.get(f"/payroll/people/{employment.worker_id}/").content.decode()
    assert "¥6,100.50" in page and "会议纪要 3 号" in page and f"/payroll/decisions/{new.pk}/edit/" in page
    assert f"/payroll/decisions/{old.pk}/edit/" not in page


def test_a_form_knows_what_the_portal_holds_or_what_was_decided_before(signed_in, clerk, employment):
    make.make_certificate(employment.worker, level=2)
    make.make_appointment(employment.worker, make.make_post(employment.employer, grade=2))
    known = deciding.proposed(employment, employment.start + timedelta(days=1461))
    # 1,461 days are four years of 365.25 days.
    assert known.factor_seniority == D("4.0")
    assert (known.factor_certificate, known.factor_education, known.factor_post) == (2, 20, 2)
    deciding.decide(clerk, decision(employment, start=date(2025, 1, 1), base=D(4321), reason="年度核定"))
    after = deciding.proposed(employment, TODAY)
    assert (after.pk, after.base, after.reason, after.start) == (None, D(4321), "", TODAY)
    page = signed_in(clerk).get(f"/payroll/decisions/new/{employment.pk}/").content.decode()
    assert 'value="4321' in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"factor_performance": ""}, "请选择"),
        ({"base": "0", "post_pay": "0"}, "月薪各项合计不能是 0"),
        ({"base": "-1"}, "不能是负数"),
        ({"start": "1999-01-01"}, "执行日期要在任职期间之内"),
        ({"time_share": "0"}, "要填 1 或更大的数"),
    ],
)
def test_what_cannot_hold_is_told_and_nothing_is_stored(signed_in, clerk, employment, changed, sentence):
    answer = signed_in(clerk).post(f"/payroll/decisions/new/{employment.pk}/", posted(**changed))
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors)
    assert not PayDecision.objects.exists()


def test_only_the_newest_is_mended_and_its_day_may_move_both_ways(signed_in, clerk, employment):
    deciding.decide(clerk, decision(employment, start=date(2025, 1, 1)))
    newest = deciding.decide(clerk, decision(employment, start=date(2025, 6, 1)))
    with pytest.raises(Refused, match="已有一份核定"):
        deciding.decide(clerk, decision(employment, start=date(2025, 3, 1)))
    client = signed_in(clerk)
    for day in (date(2025, 9, 1), date(2025, 4, 1)):
        answer = client.post(f"/payroll/decisions/{newest.pk}/edit/", posted(start=f"{day:%Y-%m-%d}"))
        assert answer.status_code == 302
        ends = list(PayDecision.objects.order_by("start").values_list("start", "end"))
        assert ends == [(date(2025, 1, 1), day - timedelta(days=1)), (day, None)]
    oldest = PayDecision.objects.order_by("start").first()
    assert client.get(f"/payroll/decisions/{oldest.pk}/edit/").status_code == 404


def test_pay_below_the_band_is_asked_about_and_never_refused(signed_in, clerk, employment):
    make.make_standard(sector="social", rungs={"assistant_2": "0.8"})
    # 120,000 × 0.8 / 12 = 8,000.00 a month; decided 4,000.00 + 1,500.50 = 5,500.50, so 2,499.50 are missing.
    client, address = signed_in(clerk), f"/payroll/decisions/new/{employment.pk}/"
    asked = client.post(address, posted())
    assert asked.status_code == 422
    assert "指导标准下限低 ¥2,499.50，确认？" in asked.content.decode()
    assert not PayDecision.objects.exists()
    assert client.post(address, posted(confirmed="on")).status_code == 302
    assert "下限低 ¥2,499.50" in client.get(f"/payroll/people/{employment.worker_id}/").content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"base": "500", "post_pay": "105"}, "低 89%"),
        ({"base": "40000"}, "高 655%"),
        ({"base": "1400", "post_pay": "1350"}, None),  # exactly half is no jump
        ({"base": "1250", "post_pay": "125", "time_share": "50"}, None),  # the same by half the time: 2,750 full time
    ],
)
def test_pay_far_from_the_decision_before_is_asked_about_once(signed_in, clerk, employment, sent, sentence):
    deciding.decide(clerk, decision(employment, start=date(2025, 1, 1)))  # 5,500.00 a month
    client, address = signed_in(clerk), f"/payroll/decisions/new/{employment.pk}/"
    answer = client.post(address, posted(**sent))
    if sentence is None:
        assert answer.status_code == 302
        return
    page = answer.content.decode()
    assert "比上一份（2025-01-01 起）" in page and sentence in page
    assert 'name="confirmed"' in page
    assert PayDecision.objects.count() == 1, "nothing is stored before it is confirmed"
    assert client.post(address, posted(**sent, confirmed="on")).status_code == 302


def test_the_open_senior_rung_is_held_against_the_last_pay(signed_in, clerk, employment):
    make.make_standard(sector="social", rungs={"assistant_2": "0.8"})
    make.make_pay(employment, base=D(12000), bonus=D(50000), rung="senior")
    client, address = signed_in(clerk), f"/payroll/decisions/new/{employment.pk}/"
    page = client.post(address, posted(rung="senior")).content.decode()
    # 5,500.50 against 12,000.00; the bonus of the month does not count.
    assert "应发 ¥12,000.00 低 54%" in page
    assert client.post(address, posted(rung="senior", base="9000")).status_code == 302


def test_a_decision_gives_the_factors_that_a_month_leaves_out(clerk, employment):
    make.make_pay(employment, factor_performance=None, factor_post=None)
    assert outcome(employment, "five-factors") == Outcome.WARNING
    RecheckRequest.objects.all().delete()
    deciding.decide(clerk, decision(employment, start=TODAY + timedelta(days=1)))
    assert outcome(employment, "five-factors") == Outcome.WARNING, "it does not hold yet"
    assert RecheckRequest.objects.filter(employer_id=employment.employer_id).exists()
    PayDecision.objects.update(start=TODAY)
    assert outcome(employment, "five-factors") == Outcome.MET


def test_staff_on_the_establishment_name_the_national_scale(signed_in):
    employer = make.make_employer("C01", region="350203001", sector="institution")
    employment = make.make_employment(make.make_worker(), employer, form="established")
    make.make_pay(employment)
    assert outcome(employment, "national-pay-scale") == Outcome.WARNING
    client = signed_in(make.make_member(employer))
    address = f"/payroll/decisions/new/{employment.pk}/"
    page = client.get(address).content.decode()
    assert "国家工资标准依据" in page and "因素一" not in page and 'name="rung"' not in page
    assert client.post(address, posted(pay_scale="")).status_code == 422
    assert client.post(address, posted(pay_scale="国办发〔2006〕号 薪级 20")).status_code == 302
    assert outcome(employment, "national-pay-scale") == Outcome.MET
    made = PayDecision.objects.get()
    assert (made.rung, made.factor_performance) == ("", None)


def test_nobody_decides_about_another_employers_people(employment, signed_in):
    stranger = make.make_member(make.make_employer("E01", region="350203001"))
    officer = make.make_user("district_officer", region="350203")
    for user in (stranger, officer):
        with pytest.raises(PermissionDenied):
            deciding.decide(user, decision(employment))
    address = f"/payroll/decisions/new/{employment.pk}/"
    assert signed_in(stranger).post(address, posted()).status_code == 404
    assert signed_in(officer).post(address, posted()).status_code == 403
    assert not PayDecision.objects.exists()
