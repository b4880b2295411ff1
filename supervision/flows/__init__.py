"""Flows of supervision."""

from supervision.flows import inspections, rectification

__all__ = ["inspections", "rectification"]
