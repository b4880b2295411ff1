"""Whether invented data is about: pages say so wherever it is."""

from __future__ import annotations

from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import FieldDoesNotExist
from django.db import models

KEY, KEPT_SECONDS = "ui:has-demo-data", 600


def has_demo_data() -> bool:
    """True when any model that marks rows as `synthetic` has such a row; asked once in ten minutes a process."""
    return cache.get_or_set(KEY, _look, KEPT_SECONDS)


def _look() -> bool:
    return any(model._default_manager.filter(synthetic=True).exists() for model in _marked())


def _marked() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if _has_mark(model)]


def _has_mark(model: type[models.Model]) -> bool:
    try:
        return isinstance(model._meta.get_field("synthetic"), models.BooleanField) and model._meta.managed
    except FieldDoesNotExist:
        return False
