"""Changes of state of this app, a module a subject. Views, imports, tasks and demo data go through them."""

from talents.actions.appointments import blocking_verdicts, file_appointment

__all__ = ["blocking_verdicts", "file_appointment"]
