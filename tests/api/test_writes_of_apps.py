"""Writing of appointments, benefits and answers to orders: refusals with their clauses, hand-overs, evidence."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from supervision.flows.rectification import RECTIFICATION
from supervision.models import RectificationOrder
from talents.actions.benefits import apply_for
from talents.flows.appointments import APPOINTMENT
from talents.flows.benefits import BENEFIT
from talents.models import Appointment, BenefitApplication, BenefitType, HighLevelTag, TalentCategory
from tests import builders as make
from tests.api.conftest import Caller, Calling
from tests.api.test_lists import unit
from tests.supervision.inspections import make_order, officer
from xmsw.audit import stored
from xmsw.workflow.actions import MAX_ATTACHMENT, history, move
from xmsw.workflow.models import Attachment
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 evidence"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def home():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def employer(calling: Calling, home) -> Caller:
    return calling(employer=home)


def proposal(post: Any, worker: Any, /, **changes: Any) -> dict[str, Any]:
    return {"post": post.pk, "worker": worker.pk, "start": "2024-01-01", "full_time": True} | changes


class TestAppointments:
    def test_a_proposal_is_handed_in_with_the_usual_title(self, employer: Caller, home, client):
        post, worker = make.make_post(home, grade=1), make.make_staff(home, 1)
        answer = employer.post("appointments", proposal(post, worker, end="2026-12-31"))
        told = answer.json()
        assert (answer.status_code, told["state"], told["end"], told["full_time"]) == (
            201,
            "submitted",
            "2026-12-31",
            True,
        )
        assert told["source"] == "recruitment" and told["title"]
        assert history("appointment", told["id"])[0].user == employer.account
        filed = move(make.make_user("district_officer"), APPOINTMENT, told["id"], "approve")
        assert filed.state == "filed"

    @pytest.mark.parametrize(("grade", "clause"), [(1, "二(四)-8"), (2, "二(四)-7"), (3, "二(四)-6")])
    def test_a_refusal_names_its_clause(self, employer: Caller, home, grade: int, clause: str):
        post, worker = make.make_post(home, grade=grade), make.make_staff(home, grade - 1)
        answer = employer.post("appointments", proposal(post, worker))
        told = answer.json()
        assert (answer.status_code, told["code"], told["clauses"]) == (409, "refused", [clause])
        assert clause in told["detail"] and not Appointment.objects.exists()

    def test_whom_the_form_does_not_offer_is_pointed_at(self, employer: Caller, home):
        post, former = make.make_post(home), make.make_worker()
        make.make_employment(former, home, end=date(2025, 1, 1))
        answer = employer.post("appointments", proposal(post, former))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/worker")
        worker = make.make_staff(home, 1)
        for change, pointer in (
            ({"allocation": 99}, "/allocation"),
            ({"allocating_region": "350206"}, "/allocating_region"),
            ({"source": "friends"}, "/source"),
            ({"full_time": "yes"}, "/full_time"),
            ({"worker": make.make_staff(make.make_employer("A01"), 1).pk}, "/worker"),
        ):
            told = employer.post("appointments", proposal(post, worker, **change)).json()
            assert [each["pointer"] for each in told["errors"]] == [pointer]
        assert not Appointment.objects.exists()

    def test_many_at_once_and_one_taken_back(self, employer: Caller, home):
        workers = [make.make_staff(home, level) for level in (1, 0, 1)]
        items = [proposal(make.make_post(home, grade=1), each) for each in workers]
        results = employer.post("appointments/bulk", {"items": items}).json()["results"]
        assert [each["status"] for each in results] == [201, 409, 201]
        assert results[1]["problem"]["clauses"] == ["二(四)-8"]
        answer = employer.post(f"appointments/{results[0]['id']}/withdraw", {"opinion": "再核对"})
        assert (answer.status_code, answer.json()["state"]) == (200, "draft")
        assert employer.post(f"appointments/{results[0]['id']}/withdraw", {}).json()["code"] == "overtaken"

    def test_what_was_returned_is_mended_and_handed_in_again(self, employer: Caller, home):
        post, worker = make.make_post(home, grade=1), make.make_staff(home, 1)
        told = proposal(post, worker, document="厦思人〔2024〕1号", end="2026-12-31")
        id = employer.post("appointments", told).json()["id"]
        officer_ = make.make_user("district_officer")
        move(officer_, APPOINTMENT, id, "return", Decision("聘期要核实"))
        elsewhere = proposal(make.make_post(home, grade=1), worker)
        wrong = employer.post(f"appointments/{id}/correction", elsewhere).json()
        assert [each["pointer"] for each in wrong["errors"]] == ["/post"]
        answer = employer.post(f"appointments/{id}/correction", proposal(post, worker, full_time=False))
        assert (answer.status_code, answer.json()["state"], answer.json()["end"]) == (200, "submitted", None)
        stored = Appointment.objects.get()
        assert (stored.full_time, stored.document, bool(stored.title)) == (False, "", True)
        assert move(officer_, APPOINTMENT, id, "approve").state == "filed"

    def test_the_bureau_files_or_returns_it(self, employer: Caller, calling: Calling, home):
        post, worker = make.make_post(home, grade=1), make.make_staff(home, 1)
        address = f"appointments/{employer.post('appointments', proposal(post, worker)).json()['id']}/decision"
        bureau = calling(unit())
        assert employer.post(address, {"decision": "approve"}).json()["code"] == "forbidden"
        assert calling(unit("health")).post(address, {"decision": "approve"}).status_code == 404
        assert bureau.post(address, {"decision": "return"}).json()["code"] == "refused"
        answer = bureau.post(address, {"decision": "return", "reasons": ["聘期要核实"]})
        assert (answer.status_code, answer.json()["state"]) == (200, "returned")
        employer.post(address.replace("decision", "correction"), proposal(post, worker))
        assert bureau.post(address, {"decision": "approve"}).json()["state"] == "filed"
        assert history("appointment", Appointment.objects.get().pk)[0].user == bureau.account

    def test_the_bureau_is_told_the_clause_where_the_certificate_is_gone(self, employer: Caller, calling, home):
        post, worker = make.make_post(home, grade=1), make.make_staff(home, 1)
        id = employer.post("appointments", proposal(post, worker)).json()["id"]
        worker.certificates.all().delete()
        told = calling(unit()).post(f"appointments/{id}/decision", {"decision": "approve"}).json()
        assert (told["code"], told["clauses"]) == ("refused", ["二(四)-8"])

    def test_officers_propose_nobody_and_strangers_take_nothing_back(self, employer: Caller, calling: Calling, home):
        post, worker = make.make_post(home, grade=1), make.make_staff(home, 1)
        assert calling(unit()).post("appointments", proposal(post, worker)).json()["code"] == "forbidden"
        id = employer.post("appointments", proposal(post, worker)).json()["id"]
        stranger = calling(employer=make.make_employer("E01", region="350203001"))
        assert stranger.post(f"appointments/{id}/withdraw", {}).status_code == 404
        assert Appointment.objects.get().state == "submitted"


@pytest.fixture
def application() -> BenefitApplication:
    """For 户籍落地, which 公安 handles, handed in by the employer's clerk."""
    house = make.make_employer("A01", region="350203001")
    worker, clerk = make.make_staff(house, level=2), make.make_member(house)
    category = TalentCategory.objects.create(name="领军人才", document="示例文件", start=make.LONG_AGO)
    HighLevelTag.objects.create(
        worker=worker, category=category, document="示例〔2024〕1号", recognised_by="市民政局", start=date(2024, 1, 1)
    )
    made = apply_for(clerk, BenefitApplication(worker=worker, type=BenefitType.objects.get(name="户籍落地")))
    return move(clerk, BENEFIT, made.pk, "submit")


class TestBenefits:
    def test_the_handling_bureau_goes_through_with_it(self, calling: Calling, application: BenefitApplication):
        address, caller = f"benefits/{application.pk}/decision", calling(unit(application.type.bureau))
        assert caller.post(address, {"decision": "grant", "opinion": "已办"}).json()["code"] == "overtaken"
        assert caller.post(address, {"decision": "accept"}).json()["state"] == "accepted"
        assert caller.post(address, {"decision": "grant"}).json()["code"] == "refused"
        answer = caller.post(address, {"decision": "grant", "opinion": "已落户"})
        assert (answer.status_code, answer.json()["state"], answer.json()["result"]) == (200, "granted", "已落户")
        assert {step.user for step in history("benefit", application.pk)[:2]} == {caller.account}

    def test_nobody_else_does(self, calling: Calling, application: BenefitApplication):
        address = f"benefits/{application.pk}/decision"
        assert calling(unit("education")).post(address, {"decision": "accept"}).status_code == 404
        own = calling(employer=application.employer)
        assert own.post(address, {"decision": "accept"}).json()["code"] == "forbidden"


@pytest.fixture
def order(home) -> RectificationOrder:
    return make_order(officer(), home, "缺人", "没有督导")


def responded(caller: Caller, order: RectificationOrder, *items: dict[str, Any]) -> Any:
    return caller.post(f"rectifications/{order.pk}/response", {"items": list(items)})


def answered(place: int, *files: dict[str, str]) -> dict[str, Any]:
    return {"place": place, "response": "已补齐"} | ({"files": list(files)} if files else {})


def evidence(data: bytes = PDF, name: str = "证明.pdf") -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(data).decode()}


def kept_files() -> int:
    return len(list(stored.folder().iterdir()))


class TestAnsweringOrders:
    def test_items_are_answered_with_evidence_and_handed_in(self, employer: Caller, order: RectificationOrder):
        answer = responded(employer, order, answered(1, evidence()), answered(2))
        assert (answer.status_code, answer.json()["state"]) == (200, "responded")
        assert {item.response_by for item in order.items.all()} == {employer.account}
        file = Attachment.objects.get()
        assert (file.name, file.uploaded_by) == ("第1项-证明.pdf", employer.account)
        assert stored.read(file.stored_as).read() == PDF

    def test_what_is_not_whole_leaves_nothing_no_file_either(self, employer: Caller, order: RectificationOrder):
        answer = responded(employer, order, answered(1, evidence()))
        assert answer.status_code == 409 and "第 2 项还没有填" in answer.json()["detail"]
        false = responded(employer, order, answered(1, evidence(), evidence(b"MZ not a pdf")), answered(2))
        assert false.status_code == 409 and "不能上传" in false.json()["detail"]
        assert not Attachment.objects.exists() and kept_files() == 0
        assert not order.items.exclude(response="").exists()

    @pytest.mark.parametrize(
        ("items", "pointer"),
        [
            ([answered(3)], "/items/0/place"),
            ([answered(1), answered(2), answered(1)], "/items/2/place"),
            ([answered(1, {"name": "a.pdf", "content": "###"})], "/items/0/files/0/content"),
            ([answered(1, *[evidence()] * 11)], "/items/0/files"),
            ([answered(1) | {"response": "长" * 1001}], "/items/0/response"),
        ],
    )
    def test_what_does_not_fit_is_pointed_at(self, employer: Caller, order: RectificationOrder, items, pointer):
        answer = responded(employer, order, *items)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)

    def test_a_file_of_ten_megabytes_is_taken_and_no_larger_one(self, employer: Caller, order: RectificationOrder):
        whole = PDF + b"\x00" * (MAX_ATTACHMENT - len(PDF))
        large = responded(employer, order, answered(1, evidence(whole + b"\x00" * 3)), answered(2))
        assert (large.status_code, large.json()["errors"][0]["pointer"]) == (422, "/items/0/files/0/content")
        assert responded(employer, order, answered(1, evidence(whole)), answered(2)).status_code == 200

    def test_who_answered_does_not_close_it_by_any_door(self, client, home):
        """An officer answers for an employer without accounts; he closes it neither here nor at the desk."""
        first, second = officer(), officer()
        order = make_order(first, home)
        client.force_login(second)
        address = f"/api/v1/rectifications/{order.pk}/response"
        body = {"items": [answered(1)]}
        assert client.post(address, body, content_type="application/json").status_code == 200
        for each in (first, second):
            with pytest.raises(Refused, match="不能由自己复核销号"):
                move(each, RECTIFICATION, order.pk, "close")
        assert move(officer(), RECTIFICATION, order.pk, "close").state == "closed"

    def test_another_employer_does_not_see_it(self, calling: Calling, order: RectificationOrder):
        stranger = calling(employer=make.make_employer("E01", region="350203001"))
        assert responded(stranger, order, answered(1)).status_code == 404
