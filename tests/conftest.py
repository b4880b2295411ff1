"""Fixtures for all tests: reference data is part of every database; a worker and a browser where a test asks."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Divisions, bureaus, clauses, parameters and communities, once for the session and again after every commit."""
    from tests.clone import restored_after_commits

    with django_db_blocker.unblock():
        call_command("reference", verbosity=0)
        with restored_after_commits():
            yield


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: object) -> Iterator[object]:
    """The world of the role matrices, built once for a module's tests: what each changes in it is rolled back."""
    from django.db import transaction

    from tests.world import build
    from xmsw.feed.sequencing import sequence_all

    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        sequence_all()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world: object, db: None) -> object:
    """The world, within the test's own savepoint."""
    return shared_world


@pytest.fixture
def signed_in(client: Client) -> object:
    """`signed_in(user)` gives a client with that session."""

    def sign_in(user: object) -> Client:
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def live_worker(transactional_db: None, tmp_path: Path) -> Iterator[object]:
    """A running Celery worker (tests/live_worker.py) on this test's database; only committed rows reach it."""
    from tests.live_worker import LiveWorker, empty_broker

    empty_broker()
    worker = LiveWorker(tmp_path)
    try:
        yield worker.start()
    finally:
        worker.stop()


@pytest.fixture(scope="module")
def reachable_folders() -> Iterator[Path]:
    """A temporary folder of the module that PostgreSQL's own account can reach (pytest's are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="xmsw-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium, started once for the session."""
    from tests.browser import launched

    with launched() as running:
        yield running


@pytest.fixture
def context(browser: object, live_server: object) -> Iterator[object]:
    """A fresh browser profile whose pages start at the live server."""
    profile = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1366, "height": 900})
    profile.set_default_timeout(15_000)
    yield profile
    profile.close()


@pytest.fixture
def page(context: object) -> Iterator[object]:
    """An empty page; the test fails when a script, the CSP or the server complained meanwhile."""
    from tests.browser import Complaints

    complaints = Complaints()
    opened = context.new_page()
    complaints.listen(opened)
    yield opened
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page_as(page: object, context: object, live_server: object) -> Callable[[object], object]:
    """`page_as(user)` gives the page with that user's session."""
    from tests.browser import sign_in

    def enter(user: object) -> object:
        sign_in(context, user, live_server.url)
        return page

    return enter
