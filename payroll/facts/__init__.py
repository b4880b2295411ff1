"""Facts about pay, insurance and purchased services."""

from payroll.facts import insurance, pay, projects

__all__ = ["insurance", "pay", "projects"]
