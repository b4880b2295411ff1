"""Reading: pages by key, fields, filters, order, exports, counts, conditional requests."""

from __future__ import annotations

import json
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from awards.models import Honour
from posts.models import PostFreeze
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

    def test_an_order_by_day_goes_on_where_it_stopped(self, calling: Calling):
        day = date(2024, 5, 1)
        worker, employer = make.make_worker(), make.make_employer("A01")
        make.make_employment(worker, employer)
        for step in range(3):
            Honour.objects.create(
                worker=worker,
                employer=employer,
                level="city",
                title=f"称号 {step}",
                awarded_on=day - timedelta(days=step),
            )
        told = calling(unit()).all("honours?order=awarded_on&limit=1&fields=awarded_on")
        assert [each["awarded_on"] for each in told] == ["2024-04-29", "2024-04-30", "2024-05-01"]

    def test_only_the_fields_asked_for_and_the_id(self, calling: Calling):
        make.make_employer("A01", name="滨海医院")
        told = calling(unit()).get("employers?kind=A01&fields=name").json()["items"]
        assert [set(each) for each in told] == [{"id", "name"}] and told[0]["name"] == "滨海医院"

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("fields=nothing", "fields"),
            ("limit=0", "limit"),
            ("limit=5001", "limit"),
            ("limit=٣", "limit"),
            ("order=name", "order"),
            ("fields=id,,x", "fields"),
            ("fields=", "fields"),
            ("region_prefix=", "region_prefix"),
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

    def test_a_kind_and_a_whole_region_narrow_whatever_has_a_place(self, calling: Calling):
        posts = {
            kind: make.make_post(make.make_employer(kind, region="350203001")).pk for kind in ("A01", "A02", "B02")
        }
        caller = calling(unit())
        found = caller.all("posts?kind_prefix=A&region=350203001")
        assert [(each["id"], each["kind"]) for each in found] == [(posts["A01"], "A01"), (posts["A02"], "A02")]
        assert caller.all("posts?kind=B02&region=350203") == []

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

    def test_counts_take_the_filters_of_the_list(self, calling: Calling):
        for kind, region in (("A01", "350206001"), ("A02", "350206001"), ("B01", "350206001"), ("A01", "350203001")):
            make.make_post(make.make_employer(kind, region=region))
        caller = calling(unit(region="3502"))
        told = caller.get("posts/counts?by=district,kind&kind_prefix=A").json()["items"]
        assert [tuple(each.values()) for each in told] == [
            ("350203", "A01", 1),
            ("350206", "A01", 1),
            ("350206", "A02", 1),
        ]
        assert caller.get("posts/counts?region_prefix=350206&state=approved").json()["items"] == [{"count": 3}]
        answer = caller.get("posts/counts?limit=1")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "limit")

    def test_who_may_only_count_does_not_count_one_person(self, calling: Calling):
        worker = make.make_worker()
        make.make_employment(worker, make.make_employer("A01"))
        address = f"employments/counts?worker={worker.pk}"
        assert calling(unit(), scopes=["employments:counts"]).get(address).status_code == 400
        assert calling(unit(), scopes=["employments:read"]).get(address).json()["items"] == [{"count": 1}]

    def test_a_client_may_be_given_numbers_and_no_names(self, calling: Calling):
        worker = make.make_worker()
        make.make_employment(worker, make.make_employer("A01"))
        caller = calling(unit(), scopes=["workers:counts"])
        assert caller.get("workers/counts").json()["items"] == [{"count": 1}]
        assert caller.get("workers").json()["code"] == "scope"


class TestDays:
    def test_a_post_tells_the_freeze_that_holds_or_else_the_next(self, calling: Calling):
        today, post = date.today(), make.make_post(make.make_employer("A01"))
        caller = calling(unit())
        for start, end, told in (
            (-30, -2, None),
            (20, None, (20, None)),
            (-1, 5, (-1, 5)),
        ):
            days = [None if each is None else today + timedelta(days=each) for each in (start, end)]
            PostFreeze.objects.create(post=post, start=days[0], end=days[1], reason="装修")
            row = caller.get(f"posts/{post.pk}").json()
            wanted = [each and (today + timedelta(days=each)).isoformat() for each in told or (None, None)]
            assert [row["frozen_from"], row["frozen_until"]] == wanted and row["state"] == "approved"

    def test_a_post_serves_whom_it_names_or_whom_its_employer_is_for(self, calling: Calling):
        school = make.make_employer("B02")
        own, usual = make.make_post(school, service_field="family"), make.make_post(school)
        told = {each["id"]: each["service_field"] for each in calling(unit()).all("posts")}
        assert told == {own.pk: "family", usual.pk: "school"}

    def test_a_certificate_counts_from_the_day_of_issue_on_looked_at_or_doubtful(self, calling: Calling):
        worker = make.make_worker()
        make.make_employment(worker, make.make_employer("A01"))
        doubtful = make.make_certificate(worker, 1)
        doubtful.state = "doubtful"
        doubtful.save()
        make.make_certificate(worker, 2, date.today() + timedelta(days=1))
        caller = calling(unit())
        assert caller.get(f"workers/{worker.pk}").json()["certificate_level"] == 1
        assert caller.get("workers/counts?by=certificate_level").json()["items"] == [
            {"certificate_level": 1, "count": 1}
        ]


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
