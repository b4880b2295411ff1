"""What recalculation leaves behind: findings, facts of today, tallies, and the runs themselves."""

from supervision.models.facts import EmployerFacts
from supervision.models.findings import Finding
from supervision.models.runs import Run, Shard
from supervision.models.tallies import Tally

__all__ = ["EmployerFacts", "Finding", "Run", "Shard", "Tally"]
