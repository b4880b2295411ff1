"""A mirror follows changes while rows change, the web server and the worker die, and transactions commit late: at the
end it is the source, row by row and field by field. The mirror is the one that the documentation shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db.models import Q

from posts.models import Employer
from tests import builders as make
from tests.api.live_portal import LivePortal, example
from tests.api.test_lists import unit
from tests.api.upheaval import Upheaval
from tests.patience import until
from xmsw.accounts.models import User
from xmsw.api.asker import Asker
from xmsw.api.encoding import encoded
from xmsw.api.reading import Rows
from xmsw.api.resources import Resource, resources
from xmsw.clients import actions
from xmsw.clients.scopes import all_scopes
from xmsw.feed import tasks
from xmsw.feed.keeping import prune
from xmsw.feed.models import Change, Mark, Touched
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db(transaction=True)
client = example()
SEED = 317
KILLS = 3
MOST = 6_000


@dataclass
class Follower:
    """A client with its mirror: every resource that it may read and that tells its changes."""

    account: User
    portal: Any
    file: Path
    limit: int
    pages: int = 0
    came: int = 0
    tombstones: int = 0

    @property
    def followed(self) -> list[Resource]:
        return [each for each in resources() if each.mirrored and each.permits(self.account)]

    def pass_by(self) -> None:
        """Once through all resources; the mirror opens its file anew, as after a restart."""
        mirror = client.Mirror(self.portal, str(self.file), self.limit)
        keep = mirror._keep

        def counted(key: str, run: int, page: dict[str, Any]) -> None:
            keep(key, run, page)
            self.pages, self.came = self.pages + 1, self.came + len(page["items"])
            self.tombstones += sum("deleted" in each for each in page["items"])

        mirror._keep = counted
        for each in self.followed:
            mirror.follow(each.key)
        mirror.store.close()

    def go_on(self, stop: Event) -> None:
        """Follow until told to stop."""
        while not stop.wait(0.05):
            self.pass_by()

    def differences(self) -> list[str]:
        """Where copy and source are not the same."""
        asker = Asker(User.objects.get(pk=self.account.pk), frozenset(all_scopes()))
        mirror = client.Mirror(self.portal, str(self.file))
        found = []
        for each in self.followed:
            source = {row["id"]: row for row in told(Rows(each, asker, each.usual).stream(Q()))}
            copy = mirror.rows(each.key)
            found += [
                f"{each.key} {id}: source {source.get(id)}, copy {copy.get(id)}"
                for id in sorted(source.keys() | copy.keys())
                if source.get(id) != copy.get(id)
            ]
        return found

    def kept(self, key: str) -> int:
        """How many rows the copy has."""
        return len(client.Mirror(self.portal, str(self.file)).rows(key))


def told(rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as they travel."""
    return json.loads(encoded(list(rows)))


@pytest.fixture
def follower(admin: User, portal: LivePortal, tmp_path: Path) -> Callable[..., Follower]:
    """A client of a unit or an employer that follows with pages of `limit` rows."""

    def made(limit: int, unit: Any = None, employer: Any = None) -> Follower:
        label = f"镜像 {employer.name if employer else unit.pk}"
        terms = actions.Terms(label, list(all_scopes()), [], MOST)
        holder = {"employer": employer.name} if employer else {"unit": unit}
        opened, secret = actions.create(admin, terms, **holder)
        asking = client.Portal(portal.base, opened.client_id, secret, patience=60)
        return Follower(opened.account, asking, tmp_path / f"{opened.pk}.sqlite", limit)

    return made


def begin() -> Employer:
    """Something to change."""
    employers = [make.make_employer(kind, region=street) for kind in ("A01", "B01") for street in ("350203001",) * 3]
    for each in employers:
        for _ in range(3):
            worker, post = make.make_staff(each, level=1), make.make_post(each)
            make.make_appointment(worker, post)
    tasks.sequence()
    return employers[0]


def drained() -> bool:
    return not RecheckRequest.objects.exists() and not Touched.objects.exists()


def disturb(portal: LivePortal, followers: list[Follower], random: Random) -> None:
    """Kill the web server in the middle of their reading, and once the worker; start them again, as the supervisor
    does."""
    for number in range(KILLS + 1):
        await_pages(followers, random.randint(8, 20))
        if number == KILLS:
            return
        portal.kill("web")
        if number == 1:
            portal.kill("worker")
            portal.start_worker()
        sleep(random.uniform(0, 0.5))
        portal.start_web()


def await_pages(followers: list[Follower], more: int) -> None:
    """Until each has read so many more pages."""
    wanted = [each.pages + more for each in followers]
    until(lambda: all(each.pages >= pages for each, pages in zip(followers, wanted, strict=True)), "nobody reads")


def test_the_mirror_is_the_source_whatever_happens(portal: LivePortal, follower: Callable[..., Follower]):
    spared = begin()
    followers = [follower(25, unit(region="3502")), follower(7, unit()), follower(3, employer=spared)]
    writers = [Upheaval(SEED + number, spared.pk) for number in range(3)]
    portal.start_background()
    portal.start_web()
    quiet, full = Event(), Event()
    with ThreadPoolExecutor(len(followers) + len(writers)) as pool:
        following = [pool.submit(each.go_on, full) for each in followers]
        writing = [pool.submit(each.go_on, quiet) for each in writers[1:]]
        writing.append(pool.submit(writers[0].go_on_late, quiet))
        try:
            disturb(portal, followers, Random(SEED))
            quiet.set()
            changed = sum((each.result() for each in writing), start=Counter())
            until(drained, lambda: portal.log("worker"))
        finally:
            quiet.set()
            full.set()
        for each in following:
            each.result()
    portal.stop("beat", "worker")
    tasks.sequence()
    for each in followers:
        each.pass_by()
        assert each.differences() == []
    assert changed["committed late"] and changed.total() - changed["refused"] > 100, changed
    assert all(each.tombstones for each in followers[:2])
    assert followers[0].kept("posts") > followers[1].kept("posts") > 0


def test_who_was_away_too_long_reads_everything_anew_and_keeps_nothing_that_is_gone(
    portal: LivePortal, follower: Callable[..., Follower]
):
    begin()
    portal.start_web()
    away = follower(7, unit())
    away.pass_by()
    assert (before := away.kept("employers")) > 7
    gone = make.make_employer("A01", region="350203001")
    tasks.sequence()
    away.pass_by()
    assert away.kept("employers") == before + 1
    gone.delete()
    tasks.sequence()
    Change.objects.filter(live=False).update(changed_at="2020-01-01T00:00Z")
    assert prune() > 0 and Mark.objects.get().floor > 0
    away.pass_by()
    assert away.differences() == [] and away.kept("employers") == before
    assert away.tombstones == 0, "it was a full read that told"
