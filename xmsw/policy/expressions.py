"""Expressions over facts and dated parameters: written once, compiled to SQL for sets and evaluated for one subject.

>>> F.active_posts < P.community_min_posts
compiles to ``f.active_posts < %(p_community_min_posts)s`` and evaluates with a row of facts. NULL behaves as in SQL
on both sides: a comparison with an unknown is unknown, and an unknown condition does not hold.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Values = Mapping[str, Any]


class Expr:
    """Base of all expressions. Operators build bigger ones; `==` builds too, so never compare expressions."""

    def sql(self) -> str:
        """SQL over the alias `f` of a fact row and named parameters `%(p_code)s`."""
        raise NotImplementedError

    def value(self, facts: Values, params: Values) -> Any:
        """The same for one row in Python."""
        raise NotImplementedError

    def parts(self) -> tuple[Expr, ...]:
        return ()

    def walk(self) -> Iterator[Expr]:
        """The expression and everything in it, outermost first."""
        yield self
        for part in self.parts():
            yield from part.walk()

    def facts(self) -> set[str]:
        """Names of the facts it reads."""
        return {node.name for node in self.walk() if isinstance(node, Fact)}

    def params(self) -> set[str]:
        """Codes of the parameters it reads."""
        return {node.code for node in self.walk() if isinstance(node, Param)}

    def __lt__(self, other: Any) -> Expr:
        return Binary("<", operator.lt, self, lift(other))

    def __le__(self, other: Any) -> Expr:
        return Binary("<=", operator.le, self, lift(other))

    def __gt__(self, other: Any) -> Expr:
        return Binary(">", operator.gt, self, lift(other))

    def __ge__(self, other: Any) -> Expr:
        return Binary(">=", operator.ge, self, lift(other))

    def __eq__(self, other: Any) -> Expr:  # type: ignore[override]
        return Binary("=", operator.eq, self, lift(other))

    def __ne__(self, other: Any) -> Expr:  # type: ignore[override]
        return Binary("<>", operator.ne, self, lift(other))

    def __add__(self, other: Any) -> Expr:
        return Binary("+", operator.add, self, lift(other))

    def __sub__(self, other: Any) -> Expr:
        return Binary("-", operator.sub, self, lift(other))

    def __mul__(self, other: Any) -> Expr:
        return Binary("*", operator.mul, self, lift(other))

    def __and__(self, other: Any) -> Expr:
        return Logic("AND", self, lift(other))

    def __or__(self, other: Any) -> Expr:
        return Logic("OR", self, lift(other))

    def __invert__(self) -> Expr:
        return Not(self)

    def in_(self, *values: str | int) -> Expr:
        """One of a few literals (codes, never policy numbers)."""
        return In(self, tuple(values))

    def is_unknown(self) -> Expr:
        """The fact is not recorded (NULL)."""
        return Unknown(self)

    def __bool__(self) -> bool:
        raise TypeError("Expressions have no truth of their own: use & | ~ instead of and, or, not.")

    __hash__ = object.__hash__


@dataclass(frozen=True, eq=False, repr=False)
class Fact(Expr):
    name: str

    def sql(self) -> str:
        return f"f.{self.name}"

    def value(self, facts: Values, params: Values) -> Any:
        return facts[self.name]


@dataclass(frozen=True, eq=False, repr=False)
class Param(Expr):
    code: str

    def sql(self) -> str:
        return f"%(p_{self.code})s"

    def value(self, facts: Values, params: Values) -> Any:
        return params[self.code]


@dataclass(frozen=True, eq=False, repr=False)
class Literal(Expr):
    content: str | int | bool

    def sql(self) -> str:
        if isinstance(self.content, bool):
            return "TRUE" if self.content else "FALSE"
        if isinstance(self.content, int):
            return str(self.content)
        return "'" + self.content.replace("'", "''").replace("%", "%%") + "'"

    def value(self, facts: Values, params: Values) -> Any:
        return self.content


@dataclass(frozen=True, eq=False, repr=False)
class Binary(Expr):
    symbol: str
    apply: Callable[[Any, Any], Any]
    left: Expr
    right: Expr

    def parts(self) -> tuple[Expr, ...]:
        return self.left, self.right

    def sql(self) -> str:
        return f"({self.left.sql()} {self.symbol} {self.right.sql()})"

    def value(self, facts: Values, params: Values) -> Any:
        left, right = self.left.value(facts, params), self.right.value(facts, params)
        if left is None or right is None:
            return None
        return self.apply(_exact(left), _exact(right))


@dataclass(frozen=True, eq=False, repr=False)
class Logic(Expr):
    symbol: str
    left: Expr
    right: Expr

    def parts(self) -> tuple[Expr, ...]:
        return self.left, self.right

    def sql(self) -> str:
        return f"({self.left.sql()} {self.symbol} {self.right.sql()})"

    def value(self, facts: Values, params: Values) -> bool | None:
        both = self.left.value(facts, params), self.right.value(facts, params)
        deciding = self.symbol == "OR"
        if any(side is deciding for side in both):
            return deciding
        return None if None in both else not deciding


@dataclass(frozen=True, eq=False, repr=False)
class Not(Expr):
    inner: Expr

    def parts(self) -> tuple[Expr, ...]:
        return (self.inner,)

    def sql(self) -> str:
        return f"(NOT {self.inner.sql()})"

    def value(self, facts: Values, params: Values) -> bool | None:
        inner = self.inner.value(facts, params)
        return None if inner is None else not inner


@dataclass(frozen=True, eq=False, repr=False)
class In(Expr):
    inner: Expr
    options: tuple[str | int, ...]

    def parts(self) -> tuple[Expr, ...]:
        return (self.inner,)

    def sql(self) -> str:
        return f"({self.inner.sql()} IN ({', '.join(Literal(option).sql() for option in self.options)}))"

    def value(self, facts: Values, params: Values) -> bool | None:
        inner = self.inner.value(facts, params)
        return None if inner is None else inner in self.options


@dataclass(frozen=True, eq=False, repr=False)
class Unknown(Expr):
    inner: Expr

    def parts(self) -> tuple[Expr, ...]:
        return (self.inner,)

    def sql(self) -> str:
        return f"({self.inner.sql()} IS NULL)"

    def value(self, facts: Values, params: Values) -> bool:
        return self.inner.value(facts, params) is None


@dataclass(frozen=True, eq=False, repr=False)
class Either(Expr):
    """`chosen` where `condition` holds, else `otherwise`: a switch kept as a parameter."""

    condition: Expr
    chosen: Expr
    otherwise: Expr

    def parts(self) -> tuple[Expr, ...]:
        return self.condition, self.chosen, self.otherwise

    def sql(self) -> str:
        return f"(CASE WHEN {self.condition.sql()} THEN {self.chosen.sql()} ELSE {self.otherwise.sql()} END)"

    def value(self, facts: Values, params: Values) -> Any:
        branch = self.chosen if self.condition.value(facts, params) else self.otherwise
        return branch.value(facts, params)


class _Names:
    def __init__(self, make: Callable[[str], Expr]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Expr:
        return self._make(name)


F = _Names(Fact)
P = _Names(Param)


def lift(value: Any) -> Expr:
    """An expression as it is; a code or plain number becomes a literal."""
    return value if isinstance(value, Expr) else Literal(value)


def _exact(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value
