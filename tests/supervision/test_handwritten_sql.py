"""The yardstick of the benchmarks computes what the engine computes: an independent second opinion."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from payroll.models import CostSheet
from supervision.runs import execute_here, start_run
from talents.models import SupervisionPair
from tests import builders as make
from tests.benchmarks import handwritten
from tests.payroll.sheets import make_guidance, make_project, make_sheet, make_terms, other, person
from xmsw.policy.rules import rules_of_employers


def learn(certificate, number: int) -> None:
    """Registered for a while, long or hardly at all; some hours."""
    if number % 4:
        end = date.today() + timedelta(days=(-50, 100, 400)[number % 3])
        certificate.registrations.create(start=end - timedelta(days=1095), end=end)
    hours = Decimal("8.5") * (number % 7 + 3)
    about = {"title": "课", "provider": "会", "delivery": "online", "state": "accepted"}
    certificate.worker.attendances.create(hours=hours, on=date.today() - timedelta(days=90), **about)


def supervise(supervisor, supervisee, employer, number: int) -> None:
    """Every third holder leads a session, every other of them long ago."""
    if number % 3:
        return
    pair = SupervisionPair.objects.create(
        supervisor=supervisor, supervisee=supervisee, employer=employer, start=make.LONG_AGO
    )
    on = date.today() - timedelta(days=400 if number % 2 else 40)
    pair.sessions.create(on=on, hours=2, form="individual", topic="个案")


def insure(employment, number: int) -> None:
    """Each defect once: an item not enrolled, one not paid, bases below the minimum or below the pay, no enrolment."""
    missing = {"pension": None} if number == 1 else {}
    unpaid = {"housing_fund": None} if number in (2, 7) else {}
    base = Decimal({3: 3000, 5: 5000}.get(number, 6000))
    month = make.make_insurance(employment, base=base, enrolled=missing, **unpaid)
    if number in (6, 7):
        month.employment.enrolment.delete()


def buy() -> None:
    """Projects of each outcome: no sheet, one that waits, approved ones with and without fault."""
    make_guidance()
    make_terms()
    provider = make.make_employer("E01", region="350203001")
    contents = ([person()], [other()], [person(), other("tax", "400000")], [person(pay=Decimal(3000))], [person()])
    for number, lines in enumerate(contents):
        project = make_project(title=str(number), provider=provider, amount=Decimal("312458.16"))
        sheet = make_sheet(project, lines)
        state = "submitted" if number == 4 else "approved"
        CostSheet.objects.filter(pk=sheet.pk).update(state=state, approved_on=date.today() if number < 4 else None)
    make_project(title="-", provider=provider)


@pytest.mark.django_db
def test_the_engine_and_hand_written_sql_agree():
    for number, kind in enumerate(("C02", "C02", "C01", "A01", "B01", "D04", "E01", "E03", "C03")):
        employer = make.make_employer(kind, region="350213" if kind == "C03" else None)
        post = make.make_post(
            employer,
            grade=(number % 3) + 1,
            duties=[1, 5][: 1 + number % 2],
            principal=number == 3,
            coordinates=number % 2 == 0,
        )
        make.make_post(employer, grade=None, duties=[], need_basis="")
        worker = make.make_worker(social_work_education=30 if number % 2 else None)
        certificate = make.make_certificate(worker)
        learn(certificate, number)
        employment = make.make_employment(worker, employer, form="established" if number == 4 else "contract")
        source = ("recruitment", "conversion", "supplement")[number % 3]
        make.make_appointment(worker, post, full_time=number % 4 != 0, source=source)
        supervise(worker, make.make_staff(employer), employer, number)
        make.make_pay(employment, factor_post=None if number % 2 else 1)
        insure(employment, number)
        make.make_employment(make.make_worker(), employer)
        if number % 2:
            employer.need_assessments.create(assessed_on=date(2024, 1, 1), headcount=2, assessor="x", basis="x")
            employer.ladders.create(version=1, document="x", start=date(2020, 1, 1))
    buy()
    execute_here(start_run(day=date.today(), present=True, reason="request", dispatch=False))
    with connection.cursor() as cursor:
        cursor.execute(handwritten.SETUP)
        cursor.execute(handwritten.STATEMENT, {"on": date.today()})
        cursor.execute(handwritten.AGREES)
        assert cursor.fetchone() == (0,)
    assert {rule.number for rule in rules_of_employers()} == {
        number for numbers in handwritten.RULES.values() for number in numbers
    }
