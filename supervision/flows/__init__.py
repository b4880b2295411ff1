"""Flows of supervision; importing the package declares them all."""

from supervision.flows import inspections, policies, rectification

__all__ = ["inspections", "policies", "rectification"]
