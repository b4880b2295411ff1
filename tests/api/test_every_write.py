"""Every write that is declared: who may not make it is told so, and what the contract shows of it is true."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests.api.conftest import BASE, Calling
from tests.api.test_lists import unit
from xmsw.accounts.models import Bureau, User
from xmsw.accounts.roles import Role
from xmsw.api.views.meta import contract_of
from xmsw.api.writes import Write, writes
from xmsw.clients.scopes import all_scopes

SOME = 4_096


def place(write: Write) -> str:
    return f"{write.key}/{SOME}/{write.name}" if write.on_one else write.key


def every() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("write", writes(), ids=place)


@pytest.mark.django_db
class TestGuards:
    @every()
    def test_strangers_clients_without_the_scope_and_other_roles_are_kept_out(self, client, calling: Calling, write):
        answer = client.post(f"{BASE}{place(write)}", dict(write.example), content_type="application/json")
        assert answer.status_code == 401
        others = [each for each in all_scopes() if each != write.scope]
        bare = calling(employer=make.make_employer("E01"), scopes=others)
        assert bare.post(place(write), dict(write.example)).json()["code"] == "scope"
        for holder in ({"employer": make.make_employer("E01")}, {"unit": unit(Bureau.WOMEN)}, {"unit": unit()}):
            caller = calling(**holder)
            if not write.permits(caller.account):
                assert caller.post(place(write), dict(write.example)).json()["code"] == "forbidden"
        assert not any(write.permits(User(role=role)) for role in (Role.REVIEWER, Role.SYSTEM_ADMIN))

    @every()
    def test_what_is_not_there_is_not_there(self, calling: Calling, write):
        if write.on_one:
            holders = ({"employer": make.make_employer("E01")}, {"unit": unit()})
            answers = [calling(**each).post(place(write), dict(write.example)) for each in holders]
            assert {each.status_code for each in answers} <= {403, 404} and 404 in {
                each.status_code for each in answers
            }
            assert calling(unit()).post(f"{write.key}/x/{write.name}", {}).status_code in (403, 404)

    @every()
    def test_a_name_that_is_no_field_is_refused(self, calling: Calling, write):
        if not write.on_one:
            for holder in ({"employer": make.make_employer("E01")}, {"unit": unit()}):
                caller = calling(**holder)
                if write.permits(caller.account):
                    told = caller.post(place(write), dict(write.example) | {"_": 1}).json()
                    assert [each["pointer"] for each in told["errors"]] == ["/_"]


def test_the_contract_tells_every_write_with_a_closed_body_and_its_scope():
    told = contract_of()
    for write in writes():
        address = f"{BASE}{write.key}/{{id}}/{write.name}" if write.on_one else f"{BASE}{write.key}"
        operation = told["paths"][address]["post"]
        assert {"oauth2": [write.scope]} in operation["security"] and str(write.status) in operation["responses"]
        if write.body().fields:
            media = operation["requestBody"]["content"]["application/json"]
            name = media["schema"]["$ref"].rpartition("/")[2]
            schema = told["components"]["schemas"][name]
            assert schema["additionalProperties"] is False and set(write.example) <= set(schema["properties"])
            assert set(schema.get("required", [])) <= set(write.example)
        if write.bulk:
            assert f"{address}/bulk" in told["paths"]
