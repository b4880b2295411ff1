"""Flows of supervision; importing the package declares them all."""

from supervision.flows import policies

__all__ = ["policies"]
