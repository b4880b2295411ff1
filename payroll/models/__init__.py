"""What people are paid, what the guidance says, and what their peers are paid."""

from payroll.models.benchmarks import Benchmark, areas_open_to
from payroll.models.projects import PurchaseProject
from payroll.models.records import PayRecord, Performance
from payroll.models.standards import GuidanceRung, GuidanceStandard, RungCode

__all__ = [
    "Benchmark",
    "GuidanceRung",
    "GuidanceStandard",
    "PayRecord",
    "Performance",
    "PurchaseProject",
    "RungCode",
    "areas_open_to",
]
