"""Facts about pay, insurance and purchased services."""

from payroll.facts import pay

__all__ = ["pay"]
