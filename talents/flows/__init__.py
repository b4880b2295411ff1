"""Flows of this app; importing the package declares them all."""

from talents.flows import appointments, learning

__all__ = ["appointments", "learning"]
