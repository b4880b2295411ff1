"""Flows: who may move what from which state to which, declared beside the model it moves.

An app declares its flows in `flows.py`; `actions.move` performs a move, the desk and the review page read the same
declaration. A flow says nothing about rows an account may touch: that is `visible_to` of its model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.forms import Field
from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules


@dataclass(frozen=True)
class Decision:
    """What the person said: reasons from the flow's list and own words; `data` for what a move needs besides."""

    opinion: str = ""
    reasons: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Reasons and opinion as one text."""
        return "；".join([*self.reasons, *([self.opinion] if self.opinion else [])])


def _nothing(*_: Any) -> list[str]:
    return []


@dataclass(frozen=True)
class Move:
    """One move. Whoever has `capability` (any one of several) may make it on rows visible to him.

    explained: reasons or an opinion are required; bulk: may be made for many rows at once; apart: whoever made the
    last move (who submitted) may not make this one; takes_back: whoever handed it in takes it back, which decides
    nothing although the case waited; turn: why it is not the account's turn with this object
    (`user, object`), "" where it is; refuses: sentences that forbid it for the object as it is; effect: what changes
    along with the state (`user, object, decision`), before the object is saved; it may choose another state;
    consequences: sentences (`user, object`) that the review page shows once and has confirmed before the move is made;
    stays: afterwards the page of the object is shown and not the next case.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    capability: str | tuple[str, ...]
    tone: str = "primary"
    explained: bool = False
    bulk: bool = False
    apart: bool = False
    takes_back: bool = False
    turn: Callable[[Any, Any], str] = lambda user, case: ""
    refuses: Callable[[Any], Iterable[str]] = _nothing
    effect: Callable[[Any, Any, Decision], None] | None = None
    done: str = ""
    consequences: Callable[[Any, Any], list[str]] | None = None
    stays: bool = False

    def permits(self, user: Any) -> bool:
        """Whether the account may make this move on some row."""
        return any(map(user.can, (self.capability,) if isinstance(self.capability, str) else self.capability))

    @property
    def said(self) -> str:
        """«已批准»."""
        return self.done or f"已{self.label}"


@dataclass(frozen=True)
class Flow:
    """The moves of a model with a `state` field.

    waiting: states in which a case waits for an officer; reasons: usual reasons to send it back, under
    `reasons_label`; template and context: the case on the review page (`context(request, object)`); employer: id
    of the employer whose findings stand beside it; url: where the object is shown; concerns: for ids on a page of
    the desk, sentences an officer should read before approving them unseen; opens: whether the account, which sees
    the case, may also review it, and see and bring its files (whoever may make some move of the flow, unless told
    otherwise); brings: whether it may add files to the locked case as it stands, and take its own back; evidence:
    whether files on which a decision was made stay with the case; filed: what a file of that name, brought or taken
    away, changes in the locked case (`case, name`), or why it may not be (Refused); asks: further fields of
    the review page by name, each made anew; what was filled in is the decision's `data`.
    """

    key: str
    label: str
    model: type[models.Model]
    moves: tuple[Move, ...]
    waiting: tuple[str, ...]
    template: str
    url: Callable[[Any], str]
    employer: Callable[[Any], int | None]
    reasons: Sequence[str] = ()
    reasons_label: str = "退回的理由"
    context: Callable[[HttpRequest, Any], dict[str, Any]] = lambda request, case: {}
    concerns: Callable[[list[int]], dict[int, list[str]]] = lambda ids: {}
    select: tuple[str, ...] = ()
    opens: Callable[[Any, Any], bool] | None = None
    filed: Callable[[Any, str], None] = lambda case, name: None
    brings: Callable[[Any, Any], bool] = lambda user, case: True
    evidence: bool = True
    asks: Mapping[str, Callable[[], Field]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """To see a row is not to take part in it: many who see an employer have nothing to do with its cases."""
        if self.opens is None:
            object.__setattr__(self, "opens", lambda user, case: self.takes_part(user))

    def takes_part(self, user: Any) -> bool:
        """Whether the account may make some move of this flow on some row."""
        return any(move.permits(user) for move in self.moves)

    def move(self, name: str) -> Move:
        """The move of that name; raises KeyError."""
        for each in self.moves:
            if each.name == name:
                return each
        raise KeyError(name)

    def open_to(self, user: Any, case: Any) -> list[Move]:
        """Moves the account may make on this (visible) object now."""
        open_now = [each for each in self.moves if case.state in each.sources and each.permits(user)]
        return [each for each in open_now if not each.turn(user, case)]

    @property
    def decisions(self) -> list[Move]:
        """Moves out of a waiting state, but for those that take a case back."""
        return [each for each in self.moves if set(each.sources) & set(self.waiting) and not each.takes_back]

    def together(self, user: Any, state: str) -> Move | None:
        """The decision that the account may make for many cases in that state at once, if there is one."""
        fitting = (each for each in self.decisions if each.bulk and state in each.sources and each.permits(user))
        return next(fitting, None)

    @property
    def handing_in(self) -> set[str]:
        """States from which a case may be handed in: whoever brought a file may still take it back."""
        return set().union(*(each.sources for each in self.moves if each.target in self.waiting)) - set(self.waiting)

    @property
    def unsettled(self) -> set[str]:
        """States in which a case waits, or may still be handed in: its files may grow."""
        return set(self.waiting) | self.handing_in


_flows: dict[str, Flow] = {}


def flow(declared: Flow) -> Flow:
    """Register a flow; a second one of the same key is a programming error."""
    if declared.key in _flows:
        raise ValueError(f"flow {declared.key} is declared twice")
    _flows[declared.key] = declared
    return declared


def autodiscover() -> None:
    """Import every app's `flows` module."""
    autodiscover_modules("flows")


def flows() -> list[Flow]:
    """All flows, in the order of declaration."""
    return list(_flows.values())


def get(key: str) -> Flow:
    """The flow of that key; raises KeyError."""
    return _flows[key]


def decided_by(user: Any) -> list[Flow]:
    """Flows in which the account may decide what waits."""
    return [each for each in flows() if any(move.permits(user) for move in each.decisions)]
