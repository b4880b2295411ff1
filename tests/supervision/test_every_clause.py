"""Every one of the 86 clauses leads to a screen of its own and shows a measured state."""

from __future__ import annotations

from datetime import date

import pytest

from supervision.runs import execute_here, start_run
from supervision.selectors.screens import SCREENS
from tests import builders as make
from xmsw.policy.models import Clause

pytestmark = pytest.mark.django_db


@pytest.fixture
def board(signed_in):
    """The rows of the board as the city's lead sees them, and the account's client."""
    run = start_run(day=date.today(), present=True, reason="request", dispatch=False)
    execute_here(run)
    client = signed_in(make.make_user("city_officer", region="3502"))
    return client, client.get("/supervision/clauses/").context["clauses"]


def test_no_clause_is_without_a_screen(board):
    client, rows = board
    assert len(rows) == 86
    assert set(SCREENS) == set(Clause.objects.values_list("pk", flat=True))
    assert [each["clause"].pk for each in rows if each["screen"] is None] == []
    answers = {each["clause"].pk: client.get(each["screen"].url).status_code for each in rows}
    assert {clause for clause, status in answers.items() if status != 200} == set()


def test_every_clause_shows_a_measured_state(board):
    _, rows = board
    assert [each["clause"].pk for each in rows if each["state"] == "no_rule"] == []
    assert [each["clause"].pk for each in rows if not each["rules"] and not each["measure"]] == []
