"""What a person is paid stays with those who may see pay; the finding itself is shown to all who see the employer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from posts.models import Employer, Membership
from tests import builders as make
from tests.payroll.sheets import make_terms
from xmsw.accounts.roles import Capability
from xmsw.policy import facts
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.expressions import F
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import When, rule, rules

pytestmark = pytest.mark.django_db
AMOUNTS = ("5,432", "4,321", "8,000", "5432", "4321", "8000", "助理社会工作师二级")


@pytest.fixture
def underpaid() -> Employer:
    """A community that pays 5432, below its guidance of 8000 a month, on an insurance base of 4321."""
    make.make_standard(base_wage=Decimal(120000), rungs={"assistant_2": "0.8"})
    employer = make.make_employer(kind="C02")
    employment = make.make_employment(make.make_worker(), employer)
    make.make_pay(employment, base=Decimal(5432))
    make_terms()
    make.make_insurance(employment, base=Decimal(4321))
    return employer


def tab(user: object, employer: Employer) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/supervision/employers/{employer.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_the_capability_the_finding_stays_and_the_amounts_go(underpaid: Employer) -> None:
    officer = make.make_user("bureau_officer", bureau=underpaid.competent_bureau)
    assert not officer.can(Capability.VIEW_PAY)
    page = tab(officer, underpaid)
    assert "折合全职月薪低于指导标准下限" in page
    assert [each for each in AMOUNTS if each in page] == []
    assert "折合全职月薪</dt>" not in page


def test_with_the_capability_the_amounts_are_shown(underpaid: Employer) -> None:
    clerk = make.make_user("employer_staff")
    Membership.objects.create(user=clerk, employer=underpaid)
    for reader in (clerk, make.make_user("district_officer")):
        assert "折合全职月薪 ¥5,432.00" in tab(reader, underpaid)


def test_nothing_confidential_leaves_the_engine_unless_granted(underpaid: Employer) -> None:
    evaluation = Evaluation(date.today(), Employers.of_ids([underpaid.pk]))
    closed = {each.rule.code: each for each in verdicts(evaluation)}
    opened = {each.rule.code: each for each in verdicts(evaluation, granted={Capability.VIEW_PAY})}
    assert {code: each.outcome for code, each in closed.items()} == {
        code: each.outcome for code, each in opened.items()
    }
    guidance = closed["guidance-standard"]
    assert (guidance.outcome, guidance.measured, guidance.required) == (Outcome.WARNING, None, None)
    assert guidance.facts.keys() & {"pay_full_time", "pay_rung", "guidance_floor"} == set()
    assert opened["guidance-standard"].measured == Decimal(5432)


def test_every_pay_fact_in_yuan_is_confidential() -> None:
    declared = facts.get("employment").all_facts()
    assert [name for name, fact in declared.items() if fact.unit == "元" and not fact.confidential] == []


def test_a_rule_that_tells_without_a_discreet_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="discreet"):
        rule(
            number=99990,
            code="telling",
            clause="三(一)-3",
            subject="employment",
            title="测试",
            cases=(When(F.pay_total > 0, Outcome.INFO, "月薪 {pay_total} 元"),),
            met="没有月薪",
        )
    assert all(each.code != "telling" for each in rules())
