"""Screens of the clauses on inspections and rectification."""

from __future__ import annotations

from supervision.selectors.screen import Screen
from xmsw.accounts.roles import Capability

SCREENS_INSPECTIONS: dict[str, Screen] = {
    "四(三)-1": Screen("督促核查", "supervision:inspections", needs=(Capability.PLAN_INSPECTIONS, Capability.INSPECT)),
    "四(三)-2": Screen("整改台账", "supervision:ledger", needs=(Capability.VIEW_COMPLIANCE,)),
}
