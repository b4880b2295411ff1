"""Schemathesis against the running portal: no error of the portal, no answer that the contract does not know.

Every check that it has, with the token of every kind of client. What it generates follows from the seed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction

from tests.api.test_matrix import BASE, client_like
from tests.world import build
from xmsw.feed.sequencing import sequence_all

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = "2"  # generated calls of one kind per operation
# `make contract` asks for «coverage» instead, the boundary values of all parameters and bodies: 5,000 calls a client.
PHASES = os.environ.get("CONTRACT_PHASES", "examples,fuzzing")
# One of each kind that has a token: a city's, a district's, another bureau's, an employer's.
CLIENTS = os.environ.get("CONTRACT_CLIENTS", "city,siming,education,staff").split(",")
LONGEST = 3_600  # seconds


def test_what_is_answered_is_what_the_contract_says(live_server, tmp_path: Path):
    with transaction.atomic():
        world = build()
    sequence_all()
    refused = {}
    for role in CLIENTS:
        caller = client_like(world.users[role], world)
        done = _run(live_server.url, caller.headers["Authorization"], tmp_path)
        if done.returncode:
            refused[role] = (done.stdout.partition("= FAILURES =")[2] or done.stdout)[:6000] + done.stderr[-2000:]
    assert not refused, "\n".join(f"{role}\n{told}" for role, told in refused.items())


# A stale If-Match fits every schema and is answered 412, which the tool does not count among refusals by state.
SETTINGS = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx"]
"""


def _run(url: str, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}{BASE}openapi.json",
        *("--header", f"Authorization: {token}", "--checks", "all", "--phases", PHASES),
        *("--max-examples", EXAMPLES, "--seed", "317", "--workers", "2", "--max-failures", "5"),
        *("--no-color", "--warnings", "off"),
    ]
    (folder / "schemathesis.toml").write_text(SETTINGS)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST)
