"""What people are paid, what the guidance says, and what their peers are paid."""

from payroll.models.benchmarks import Benchmark, FormerBenchmark, Publication, areas_open_to
from payroll.models.costs import CostCategory, CostLine, CostSheet
from payroll.models.decisions import PayDecision
from payroll.models.insurance import ITEMS, ContributionTerms, InsuranceEnrolment, InsuranceMonth
from payroll.models.projects import PurchaseProject
from payroll.models.records import PayRecord, Performance
from payroll.models.standards import (
    GUIDED_SECTORS,
    ISSUED,
    DistrictFloat,
    EconomicIndicator,
    GuidanceRung,
    GuidanceStandard,
    RungCode,
    StandardReview,
)

__all__ = [
    "GUIDED_SECTORS",
    "ISSUED",
    "ITEMS",
    "Benchmark",
    "ContributionTerms",
    "CostCategory",
    "CostLine",
    "CostSheet",
    "DistrictFloat",
    "EconomicIndicator",
    "FormerBenchmark",
    "GuidanceRung",
    "GuidanceStandard",
    "InsuranceEnrolment",
    "InsuranceMonth",
    "PayDecision",
    "PayRecord",
    "Performance",
    "Publication",
    "PurchaseProject",
    "RungCode",
    "StandardReview",
    "areas_open_to",
]
