"""Flows of this app; importing the package declares them all."""

from posts.flows import needs, plans, posts, registrations

__all__ = ["needs", "plans", "posts", "registrations"]
