"""Flows of this app; importing the package declares them all."""

from talents.flows import appointments

__all__ = ["appointments"]
