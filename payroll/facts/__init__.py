"""Facts about pay, insurance and purchased services."""

from payroll.facts import pay, projects

__all__ = ["pay", "projects"]
