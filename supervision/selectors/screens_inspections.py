"""Screens of the clauses on inspections and rectification, as arguments of `Screen`."""

from __future__ import annotations

from xmsw.accounts.roles import Capability

SCREENS_INSPECTIONS: dict[str, tuple] = {
    "四(三)-1": ("督促核查", "supervision:inspections", "", (Capability.PLAN_INSPECTIONS, Capability.INSPECT)),
    "四(三)-2": ("整改台账", "supervision:ledger", "", (Capability.VIEW_COMPLIANCE,)),
}
