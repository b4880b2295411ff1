"""Finding a person by whatever an officer has at hand: name, pinyin, initials, certificate or whole identity number."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import In

from talents.models import Certificate, SocialWorker
from xmsw.audit.sealed import lookup_hash
from xmsw.identifiers import like_an_identity
from xmsw.pinyin import sort_key

LETTERS = re.compile(r"[a-z]+")
NUMBER = re.compile(r"(?=.*\d)[0-9a-z-]{4,40}", re.ASCII | re.IGNORECASE)
LONGEST = 60
HOLDERS = 20_000  # of a certificate prefix, looked up beforehand; more are met soon enough in the order of the list


def person_condition(text: str, prefix: str = "", *, identity: bool = False) -> Q:
    """The filter for people at `prefix` (``worker__``): the beginning of a name, of its pinyin (张三: zhangsan) or of
    its initials (zs); the beginning of a certificate number (four characters and more).

    `identity`: also a whole identity number, by its keyed hash, never a part of one. Only for what came by POST: a
    list's filters stand in an address. Numbers are looked up here, in one query of their own.
    """
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if like_an_identity(text):
        return Q(In(_OwnId(f"{prefix}name"), _numbered(text) if identity else []))
    letters = text.lower().replace(" ", "").replace("'", "")
    # What follows from the match is said too: lists are in the order of `pinyin`, so they can start at its place.
    if letters and LETTERS.fullmatch(letters):
        found = Q(**{f"{prefix}pinyin_joined__startswith": letters}) | Q(**{f"{prefix}initials__startswith": letters})
        return found & Q(**{f"{prefix}pinyin__startswith": letters[0]})
    if NUMBER.fullmatch(text):
        return Q(In(_OwnId(f"{prefix}name"), _holders(text.upper())))
    return Q(**{f"{prefix}name__startswith": text, f"{prefix}pinyin__startswith": sort_key(text)})


def by_person(rows: QuerySet, text: str) -> QuerySet:
    """The same as a filter of a list whose rows have a `worker`."""
    return rows.filter(person_condition(text, "worker__"))


def by_either(*paths: str) -> Callable[[QuerySet, str], QuerySet]:
    """The same where a row names several people, at `paths` (``supervisor``)."""

    def apply(rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(reduce(or_, (person_condition(text, f"{path}__") for path in paths)))

    return apply


class _OwnId(F):
    """The id in the person's own row, beside the field at the path. The ORM would put the list's foreign key in its
    place, and the planner then fetches every person named instead of walking the list in its order."""

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Col:
        """The column `id` of the row that the path leads to."""
        return Col(super().resolve_expression(*args, **kwargs).alias, SocialWorker._meta.pk)


# Ids first, then the list: as a condition of the list itself the planner reads the whole index of people.
def _numbered(text: str) -> list[int]:
    """Whoever has the number: the record itself, or the one it was merged into."""
    rows = SocialWorker.objects.filter(identity_hash=lookup_hash("".join(text.split())))
    return [kept or own for own, kept in rows.values_list("pk", "merged_into_id")]


def _holders(number: str) -> list[int] | QuerySet:
    """Holders of certificates that begin so: their ids, or the condition where they are too many to name."""
    rows = Certificate.objects.filter(number__startswith=number).values_list("worker_id", flat=True)
    found = list(rows[: HOLDERS + 1])
    return found if len(found) <= HOLDERS else rows
