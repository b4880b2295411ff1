"""Database constraints speak: the Chinese sentence a model declares for the constraint that a write broke."""

from __future__ import annotations

from django.apps import apps
from django.db import IntegrityError
from django.db.models.constraints import BaseConstraint


def sentence_of(error: IntegrityError) -> str:
    """The sentence of the broken constraint, or "" where none was written for it."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return _declared(constraint)
    return ""


def _declared(constraint: BaseConstraint) -> str:
    """Its own sentence, or "" where it has only Django's."""
    said = str(constraint.get_violation_error_message())
    return "" if said == constraint.default_violation_error_message % {"name": constraint.name} else said
