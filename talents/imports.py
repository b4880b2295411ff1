"""Import kinds of this app, found by the exchange's autodiscovery."""

from talents import imports_appointments, imports_learning, imports_staff

__all__ = ["imports_appointments", "imports_learning", "imports_staff"]
