"""Flows of this app; importing the package declares them all."""

from talents.flows import appointments, benefits, certificates, corrections, learning, stories

__all__ = ["appointments", "benefits", "certificates", "corrections", "learning", "stories"]
