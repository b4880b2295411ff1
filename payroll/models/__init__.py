"""What people are paid, what the guidance says, and what their peers are paid."""

from payroll.models.benchmarks import Benchmark, FormerBenchmark, Publication, areas_open_to
from payroll.models.projects import PurchaseProject
from payroll.models.records import PayRecord, Performance
from payroll.models.standards import GuidanceRung, GuidanceStandard, RungCode

__all__ = [
    "Benchmark",
    "FormerBenchmark",
    "GuidanceRung",
    "GuidanceStandard",
    "PayRecord",
    "Performance",
    "Publication",
    "PurchaseProject",
    "RungCode",
    "areas_open_to",
]
