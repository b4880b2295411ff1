"""Finding people: what a search and the list of people cost the database, against fifty people by their primary key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from statistics import median

from django.db import connection
from django.db.models import Count, QuerySet

from talents.models import Certificate, Employment, SocialWorker
from talents.search import person_condition
from talents.views.people import COUNTED, FOUND_LIMIT, ORDER, SEALED
from xmsw.accounts.models import User
from xmsw.ui.paging import PAGE_SIZE

RUNS = 7


def _common(field: str, *begins: str) -> list[str]:
    """The most frequent values of a field, and beginnings that people type."""
    counted = SocialWorker.objects.values_list(field).annotate(n=Count("pk")).order_by("-n")
    return [*counted.values_list(field, flat=True)[:3], *begins]


def _asked() -> dict[str, list[str]]:
    numbers = list(Certificate.objects.order_by("-pk").values_list("number", flat=True)[:2])
    somebody = Employment.objects.in_force(date.today()).select_related("worker").order_by("-pk")[:2]
    return {
        "name": _common("name", "张三"),
        "one character": ["王", "李", "张"],
        "pinyin": _common("pinyin_joined", "wang", "li", "zhangsan"),
        "initials": _common("initials", "zs", "ly"),
        "one letter": ["z", "l", "w"],
        "certificate": numbers,
        "certificate prefix": [number[:digits] for number in numbers for digits in (6, 8, 9)],
        "identity number": [each.worker.identity for each in somebody],
    }


def _cost(*asked: QuerySet) -> float:
    """Seconds to answer all of them, the middle of several runs; the rows are fetched as they come."""
    statements = [rows.query.sql_with_params() for rows in asked]
    times = []
    with connection.cursor() as cursor:
        for _ in range(RUNS):
            begun = time.perf_counter()
            for sql, parameters in statements:
                cursor.execute(sql, parameters)
                cursor.fetchall()
            times.append(time.perf_counter() - begun)
    return median(times)


def _search(user: User, text: str) -> float:
    people = SocialWorker.objects.visible_to(user).filter(person_condition(text, identity=True))
    return _cost(people.defer("identity", "phone").order_by("pinyin", "id")[: FOUND_LIMIT + 1])


def _list(user: User, text: str) -> float:
    rows = Employment.objects.visible_to(user).in_force(date.today())
    rows = rows.filter(person_condition(text, "worker__", identity=True))
    page = rows.select_related("worker", "employer").defer(*SEALED).order_by(*ORDER)[: PAGE_SIZE + 1]
    return _cost(page, rows.order_by().values("pk")[: COUNTED + 1])


def measure_finding() -> Iterator[str]:
    """Each way to ask, as a city and as a district officer: the dearest of several texts, as a ratio."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    first = list(SocialWorker.objects.order_by("-pk").values_list("pk", flat=True)[:PAGE_SIZE])
    page = _cost(SocialWorker.objects.filter(pk__in=first).defer("identity", "phone"))
    yield f"{SocialWorker.objects.count():,} people; {PAGE_SIZE} by primary key {page * 1000:.1f} ms"
    for user in User.objects.filter(username__in=("demo-city", "demo-siming")):
        for kind, texts in _asked().items():
            search, listed = (max(cost(user, text) for text in texts) for cost in (_search, _list))
            yield f"{user.username} {kind}: search {search / page:.0f} times a page, list {listed / page:.0f}"
