"""Flows of this app; importing the package declares them all."""

from posts.flows import posts, registrations

__all__ = ["posts", "registrations"]
