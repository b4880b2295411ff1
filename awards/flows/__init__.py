"""Flows of awards."""

from awards.flows import nomination, objection

__all__ = ["nomination", "objection"]
