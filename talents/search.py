"""Finding a person by whatever an officer has at hand: name, pinyin, initials, certificate or whole identity number."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet
from django.utils import timezone

from talents.models import Certificate, SocialWorker
from xmsw.audit.sealed import lookup_hash
from xmsw.identifiers import identity_problem
from xmsw.pinyin import sort_key
from xmsw.workflow.refusals import Refused

IDENTITY_LENGTH = 18
LETTERS = re.compile(r"[a-z]+")
NUMBER = re.compile(r"(?=.*\d)[0-9a-z-]{4,40}", re.ASCII | re.IGNORECASE)
LONGEST = 60
NOBODY = "没有找到这个姓名和号码的人。请核对姓名，和证书编号或 18 位身份证号。"


def person_condition(text: str, prefix: str = "") -> Q:
    """The filter for people at `prefix` (``worker__``): the beginning of a name, of its pinyin (张三: zhangsan) or of
    its initials (zs); the beginning of a certificate number (four characters and more); a whole identity number, by
    its keyed hash, never a part of one."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if len(text) == IDENTITY_LENGTH and identity_problem(text.upper(), timezone.localdate()) is None:
        return _numbered(lookup_hash(text), prefix)
    letters = text.lower().replace(" ", "").replace("'", "")
    # What follows from the match is said too: lists are in the order of `pinyin`, so they can start at its place.
    if letters and LETTERS.fullmatch(letters):
        found = Q(**{f"{prefix}pinyin_joined__startswith": letters}) | Q(**{f"{prefix}initials__startswith": letters})
        return found & Q(**{f"{prefix}pinyin__startswith": letters[0]})
    if NUMBER.fullmatch(text):
        return _certificate(text, prefix)
    return Q(**{f"{prefix}name__startswith": text, f"{prefix}pinyin__startswith": sort_key(text)})


def by_person(rows: QuerySet, text: str) -> QuerySet:
    """The same as a filter of a list whose rows have a `worker`."""
    return rows.filter(person_condition(text, "worker__"))


def person_named(name: str, number: str) -> SocialWorker:
    """A person anywhere by name and certificate number or whole identity number.

    Raises Refused with the same sentence whether the number or the name does not fit, so that nobody can ask who is
    known here.
    """
    number = number.strip().upper()
    people = SocialWorker.objects.filter(name=name.strip(), merged_into=None)
    found = people.filter(pk__in=Certificate.objects.filter(number=number).values("worker")).first()
    if found is None and len(number) == IDENTITY_LENGTH:
        found = people.filter(identity_hash=lookup_hash(number)).first()
    if found is None:
        raise Refused(NOBODY)
    return found


def _numbered(found: str, prefix: str) -> Q:
    """By the number of the record itself, or of one merged into it."""
    merged = SocialWorker.objects.filter(identity_hash=found, merged_into__isnull=False)
    return Q(**{f"{prefix}identity_hash": found}) | Q(**{f"{prefix}id__in": merged.values("merged_into_id")})


def _certificate(number: str, prefix: str) -> Q:
    holders = Certificate.objects.filter(number__startswith=number.upper()).values("worker_id")
    return Q(**{f"{prefix}id__in": holders})
