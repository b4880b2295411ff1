"""The demonstration city shows every situation of every rule: whoever learns the portal from it meets them all."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.cache import cache
from django.core.management import call_command

from supervision.models import Finding, ItemRecord, RectificationOrder
from supervision.runs import execute_here, start_run
from supervision.selectors.clauses import clause_counts
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import rules_of_employers
from xmsw.ui.demo import KEY
from xmsw.workflow.models import Step, Waiting


@pytest.mark.django_db
def test_every_outcome_of_every_rule_occurs():
    call_command("demo", "--json", stdout=io.StringIO())
    execute_here(start_run(day=date.today(), present=True, reason="request", dispatch=False))
    counted = clause_counts(None)
    missing = [
        f"{rule.code}: {outcome.code}"
        for rule in rules_of_employers()
        for outcome in rule.outcomes()
        if not counted.get(rule.number, {}).get(outcome.code)
    ]
    assert missing == []
    for rule in rules_of_employers():
        for outcome in rule.outcomes() - {Outcome.MET}:
            assert Finding.objects.open().filter(rule=rule.number, outcome=outcome).exists(), rule.code
    assert Waiting.objects.filter(flow="post").exists(), "a desk is not empty"
    for order in RectificationOrder.objects.all():
        assert Step.objects.of("rectification", order.pk).first().to_state == order.state, "each order has its way"
        assert (order.unit is None) == ("现场核查" not in order.text)
    assert not [each for each in ItemRecord.objects.select_related("item") if each.doubt]
    cache.delete(KEY)
