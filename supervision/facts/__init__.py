"""Facts of cities and districts that supervision adds."""

from supervision.facts import inspections

__all__ = ["inspections"]
