"""Reading: pages by key, fields, filters, order, exports, counts, conditional requests."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests import builders as make
from tests.api.conftest import Calling
from xmsw.accounts.models import OrgUnit

pytestmark = pytest.mark.django_db


def unit(bureau: str = "civil_affairs", region: str = "350203") -> OrgUnit:
    return OrgUnit.objects.get(bureau=bureau, region_id=region, valid_to=None)


class TestPages:
    def test_pages_follow_each_other_without_gap_or_repetition(self, calling: Calling):
        posts = {make.make_post(make.make_employer("A01")).pk for _ in range(7)}
        caller = calling(unit())
        first = caller.get("posts?limit=3").json()
        assert len(first["items"]) == 3 and first["changes"] is None
        items = caller.all("posts?limit=3")
        assert [each["id"] for each in items] == sorted(posts)

    def test_an_order_goes_both_ways_and_ends_in_the_id(self, calling: Calling):
        employers = sorted(make.make_employer("A01", name=name).pk for name in ("乙", "甲", "丙"))
        caller = calling(unit())
        address = "employers?kind=A01&order=-id&limit=2&fields=name"
        assert [each["id"] for each in caller.all(address)] == employers[::-1]

    def test_only_the_fields_asked_for_and_the_id(self, calling: Calling):
        make.make_employer("A01", name="滨海医院")
        told = calling(unit()).get("employers?kind=A01&fields=name").json()["items"]
        assert [set(each) for each in told] == [{"id", "name"}] and told[0]["name"] == "滨海医院"

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("fields=nothing", "fields"),
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("limit=٣", "limit"),
            ("order=name", "order"),
            ("fields=id,,x", "fields"),
            ("state=nowhere", "state"),
            ("start_gte=2026-02-30", "start_gte"),
            ("color=red", "color"),
            ("state=approved&state=draft", "state"),
            ("name=%00", "name"),
            ("name=35020319900101001X", "name"),
            ("parent=99999999999999999999", "parent"),
        ],
    )
    def test_a_wrong_parameter_is_named_in_a_sentence(self, calling: Calling, query: str, parameter: str):
        answer = calling(unit()).get(f"employers?{query}")
        told = answer.json()
        assert (answer.status_code, told["code"]) == (400, "invalid-parameter")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert told["errors"][0]["parameter"] == parameter and parameter in told["detail"]

    def test_a_cursor_of_another_list_is_refused(self, calling: Calling):
        for _ in range(2):
            make.make_employer("A01")
        caller = calling(unit())
        following = caller.get("employers?limit=1").json()["next"].partition("cursor=")[2]
        for address in (f"posts?cursor={following}", f"employers?order=-id&cursor={following}", "employers?cursor=x"):
            answer = caller.get(address)
            assert (answer.status_code, answer.json()["code"]) == (404, "position")

    def test_filters_narrow(self, calling: Calling):
        inside = make.make_employer("A01", region="350203001")
        make.make_employer("A01", region="350203003")
        caller = calling(unit())
        found = caller.all("employers?kind=A01&region_prefix=350203001")
        assert [each["id"] for each in found] == [inside.pk]
        assert caller.all(f"employers?id_in={inside.pk},{inside.pk + 999}")[0]["id"] == inside.pk

    def test_a_page_costs_three_queries(self, calling: Calling, django_assert_num_queries):
        make.make_post(make.make_employer("A01"))
        caller = calling(unit())
        with django_assert_num_queries(3):  # who asks, the rows with their position, the access log
            caller.get("posts")


class TestConditional:
    def test_what_has_not_changed_is_not_sent_again(self, calling: Calling):
        employer = make.make_employer("A01")
        caller = calling(unit())
        for address in (f"employers/{employer.pk}", "employers?kind=A01"):
            first = caller.get(address)
            again = caller.get(address, If_None_Match=first.headers["ETag"])
            assert (again.status_code, again.content) == (304, b"")
        employer.name = "改了名字的医院"
        employer.save()
        assert caller.get(f"employers/{employer.pk}", If_None_Match=first.headers["ETag"]).status_code == 200


class TestExport:
    def test_every_row_is_a_line_and_the_log_counts_them(self, calling: Calling):
        employers = sorted(make.make_employer("A01").pk for _ in range(5))
        caller = calling(unit())
        answer = caller.get("employers/export?kind=A01&fields=name")
        lines = [json.loads(each) for each in b"".join(answer.streaming_content).splitlines()]
        assert [each["id"] for each in lines] == employers
        call = caller.client.calls.order_by("-pk").first()
        assert (call.route, call.rows, call.status) == ("employers", 5, 200)

    def test_paging_has_no_place_in_it(self, calling: Calling):
        assert calling(unit()).get("employers/export?limit=3").status_code == 400


class TestCounts:
    def test_groups_and_the_total(self, calling: Calling):
        for kind in ("A01", "A01", "B01"):
            make.make_post(make.make_employer(kind, region="350206001"))
        caller = calling(unit(region="350206"))
        assert caller.get("posts/counts").json()["items"] == [{"count": 3}]
        told = caller.get("posts/counts?by=state,bureau").json()["items"]
        assert sum(each["count"] for each in told) == 3 and set(told[0]) == {"state", "bureau", "count"}

    def test_a_client_may_be_given_numbers_and_no_names(self, calling: Calling):
        worker = make.make_worker()
        make.make_employment(worker, make.make_employer("A01"))
        caller = calling(unit(), scopes=["workers:counts"])
        assert caller.get("workers/counts").json()["items"] == [{"count": 1}]
        assert caller.get("workers").json()["code"] == "scope"


class TestPersons:
    @pytest.fixture
    def worker(self):
        worker = make.make_worker(name="王小敏")
        make.make_employment(worker, make.make_employer("A01"))
        return worker

    def test_names_are_masked_unless_the_client_holds_more(self, calling: Calling, worker):
        masked = calling(unit(), scopes=["workers:read"]).get(f"workers/{worker.pk}").json()
        assert (masked["name"], masked["birth_date"]) == ("王＊＊", None)
        full = calling(unit(), scopes=["workers:read", "workers:full"]).get(f"workers/{worker.pk}").json()
        assert full["name"] == "王小敏" and full["birth_date"] == worker.birth_date.isoformat()

    def test_an_identity_number_takes_scope_field_and_purpose_and_leaves_a_trace(self, calling: Calling, worker):
        address = f"workers/{worker.pk}?fields=identity_number"
        plain = calling(unit(), scopes=["workers:read", "workers:full"])
        assert plain.get(f"{address}&purpose={quote('核对证书登记')}").json()["code"] == "scope"
        caller = calling(unit(), scopes=["workers:read", "workers:identity"])
        assert "identity_number" not in caller.get(f"workers/{worker.pk}").json()
        assert caller.get(address).json()["code"] == "purpose"
        told = caller.get(f"{address}&purpose={quote('核对证书登记')}").json()
        assert told == {"id": worker.pk, "identity_number": worker.identity}
        look = caller.account.accesslog_set.get()
        assert (look.subject_id, look.field, look.reason) == (worker.pk, "identity_number", "接口：核对证书登记")

    def test_nobody_is_found_by_a_name_that_is_masked(self, calling: Calling, worker):
        caller = calling(unit(), scopes=["workers:read", "certificates:read"])
        assert caller.get("certificates?number=1").status_code == 400
