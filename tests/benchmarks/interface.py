"""Reading 100,000 people through the REST interface, against a plain values query serialised by orjson."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from talents.models import SocialWorker
from tests import builders as make
from tests.benchmarks.apart import measured_apart
from tests.crowd import crowd
from xmsw.accounts.models import OrgUnit, User
from xmsw.api import resources
from xmsw.api.asking import MOST as PAGE
from xmsw.clients import actions
from xmsw.clients.models import MOST_A_MINUTE
from xmsw.feed.sequencing import sequence_all

PEOPLE = 100_000
RUNS = 5
ROOT = "/api/v1/"
SCOPES = ["workers:read", "workers:full"]


def _timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - begun, result


class _Caller:
    """A client with a token, over the whole stack of the portal from WSGI on."""

    def __init__(self, region: str) -> None:
        unit = OrgUnit.objects.get(bureau="civil_affairs", region_id=region, valid_to=None)
        terms = actions.Terms(f"测 {region}", SCOPES, [], MOST_A_MINUTE)
        client, secret = actions.create(make.make_user("system_admin"), terms, unit=unit)
        asked = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
        portal, form = Client(SERVER_NAME="localhost"), "application/x-www-form-urlencoded"
        token = portal.post(f"{ROOT}token", urlencode(asked), content_type=form).json()["access_token"]
        self.account: User = client.account
        self.portal = get_wsgi_application()
        self.requests = RequestFactory(headers={"Authorization": f"Bearer {token}"}, SERVER_NAME="localhost")

    def stream(self, address: str) -> Iterator[bytes]:
        """The parts of an answer; raises RuntimeError unless it is a 200."""
        told: list[str] = []
        answer = self.portal(self.requests.get(address).environ, lambda status, headers: told.append(status))
        if told != ["200 OK"]:
            raise RuntimeError(f"{address}: {told}")
        try:
            yield from answer
        finally:
            answer.close()

    def get(self, address: str) -> dict[str, Any]:
        """An answer as JSON."""
        return orjson.loads(b"".join(self.stream(address)))


def _best(*works: Callable[[], Any]) -> list[float]:
    """The least seconds of each in several runs, one after the other: what else the machine does hits all of them."""
    return [min(times) for times in zip(*([_timed(work)[0] for work in works] for _ in range(RUNS)), strict=True)]


def _listed(caller: _Caller) -> list[float]:
    """Seconds of each page until there is none."""
    address, times = f"{ROOT}workers?limit={PAGE}", []
    while address:
        seconds, body = _timed(lambda at=address: b"".join(caller.stream(at)))
        times.append(seconds)
        address = orjson.loads(body)["next"]
    return times


def _plain(user: User, after: int = 0) -> Any:
    """The same rows and columns by the same statement, as a view written for them alone would ask for."""
    paths = {each.name: each.path for each in resources.get("workers").usual}
    made = {f"_{name}": path for name, path in paths.items() if not isinstance(path, str)}
    names = [name for name in paths if isinstance(paths[name], str)]
    rows = SocialWorker.objects.visible_beyond(user, "gt", after).order_by("pk")
    return rows.annotate(**made).values(*(paths[name] for name in names), *made)


def _plain_in_pages(user: User) -> None:
    """By pages of the key; each page serialised."""
    after = 0
    while page := list(_plain(user, after)[:PAGE]):
        orjson.dumps(page)
        after = page[-1]["pk"]


def _plain_at_once(user: User) -> None:
    orjson.dumps(list(_plain(user)))


def _exported(caller: _Caller) -> tuple[int, int]:
    """Lines and bytes."""
    lines = size = 0
    for part in caller.stream(f"{ROOT}workers/export"):
        lines, size = lines + part.count(b"\n"), size + len(part)
    return lines, size


def _memory(line: str) -> float:
    """MB that Linux tells of this process: VmRSS now, VmHWM at most since the last `_forget_peak`."""
    found = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith(line))
    return int(found.split()[1]) / 1024


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _of_export(caller: _Caller) -> Iterator[str]:
    """Time and memory of an export; the caller reads and drops it part by part."""
    _forget_peak()
    before = _memory("VmRSS")
    lines, size = _exported(caller)
    peak = _memory("VmHWM")
    seconds, plain = _best(lambda: _exported(caller), lambda: _plain_at_once(caller.account))
    yield (
        f"export {lines:,} rows, {size / 1e6:.0f} MB in {seconds:.2f} s: {lines / seconds:,.0f} rows/s; "
        f"peak memory {peak:.0f} MB, {peak - before:.0f} more than before"
    )
    yield f"plain values at once {lines / plain:,.0f} rows/s; export to it {plain / seconds:.2f}"


def _of_list(caller: _Caller) -> Iterator[str]:
    runs: list[list[float]] = []
    user = caller.account
    works = lambda: runs.append(_listed(caller)), lambda: _plain_in_pages(user), lambda: _plain_at_once(user)
    whole, paged, plain = _best(*works)
    times = [min(each) for each in zip(*runs, strict=True)]
    tenth, rows = max(len(times) // 10, 1), _plain(user).count()
    assert len(times) == -(-rows // PAGE), "a list has all its rows"
    last = median(times[-tenth:]) / median(times[:tenth])
    first, middle = times[0] * 1000, times[len(times) // 2] * 1000
    yield f"{rows:,} rows in {len(times)} pages in {whole:.2f} s: {rows / whole:,.0f} rows/s"
    yield f"page first {first:.0f} ms, middle {middle:.0f}, last {times[-1] * 1000:.0f}; last tenth to first {last:.2f}"
    yield f"plain values in pages {rows / paged:,.0f} rows/s; interface to it {paged / whole:.2f}"
    yield f"plain values at once {rows / plain:,.0f} rows/s; interface to it {plain / whole:.2f}"


def _queries(caller: _Caller) -> Iterator[str]:
    following = caller.get(f"{ROOT}workers?limit={PAGE}")["next"]
    with CaptureQueriesContext(connection) as queries:
        caller.get(following)
    yield f"{len(queries)} queries a page"


def measurements() -> Iterator[str]:
    """As a city: everybody; as a district: whoever works there, about one in six."""
    seconds, _ = _timed(crowd, PEOPLE)
    sequence_all()
    yield f"{PEOPLE:,} people made in {seconds:.1f} s"
    city, district = _Caller("3502"), _Caller("350203")
    for who, caller, parts in (("city", city, (_of_export, _of_list)), ("district", district, (_of_list,))):
        for line in chain.from_iterable(part(caller) for part in (*parts, _queries)):
            yield f"{who}: {line}"


def measure_api() -> Iterator[str]:
    """All of it in a process and on a database of its own."""
    return measured_apart(__name__)
