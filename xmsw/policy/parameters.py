"""Values of parameters on a day. A missing value raises; it is never None."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from xmsw.policy.models import Parameter, ParameterValue


class ParameterMissing(LookupError):
    """A rule reads a parameter that has no value on the day."""


class Values(dict):
    """Parameter values by code; an unknown code raises `ParameterMissing` in a Chinese sentence."""

    def __init__(self, on: date, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.on = on

    def __missing__(self, code: str) -> Any:
        raise ParameterMissing(f"参数「{code}」在 {self.on:%Y-%m-%d} 没有值，请在「核查参数」里补上这一天的版本。")


def values_on(on: date) -> Values:
    """Every parameter in force on that day, one query; decimals as Decimal."""
    rows = ParameterValue.objects.in_force(on).values_list("parameter_id", "parameter__kind", "value")
    return Values(on, {code: _typed(kind, value) for code, kind, value in rows})


def _typed(kind: str, value: Any) -> Any:
    return Decimal(str(value)) if kind == Parameter.Kind.DECIMAL else value
