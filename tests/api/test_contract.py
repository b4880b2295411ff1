"""The contract: OpenAPI 3.1, complete in Chinese, and true of what the views accept."""

from __future__ import annotations

import re

import pytest

from tests.api.conftest import Calling
from tests.api.test_lists import unit
from xmsw.api.problems import KINDS
from xmsw.api.resources import resources
from xmsw.api.views.meta import contract_of
from xmsw.clients.scopes import all_scopes

METHODS = ("get", "post", "delete", "put", "patch")
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def contract(django_db_setup, django_db_blocker) -> dict:
    with django_db_blocker.unblock():
        return contract_of()


def operations(contract: dict) -> list[tuple[str, dict]]:
    return [
        (f"{method} {address}", told)
        for address, methods in contract["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    ]


def test_it_is_openapi_3_1_and_names_every_resource(contract):
    assert contract["openapi"].startswith("3.1.")
    for each in resources():
        assert f"/api/v1/{each.key}" in contract["paths"] and f"/api/v1/{each.key}/{{id}}" in contract["paths"]


def test_every_operation_is_told_in_chinese_with_its_answers_and_scopes(contract):
    known = all_scopes()
    ids = [told["operationId"] for _, told in operations(contract)]
    assert len(set(ids)) == len(ids)
    for name, told in operations(contract):
        assert CHINESE.search(told["summary"]), name
        assert set(told["responses"]) >= {"429", "500", "503"}, name
        for each in told.get("parameters", ()):
            assert CHINESE.search(each["description"]), (name, each["name"])
        for ways in told.get("security", ()):
            assert set(ways.get("oauth2", ())) <= set(known), name


def test_every_answer_has_an_example(contract):
    for name, told in operations(contract):
        for status, answer in told["responses"].items():
            for kind, content in answer.get("content", {}).items():
                wanted = kind == "application/problem+json" or (status == "200" and "_list" in told["operationId"])
                assert not wanted or content.get("examples"), (name, status)


@pytest.mark.django_db
def test_the_table_of_errors_is_open_and_every_type_leads_to_its_row(client):
    told = client.get("/api/v1/problems").json()["items"]
    assert {each["code"] for each in told} == set(KINDS)
    for each in told:
        assert client.get(f"/api/v1/problems/{each['code']}").json() == each


@pytest.mark.django_db
def test_without_a_token_there_is_a_problem_and_no_page(client):
    answer = client.get("/api/v1/posts")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get("/api/v1/openapi.json").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["nothing", "posts/x", "posts/%00", "posts/9999999999999999999999", "posts/1/2"])
def test_what_is_not_there_is_a_problem_too(calling: Calling, address: str):
    answer = calling(unit()).get(address)
    assert answer.status_code == 404 and answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_the_index_tells_what_the_token_opens(calling: Calling):
    told = {each["key"]: each for each in calling(unit(), scopes=["posts:read"]).get("").json()["items"]}
    assert told["posts"]["read"] and not told["workers"]["read"] and told["posts"]["changes"]


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused_with_the_ones_there_are(calling: Calling, method: str):
    caller = calling(unit())
    answer = getattr(caller.http, method)("/api/v1/regions", headers={"Authorization": f"Bearer {caller.token}"})
    assert (answer.status_code, answer.json()["code"]) == (405, "method") and "GET" in answer.headers["Allow"]
