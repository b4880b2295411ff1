"""Every named address × every role, against objects of others: refused, and not a word of them in any answer.

A new address needs an entry in MATRIX, or `test_every_address_has_an_entry` fails.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from supervision.models import Run
from supervision.runs import execute_here, start_run
from tests.matrix import MATRIX, Entry
from tests.places import PLACES
from tests.world import FOREIGN, TODAY, World

OPEN_ADMIN = ("admin:login", "admin:jsi18n")
REFUSED = {302, 403, 404}
ANSWERED = {200, 302, 403, 404, 405, 422}
UNKNOWN_CLIENT = {400, 401}  # what addresses for other systems answer to somebody without a secret
PRINTING = ("siming", "staff", "worker")  # an officer, an employer, a person: a print has the rows of its page
ROLES = ("city", "siming", "huli", "education", "standing", "staff", "worker", "reviewer", "admin", "anonymous")


def named_addresses(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """(name, pattern) of every named address, name spaces included."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from named_addresses(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif each.name:
            yield space + each.name, each.pattern


def words_of(answer: Any) -> str:
    """Everything an answer says, with the insides of a workbook or a printed file."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def check(answer: Any, entry: Entry, role: str, world: World) -> None:
    """The answer is allowed for the role and tells nothing of others."""
    open_to_role = role in entry.opens
    expected = REFUSED | {405} if entry.foreign and not open_to_role else ANSWERED
    if entry.public:
        expected = ANSWERED | UNKNOWN_CLIENT
    if role == "anonymous" and not entry.public:
        expected = {302}
        assert answer.status_code != 302 or answer.url.startswith("/accounts/login/")
    assert answer.status_code in expected, answer.status_code
    text = words_of(answer)
    assert open_to_role or not [name for name in world.forbidden(role) if name in text]


def test_every_address_has_an_entry():
    """Those of the interface are walked by tests/api/test_matrix.py."""
    known = {name for name, _ in named_addresses() if not name.startswith(("admin:", "api:"))}
    assert known == set(MATRIX)


class TestPages:
    """Every page with every query. A class a walk: the runner's processes share walks, not the file."""

    @pytest.mark.parametrize("role", ROLES)
    def test_no_page_tells_of_others_or_opens_what_is_theirs(self, world, role):
        client = world.client(role)
        for name, entry in MATRIX.items():
            for query in world.queries(entry, role, prints=role in PRINTING):
                check(client.get(world.address(name, entry, role) + query), entry, role, world)


class TestActions:
    """Every address by POST."""

    @pytest.mark.parametrize("role", ROLES)
    def test_no_action_tells_of_others_or_touches_what_is_theirs(self, world, role):
        client, area = world.client(role), world.employers[FOREIGN[role]].district_code
        for name, entry in MATRIX.items():
            check(client.post(world.address(name, entry, role), {"area": area}), entry, role, world)
            if role in entry.opens or SESSION_KEY not in client.session:  # word of what may be done, or the way out
                client = world.client(role)
        foreign = PLACES[FOREIGN[role]]
        assert Run.objects.filter(area__startswith=foreign).count() == 1, "nobody starts a run over a foreign area"


@pytest.fixture(scope="class")
def past_day(shared_world, django_db_blocker):
    """A past day, judged."""
    day = TODAY - timedelta(days=2)
    with django_db_blocker.unblock(), transaction.atomic():
        execute_here(start_run(day=day, present=False, reason="past_day", dispatch=False))
        yield day
        transaction.set_rollback(True)


class TestPastDay:
    """Every page on a past day."""

    @pytest.mark.parametrize("role", ROLES)
    def test_a_past_day_tells_as_little(self, world, past_day, role):
        client = world.client(role)
        client.get(f"/policy/?on={past_day:%Y-%m-%d}")
        for name, entry in MATRIX.items():
            for query in ("", *(each for each in entry.queries if each.endswith("export=xlsx"))):
                check(client.get(world.address(name, entry, role) + query.format(area="", name="")), entry, role, world)


class TestFragments:
    """Every address as htmx asks for it."""

    @pytest.mark.parametrize("role", ROLES)
    def test_fragments_are_guarded_like_pages(self, world, role):
        client = world.client(role)
        for name, entry in MATRIX.items():
            answer = client.get(world.address(name, entry, role), headers={"HX-Request": "true"})
            if role == "anonymous" and not entry.public:
                assert answer.status_code == 302 or "/accounts/login/" in answer.headers.get("HX-Redirect", "")
            else:
                check(answer, entry, role, world)


class TestAdministration:
    """The administration site."""

    @pytest.mark.parametrize("role", [each for each in ROLES if each != "admin"])
    def test_the_administration_site_is_for_administrators(self, world, role):
        client = world.client(role)
        for name, pattern in named_addresses():
            if not name.startswith("admin:") or name in OPEN_ADMIN:
                continue
            arguments = re.findall(r"[<:](\w+)>", str(pattern))
            label = re.search(r"<app_label>(\w+)", str(pattern))
            filled = {each: label[1] if each == "app_label" else "1" for each in arguments}
            answer = client.get(reverse(name, kwargs=filled))
            assert answer.status_code in REFUSED, name
            check(answer, Entry(public=True), role, world)


def test_the_own_objects_do_open(world):
    """The matrix would be idle if everything were refused."""
    opened: dict[str, bool] = {}
    for role, place in (("city", "huli"), ("siming", "siming"), ("huli", "huli"), ("staff", "siming")):
        for name, entry in MATRIX.items():
            if entry.foreign == "employer":
                address = reverse(name, kwargs={"pk": world.employers[place].pk, **entry.arguments})
                opened[name] = opened.get(name, False) or world.client(role).get(address).status_code in (200, 405)
    assert [name for name, found in opened.items() if not found] == []
    for page in ("exchange:batch", "exchange:progress"):
        for role in ("siming", "huli"):
            assert world.client(role).get(reverse(page, args=[world.things["batch"][role].pk])).status_code == 200
