"""Bodies of writes: closed objects of strict fields. A number is no text, «1» is no number, an unknown name is told."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from xmsw.accounts.scope import visible
from xmsw.api.fields import WHOLE
from xmsw.api.problems import UNFIT


class Input(serializers.Serializer):
    """Base of all bodies."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Validated values; names that are not fields are refused."""
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({str(name)[:60]: ["没有这个字段"] for name in unknown[:20]})
        return super().to_internal_value(data)


def _whole(data: Any) -> int | None:
    """A JSON integer (1.0 is one, too), or None; texts and booleans are none."""
    if isinstance(data, float) and data.is_integer():
        return int(data)
    return data if isinstance(data, int) and not isinstance(data, bool) else None


class Text(serializers.CharField):
    """A JSON string, trimmed."""

    def to_internal_value(self, data: Any) -> str:
        """The text; numbers and booleans are not turned into one."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A JSON integer (RFC 8259: 1.0 is one, too); at most a bigint."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        options.setdefault("max_value", WHOLE)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        """The number; texts and booleans are refused."""
        found = _whole(data)
        if found is None:
            self.fail("invalid")
        return super().to_internal_value(found)


class Flag(serializers.BooleanField):
    """A JSON boolean."""

    def to_internal_value(self, data: Any) -> bool:
        """true or false and nothing like it."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Day(serializers.DateField):
    """A full-date of RFC 3339."""

    def to_internal_value(self, data: Any) -> date:
        """The day; only 2026-11-29 is one."""
        if not isinstance(data, str) or len(data) != 10:
            self.fail("invalid", format="2026-11-29")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,2})?$"})
class Money(serializers.DecimalField):
    """An exact amount in yuan, as a string: «5250.00»."""

    def __init__(self, **options: Any) -> None:
        options = {"max_digits": 14, "decimal_places": 2} | options
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        """The amount; JSON numbers are refused, they are not exact."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Code(serializers.ChoiceField):
    """One of the codes of a list, of the JSON type the codes have."""

    def to_internal_value(self, data: Any) -> Any:
        """The code; «1» does not stand for 1."""
        for each in self.choices:
            if type(each) is type(data) and each == data:
                return each
        self.fail("invalid_choice", input=str(data)[:60])


@extend_schema_field({"type": "integer", "format": "int64", "minimum": 1, "maximum": WHOLE})
class Visible(serializers.Field):
    """The id of an object that the account sees; the object in Python."""

    def __init__(self, model: type[models.Model], **options: Any) -> None:
        self.model = model
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> models.Model:
        """The object; one that is not there and one out of sight are told alike."""
        id = _whole(data)
        if id is None or not 0 < id <= WHOLE:
            raise serializers.ValidationError("应是编号（正整数）")
        found = visible(self.model, self.context["user"]).filter(pk=id).first()
        if found is None:
            label = self.model._meta.verbose_name
            raise serializers.ValidationError(f"没有编号为 {id} 的{label}，或它不在你的条线和地区内", code=UNFIT)
        return found

    def to_representation(self, value: Any) -> int:
        """The id."""
        return value.pk


@extend_schema_field({"type": "string", "format": "byte", "contentEncoding": "base64"})
class Contents(serializers.Field):
    """The bytes of a file as Base64 (RFC 4648)."""

    def __init__(self, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> bytes:
        """The bytes; at most `most` of them, told before they are unpacked."""
        if not isinstance(data, str):
            raise serializers.ValidationError("应是 Base64 编码的文件内容")
        if len(data) > (self.most + 2) // 3 * 4:
            raise serializers.ValidationError(f"文件超过 {self.most // 1_048_576} MB，请压缩或分开提交")
        try:
            return base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("不是合法的 Base64 编码") from None

    def to_representation(self, value: Any) -> str:
        """Base64."""
        return base64.b64encode(value).decode()


def valid(form: forms.ModelForm) -> Any:
    """The object, not stored, that a form of the browser makes of what was sent; its errors are those of the body."""
    if not form.is_valid():
        told = {"non_field_errors" if name == "__all__" else name: found for name, found in form.errors.items()}
        raise serializers.ValidationError({name: list(found) for name, found in told.items()}, code=UNFIT)
    return form.save(commit=False)
