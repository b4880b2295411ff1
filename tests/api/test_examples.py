"""What docs/api.md shows is run as it stands there: with curl and a shell, against the portal's own web server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from oauth2_provider.models import AccessToken

from posts.models import FilingState, NeedAssessment
from tests import builders as make
from tests.api.live_portal import LivePortal, example
from tests.api.test_lists import unit
from xmsw.clients import actions
from xmsw.clients.models import ApiClient
from xmsw.clients.scopes import all_scopes
from xmsw.feed.sequencing import sequence_all

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = (settings.BASE_DIR / "docs" / "api.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
DAYS = {"2026-09-01": FilingState.FILED, "2025-09-01": FilingState.FILED}


def told(output: str) -> Any:
    return json.loads(output)


def a_write_that_was_sent_twice(output: str) -> bool:
    first, again = output[: len(output) // 2], output[len(output) // 2 :]
    return first == again and told(first)["headcount"] == 2


def one_of_two(output: str) -> bool:
    done, refused = told(output)["results"]
    return done["status"] == 201 and refused["status"] in (409, 422) and "problem" in refused


def no_changes_yet(output: str) -> bool:
    page = told(output)
    return page["items"] == [] and page["next"] is None and "changed_since=" in page["changes"]


# A part of the block → whether what it printed is right. Each block has one.
WANTED: dict[str, Callable[[str], bool]] = {
    "TOKEN=$(curl": lambda output: output == "",
    '"$BASE/api/v1/"': lambda output: {"employers", "posts"} <= {each["key"] for each in told(output)["items"]},
    "region_prefix=350203": lambda output: len(told(output)["items"]) == 2 and bool(told(output)["next"]),
    "counts?by=state": lambda output: told(output)["items"] == [{"state": "approved", "count": 3}],
    "If-None-Match": lambda output: output == "304\n",
    "posts/export": lambda output: (
        [set(json.loads(each)) for each in output.splitlines()] == [{"id", "code", "name", "state"}] * 3
    ),
    "the full read": no_changes_yet,
    "for TRY in first again": a_write_that_was_sent_twice,
    "If-Match: $ETAG": lambda output: told(output)["state"] == "filed",
    "bulk-$EMPLOYER": one_of_two,
    "state=nowhere": lambda output: told(output)["errors"][0]["parameter"] == "state",
    "-D -": lambda output: output.startswith("HTTP/1.1 200") and "RateLimit-Remaining: " in output,
    "xmsw_client.py": lambda output: re.search(r"^posts: 3 came, 3 kept$", output, re.MULTILINE) is not None,
}


@pytest.fixture
def opened(admin: Any, portal: LivePortal) -> tuple[ApiClient, str]:
    """A client of education in Siming with all scopes, on a portal that runs; some data to read and decide."""
    for _ in range(3):
        school = make.make_employer("B02")
        make.make_post(school)
        make.make_staff(school)
    waiting = {"employer": make.make_employer("B02"), "assessed_on": "2026-01-01", "headcount": 1}
    NeedAssessment.objects.create(**waiting, assessor="区教育局", basis="在校生", state=FilingState.SUBMITTED)
    sequence_all()
    portal.start_web()
    return actions.create(admin, actions.Terms("示例", list(all_scopes()), [], 6_000), unit=unit("education"))


def run(opened: tuple[ApiClient, str], portal: LivePortal, folder: Path) -> list[str]:
    """What each block printed; one shell runs them in order and stops at the first that fails."""
    (folder / "docs").symlink_to(settings.BASE_DIR / "docs")
    grouped = [f"{{\n{block}\n}} > {number}.out" for number, block in enumerate(BLOCKS)]
    client, secret = opened
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {"BASE": portal.base, "CLIENT_ID": client.client_id, "CLIENT_SECRET": secret, "PATH": path}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(grouped)],
        cwd=folder,
        env=given | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    printed = [(folder / f"{number}.out") for number in range(len(BLOCKS))]
    found = [each.read_text("utf-8") for each in printed if each.exists()]
    assert done.returncode == 0, f"{BLOCKS[len(found) - 1]}\n{found[-1]}\n{done.stderr}\n{portal.log('web')[-3000:]}"
    return found


def test_every_example_of_the_documentation_does_what_it_says(opened, portal: LivePortal, tmp_path: Path):
    for block, output in zip(BLOCKS, run(opened, portal, tmp_path), strict=True):
        (wanted,) = [check for part, check in WANTED.items() if part in block]
        assert wanted(output), f"{block}\nprinted\n{output}"
    assert len(BLOCKS) == len(WANTED)
    kept = {f"{each.assessed_on}": each.state for each in NeedAssessment.objects.all()}
    assert kept == DAYS | {"2026-01-01": FilingState.FILED}


def test_the_client_writes_once_however_often_the_server_dies(opened, portal: LivePortal):
    client, secret = opened
    module = example()
    asking = module.Portal(portal.base, client.client_id, secret, patience=90)
    employer = next(asking.rows("employers", kind="B02", limit=1))
    body = {"employer": employer["id"], "headcount": 3, "assessor": "区教育局", "basis": "在校生"}

    def write_each(days: list[str]) -> None:
        rows.extend(asking.write("/api/v1/need-assessments", body | {"assessed_on": day}) for day in days)

    rows: list[dict] = []
    days = [f"2025-{month:02d}-{day:02d}" for month in (1, 2, 3) for day in range(1, 21)]
    writing = Thread(target=write_each, args=[days])
    writing.start()
    for _ in range(2):
        sleep(0.4)
        portal.kill("web")
        portal.start_web()
    writing.join()
    assert [each["assessed_on"] for each in rows] == days
    assert NeedAssessment.objects.filter(headcount=3).count() == len(days) == len({each["id"] for each in rows})
    with pytest.raises(module.Refused) as refused:
        asking.write("/api/v1/need-assessments", body | {"assessed_on": days[0]})
    assert (refused.value.status, refused.value.code) == (409, "refused")


def test_a_token_that_was_ended_is_renewed_once_and_a_wrong_secret_is_told(opened, portal: LivePortal):
    client, secret = opened
    module = example()
    asking = module.Portal(portal.base, client.client_id, secret, patience=90)
    assert asking.get("/api/v1/posts")["items"]
    AccessToken.objects.filter(application=client).delete()
    assert asking.get("/api/v1/posts")["items"]
    assert AccessToken.objects.filter(application=client).count() == 1
    with pytest.raises(module.Refused) as refused:
        module.Portal(portal.base, client.client_id, "xmsw_wrong", patience=90).get("/api/v1/posts")
    assert (refused.value.status, refused.value.code) == (401, "invalid_client")


def test_the_client_waits_as_long_as_it_is_told_to(opened, portal: LivePortal, monkeypatch: pytest.MonkeyPatch):
    client, secret = opened
    module, waits = example(), []

    def waited(seconds: float) -> None:
        waits.append(seconds)
        ApiClient.objects.filter(pk=client.pk).update(rate=6_000)

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=monotonic, sleep=waited))
    asking = module.Portal(portal.base, client.client_id, secret, patience=90)
    for _ in range(3):
        ApiClient.objects.filter(pk=client.pk).update(rate=1)
        assert asking.get("/api/v1/posts")["items"]
    assert waits and all(1 <= each <= 61 for each in waits), "what Retry-After says: until the minute is over"
