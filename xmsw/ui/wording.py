"""The framework's own sentences about forms, in the portal's words: what to do, not what is violated.

A field's own `error_messages` still come first.
"""

from __future__ import annotations

from django.core import validators
from django.forms import fields, models

REQUIRED: dict[type[fields.Field], str] = {
    fields.Field: "请填写。",
    fields.BooleanField: "请勾选。",
    fields.ChoiceField: "请选择。",
    models.ModelChoiceField: "请选择。",
    fields.FileField: "请选文件。",
}
SAID: dict[type[validators.BaseValidator], str] = {
    validators.MinValueValidator: "要填 %(limit_value)s 或更大的数。",
    validators.MaxValueValidator: "要填 %(limit_value)s 或更小的数。",
    validators.MinLengthValidator: "至少 %(limit_value)d 个字，现在有 %(show_value)d 个。",
    validators.MaxLengthValidator: "最多 %(limit_value)d 个字，现在有 %(show_value)d 个。",
}


def reword() -> None:
    """Put the sentences into Django's classes. Fields copy theirs when they are made: call it before any is."""
    for field, sentence in REQUIRED.items():
        field.default_error_messages = {**field.default_error_messages, "required": sentence}
    for validator, sentence in SAID.items():
        validator.message = sentence
