"""Kinds of import. The foundation knows no domain app: each app registers its kinds in an `imports` module.

SQL fragments of a kind read the temporary relation `incoming i`: one row a file row, with `row` (its number), every
column of the resource under its name (identity and phone as `_hash`, `_mask`, `_sealed`) and the kind's `working`
columns. They run with named arguments, so a literal % is written %%.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules

from xmsw.exchange.columns import Column, ImportResource

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Check:
    """Rows of `source` where `where` holds have a problem at `column`; `{}` in the message stands for `detail`."""

    column: str
    where: str
    message: str
    mend: str = "核对后重填"
    level: str = "error"
    source: str = "incoming i"
    detail: str = "''"


@dataclass(frozen=True)
class Found:
    """A problem that Python found in a row."""

    row: int
    column: str
    message: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """A table that a file writes to, one object a distinct `id` of `incoming`.

    id: working column that holds the object's id, NULL where it is new; key: expressions that are equal for rows of
    one new object; columns: table column → expression over `i`, compared and updated (NULL leaves the old value);
    follows: set together with them but never compared (may read the old row `t`);
    constants: set on insert only; defaults: for blank columns of a new object;
    feeds: which rows feed the table; updates: which rows may change an object that exists;
    within: condition over `t`, the object lies in what `prepare` shows the account (asked before it is taken out); it
    has no default, so that no kind forgets it.
    """

    table: str
    id: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    within: str
    follows: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    feeds: str = "TRUE"
    updates: str = "TRUE"


@dataclass(frozen=True)
class ImportKind:
    """One kind of file.

    prepare: fills temporary tables with what the user may see (`user` None: the console, everything);
    resolve: statements that find the rows' existing objects; extra: checks that need Python;
    confidential: the capability that opens files which others of the unit uploaded ("": whoever may import it).
    """

    key: str
    label: str
    capability: str
    resource: type[ImportResource]
    targets: tuple[Target, ...]
    working: Mapping[str, str]
    prepare: Callable[[User | None, Any], None]
    resolve: tuple[str, ...]
    checks: tuple[Check, ...]
    unique: tuple[str, ...]
    extra: Callable[[Any], Iterable[Found]] | None = None
    note: str = ""
    order: int = 50
    confidential: str = ""

    @property
    def columns(self) -> list[Column]:
        return self.resource.columns()

    @property
    def sensitive(self) -> bool:
        return any(column.sensitive for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def permitted(self, user: User) -> bool:
        """Whether the account may import this kind."""
        return user.can(self.capability)

    def opens(self, user: User) -> bool:
        """Whether the account may see what others uploaded."""
        return not self.confidential or user.can(self.confidential)


_kinds: dict[str, ImportKind] = {}


def register(kind: ImportKind) -> ImportKind:
    """Make a kind known; a second one of the same key is a programming error."""
    if kind.key in _kinds:
        raise ValueError(f"import kind {kind.key} is declared twice")
    names = {column.name for column in kind.columns}
    unknown = {check.column for check in kind.checks} - names
    if unknown:
        raise ValueError(f"checks of {kind.key} name unknown columns {sorted(unknown)}")
    _kinds[kind.key] = kind
    return kind


def autodiscover() -> None:
    """Import every app's `imports` module."""
    autodiscover_modules("imports")


def kinds() -> Iterator[ImportKind]:
    """All kinds in the order in which a newcomer needs them."""
    return iter(sorted(_kinds.values(), key=lambda kind: kind.order))


def permitted_kinds(user: User) -> list[ImportKind]:
    return [kind for kind in kinds() if kind.permitted(user)]


_binders: list[Callable[[User], list[int] | None]] = []


def bind(find: Callable[[User], list[int] | None]) -> None:
    """Let `find` tell the ids of what an account without a unit works for; None for accounts that sit on a unit."""
    _binders[:] = [find]


def bound_to(user: User) -> list[int] | None:
    """What an account without a unit works for (its batches go with that); None for accounts that sit on a unit."""
    return _binders[0](user) if _binders else None


def get(key: str) -> ImportKind:
    """The kind of that key; raises KeyError."""
    return _kinds[key]
