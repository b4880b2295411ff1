"""Rules of 三(一) about pay, insurance and the costs of purchased services."""

from payroll.rules import insurance, pay, projects

__all__ = ["insurance", "pay", "projects"]
