"""What recalculation leaves behind: findings, facts of today, tallies, and the runs themselves."""

from supervision.models.facts import EmployerFacts
from supervision.models.findings import Finding
from supervision.models.inspections import (
    Inspection,
    InspectionFrame,
    InspectionItem,
    InspectionUnit,
    ItemRecord,
    UnitInspector,
)
from supervision.models.rectification import Escalation, OrderCounter, OrderItem, RectificationOrder
from supervision.models.runs import Run, Shard
from supervision.models.tallies import Tally

__all__ = [
    "EmployerFacts",
    "Escalation",
    "Finding",
    "Inspection",
    "InspectionFrame",
    "InspectionItem",
    "InspectionUnit",
    "ItemRecord",
    "OrderCounter",
    "OrderItem",
    "RectificationOrder",
    "Run",
    "Shard",
    "Tally",
    "UnitInspector",
]
