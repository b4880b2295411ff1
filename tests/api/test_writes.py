"""Writing: what employers hand in and bureaus decide, by the actions of the browser, with every guard of theirs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from posts.flows.needs import NEED
from posts.models import Employer, Inclusion, Membership, NeedAssessment
from tests import builders as make
from tests.api.conftest import Caller, Calling
from tests.api.test_lists import unit
from xmsw.accounts.models import User
from xmsw.accounts.roles import Role
from xmsw.clients.scopes import all_scopes
from xmsw.workflow.actions import history, move
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
NEEDS = "need-assessments"
WHY = Decision("人数要核实")


@pytest.fixture
def school() -> Employer:
    return make.make_employer("B02", region="350203001")


@pytest.fixture
def employer(calling: Calling, school: Employer) -> Caller:
    """The client of the school."""
    return calling(employer=school)


@pytest.fixture
def bureau(calling: Calling) -> Caller:
    """The client of the district's bureau of education."""
    return calling(unit("education"))


def need(employer: Employer, /, **changes: Any) -> dict[str, Any]:
    told = {"employer": employer.pk, "assessed_on": "2026-01-05", "headcount": 2}
    return told | {"assessor": "区教育局", "basis": "在校生 2,400 人"} | changes


def handed_in(caller: Caller, employer: Employer, **changes: Any) -> int:
    answer = caller.post(NEEDS, need(employer, **changes))
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()["id"]


def decided(caller: Caller, id: int, **told: Any) -> Any:
    return caller.post(f"{NEEDS}/{id}/decision", told)


class TestHandingIn:
    def test_the_employers_own_waits_for_the_bureau_under_the_clients_name(self, employer: Caller, school: Employer):
        answer = employer.post(NEEDS, need(school))
        told = answer.json()
        assert (answer.status_code, told["state"], told["employer"]) == (201, "submitted", school.pk)
        read = employer.get(answer.headers["Location"])
        assert read.json() == told and read.headers["ETag"] == answer.headers["ETag"]
        step = history("need", told["id"])[0]
        assert (step.move, step.user, step.who) == ("submit", employer.account, employer.client.label)

    def test_the_history_that_the_database_keeps_names_the_clients_account(self, employer: Caller, school: Employer):
        id = handed_in(employer, school)
        events = NeedAssessment.pgh_event_models["insert"].objects.filter(pgh_obj_id=id).select_related("pgh_context")
        assert {each.pgh_label for each in events} == {"insert", "update"}  # kept, then handed in
        assert {each.pgh_context.metadata["user"] for each in events} == {employer.account.pk}
        assert events[0].pgh_context.metadata["url"] == f"/api/v1/{NEEDS}"

    def test_a_bureau_records_for_an_employer_without_an_account(self, bureau: Caller, school: Employer):
        answer = bureau.post(NEEDS, need(school))
        assert (answer.status_code, answer.json()["state"]) == (201, "filed")
        assert history("need", answer.json()["id"])[0].who.startswith(bureau.client.label)

    def test_a_bureau_does_not_record_what_an_employer_can_hand_in(self, bureau: Caller, school: Employer):
        make.make_member(school)
        answer = bureau.post(NEEDS, need(school))
        assert (answer.status_code, answer.json()["code"]) == (409, "refused")
        assert "请单位提交" in answer.json()["detail"] and not NeedAssessment.objects.exists()

    def test_an_inclusion_goes_the_same_way(self, employer: Caller, bureau: Caller, school: Employer):
        told = {"employer": school.pk, "included_on": "2026-01-05", "document": "厦思教〔2026〕1号", "grade_from": 5}
        made = employer.post("inclusions", told).json()
        assert (made["state"], made["grade_from"], made["grade_to"]) == ("submitted", 5, 13)
        done = bureau.post(f"inclusions/{made['id']}/decision", {"decision": "approve"})
        assert (done.status_code, done.json()["state"]) == (200, "filed")
        wrong = employer.post("inclusions", told | {"grade_from": 9, "grade_to": 5, "included_on": "2026-02-01"})
        assert (wrong.status_code, wrong.json()["code"]) == (409, "refused")
        assert Inclusion.objects.count() == 1

    def test_what_a_rule_forbids_leaves_nothing(self, employer: Caller, school: Employer):
        handed_in(employer, school)
        again = employer.post(NEEDS, need(school))
        assert again.json()["detail"] == "这家单位这一天已经有一份需求评估。"
        later = employer.post(NEEDS, need(school, assessed_on=(date.today() + timedelta(days=1)).isoformat()))
        assert (later.status_code, later.json()["detail"]) == (409, "评估日期不能晚于今天。")
        assert NeedAssessment.objects.count() == 1


class TestDeciding:
    def test_the_bureau_files_it(self, employer: Caller, bureau: Caller, school: Employer):
        answer = decided(bureau, handed_in(employer, school), decision="approve")
        assert (answer.status_code, answer.json()["state"]) == (200, "filed")
        assert history("need", answer.json()["id"])[0].user == bureau.account

    def test_sending_back_takes_a_reason(self, employer: Caller, bureau: Caller, school: Employer):
        id = handed_in(employer, school)
        assert decided(bureau, id, decision="return").json()["code"] == "refused"
        answer = decided(bureau, id, decision="return", reasons=["依据不足"], opinion="请附调研报告")
        assert answer.json()["state"] == "returned"
        assert history("need", id)[0].said == "依据不足；请附调研报告"

    def test_who_comes_second_is_told_so(self, employer: Caller, bureau: Caller, school: Employer):
        id = handed_in(employer, school)
        move(make.make_user("bureau_officer", "education"), NEED, id, "return", WHY)
        answer = decided(bureau, id, decision="approve")
        assert (answer.status_code, answer.json()["code"]) == (409, "overtaken")

    def test_a_reason_that_is_not_listed_is_refused(self, employer: Caller, bureau: Caller, school: Employer):
        answer = decided(bureau, handed_in(employer, school), decision="return", reasons=["不喜欢"])
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reasons/0")


def to_the_bureau(account: User) -> None:
    """The account changes sides: from the employer's people to the bureau."""
    account.memberships.all().delete()
    account.role, account.org_unit = Role.BUREAU_OFFICER, unit("education")
    account.save()


class TestFourEyes:
    def test_what_a_client_handed_in_it_does_not_approve_by_either_door(self, employer: Caller, school: Employer):
        id = handed_in(employer, school)
        to_the_bureau(employer.account)
        answer = decided(employer, id, decision="approve")
        assert answer.status_code == 409 and "要由另一个人备案" in answer.json()["detail"]
        with pytest.raises(Refused, match="要由另一个人备案"):
            move(User.objects.get(pk=employer.account.pk), NEED, id, "approve")
        assert NeedAssessment.objects.get().state == "submitted"

    def test_what_a_person_handed_in_at_the_browser_he_does_not_approve_here(self, client, school: Employer):
        clerk = make.make_member(school)
        filing = NeedAssessment.objects.create(**need(school, employer=school), state="draft")
        move(clerk, NEED, filing.pk, "submit")
        to_the_bureau(clerk)
        client.force_login(clerk)
        answer = client.post(
            f"/api/v1/{NEEDS}/{filing.pk}/decision", {"decision": "approve"}, content_type="application/json"
        )
        assert answer.status_code == 409 and "要由另一个人备案" in answer.json()["detail"]
        other = Caller(None, "", client)
        client.force_login(make.make_user("bureau_officer", "education"))
        other.http.post(
            f"/api/v1/{NEEDS}/{filing.pk}/decision", {"decision": "approve"}, content_type="application/json"
        )
        filing.refresh_from_db()
        assert filing.state == "filed"


class TestCorrecting:
    def test_what_was_returned_is_mended_and_filed_by_somebody_else(
        self, employer: Caller, bureau: Caller, school: Employer
    ):
        id = handed_in(employer, school)
        decided(bureau, id, decision="return", reasons=["依据不足"])
        assert employer.get(f"{NEEDS}/{id}").json()["returned_because"] == "依据不足"
        answer = employer.post(f"{NEEDS}/{id}/correction", need(school, headcount=3, basis="附调研报告"))
        told = answer.json()
        assert (answer.status_code, told["id"], told["state"], told["headcount"]) == (200, id, "submitted", 3)
        assert [each.move for each in history("need", id)] == ["submit", "return", "submit"]
        assert history("need", id)[0].user == employer.account
        assert decided(bureau, id, decision="approve").json()["state"] == "filed"

    def test_the_last_reason_is_told_to_whom_the_page_tells_it(
        self, employer: Caller, bureau: Caller, school: Employer, client
    ):
        id, other = handed_in(employer, school), handed_in(employer, school, assessed_on="2026-01-06")
        decided(bureau, id, decision="return", opinion="第一次")
        employer.post(f"{NEEDS}/{id}/correction", need(school))
        decided(bureau, id, decision="return", reasons=["依据不足", "人数要核实"], opinion="请附报告")
        told = {each["id"]: each["returned_because"] for each in employer.get(NEEDS).json()["items"]}
        assert told == {id: "依据不足；人数要核实；请附报告", other: None}
        client.force_login(make.make_user("standing_officer", region="350203"))  # who sees that it is there
        seen = client.get(f"/api/v1/{NEEDS}").json()["items"]
        assert {each["id"]: each["returned_because"] for each in seen} == {id: None, other: None}

    def test_who_handed_it_in_again_does_not_approve_it(self, employer: Caller, bureau: Caller, school: Employer):
        id = handed_in(employer, school)
        decided(bureau, id, decision="return", opinion="请核实")
        employer.post(f"{NEEDS}/{id}/correction", need(school))
        to_the_bureau(employer.account)
        answer = decided(employer, id, decision="approve")
        assert answer.status_code == 409 and "要由另一个人备案" in answer.json()["detail"]

    def test_what_was_taken_back_is_handed_in_again_whole(self, employer: Caller, school: Employer):
        told = {"employer": school.pk, "included_on": "2026-01-05", "document": "厦思教〔2026〕1号"}
        id = employer.post("inclusions", told | {"grade_from": 5, "grade_to": 9}).json()["id"]
        assert employer.post(f"inclusions/{id}/withdraw", {"opinion": "级别写错"}).json()["state"] == "draft"
        again = employer.post(f"inclusions/{id}/correction", told | {"grade_from": 7}).json()
        assert (again["state"], again["grade_from"], again["grade_to"]) == ("submitted", 7, 13)

    def test_what_waits_or_is_filed_stays_as_it_is(self, employer: Caller, bureau: Caller, school: Employer):
        id = handed_in(employer, school)
        for move_ in ("approve", None):
            answer = employer.post(f"{NEEDS}/{id}/correction", need(school, headcount=9))
            assert (answer.status_code, answer.json()["code"]) == (409, "overtaken")
            if move_:
                decided(bureau, id, decision=move_)
        assert NeedAssessment.objects.get().headcount == 2

    def test_a_rule_leaves_the_returned_one_as_it_was(self, employer: Caller, bureau: Caller, school: Employer):
        id = handed_in(employer, school)
        decided(bureau, id, decision="return", opinion="请核实")
        tomorrow = (date.today() + timedelta(days=1)).isoformat()
        late = employer.post(f"{NEEDS}/{id}/correction", need(school, assessed_on=tomorrow))
        assert (late.status_code, late.json()["detail"]) == (409, "评估日期不能晚于今天。")
        assert bureau.post(f"{NEEDS}/{id}/correction", need(school)).json()["code"] == "forbidden"
        stored = NeedAssessment.objects.get()
        assert (stored.state, stored.assessed_on) == ("returned", date(2026, 1, 5))

    def test_it_does_not_pass_to_another_employer(self, employer: Caller, bureau: Caller, school: Employer):
        id, other = handed_in(employer, school), make.make_employer("B02", region="350203001")
        decided(bureau, id, decision="return", opinion="请核实")
        Membership.objects.create(employer=other, user=employer.account)
        answer = employer.post(f"{NEEDS}/{id}/correction", need(other))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/employer")
        assert NeedAssessment.objects.get().employer == school


class TestReach:
    def test_without_the_scope_nothing_is_written(self, calling: Calling, school: Employer):
        reader = calling(employer=school, scopes=[f"{NEEDS}:read", "inclusions:write"])
        answer = reader.post(NEEDS, need(school))
        assert (answer.status_code, answer.json()["code"]) == (403, "scope")
        assert not NeedAssessment.objects.exists()

    def test_who_may_only_write_is_answered_the_number_alone(self, calling: Calling, school: Employer):
        writer = calling(employer=school, scopes=[f"{NEEDS}:write"])
        assert set(writer.post(NEEDS, need(school)).json()) == {"id"}

    def test_without_the_capability_nothing_is_decided(self, employer: Caller, school: Employer):
        answer = decided(employer, handed_in(employer, school), decision="approve")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_what_is_out_of_sight_is_not_there(self, employer: Caller, calling: Calling, school: Employer):
        id = handed_in(employer, school)
        for other in (calling(unit("education", "350206")), calling(unit("health"))):
            assert decided(other, id, decision="approve").status_code == 404
            answer = other.post(NEEDS, need(school))
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/employer")
        assert decided(calling(unit("education")), id + 1, decision="approve").status_code == 404
        assert NeedAssessment.objects.get().state == "submitted"

    def test_every_write_has_its_scope_in_words(self):
        told = all_scopes()
        assert told[f"{NEEDS}:write"] == "需求评估 · 提交需求评估、改正需求评估、审核需求评估、撤回需求评估"
        assert {"pay-uploads:write", "appointments:write", "rectifications:write", "benefits:write"} <= set(told)


class TestBodies:
    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"colour": "red"}, "/colour"),
            ({"a/b~c": 1}, "/a~1b~0c"),
            ({"headcount": "2"}, "/headcount"),
            ({"headcount": True}, "/headcount"),
            ({"headcount": 2.5}, "/headcount"),
            ({"headcount": -1}, "/headcount"),
            ({"headcount": 40_000}, "/headcount"),
            ({"assessor": 7}, "/assessor"),
            ({"assessor": ""}, "/assessor"),
            ({"assessor": "长" * 81}, "/assessor"),
            ({"assessor": "a\x00b"}, "/assessor"),
            ({"basis": None}, "/basis"),
            ({"assessed_on": "2026-02-30"}, "/assessed_on"),
            ({"assessed_on": "20260101"}, "/assessed_on"),
            ({"assessed_on": "2026-01-05T00:00:00Z"}, "/assessed_on"),
            ({"employer": 10**30}, "/employer"),
            ({"employer": "1"}, "/employer"),
        ],
    )
    def test_what_does_not_fit_is_pointed_at_in_chinese(self, employer: Caller, school: Employer, change, pointer):
        answer = employer.post(NEEDS, need(school, **change))
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "invalid")
        assert [each["pointer"] for each in told["errors"]] == [pointer]
        assert any("一" <= letter <= "鿿" for letter in told["errors"][0]["detail"]) and pointer in told["detail"]
        assert not NeedAssessment.objects.exists()

    def test_an_employer_that_is_not_there_fits_the_contract_and_no_row(self, employer: Caller, school: Employer):
        answer = employer.post(NEEDS, need(school, employer=99_999_999))
        told = answer.json()
        assert (answer.status_code, told["code"], told["errors"][0]["pointer"]) == (409, "unfit", "/employer")
        assert "没有编号为 99999999 的用人单位" in told["detail"]

    def test_what_is_missing_is_named_all_at_once(self, employer: Caller):
        errors = employer.post(NEEDS, {}).json()["errors"]
        assert {each["pointer"] for each in errors} == {
            f"/{name}" for name in ("employer", "assessed_on", "headcount", "assessor", "basis")
        }
        assert employer.post(NEEDS, [1]).status_code == 422

    def test_a_whole_number_is_one_however_it_is_written(self, employer: Caller, school: Employer):
        assert employer.post(NEEDS, need(school, headcount=3.0)).json()["headcount"] == 3

    def test_what_is_no_json_is_told_apart(self, employer: Caller):
        headers = {"Authorization": f"Bearer {employer.token}"}
        for body, kind, status in (
            ("{", "application/json", 400),
            ('{"a": NaN}', "application/json", 400),
            ("a=1", "application/x-www-form-urlencoded", 415),
        ):
            assert employer.http.post(f"/api/v1/{NEEDS}", body, kind, headers=headers).status_code == status

    def test_a_body_beyond_the_limit_is_not_read(self, employer: Caller, school: Employer, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
        answer = employer.post(NEEDS, need(school, basis="长" * 1_000))
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    def test_a_parameter_has_no_place_in_it(self, employer: Caller, school: Employer):
        assert employer.post(f"{NEEDS}?dry=1", need(school)).status_code == 400


class TestIfMatch:
    def test_a_row_that_changed_meanwhile_is_left_alone(self, employer: Caller, bureau: Caller, school: Employer):
        id = handed_in(employer, school)
        address, told = f"{NEEDS}/{id}/decision", {"decision": "approve"}
        seen = bureau.get(f"{NEEDS}/{id}").headers["ETag"]
        NeedAssessment.objects.filter(pk=id).update(headcount=9)
        stale = bureau.post(address, told, If_Match=seen)
        assert (stale.status_code, stale.json()["code"]) == (412, "changed")
        assert NeedAssessment.objects.get().state == "submitted"
        fresh = bureau.get(f"{NEEDS}/{id}").headers["ETag"]
        assert bureau.post(address, told, If_Match=f'"other", {fresh}').status_code == 200


class TestBulk:
    def test_one_bad_row_stops_no_other_and_results_keep_the_order(self, employer: Caller, school: Employer):
        days = ("2026-01-05", "2026-01-05", "2026-01-06")
        items = [need(school, assessed_on=day) for day in days] + [need(school, headcount="x"), {"employer": 1}]
        answer = employer.post(f"{NEEDS}/bulk", {"items": items})
        results = answer.json()["results"]
        assert answer.status_code == 200 and [each["index"] for each in results] == [0, 1, 2, 3, 4]
        assert [each["status"] for each in results] == [201, 409, 201, 422, 422]
        assert results[3]["problem"]["errors"][0]["pointer"] == "/headcount"
        stored = NeedAssessment.objects.order_by("assessed_on")
        assert [each.pk for each in stored] == [results[0]["id"], results[2]["id"]]
        assert {each.state for each in stored} == {"submitted"}

    @pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{}] * 501}, [], {"items": [], "more": 1}])
    def test_what_is_no_list_of_items_is_refused(self, employer: Caller, body: Any):
        answer = employer.post(f"{NEEDS}/bulk", body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/items")
