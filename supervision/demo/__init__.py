"""Invented supervision of Xiamen, a module a part; some of it is missing, so that pages show what is left to do."""

from __future__ import annotations

from supervision.demo import duties, inspections, money, years
from supervision.escalation import escalate
from xmsw.synthetic.plan import DemoAccount, Plan

ORDER = 60
PARTS = (inspections, duties, money, years)


def load(plan: Plan) -> None:
    """Nothing before the accounts are there."""


def open_accounts(plan: Plan) -> None:
    """Accounts that a part needs."""
    if not plan.nation and not plan.bulk:
        for part in PARTS:
            if hasattr(part, "open_accounts"):
                part.open_accounts(plan)


def accounts() -> list[DemoAccount]:
    """Those that are there."""
    return [each for part in PARTS if hasattr(part, "accounts") for each in part.accounts()]


def hand_in(plan: Plan) -> None:
    """Each part's rows."""
    if not plan.nation and not plan.bulk:
        for part in PARTS:
            part.hand_in(plan)
        escalate(plan.today)


def finish(plan: Plan) -> None:
    """What needs everything to be there."""
    if not plan.nation and not plan.bulk:
        years.finish(plan)
