"""Import kinds of this app, found by the exchange's autodiscovery."""

from payroll import imports_insurance, imports_pay

__all__ = ["imports_insurance", "imports_pay"]
