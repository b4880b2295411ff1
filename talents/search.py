"""Finding a person by whatever an officer has at hand: name, pinyin, initials, certificate or whole identity number."""

from __future__ import annotations

import re

from django.db.models import Q

from talents.models import Certificate
from xmsw.audit.sealed import lookup_hash

IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII | re.IGNORECASE)
LETTERS = re.compile(r"[a-z' ]+", re.ASCII | re.IGNORECASE)
NUMBER = re.compile(r"(?=.*\d)[0-9a-z-]{4,40}", re.ASCII | re.IGNORECASE)
LONGEST = 60


def person_condition(text: str, prefix: str = "") -> Q:
    """The filter for people at `prefix` (``worker__``): the beginning of a name, of its pinyin (张三: zhangsan) or of
    its initials (zs); the beginning of a certificate number (four characters and more); a whole identity number, by
    its keyed hash, never a part of one."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if IDENTITY.fullmatch(text):
        return Q(**{f"{prefix}identity_hash": lookup_hash(text)}) | _certificate(text, prefix)
    if LETTERS.fullmatch(text):
        syllables = text.lower().replace(" ", "").replace("'", "")
        return Q(**{f"{prefix}pinyin_joined__startswith": syllables}) | Q(
            **{f"{prefix}initials__startswith": syllables}
        )
    if NUMBER.fullmatch(text):
        return _certificate(text, prefix)
    return Q(**{f"{prefix}name__startswith": text})


def _certificate(number: str, prefix: str) -> Q:
    holders = Certificate.objects.filter(number__startswith=number.upper()).values("worker_id")
    return Q(**{f"{prefix}id__in": holders})
