"""A page in the middle of a long list costs what the first one does: it reads along the key, whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from talents.models import SocialWorker
from tests.api.conftest import Caller, Calling
from tests.api.test_lists import unit
from tests.crowd import crowd

pytestmark = pytest.mark.django_db
PEOPLE, PAGE = 10_000, 500
READ = ("talents_socialworker", "talents_employment")


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _steps(each)


def _explained(sql: str) -> list[dict[str, Any]]:
    """The steps of a statement's plan, run."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    return list(_steps((json.loads(told) if isinstance(told, str) else told)[0]["Plan"]))


def _middle(caller: Caller, order: str) -> tuple[list[int], list[str]]:
    """Ids of a page in the middle, and the statements it took."""
    page = caller.get(f"workers?limit={PAGE}&order={order}").json()
    for _ in range(SocialWorker.objects.visible_to(caller.account).count() // PAGE // 2 - 1):
        page = caller.get(page["next"]).json()
    with CaptureQueriesContext(connection) as queries:
        page = caller.get(page["next"]).json()
    return [each["id"] for each in page["items"]], [each["sql"] for each in queries]


@pytest.mark.parametrize("region", ["3502", "350203"])
def test_a_page_in_the_middle_reads_along_the_key(calling: Calling, region: str):
    crowd(PEOPLE)
    caller = calling(unit(region=region))
    expected = list(SocialWorker.objects.visible_to(caller.account).order_by("pk").values_list("pk", flat=True))
    for order in ("id", "-id"):
        ids, statements = _middle(caller, order)
        at = expected.index(min(ids))
        assert sorted(ids) == expected[at : at + PAGE]
        assert len(statements) <= 3, "the token, the page, the access log"
        steps = _explained(next(sql for sql in statements if READ[0] in sql))
        assert not {"Sort", "Incremental Sort"} & {step["Node Type"] for step in steps}
        span = max(ids) - min(ids) + 1
        for step in (step for step in steps if step.get("Relation Name") in READ):
            assert step["Node Type"] in ("Index Scan", "Index Only Scan"), step
            assert step["Actual Rows"] * step["Actual Loops"] <= span * 1.2, step
