"""Rules of section 四."""

from supervision.rules import inspections

__all__ = ["inspections"]
