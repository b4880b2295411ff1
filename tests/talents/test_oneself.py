"""The own account: the way in tells nobody anything, corrections reach the right officer, every look leaves a trace."""

from __future__ import annotations

import io
import re
import threading
from datetime import date, timedelta

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from talents.actions import corrections as actions
from talents.actions.oneself import NO_MATCH, invite, join, release
from talents.corrections import ITEMS
from talents.flows.corrections import CORRECTION
from talents.models import Certificate, CorrectionRequest, SocialWorker, WorkerInvitation
from tests import builders as make
from xmsw.accounts.models import LoginFailure, User
from xmsw.audit.models import AccessLog
from xmsw.notices.models import Notice
from xmsw.workflow.actions import history, move
from xmsw.workflow.models import Attachment, Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
PASSWORD = "Xiamen-317-社工"


@pytest.fixture
def worker(db) -> SocialWorker:
    return make.make_staff(make.make_employer("A01"), level=1, name="本人")


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def entered(code: str, worker: SocialWorker, name: str = "benren", **other: str) -> dict[str, str]:
    fields = {"code": code, "tail": worker.identity[-4:], "username": name, "password1": PASSWORD}
    return fields | {"password2": PASSWORD} | other


def asked(worker: SocialWorker, field: str, wanted: str, record: object = None) -> CorrectionRequest:
    made = actions.ask(worker.account, worker, field, record or worker, wanted, "录入时写错")
    move(worker.account, CORRECTION, made.pk, "submit")
    return made


def test_with_the_code_of_the_slip_a_person_opens_the_own_account(worker):
    staff = logged_in(make.make_member(worker.employments.get().employer))
    page = staff.post(f"/people/{worker.pk}/invite/").content.decode()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)[0]
    assert worker.identity_mask not in page and worker.identity[-4:] not in page, "who finds the slip has one half"
    client = Client()
    answer = client.post("/people/join/", entered(code.lower().replace("-", " "), worker), follow=True)
    assert answer.redirect_chain[-1][0] == f"/people/{worker.pk}/"
    assert "本人" in answer.content.decode()
    account = User.objects.get(username="benren")
    assert (account.role, account.social_worker) == ("social_worker", worker)
    assert Client().post("/people/join/", entered(code, worker, "another")).status_code == 422, "used once"
    assert client.get("/supervision/").status_code == 403


def test_whatever_does_not_fit_is_refused_in_the_same_sentence(worker, officer):
    code, _ = invite(officer, worker)
    other = make.make_staff(make.make_employer("A01"))
    expired, _ = invite(officer, other)
    WorkerInvitation.objects.filter(worker=other).update(expires_at=timezone.now() - timedelta(minutes=1))
    tries = [("ABCD-EFGH-JKMN", worker.identity[-4:]), (code, "0000"), (expired, other.identity[-4:])]
    for wrong, tail in tries:
        answer = Client().post("/people/join/", entered(wrong, worker, tail=tail))
        assert answer.status_code == 422
        assert NO_MATCH in answer.content.decode()
        assert not User.objects.filter(username="benren").exists(), "nothing is half stored"


def test_tries_are_counted_by_address(worker, officer):
    code, _ = invite(officer, worker)
    for _ in range(5):
        assert NO_MATCH in Client().post("/people/join/", entered(code, worker, tail="0000")).content.decode()
    assert "试的次数太多" in Client().post("/people/join/", entered(code, worker)).content.decode()
    assert LoginFailure.objects.filter(kind="join").exists()
    assert not any(code.replace("-", "") in each for each in LoginFailure.objects.values_list("username", flat=True))


def test_a_new_invitation_ends_the_old_one_and_an_account_needs_none(worker, officer):
    first, _ = invite(officer, worker)
    second, _ = invite(officer, worker)
    with pytest.raises(Refused, match="邀请码"):
        join(User(username="a1"), first, worker.identity[-4:])
    join(User(username="a2"), second, worker.identity[-4:])
    worker.refresh_from_db()
    with pytest.raises(Refused, match="已经开通"):
        invite(officer, worker)
    release(officer, worker)
    assert not User.objects.get(username="a2").is_active
    invite(officer, worker)
    with pytest.raises(PermissionDenied):
        invite(make.make_user("district_officer", region="350206"), worker)


def test_a_former_employer_cannot_invite(worker):
    staff = make.make_member(worker.employments.get().employer)
    invite(staff, worker)
    worker.employments.update(end=date.today() - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        invite(staff, worker)


def test_neither_the_employer_nor_its_bureau_reads_a_request_or_its_proof(worker):
    make.make_account(worker)
    employer = worker.employments.get().employer
    made = actions.ask(worker.account, worker, "identity", worker, make.make_identity(77), "录入时写错")
    proof = io.BytesIO(b"\x89PNG proof")
    proof.name = "proof.png"
    logged_in(worker.account).post(reverse("workflow:upload", args=["correction", made.pk]), {"files": proof})
    file = reverse("workflow:attachment", args=[Attachment.objects.get().pk])
    bureau = make.make_user("bureau_officer", bureau=employer.competent_bureau)
    for user in (make.make_member(employer), bureau):
        assert logged_in(user).get(file).status_code == 404
    assert logged_in(make.make_user("district_officer")).get(file).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_one_code_used_twice_at_once_makes_one_account(worker, officer):
    code, _ = invite(officer, worker)
    answers: list[str] = []
    start = threading.Barrier(2)

    def act(name: str) -> None:
        try:
            start.wait(10)
            join(User(username=name), code, worker.identity[-4:])
            answers.append("joined")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(name,)) for name in ("one", "two")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(answers) == ["joined", "refused"]
    assert User.objects.filter(role="social_worker").count() == 1


def test_a_correction_waits_where_the_record_lies_and_is_written_when_accepted(worker, officer):
    make.make_account(worker)
    made = asked(worker, "name", "本人正")
    foreign = make.make_user("district_officer", region="350206")
    waiting = Waiting.objects.filter(flow="correction")
    assert waiting.visible_to(officer).count() == 1
    assert waiting.visible_to(foreign).count() == 0
    with pytest.raises(CorrectionRequest.DoesNotExist):
        move(foreign, CORRECTION, made.pk, "accept")
    move(officer, CORRECTION, made.pk, "accept")
    worker.refresh_from_db()
    assert (worker.name, worker.pinyin, worker.initials) == ("本人正", "ben ren zheng", "brz")
    event = SocialWorker.pgh_event_models["update"].objects.filter(pgh_obj=worker.pk).latest("pk")
    assert event.pgh_context.metadata["correction"] == made.pk
    assert [step.move for step in history("correction", made.pk)] == ["accept", "submit"]
    assert Notice.objects.get(user=worker.account).title == "更正申请已采纳"


def test_with_two_employers_the_one_of_the_record_decides(worker):
    make.make_account(worker)
    abroad = make.make_employment(worker, make.make_employer("A01", region="350206001"), start=date(2019, 1, 1))
    made = asked(worker, "employment_start", "2019-03-01", abroad)
    assert made.employer == abroad.employer
    huli = make.make_user("district_officer", region="350206")
    assert Waiting.objects.filter(flow="correction").visible_to(huli).count() == 1
    move(huli, CORRECTION, made.pk, "accept")
    abroad.refresh_from_db()
    assert abroad.start == date(2019, 3, 1)


def test_what_a_constraint_forbids_is_refused_with_its_sentence(worker, officer):
    make.make_account(worker)
    certificate = worker.certificates.get()
    made = asked(worker, "certificate_level", "3", certificate)
    Certificate.objects.filter(pk=certificate.pk).update(issued_on=date(2018, 3, 1))
    with pytest.raises(Refused, match="2019 年才开始"):
        move(officer, CORRECTION, made.pk, "accept")
    made.refresh_from_db()
    assert made.state == "submitted"


def test_a_record_that_changed_meanwhile_is_not_overwritten(worker, officer):
    make.make_account(worker)
    made = asked(worker, "education", "10")
    SocialWorker.objects.filter(pk=worker.pk).update(education=30)
    with pytest.raises(Refused, match="已经改过"):
        move(officer, CORRECTION, made.pk, "accept")
    move(officer, CORRECTION, made.pk, "return", Decision(reasons=("证明材料不足",)))
    assert "证明材料不足" in Notice.objects.get(user=worker.account).text


def test_an_identity_number_needs_a_proof_and_brings_birth_date_and_sex(worker, officer):
    make.make_account(worker)
    wanted = make.make_identity(77, date(1985, 7, 8))
    made = actions.ask(worker.account, worker, "identity", worker, wanted, "录入时写错")
    with pytest.raises(Refused, match="身份证照片"):
        move(worker.account, CORRECTION, made.pk, "submit")
    client = logged_in(worker.account)
    proof = io.BytesIO(b"\x89PNG proof")
    proof.name = "proof.png"
    client.post(reverse("workflow:upload", args=["correction", made.pk]), {"files": proof})
    move(worker.account, CORRECTION, made.pk, "submit")
    page = logged_in(officer).get(reverse("workflow:review", args=["correction", made.pk]))
    assert wanted in page.content.decode()
    assert AccessLog.objects.get().reason == f"办理更正申请 {made.pk}", (
        "the officer's sight of a whole number is a look"
    )
    move(officer, CORRECTION, made.pk, "accept")
    worker.refresh_from_db()
    assert (worker.identity, worker.birth_date, worker.sex) == (wanted, date(1985, 7, 8), "1")
    with pytest.raises(Refused, match="校验位不符"):
        actions.ask(worker.account, worker, "identity", worker, "350203198507080770", "再试")


@pytest.mark.parametrize("field", ITEMS)
def test_every_item_can_be_asked_for_on_its_page(worker, field):
    make.make_account(worker)
    client = logged_in(worker.account)
    assert ITEMS[field].label in client.get("/people/corrections/choose/").content.decode()
    record = next(iter(actions.records_of(worker, ITEMS[field])))
    page = client.get(f"/people/corrections/new/?field={field}&record={record.pk}")
    assert page.status_code == 200
    assert client.post(page.wsgi_request.get_full_path(), {"wanted": "", "reason": ""}).status_code == 422


def test_nobody_asks_for_another(worker):
    other = make.make_staff(make.make_employer("A01"))
    make.make_account(worker)
    with pytest.raises(PermissionDenied):
        actions.ask(worker.account, other, "name", other, "别人", "-")
    client = logged_in(worker.account)
    assert client.get(f"/people/corrections/new/?field=name&record={other.pk}").status_code == 404


def test_a_reveal_needs_a_reason_leaves_a_trace_and_the_person_sees_it(worker, officer):
    make.make_account(worker)
    client = logged_in(officer)
    assert worker.identity not in client.get(f"/people/{worker.pk}/").content.decode()
    refused = client.post(f"/people/{worker.pk}/reveal/", {"field": "identity", "reason": "看"})
    assert "事由太短" in refused.content.decode()
    assert not AccessLog.objects.exists()
    shown = client.post(f"/people/{worker.pk}/reveal/", {"field": "identity", "reason": "核对职称申报材料"})
    assert worker.identity in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert AccessLog.objects.get().subject_id == worker.pk
    told = logged_in(worker.account).get(f"/people/{worker.pk}/looks/").content.decode()
    assert "核对职称申报材料" in told and officer.place_label in told
    staff = logged_in(make.make_member(worker.employments.get().employer))
    assert staff.post(f"/people/{worker.pk}/reveal/", {"field": "phone", "reason": "核对联系方式"}).status_code == 403
    city = logged_in(make.make_user("city_officer"))
    assert "核对职称申报材料" in city.get("/people/access/?person=本人").content.decode()
    assert client.get("/people/access/").status_code == 403


def test_the_service_record_is_printed_with_masked_number(worker):
    make.make_account(worker)
    make.make_appointment(worker, make.make_post(worker.employments.get().employer, name="个案管理岗"))
    answer = logged_in(worker.account).get(f"/people/{worker.pk}/record/")
    content = b"".join(answer.streaming_content)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert "任职聘用记录" in text and "个案管理岗" in text and "由本人于" in text
    assert worker.identity not in text
