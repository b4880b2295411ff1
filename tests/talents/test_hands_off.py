"""Files and cases of a person are for who works with them now: not for former employers, not for other roles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from talents.actions.specialists import holders
from talents.flows.benefits import BENEFIT
from talents.flows.certificates import CERTIFICATE
from talents.models import BenefitApplication, BenefitType, HighLevelTag, SpecialistFile, TalentCategory
from tests import builders as make
from tests.talents.hours import register
from xmsw.accounts.models import OrgUnit
from xmsw.policy.engine import Employers, Evaluation, verdicts
from xmsw.policy.outcomes import Outcome
from xmsw.workflow.actions import attach, move, remove_attachment
from xmsw.workflow.models import Attachment, Waiting
from xmsw.workflow.refusals import Overtaken, Refused

pytestmark = pytest.mark.django_db
TODAY = date.today()
PDF = b"%PDF-1.4 scan"


@pytest.fixture
def moved(worker, employer):
    """The person has left the agency; the new employer entered a scan. Gives the former clerk, the new one, the scan's
    certificate."""
    former = make.make_member(employer)
    worker.employments.update(end=TODAY - timedelta(days=10))
    present = make.make_employer("E01", region="350203001")
    make.make_employment(worker, present, start=TODAY - timedelta(days=5))
    clerk = make.make_member(present)
    certificate = make.make_certificate(worker, 1)
    attach(clerk, CERTIFICATE, certificate.pk, "证书.pdf", PDF)
    return former, clerk, certificate


def status(user) -> int:
    client = Client()
    client.force_login(user)
    return client.get(f"/desk/files/{Attachment.objects.get().pk}/").status_code


def test_a_scan_opens_to_who_verifies_and_to_the_present_employer_alone(moved, officer):
    former, clerk, certificate = moved
    restricted = make.make_user("standing_officer")
    restricted.org_unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350203", valid_to=None)
    restricted.save()
    assert [status(user) for user in (clerk, officer, former, restricted)] == [200, 200, 404, 404]
    for user in (former, restricted):
        with pytest.raises(PermissionDenied):
            attach(user, CERTIFICATE, certificate.pk, "别的.pdf", PDF)
    page = Client()
    page.force_login(former)
    assert "证书.pdf" not in page.get(f"/people/certificates/{certificate.pk}/").content.decode()


def test_a_wrong_scan_is_taken_back_before_it_is_handed_in(moved, officer):
    _, clerk, certificate = moved
    remove_attachment(clerk, Attachment.objects.get().pk)
    attach(clerk, CERTIFICATE, certificate.pk, "对的.pdf", PDF)
    move(clerk, CERTIFICATE, certificate.pk, "submit")
    with pytest.raises(Refused, match="先撤回"):
        remove_attachment(clerk, Attachment.objects.get().pk)


def test_a_case_waits_where_the_person_works_today(worker, employer, officer):
    """A long first contract that still runs, and a second one elsewhere that began later and is over."""
    worker.employments.update(end=TODAY + timedelta(days=900))
    elsewhere = make.make_employer("E01", region="350206001")
    make.make_employment(worker, elsewhere, start=date(2022, 1, 1), end=date(2023, 12, 31))
    certificate = make.make_certificate(worker, 1)
    clerk = make.make_member(employer)
    attach(clerk, CERTIFICATE, certificate.pk, "证书.pdf", PDF)
    move(clerk, CERTIFICATE, certificate.pk, "submit")
    assert Waiting.objects.get(flow="certificate").region_code.startswith("350203")
    assert CERTIFICATE.employer(certificate) == employer.pk


@pytest.fixture
def application(worker, employer):
    category = TalentCategory.objects.create(name="类别", document="文", start=date(2020, 1, 1))
    tag = HighLevelTag.objects.create(
        worker=worker, category=category, document="认定", recognised_by="机关", start=date(2021, 1, 1)
    )
    kind = BenefitType.objects.create(name="户籍", bureau="public_security", body="局", start=date(2020, 1, 1))
    return BenefitApplication.objects.create(worker=worker, type=kind, tag=tag, employer=employer)


def test_a_former_employer_leaves_an_application_alone(worker, employer, application):
    former = make.make_member(employer)
    worker.employments.update(end=TODAY - timedelta(days=10))
    for name in ("submit", "withdraw"):
        with pytest.raises(PermissionDenied):
            move(former, BENEFIT, application.pk, name)


def test_a_form_opened_before_handing_in_does_not_turn_it_back(member, application):
    from talents.actions.benefits import correct

    opened = BenefitApplication.objects.get(pk=application.pk)
    move(member, BENEFIT, application.pk, "submit")
    opened.statement = "晚到的修改"
    with pytest.raises(Overtaken, match="待受理"):
        correct(opened)
    application.refresh_from_db()
    assert (application.state, application.statement) == ("submitted", "")


def test_a_lower_registration_does_not_stand_for_the_highest_certificate(worker, employer):
    make.make_appointment(worker, make.make_post(employer))
    register(
        make.make_certificate(worker, 1, date(2018, 3, 1)), TODAY - timedelta(days=300), TODAY + timedelta(days=700)
    )
    register(make.make_certificate(worker, 2), TODAY - timedelta(days=1100), TODAY - timedelta(days=20))
    told = verdicts(Evaluation(TODAY, Employers.of_ids([employer.pk])))
    assert {each.rule.code: each.outcome for each in told}["registration-lapsed"] == Outcome.WARNING


def test_the_list_of_a_past_day_knows_no_later_inclusion(worker):
    make.make_certificate(worker, 1)
    hr = make.make_user("bureau_officer", bureau="human_resources", region="350203")
    unit = OrgUnit.objects.get(bureau="human_resources", region_id="350203", valid_to=None)
    SpecialistFile.objects.create(worker=worker, included_on=TODAY, unit=unit)
    assert holders(hr, TODAY).get(pk=worker.pk).included_on == TODAY
    assert holders(hr, TODAY - timedelta(days=1)).get(pk=worker.pk).included_on is None


def test_whoever_handed_a_certificate_in_does_not_verify_it(moved, officer):
    _, clerk, certificate = moved
    move(clerk, CERTIFICATE, certificate.pk, "submit")
    last = CERTIFICATE.move("verify")
    assert last.apart
