"""Filters that every list of employers offers: text, kind, place. They live in the address, so a list can be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.db.models.lookups import StartsWith
from django.http import HttpRequest

from posts.models import Kind
from xmsw.regions.areas import CITY_DIGITS, in_area, in_district
from xmsw.regions.models import Level, Region

MUST = (Kind.C01, Kind.C02)
NAMED = tuple(kind for kind in Kind.values if not kind.startswith("E"))  # what 二(一) and 二(二) name


# At the end of a code: there itself, and in none of the places below.
ITSELF = "-"


def place_choices(own: str) -> list[tuple[str, str]]:
    """For a filter by place: districts and streets inside an area, and what stands right under it."""
    rows = Region.objects.subtree(own).filter(level__in=(Level.DISTRICT, Level.STREET)).order_by("code")
    below = [(each.code, "　" * (each.level == Level.STREET) + each.name) for each in rows]
    upper = [(each.code + ITSELF, f"{each.name}直属") for each in rows if each.level == Level.DISTRICT]
    return [*below, *([(own + ITSELF, "市直属")] if len(own) == CITY_DIGITS else []), *upper]


def within(path: str) -> Callable[[QuerySet, str], QuerySet]:
    """What such a filter does to rows whose code of place stands at `path`."""

    def apply(rows: QuerySet, code: str) -> QuerySet:
        if code.endswith(ITSELF):
            return rows.filter(**{path: code.removesuffix(ITSELF)})
        return rows.filter(in_district(path, code))

    return apply


def text_condition(text: str, prefix: str = "") -> Q:
    """Name, pinyin (with or without blanks between syllables), credit code or community code."""
    text = " ".join(text.replace("\x00", "").split())[:60]
    found = Q(**{f"{prefix}name__contains": text})
    if text.isascii():
        syllables = Replace(F(f"{prefix}pinyin"), Value(" "), Value(""))
        found |= Q(StartsWith(syllables, text.lower().replace(" ", "")))
        found |= Q(**{f"{prefix}credit_code__startswith": text.upper()})
    if text.isdigit():
        found |= Q(**{f"{prefix}region__code__startswith": text})
    return found


@dataclass(frozen=True)
class EmployerFilter:
    """`q`, `kind` («must» = 应至少设 1 个岗位的两类, «all» or a code) and `area` (a region code) of a request."""

    text: str
    kind: str
    area: str
    own_area: str

    @classmethod
    def of(cls, request: HttpRequest, kind: str = "all") -> EmployerFilter:
        asked = request.GET.get("kind", kind)
        area = request.GET.get("area", "")
        return cls(
            text=request.GET.get("q", "").replace("\x00", "").strip(),
            kind=asked if asked in ("must", "named", "all", *Kind.values) else kind,
            area=area if area.isdigit() and len(area) <= 12 else "",
            own_area=getattr(request.user, "area_code", None) or "",
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds asked for; empty means all."""
        return {"must": MUST, "named": NAMED, "all": ()}.get(self.kind, (self.kind,))

    def apply(self, rows: QuerySet, prefix: str = "", region: str = "", kind: str = "") -> QuerySet:
        """Narrow rows whose employer lies at `prefix`; `region`, `kind` name own columns of the same content."""
        if self.area:
            own = in_district(f"{prefix}region__code", self.area)
            rows = rows.filter(in_area(region, self.area) if region else own)
        if self.kinds:
            rows = rows.filter(**{f"{kind or prefix + 'kind'}__in": self.kinds})
        return rows.filter(text_condition(self.text, prefix)) if self.text else rows

    def areas(self) -> list[dict[str, Any]]:
        """Places to choose from: those above the chosen one, itself, and the next lower ones."""
        chosen = self.area if self.area.startswith(self.own_area) else self.own_area
        if not chosen:
            return []
        upper = {chosen[:digits] for digits in (4, 6, 9) if len(self.own_area) <= digits <= len(chosen)}
        found = Region.objects.filter(Q(code__in=upper) | Q(parent_id=chosen[:9]) | Q(parent_id=chosen[:6], level=4))
        return [
            {"code": each.code, "name": "　" * max(0, each.level - 2) + each.name, "chosen": each.code == self.area}
            for each in found.filter(level__lte=4).order_by("code")
        ]

    def kind_options(self) -> list[dict[str, Any]]:
        """Kinds to choose from."""
        listed = [
            ("all", "全部类别"),
            ("named", "政策点名的单位"),
            ("must", "应至少设 1 个岗位（中心、城市社区）"),
            *Kind.choices,
        ]
        return [{"code": code, "name": name, "chosen": code == self.kind} for code, name in listed]
