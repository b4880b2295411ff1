"""Imports as JSON rows: the way of a file, with every check, the confirmation and the way out again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from payroll.models import InsuranceMonth, PayRecord
from tests import builders as make
from tests.api.conftest import Caller, Calling
from tests.patience import until
from xmsw.exchange import actions, kinds
from xmsw.exchange.models import Batch, StagedRow

database = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def home(db):
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def worker(home):
    return make.make_staff(home, 1, name="林小明")


@pytest.fixture
def employer(calling: Calling, home) -> Caller:
    return calling(employer=home)


def row(home: Any, worker: Any, /, **changes: Any) -> dict[str, Any]:
    told = {"employer_code": home.credit_code, "identity": worker.identity, "period": "2026-01", "base": "5000.50"}
    return told | changes


def received(caller: Caller, *rows: dict[str, Any], address: str = "pay-uploads") -> dict[str, Any]:
    """Taken in, and looked at as the task does."""
    answer = caller.post(address, {"rows": list(rows)})
    assert answer.status_code == 202, answer.content.decode()
    assert answer.json()["state"] == "uploaded"
    assert answer.headers["Location"] == f"/api/v1/uploads/{answer.json()['id']}"
    actions.check(answer.json()["id"])
    return caller.get(answer.headers["Location"]).json()


@database
class TestPay:
    def test_rows_are_checked_confirmed_written_and_taken_out(self, employer: Caller, home, worker):
        told = received(employer, row(home, worker), row(home, worker, period="2026-02", rung="assistant_2"))
        assert (told["state"], told["total"], told["new"], told["errors"]) == ("checked", 2, 2, 0)
        assert not PayRecord.objects.exists()
        sent = employer.post(f"uploads/{told['id']}/confirm", {})
        assert (sent.status_code, sent.json()["state"]) == (202, "merging")
        actions.merge(told["id"])
        assert [each.base for each in PayRecord.objects.order_by("period")] == [Decimal("5000.50")] * 2
        event = PayRecord.pgh_event_models["insert"].objects.select_related("pgh_context").latest("pk")
        assert event.pgh_context.metadata["user"] == employer.account.pk
        undone = employer.post(f"uploads/{told['id']}/undo", {})
        assert (undone.status_code, undone.json()["state"]) == (200, "undone")
        assert not PayRecord.objects.exists()

    def test_what_is_wrong_is_told_row_by_row_and_not_a_row_is_written(self, employer: Caller, home, worker):
        elsewhere = make.make_staff(make.make_employer("A01"), 1)
        told = received(
            employer, row(home, worker), row(home, elsewhere), row(home, worker, period="2026-02", base="很多")
        )
        assert (told["state"], told["errors"]) == ("checked", 2)
        found = employer.all(f"upload-problems?upload={told['id']}")
        assert {(each["row"] - 3, each["column"], each["level"]) for each in found} == {
            (1, "identity", "error"),
            (2, "base", "error"),
        }
        assert elsewhere.identity not in str(found) and all(each["mend"] for each in found)
        answer = employer.post(f"uploads/{told['id']}/confirm", {})
        assert answer.status_code == 409 and "还有 2 行有错误" in answer.json()["detail"]
        assert Batch.objects.get().state == "checked" and not PayRecord.objects.exists()

    def test_what_equals_the_examples_of_the_template_is_data_all_the_same(self, employer: Caller):
        example = {each.name: each.example for each in kinds.get("insurance").columns}
        assert received(employer, example, address="insurance-uploads")["total"] == 1

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"base": 5000.5}, "/rows/1/base"),
            ({"rung": "tycoon"}, "/rows/1/rung"),
            ({"salary": "1"}, "/rows/1/salary"),
            ({"period": None}, "/rows/1/period"),
            ({"identity": "x" * 501}, "/rows/1/identity"),
        ],
    )
    def test_rows_that_are_none_are_pointed_at_and_nothing_is_taken_in(
        self, employer: Caller, home, worker, change, pointer
    ):
        answer = employer.post("pay-uploads", {"rows": [row(home, worker), row(home, worker, **change)]})
        assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [pointer])
        assert employer.post("pay-uploads", {"rows": []}).status_code == 422
        assert not Batch.objects.exists() and not StagedRow.objects.exists()

    def test_a_cell_cannot_become_a_row_or_a_formula(self, employer: Caller, home, worker):
        told = received(employer, row(home, worker, name='a",\r\nx,y'))
        assert told["total"] == 1 and Batch.objects.get().rows.count() == 1

    def test_it_is_sent_once_under_its_key(self, employer: Caller, home, worker):
        for _ in range(2):
            answer = employer.post("pay-uploads", {"rows": [row(home, worker)]}, Idempotency_Key="1")
            assert answer.status_code == 202
        assert Batch.objects.count() == 1

    def test_nobody_else_touches_it(self, employer: Caller, calling: Calling, home, worker):
        told = received(employer, row(home, worker))
        stranger = calling(employer=make.make_employer("E01", region="350203001"))
        assert stranger.post(f"uploads/{told['id']}/confirm", {}).status_code == 404
        assert stranger.all(f"upload-problems?upload={told['id']}") == []
        assert calling(employer=home, scopes=["uploads:read"]).post("pay-uploads", {"rows": []}).status_code == 403


@database
def test_bases_of_insurance_go_the_same_way(employer: Caller, home, worker):
    base = {"employer_code": home.credit_code, "identity": worker.identity, "period": "2026-01", "pension": "6200"}
    told = received(employer, base, address="insurance-uploads")
    assert (told["kind"], told["new"], told["errors"]) == ("insurance", 1, 0)
    employer.post(f"uploads/{told['id']}/confirm", {})
    actions.merge(told["id"])
    assert InsuranceMonth.objects.get().pension == 6200


@pytest.mark.django_db(transaction=True)
def test_a_worker_checks_and_writes_what_was_sent(live_worker, employer: Caller, home, worker):
    address = employer.post("pay-uploads", {"rows": [row(home, worker)]}).headers["Location"]
    until(lambda: employer.get(address).json()["state"] == "checked", live_worker.text)
    employer.post(f"{address}/confirm", {})
    until(lambda: employer.get(address).json()["state"] == "merged", live_worker.text)
    assert PayRecord.objects.get().base == Decimal("5000.50")
