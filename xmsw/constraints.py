"""Database constraints speak: the Chinese sentence a model declares for the constraint that a write broke."""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError


def sentence_of(error: IntegrityError) -> str:
    """`violation_error_message` of the broken constraint, or "" where none was written for it."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            message = getattr(constraint, "violation_error_message", "")
            if constraint.name == name and message and message != constraint.default_violation_error_message:
                return str(message)
    return ""
