"""Every declared resource: who may read it, what the list shows, and that each field, filter, order and count works."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from awards.models import PoolMember
from payroll.models import Benchmark, PayRecord
from supervision.models import BudgetItem
from talents.models import Employment
from tests import builders as make
from tests.api.conftest import BASE, Calling
from tests.awards.rounds import make_cycle
from tests.world import World, build
from xmsw.accounts.models import OrgUnit
from xmsw.accounts.scope import visible
from xmsw.api.asking import filters_of
from xmsw.api.contract import example_of, example_value, row_schema
from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, get, resources
from xmsw.exchange.models import Batch, Problem
from xmsw.feed.reading import seen
from xmsw.feed.sequencing import sequence_all
from xmsw.feed.sources import all_sources
from xmsw.policy.rules import by_code, rules_of_employers

pytestmark = pytest.mark.django_db
MONTH = date(2026, 5, 1)
OFFICERS = {"city", "huli", "education", "standing"}
EVERYBODY = OFFICERS | {"staff", "worker", "reviewer", "admin"}
PERSONNEL = OFFICERS | {"staff"}
IMPORTERS = PERSONNEL - {"standing"}
READERS: dict[str, set[str]] = {
    **dict.fromkeys(("regions", "clauses", "parameters", "standards"), EVERYBODY),
    **dict.fromkeys(("employers", "posts", "need-assessments", "inclusions"), EVERYBODY),
    **dict.fromkeys(("workers", "certificates", "appointments", "employments"), PERSONNEL),
    **dict.fromkeys(("benchmarks", "findings", "rectifications"), PERSONNEL),
    **dict.fromkeys(("tallies", "budgets"), OFFICERS),
    **dict.fromkeys(("awards", "honours"), PERSONNEL | {"worker"}),
    **dict.fromkeys(("uploads", "upload-problems"), IMPORTERS),
    "pay-aggregates": {"city", "huli", "staff"},
    "pool-members": {"city", "huli"},
    "inspections": {"city", "huli", "education"},
    "benefits": {"city", "huli", "education", "staff", "worker"},
}
PUBLIC = ("regions", "clauses", "parameters")
SHOWN: dict[str, Callable[[Any], Any]] = {
    "standards": lambda rows: rows.filter(state__in=("published", "superseded")),
    "awards": lambda rows: rows.exclude(state="draft"),
    "tallies": lambda rows: rows.filter(day=None),
}


@pytest.fixture
def world(db: None) -> World:
    """Something of every resource in three places."""
    built = build()
    make.make_standard("enterprise")
    for number, employment in enumerate(Employment.objects.all()):
        make.make_pay(employment, period=MONTH)
        make.make_pay(employment, period=date(2026, 6, 1), base=Decimal(7000 + number))
    for area in ("3502", "350203", "350206"):
        figures = dict.fromkeys(("mean", "p10", "p25", "p50", "p75", "p90"), Decimal("6000.50"))
        Benchmark.objects.create(period=MONTH, area_id=area, sector="community", n=12, **figures)
        Benchmark.objects.create(period=MONTH, area_id=area, sector="social", rung="", level=0, suppression="small")
        BudgetItem.objects.create(
            region_id=area, bureau="education", name="教育", year=2026, purpose="pay", amount=1, approved_on=MONTH
        )
        make_cycle("call", area, title=f"表彰{area}", year=2030)
        make_cycle("draft", area, title=f"草稿{area}", year=2031)
    for batch in built.things["batch"].values():
        Problem.objects.create(batch=batch, row=2, column="name", level="error", message="没有填", mend="补填")
    return built


def whole(calling: Calling) -> Client:
    """A program of civil affairs of the city that holds every scope, at a rate that suffices."""
    caller = calling(OrgUnit.objects.get(bureau="civil_affairs", region_id="3502", valid_to=None))
    return Client(headers={"Authorization": f"Bearer {caller.token}"})


def listed(http: Client, key: str, **query: Any) -> list[dict[str, Any]]:
    """All rows of a list."""
    rows, address, query = [], f"{BASE}{key}", {"limit": 1000} | query
    while address:
        answer = http.get(address, query)
        assert answer.status_code == 200, (key, query, answer.content.decode())
        told = answer.json()
        rows, address, query = rows + told["items"], told["next"], {}
    return rows


def expected(resource: Resource, user: Any) -> set[Any]:
    """What pages of the portal show the account."""
    if resource.key in PUBLIC:
        rows = resource.model.objects.all()
    elif resource.key == "upload-problems":
        rows = Problem.objects.filter(batch__in=visible(Batch, user))
    else:
        rows = visible(resource.model, user)
    return set(SHOWN.get(resource.key, lambda rows: rows)(rows).values_list("pk", flat=True))


def test_who_reads_what_is_decided_for_every_resource():
    assert {each.key for each in resources()} == set(READERS)


def test_each_role_reads_what_its_pages_show_and_nothing_of_others(world: World):
    empty = {each.key for each in resources()}
    for role in EVERYBODY:
        http = world.client(role)
        for resource in resources():
            if role not in READERS[resource.key]:
                answer = http.get(f"{BASE}{resource.key}")
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (role, resource.key)
                continue
            rows = listed(http, resource.key)
            ids = [each["id"] for each in rows]
            assert len(ids) == len(set(ids)) and set(ids) == expected(resource, world.users[role]), (role, resource.key)
            told = str(rows)
            assert not [name for name in world.forbidden(role) if name in told], (role, resource.key)
            empty -= {resource.key} if rows else set()
    assert not empty


def test_what_one_district_reads_the_other_does_not_find(world: World):
    city, huli = world.client("city"), world.client("huli")
    for resource in resources():
        if "huli" not in READERS[resource.key] or resource.key in PUBLIC:
            continue
        foreign = expected(resource, world.users["city"]) - expected(resource, world.users["huli"])
        for id in sorted(foreign)[:1]:
            assert city.get(f"{BASE}{resource.key}/{id}").status_code == 200, resource.key
            assert huli.get(f"{BASE}{resource.key}/{id}").status_code == 404, resource.key


def test_rows_and_examples_are_as_the_contract_says(world: World):
    http = world.client("city")
    for resource in resources():
        schema = row_schema(resource)
        jsonschema.validate(example_of(resource), schema)
        rows = listed(http, resource.key)
        for row in rows:
            jsonschema.validate(row, schema)
            assert set(row) == {each.name for each in resource.usual}
        assert http.get(f"{BASE}{resource.key}/{rows[0]['id']}").json() == rows[0], resource.key


def test_every_field_filter_order_and_count(world: World, calling: Calling):
    http = whole(calling)
    for resource in resources():
        rows = listed(http, resource.key)
        for field in resource.usual:
            told = listed(http, resource.key, fields=field.name)
            assert told == [{"id": each["id"], field.name: each[field.name]} for each in rows], field.name
        for field, ending in filters_of(resource):
            check_filter(http, resource, rows, field, ending)
        for name in resource.orders:
            check_order(http, resource, name)
        for name, field in resource.counted.items():
            check_count(http, resource, rows, name, field)


def check_filter(http: Client, resource: Resource, rows: list[dict], field: Field, ending: str) -> None:
    """The list under a filter has the rows that its value lets through, by the values that the list itself shows."""
    known = [each[field.name] for each in rows if each[field.name] is not None]
    value = known[len(known) // 2] if known else example_value(field)
    if value is None:
        return
    if ending == "_prefix":
        value = value[:-1]
    holds = {
        "": lambda other: other == value,
        "_in": lambda other: other == value,
        "_gte": lambda other: other is not None and other >= value,
        "_lte": lambda other: other is not None and other <= value,
        "_prefix": lambda other: other is not None and other.startswith(value),
    }[ending]
    written = str(value).lower() if field.type == Type.BOOLEAN else str(value)
    told = listed(http, resource.key, **{field.name + ending: written})
    wanted = [each["id"] for each in rows if holds(each[field.name])]
    assert [each["id"] for each in told] == wanted, (resource.key, field.name, ending, value)


def check_order(http: Client, resource: Resource, name: str) -> None:
    """One direction is the other turned round, in pages too."""
    up, down = (listed(http, resource.key, order=f"{side}{name}", limit=700) for side in ("", "-"))
    assert up == down[::-1], (resource.key, name)
    if resource.by_name[name].type != Type.TEXT:
        assert [each[name] for each in up] == sorted(each[name] for each in up), (resource.key, name)


def check_count(http: Client, resource: Resource, rows: list[dict], name: str, field: Field) -> None:
    """Groups add up to the list."""
    told = http.get(f"{BASE}{resource.key}/counts", {"by": name}).json()["items"]
    found = {each[name]: each["count"] for each in told}
    assert sum(found.values()) == len(rows), (resource.key, name)
    if name in resource.by_name:
        assert found == Counter(each[name] for each in rows), (resource.key, name)
    assert not field.codes or set(found) <= {*field.codes, None}, (resource.key, name)


def test_the_feed_knows_every_row_of_a_mirrored_list(world: World):
    sequence_all()
    for role in ("city", "huli", "education", "staff"):
        user, http = world.users[role], world.client(role)
        for resource in resources():
            if not resource.mirrored or role not in READERS[resource.key]:
                continue
            live = set(seen(user, resource.key).filter(live=True).values_list("object_id", flat=True))
            assert {each["id"] for each in listed(http, resource.key)} <= live, (role, resource.key)


def test_the_table_of_what_touches_what_names_every_mirrored_resource():
    text = (settings.BASE_DIR / "docs" / "api-changes.md").read_text("utf-8")
    table = text.partition("## What touches what")[2].partition("\n## ")[0]
    cells = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    named = [pair for keys, models in cells for pair in zip(*map(_ticked, (keys, models)), strict=True)]
    sources = {each.resource: each.model for each in all_sources()}
    assert sorted(named) == sorted((key, f"{model._meta.app_label}.{model.__name__}") for key, model in sources.items())


def _ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_a_benefit_that_another_bureau_handles_from_now_on_moves_in_the_feed(world: World):
    sequence_all()
    application = world.things["benefit"]["siming"]
    caller = world.client("city")
    since = caller.get(f"{BASE}benefits").json()["changes"]
    application.type.name = "另一项待遇"
    application.type.save()
    sequence_all()
    changed = {each["id"]: each["benefit"] for each in caller.get(since).json()["items"]}
    assert changed[application.pk] == "另一项待遇"


def test_a_list_costs_an_officer_three_queries(world: World, calling: Calling):
    caller = calling(OrgUnit.objects.get(bureau="civil_affairs", region_id="3502", valid_to=None))
    for resource in resources():
        with CaptureQueriesContext(connection) as made:
            assert caller.get(resource.key).status_code == 200
        assert len(made) <= 3, (resource.key, [each["sql"][:200] for each in made])


class TestPay:
    def test_no_amount_of_an_employer_is_told(self, world: World):
        told = listed(world.client("city"), "pay-aggregates")
        paid = {each["id"]: each["months"] for each in told if each["months"]}
        counted = PayRecord.objects.values_list("employment__employer", flat=True).distinct()
        assert set(paid) == set(counted) & {each["id"] for each in told}
        own = world.employers["siming"]
        assert paid[own.pk] == [{"period": "2026-06-01", "people": 1}, {"period": "2026-05-01", "people": 1}]
        assert {name for months in paid.values() for each in months for name in each} == {"period", "people"}
        assert not [each for each in get("pay-aggregates").fields if each.type == Type.DECIMAL]

    def test_a_withheld_group_tells_neither_figure_nor_reason(self, world: World):
        rows = listed(world.client("education"), "benchmarks")
        hidden = [each for each in rows if each["withheld"]]
        figures = ("n", "mean", "p10", "p25", "p50", "p75", "p90")
        assert hidden and all(each[name] is None for each in hidden for name in figures)
        assert "small" not in str(rows)
        assert {each["p50"] for each in rows if not each["withheld"]} == {"6000.50"}

    def test_a_rung_tells_the_annual_pay_that_pages_tell(self, world: World):
        standard = make.make_standard(
            "social", {"assistant_2": "0.8765", "senior": "2.5"}, base_wage=Decimal("71391.37")
        )
        told = {each["id"]: each for each in listed(world.client("staff"), "standards")}[standard.pk]
        assert {each["rung"]: each["annual"] for each in told["rungs"]} == {
            each.rung: f"{each.annual:.2f}" for each in standard.rungs.all()
        }


def test_names_of_experts_are_masked_without_the_scope(world: World, calling: Calling):
    unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350203", valid_to=None)
    caller = calling(unit, scopes=["pool-members:read"])
    member = PoolMember.objects.visible_to(caller.account).first()
    told = caller.get(f"pool-members/{member.pk}").json()
    assert told["name"] == f"{member.person[0]}＊＊" != member.person


def test_a_seed_and_its_secret_are_told_by_no_field():
    told = {each.name for key in ("inspections", "awards") for each in get(key).fields}
    assert not told & {"seed", "secret", "seed_hash"}


def test_open_findings_are_those_that_are_not_closed(world: World):
    http = world.client("city")
    everything = listed(http, "findings")
    assert listed(http, "findings", open="true") == [each for each in everything if each["closed_on"] is None]


def test_the_subjects_a_finding_may_have_are_those_of_rules_and_each_can_be_asked_for(world: World):
    field = get("findings").by_name["subject"]
    assert set(field.codes) == {each.subject for each in rules_of_employers()}
    http = world.client("city")
    everything = listed(http, "findings")
    asked = [each for code in field.codes for each in listed(http, "findings", subject=code)]
    assert sorted(each["id"] for each in asked) == [each["id"] for each in everything]
    found = everything[0]
    assert found["rule_title"] == by_code(found["rule"]).title
    of_it = listed(http, "findings", subject=found["subject"], subject_id=found["subject_id"])
    assert found in of_it and {each["subject_id"] for each in of_it} == {found["subject_id"]}
    assert http.get(f"{BASE}findings", {"subject": "area"}).status_code == 400
