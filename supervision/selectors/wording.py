"""Rules read aloud: expressions as Chinese sentences, with the labels of facts and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posts.models import Kind, Sector
from xmsw.policy import expressions as e
from xmsw.policy import facts
from xmsw.policy.rules import EVERY, Rule

COMMON = {"kind": "单位类别", "sector": "领域", "bureau": "主管部门", "street": "街道"}
CODES = {"kind": dict(Kind.choices), "sector": dict(Sector.choices)}
SIGNS = {
    "<": "小于",
    "<=": "不超过",
    ">": "大于",
    ">=": "不小于",
    "=": "等于",
    "<>": "不等于",
    "*": "×",
    "+": "＋",
    "-": "－",
}


class Reader:
    """Reads the expressions of one rule; `names` are parameter names by code."""

    def __init__(self, rule: Rule, names: Mapping[str, str]) -> None:
        self.facts = facts.get(rule.subject).all_facts()
        self.names = {"today": "核算日期", **names}

    def read(self, expression: e.Expr) -> str:
        if expression is EVERY:
            return "全部"
        return self._readers()[type(expression)](expression)

    def _readers(self) -> dict[type, Callable[[Any], str]]:
        return {
            e.Fact: lambda x: self._fact(x.name),
            e.Param: lambda x: f"「{self.names.get(x.code, x.code)}」",
            e.Literal: lambda x: (
                {True: "总是", False: "从不"}.get(x.content, str(x.content))
                if isinstance(x.content, bool)
                else str(x.content)
            ),
            e.Binary: lambda x: f"{self.read(x.left)}{SIGNS[x.symbol]}{self._value(x.left, x.right)}",
            e.Logic: lambda x: f"（{self.read(x.left)}）{'且' if x.symbol == 'AND' else '或'}（{self.read(x.right)}）",
            e.Not: self._not,
            e.In: self._in,
            e.Unknown: lambda x: f"没有记录{self.read(x.inner)}",
            e.Either: self._either,
        }

    def _fact(self, name: str) -> str:
        return self.facts[name].label if name in self.facts else COMMON.get(name, name)

    def _choice(self, expression: e.Expr, code: Any) -> str:
        if not isinstance(expression, e.Fact):
            return str(code)
        known = CODES.get(expression.name) or (
            self.facts[expression.name].choices if expression.name in self.facts else None
        )
        return str((known or {}).get(code, code))

    def _value(self, left: e.Expr, right: e.Expr) -> str:
        return self._choice(left, right.content) if isinstance(right, e.Literal) else self.read(right)

    def _in(self, expression: e.In) -> str:
        options = "、".join(self._choice(expression.inner, each) for each in expression.options)
        return f"{self.read(expression.inner)}为{options}"

    def _not(self, expression: e.Not) -> str:
        if isinstance(expression.inner, e.Unknown):
            return f"有{self.read(expression.inner.inner)}的记录"
        return (
            f"没有{self.read(expression.inner)}"
            if isinstance(expression.inner, e.Fact)
            else f"不是（{self.read(expression.inner)}）"
        )

    def _either(self, expression: e.Either) -> str:
        chosen, otherwise = self.read(expression.chosen), self.read(expression.otherwise)
        return (
            chosen if chosen == otherwise else f"（{self.read(expression.condition)}时取{chosen}，否则取{otherwise}）"
        )
