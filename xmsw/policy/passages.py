"""A document's text as paragraphs, with an anchor where each clause stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from xmsw.policy.models import Clause

CHAPTER = re.compile(r"^[一二三四五六七八九十]+、")
SECTION = re.compile(r"^（[一二三四五六七八九十]+）")


@dataclass(frozen=True)
class Passage:
    """One paragraph: tag `h2`, `h3` or `p`, and its escaped text with clause spans."""

    tag: str
    html: SafeString


def passages(text: str, clauses: Iterable[Clause]) -> list[Passage]:
    """Paragraphs in order; a clause's words are a `<span id="c…">`, spans of clauses inside one another nest."""
    marks = sorted(((each.start, -each.end, each) for each in clauses if each.start is not None), key=lambda m: m[:2])
    found = []
    position = 0
    for line in text.splitlines(keepends=True):
        end = position + len(line)
        inside = [each for start, _, each in marks if position <= start < end]
        words = line.strip()
        if words:
            found.append(Passage(_tag(words), _marked(text, position, end, inside)))
        position = end
    return found


def _tag(words: str) -> str:
    if CHAPTER.match(words):
        return "h2"
    return "h3" if SECTION.match(words) and len(words) < 40 else "p"


def _marked(text: str, start: int, end: int, clauses: list[Clause]) -> SafeString:
    """The line with spans; a span that would cross its surrounding one ends with it."""
    pieces: list[str] = []
    open_until: list[int] = []
    position = start
    for clause in clauses:
        position = _close(text, pieces, open_until, position, clause.start)
        pieces.append(escape(text[position : clause.start]))
        position = clause.start
        pieces.append(f'<span class="clause-span" id="{clause.slug}" title="{escape(clause.pk)}">')
        open_until.append(min(clause.end, open_until[-1] if open_until else end))
    position = _close(text, pieces, open_until, position, end)
    pieces.append(escape(text[position:end]))
    return mark_safe("".join(pieces).strip())


def _close(text: str, pieces: list[str], open_until: list[int], position: int, until: int) -> int:
    """Write up to and close every span that ends before `until`."""
    while open_until and open_until[-1] <= until:
        last = open_until.pop()
        pieces.append(escape(text[position:last]))
        pieces.append("</span>")
        position = max(position, last)
    return position
