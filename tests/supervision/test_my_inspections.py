"""«我的核查» has pages: whoever is sent to very many units finds every one of them, once, what is to do first."""

from __future__ import annotations

import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from supervision.models import Inspection, InspectionUnit, UnitInspector
from tests import builders as make
from tests.supervision.inspections import TODAY, make_plan, officer
from xmsw.ui.paging import PAGE_SIZE

pytestmark = pytest.mark.django_db
ADDRESS = "/supervision/inspections/mine/"


@pytest.fixture
def inspector():
    return officer()


def sent_to(user, number: int) -> list[int]:
    """So many units of a running plan, keys in order."""
    plan = make_plan()
    settled = {"seed_fixed_at": timezone.now(), "drawn_at": timezone.now(), "frame_size": number, "frame_hash": "-"}
    Inspection.objects.filter(pk=plan.pk).update(state="under_way", started_on=TODAY, **settled)
    units = InspectionUnit.objects.bulk_create(
        InspectionUnit(inspection=plan, employer=make.make_employer("E01", region="350203001"), key=f"{place}",
                       stratum="E01")
        for place in range(number)
    )  # fmt: skip
    UnitInspector.objects.bulk_create(UnitInspector(unit=each, user=user) for each in units)
    return [each.pk for each in units]


def listed(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'href="/supervision/inspections/units/(\d+)/"', page)]


def following(page: str) -> str:
    """The address of the next page, nothing on the last."""
    found = re.search(r'href="(\?[^"]*)" rel="next"', page)
    return found[1].replace("&amp;", "&") if found else ""


def walked(client) -> list[list[int]]:
    pages, query = [], ""
    while True:
        page = client.get(f"{ADDRESS}{query}").content.decode()
        pages.append(listed(page))
        query = following(page)
        if not query:
            return pages


def test_every_unit_is_on_one_page_and_what_is_to_do_comes_first(inspector, signed_in):
    keys = sent_to(inspector, 2 * PAGE_SIZE + 3)
    InspectionUnit.objects.filter(pk__in=keys[:5]).update(
        state="done", first_by=inspector, second_by=officer(), visited_on=TODAY, present="-"
    )
    client = signed_in(inspector)
    pages = walked(client)
    assert [len(each) for each in pages] == [PAGE_SIZE, PAGE_SIZE, 3]
    assert list(itertools.chain(*pages)) == keys[5:] + keys[:5]
    assert f"共 {len(keys)} 家" in client.get(ADDRESS).content.decode()


def test_what_is_finished_meanwhile_hides_nothing_on_the_next_page(inspector, signed_in):
    keys = sent_to(inspector, PAGE_SIZE + 2)
    client = signed_in(inspector)
    first = client.get(ADDRESS).content.decode()
    InspectionUnit.objects.filter(pk=keys[0]).update(
        state="done", first_by=inspector, second_by=officer(), visited_on=TODAY, present="-"
    )
    assert listed(client.get(f"{ADDRESS}{following(first)}").content.decode()) == [*keys[-2:], keys[0]]


def test_a_page_takes_as_many_queries_however_many_there_are(inspector, signed_in):
    client, counts = signed_in(inspector), []
    for number in (1, PAGE_SIZE):
        sent_to(inspector, number)
        with CaptureQueriesContext(connection) as asked:
            client.get(ADDRESS)
        counts.append(len(asked))
    assert counts[0] == counts[1]
