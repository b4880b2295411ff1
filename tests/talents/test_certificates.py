"""Certificates and registrations: how one stands on a day, entering, verifying with evidence, lists, files, rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from talents.actions import certificates as actions
from talents.flows.certificates import CERTIFICATE
from talents.models import Certificate, Registration
from talents.registration import Registered, exam_problem, highest, impossible_exams, with_registration
from tests import builders as make
from tests.exchange.files import checked, merged, said, workbook
from xmsw.dated import months_later
from xmsw.policy.engine import Employers, Evaluation
from xmsw.policy.models import ParameterValue
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import by_code
from xmsw.workflow import actions as workflow
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = date.today()
PDF = b"%PDF-1.4 scan"


@pytest.fixture
def certificate(worker):
    return make.make_certificate(worker, 1, date(2020, 9, 15))


def register(certificate, start, end) -> Registration:
    return Registration.objects.create(certificate=certificate, start=start, end=end)


def state(certificate, on) -> str:
    return with_registration(Certificate.objects.filter(pk=certificate.pk), on).get().registered


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- how a registration stands ---


def test_a_month_later_is_the_months_last_day_where_there_is_no_such_day():
    assert months_later(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_later(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert months_later(date(2024, 3, 31), -1) == date(2024, 2, 29)


def test_the_first_registration_is_due_within_a_year(certificate):
    assert state(certificate, date(2020, 9, 15)) == Registered.NOT_DUE
    assert state(certificate, date(2021, 9, 15)) == Registered.NOT_DUE
    assert state(certificate, date(2021, 9, 16)) == Registered.OVERDUE
    ParameterValue.objects.filter(parameter_id="first_registration_months").update(value=24)
    assert state(certificate, date(2021, 9, 16)) == Registered.NOT_DUE


def test_a_registration_is_renewed_in_its_last_three_months_and_then_lapses(certificate):
    register(certificate, date(2021, 1, 1), date(2023, 12, 31))
    assert state(certificate, date(2020, 12, 31)) == Registered.NOT_DUE
    assert state(certificate, date(2021, 1, 1)) == Registered.VALID
    assert state(certificate, date(2023, 9, 30)) == Registered.VALID
    assert state(certificate, date(2023, 10, 1)) == Registered.RENEWABLE
    assert state(certificate, date(2023, 12, 31)) == Registered.RENEWABLE
    assert state(certificate, date(2024, 1, 1)) == Registered.LAPSED
    register(certificate, date(2024, 3, 1), date(2027, 2, 28))
    assert state(certificate, date(2024, 1, 1)) == Registered.LAPSED
    assert state(certificate, date(2024, 3, 1)) == Registered.VALID


def test_a_renewal_recorded_ahead_makes_the_last_months_valid(certificate):
    register(certificate, date(2021, 1, 1), date(2023, 12, 31))
    register(certificate, date(2024, 1, 1), date(2026, 12, 31))
    assert state(certificate, date(2023, 12, 1)) == Registered.VALID


def test_each_certificate_is_one_row_and_of_a_person_the_highest_counts(worker, certificate):
    register(certificate, date(2021, 1, 1), date(2023, 12, 31))
    register(certificate, date(2024, 1, 1), date(2026, 12, 31))
    upper = make.make_certificate(worker, 2, date(2023, 9, 1))
    rows = with_registration(Certificate.objects.filter(worker=worker), date(2024, 6, 1))
    assert sorted(each.pk for each in rows) == sorted([certificate.pk, upper.pk])
    assert [each.pk for each in highest(rows, date(2024, 6, 1))] == [upper.pk]
    before = with_registration(Certificate.objects.filter(worker=worker), date(2023, 6, 1))
    assert [each.pk for each in highest(before, date(2023, 6, 1))] == [certificate.pk]


@pytest.mark.parametrize(
    ("level", "year", "issued", "possible"),
    [
        (3, 2018, date(2019, 12, 20), False),
        (3, 2019, date(2019, 12, 20), True),
        (2, 2007, date(2008, 9, 1), False),
        (2, 2008, date(2008, 9, 1), True),
        (1, 2021, date(2020, 12, 20), False),
        (1, 2020, date(2021, 1, 20), True),
        (1, None, date(2021, 1, 20), True),
    ],
)
def test_exam_years_that_could_not_have_given_the_certificate(worker, level, year, issued, possible):
    row = make.make_certificate(worker, level, issued)
    Certificate.objects.filter(pk=row.pk).update(exam_year=year)
    assert bool(exam_problem(level, year, issued, TODAY)) is not possible
    assert Certificate.objects.filter(impossible_exams(TODAY)).exists() is not possible


# --- rules ---


def judged(employer, code) -> Outcome:
    rule = by_code(code)
    rows = Evaluation(TODAY, Employers.of_ids([employer.pk])).rows(rule.subject, f"{rule.column} AS o")
    return rows[0]["o"]


def test_rules_warn_and_never_end_anything(employer, worker, certificate):
    post = make.make_post(employer)
    appointment = make.make_appointment(worker, post)
    assert judged(employer, "first-registration-overdue") == Outcome.INFO
    assert judged(employer, "registration-lapsed") == Outcome.MET
    register(certificate, date(2021, 1, 1), TODAY - timedelta(days=1))
    assert judged(employer, "registration-lapsed") == Outcome.WARNING
    assert judged(employer, "first-registration-overdue") is None
    assert judged(employer, "exam-year-possible") == Outcome.MET
    appointment.refresh_from_db()
    assert (appointment.state, appointment.end) == ("filed", None)
    Certificate.objects.filter(pk=certificate.pk).update(exam_year=2007)
    assert judged(employer, "exam-year-possible") == Outcome.WARNING


# --- entering ---


def test_the_employer_enters_and_hands_in_and_an_officer_verifies_with_evidence(member, officer, worker):
    client = client_of(member)
    answer = client.post(
        f"/people/{worker.pk}/certificates/new/",
        {
            "level": 2,
            "number": " zs 2021001 ",
            "issued_on": "2021-09-10",
            "exam_year": 2021,
            "proof": SimpleUploadedFile("证书.pdf", PDF, "application/pdf"),
        },
    )
    found = Certificate.objects.get(worker=worker)
    assert answer.status_code == 302
    assert (found.number, found.state, found.exam_year) == ("ZS2021001", "recorded", 2021)
    assert client.post(f"/desk/certificate/{found.pk}/move/", {"move": "submit"}).status_code == 302
    assert Waiting.objects.visible_to(officer).filter(flow="certificate", subject_id=found.pk).exists()
    with pytest.raises(Refused):
        workflow.move(officer, CERTIFICATE, found.pk, "verify")
    with pytest.raises(PermissionDenied):
        workflow.move(member, CERTIFICATE, found.pk, "verify", Decision(opinion="自己看过"))
    workflow.move(officer, CERTIFICATE, found.pk, "verify", Decision(opinion="看过证书原件"))
    found.refresh_from_db()
    assert (found.state, found.verified_on, found.evidence) == ("verified", TODAY, "看过证书原件")
    page = client.get(f"/people/{worker.pk}/certificates/").content.decode()
    assert "已核验" in page and "看过证书原件" in page and "核验通过" in page
    workflow.move(officer, CERTIFICATE, found.pk, "doubt", Decision(opinion="编号查不到"))
    found.refresh_from_db()
    assert (found.state, found.verified_on, found.evidence) == ("doubtful", None, "")


def test_without_a_scan_nothing_is_handed_in(member, certificate):
    with pytest.raises(Refused, match="扫描件"):
        workflow.move(member, CERTIFICATE, certificate.pk, "submit")


def test_impossible_papers_are_refused_at_entry(member, worker):
    page = client_of(member).post(
        f"/people/{worker.pk}/certificates/new/",
        {"level": 3, "number": "G1", "issued_on": "2020-01-10", "exam_year": 2018},
    )
    assert page.status_code == 422
    assert "2018 年不可能考取" in page.content.decode()
    assert not Certificate.objects.filter(worker=worker).exists()


def test_a_verified_certificate_is_not_changed(officer, certificate):
    workflow.move(officer, CERTIFICATE, certificate.pk, "verify", Decision(opinion="原件"))
    assert client_of(officer).get(f"/people/certificates/{certificate.pk}/edit/").status_code == 302
    Certificate.objects.filter(pk=certificate.pk).update(verified_on=TODAY)
    certificate.refresh_from_db()
    assert certificate.state == "verified"
    certificate.refresh_from_db()
    certificate.number = "OTHER"
    with pytest.raises(Refused):
        actions.record(officer, certificate)


def test_whatever_changes_the_paper_takes_its_verification_away(officer, certificate):
    workflow.move(officer, CERTIFICATE, certificate.pk, "verify", Decision(opinion="原件"))
    Certificate.objects.filter(pk=certificate.pk).update(issued_on=date(2020, 9, 16))
    certificate.refresh_from_db()
    assert (certificate.state, certificate.verified_on, certificate.evidence) == ("recorded", None, "")


def test_registrations_are_entered_by_the_employer_and_last_three_years(member, certificate):
    client = client_of(member)
    address = f"/people/certificates/{certificate.pk}/register/"
    assert client.post(address, {"start": "2021-03-01", "end": ""}).status_code == 302
    found = Registration.objects.get(certificate=certificate)
    assert found.end == date(2024, 2, 29)
    page = client.post(address, {"start": "2022-03-01", "end": "2023-03-01"})
    assert page.status_code == 422
    assert client.post(address, {"start": "2020-01-01", "end": "2025-01-01"}).status_code == 422
    assert client.post(address, {"start": "2024-03-01", "end": "2027-02-28"}).status_code == 302
    assert Registration.objects.filter(certificate=certificate).count() == 2


def test_only_officers_take_out_a_registration(member, officer, certificate):
    found = register(certificate, date(2021, 1, 1), date(2023, 12, 31))
    assert client_of(member).post(f"/people/registrations/{found.pk}/drop/").status_code == 403
    assert client_of(officer).post(f"/people/registrations/{found.pk}/drop/").status_code == 302
    assert not Registration.objects.exists()


def test_the_person_sees_the_own_certificates_and_uploads_but_enters_no_registration(worker, certificate):
    client = client_of(make.make_account(worker))
    page = client.get(f"/people/{worker.pk}/certificates/").content.decode()
    assert certificate.number in page
    assert client.get(f"/people/certificates/{certificate.pk}/register/").status_code == 403
    assert client.get(f"/people/certificates/{certificate.pk}/").status_code == 200
    stranger = make.make_certificate(make.make_staff(make.make_employer("E01", region="350206001")), 1)
    assert client.get(f"/people/certificates/{stranger.pk}/").status_code == 404


def test_a_former_employer_may_not_enter(certificate, worker):
    before = make.make_employer("E01", region="350203003")
    make.make_employment(worker, before, end=date(2019, 1, 1))
    client = client_of(make.make_member(before))
    assert client.get(f"/people/{worker.pk}/certificates/new/").status_code == 403
    assert client.get(f"/people/certificates/{certificate.pk}/register/").status_code == 403
    Certificate.objects.filter(pk=certificate.pk).update(state="submitted")
    assert client.post(f"/desk/certificate/{certificate.pk}/move/", {"move": "withdraw"}).status_code == 403
    certificate.refresh_from_db()
    assert certificate.state == "submitted"


# --- list ---


def names(client, query="") -> list[str]:
    page = client.get(f"/people/certificates/{query}")
    assert page.status_code == 200
    return [row["cells"][0]["text"] for row in page.context["lines"]]


def test_the_list_shows_and_narrows(officer, employer):
    people = {}
    for name, ends in (("甲一", TODAY + timedelta(days=20)), ("乙二", TODAY - timedelta(days=5)), ("丙三", None)):
        person = make.make_staff(employer, 1, name=name)
        people[name] = person
        if ends:
            register(person.certificates.get(), date(2023, 1, 1), ends)
    client = client_of(officer)
    assert set(names(client)) == {"甲一", "乙二", "丙三"}
    assert names(client, "?registered=renewable") == ["甲一"]
    assert names(client, "?registered=lapsed") == ["乙二"]
    assert names(client, "?registered=overdue") == ["丙三"]
    assert names(client, "?within=1") == ["甲一"]
    assert names(client, "?sort=due")[-1] == "甲一"
    assert names(client, "?basis=first") == ["丙三"]
    assert names(client, "?state=verified") == []
    assert names(client, "?area=350203003") == []
    Certificate.objects.filter(worker=people["丙三"]).update(exam_year=2006)
    assert names(client, "?exam=wrong") == ["丙三"]
    assert client.get("/people/certificates/?export=xlsx").status_code == 200
    assert client.get("/people/certificates/?export=pdf").status_code == 200


def test_the_list_asks_a_fixed_number_of_queries(officer, employer, django_assert_max_num_queries):
    for _ in range(20):
        register(make.make_staff(employer, 1).certificates.get(), date(2023, 1, 1), TODAY)
    client = client_of(officer)
    with django_assert_max_num_queries(14):
        client.get("/people/certificates/?registered=renewable&sort=due")


def test_several_are_verified_at_once_with_one_evidence(officer, member, employer):
    rows = [make.make_staff(employer, 1).certificates.get() for _ in range(3)]
    elsewhere = make.make_staff(make.make_employer("E01", region="350206001"), 1).certificates.get()
    ticked = {"certificate": [each.pk for each in (*rows, elsewhere)], "back": "level=1"}
    assert client_of(member).post("/people/certificates/verify/", ticked).status_code == 403
    client = client_of(officer)
    page = client.post("/people/certificates/verify/", ticked)
    assert page.status_code == 200 and len(page.context["rows"]) == 3
    assert client.post("/people/certificates/verify/", {**ticked, "evidence": " "}).status_code == 422
    answer = client.post("/people/certificates/verify/", {**ticked, "evidence": "与名单核对一致"})
    assert answer.url == "/people/certificates/?level=1"
    assert set(Certificate.objects.filter(state="verified").values_list("pk", "evidence")) == {
        (each.pk, "与名单核对一致") for each in rows
    }


# --- files ---


def test_a_file_of_registrations_is_taken_in(tmp_path, member, certificate):
    rows = [
        {"number": certificate.number, "start": "2021-03-01", "ends_on": ""},
        {"number": certificate.number, "start": "2024-03-01", "ends_on": "2027-02-28"},
    ]
    merged(member, "registrations", workbook(tmp_path / "a.xlsx", "registrations", rows))
    found = Registration.objects.filter(certificate=certificate).order_by("start")
    assert [(each.start, each.end) for each in found] == [
        (date(2021, 3, 1), date(2024, 2, 29)),
        (date(2024, 3, 1), date(2027, 2, 28)),
    ]


def test_a_file_tells_what_is_wrong(tmp_path, member, worker, certificate):
    register(certificate, date(2024, 3, 1), date(2027, 2, 28))
    stranger = make.make_staff(make.make_employer("E01", region="350206001"), 1).certificates.get()
    rows = [
        {"number": stranger.number, "start": "2021-03-01", "name": ""},
        {"number": certificate.number, "start": "2019-03-01", "name": "别人"},
        {"number": certificate.number, "start": "2025-03-01", "ends_on": "2026-01-01"},
        {"number": certificate.number, "start": "2024-05-01", "ends_on": "2024-04-01"},
    ]
    told = {
        (row, message)
        for row, _, message in said(
            checked(member, "registrations", workbook(tmp_path / "a.xlsx", "registrations", rows))
        )
    }
    for row, message in (
        (2, "你的工作范围内没有这个编号的证书"),
        (3, "登记日期早于证书签发日期"),
        (3, "姓名与证书对不上"),
        (4, "与 2024-03-01 开始的登记对不上：后一次登记应更晚到期"),
        (5, "有效期截止早于登记日期"),
    ):
        assert (row, message) in told, told
