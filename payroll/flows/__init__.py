"""Flows of pay: guidance standards and cost sheets."""

from payroll.flows import costs, standards

__all__ = ["costs", "standards"]
