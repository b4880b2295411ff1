"""What recalculation leaves behind: findings, facts of today, tallies, and the runs themselves."""

from supervision.models.agencies import FeeItem, MarketIncome, PolicyApplication, PreferentialPolicy
from supervision.models.duties import (
    Contact,
    DevelopmentPlan,
    GuidanceRecord,
    JointMeeting,
    MeetingTask,
    SupportingRule,
    YearlyTarget,
)
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
from supervision.models.money import BudgetEvaluation, BudgetItem, BudgetLine, PayIssue, SocialFunding, UpwardReport
from supervision.models.rectification import DeadlineChange, Escalation, OrderCounter, OrderItem, RectificationOrder
from supervision.models.runs import Run, Shard
from supervision.models.tallies import Tally
from supervision.models.years import ClauseTarget, ReportText, YearEnd, YearEndClause, YearEndFigure

__all__ = [
    "BudgetEvaluation",
    "BudgetItem",
    "BudgetLine",
    "ClauseTarget",
    "Contact",
    "DeadlineChange",
    "DevelopmentPlan",
    "EmployerFacts",
    "Escalation",
    "FeeItem",
    "Finding",
    "GuidanceRecord",
    "Inspection",
    "InspectionFrame",
    "InspectionItem",
    "InspectionUnit",
    "ItemRecord",
    "JointMeeting",
    "MarketIncome",
    "MeetingTask",
    "OrderCounter",
    "OrderItem",
    "PayIssue",
    "PolicyApplication",
    "PreferentialPolicy",
    "RectificationOrder",
    "ReportText",
    "Run",
    "Shard",
    "SocialFunding",
    "SupportingRule",
    "Tally",
    "UnitInspector",
    "UpwardReport",
    "YearEnd",
    "YearEndClause",
    "YearEndFigure",
    "YearlyTarget",
]
