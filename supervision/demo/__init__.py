"""Invented supervision of Xiamen: duties and money, with some of it missing so that pages show what is left to do."""

from __future__ import annotations

from supervision.demo import duties, money
from xmsw.synthetic.plan import Plan

ORDER = 60


def load(plan: Plan) -> None:
    """Nothing in the bulk: registers hold few rows."""


def hand_in(plan: Plan) -> None:
    """Registers of the city and its districts."""
    if plan.nation or plan.bulk:
        return
    duties.hand_in(plan)
    money.hand_in(plan)
