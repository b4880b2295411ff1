"""How a change of state says no: one Chinese sentence for the person at the screen, and nothing is stored."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from xmsw.constraints import sentence_of


class Refused(ValidationError):
    """An action that a rule, a constraint or another person's act forbids; `sentence` says which and how to mend."""

    @property
    def sentence(self) -> str:
        return " ".join(self.messages)


class Overtaken(Refused):
    """Somebody else moved the case first."""


def refused_by_constraint(error: IntegrityError, otherwise: str = "与已有记录冲突，请刷新后重试。") -> Refused:
    """The refusal that a broken database constraint stands for."""
    return Refused(sentence_of(error) or otherwise)
