"""Import kinds of this app, found by the exchange's autodiscovery."""

from talents import imports_appointments, imports_learning, imports_registrations, imports_staff, imports_supervision

__all__ = ["imports_appointments", "imports_learning", "imports_registrations", "imports_staff", "imports_supervision"]
