"""Peer groups (同类人员, 三(一)-3): the dimensions pay is grouped by, and which groups are published.

The full cube would have too few people in nearly every cell. Published are a few linked tables that share their
margins: whatever a table groups by may also be left out.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from payroll.models.standards import RungCode
from posts.models import CertificateLevel, Grade, Kind, Sector
from xmsw.identifiers import Sex


class Cell(NamedTuple):
    """A peer group. None means all of a dimension; rung "", grade 0 and sex "0" gather people that state none."""

    area: str
    sector: str | None = None
    kind: str | None = None
    level: int | None = None
    rung: str | None = None
    grade: int | None = None
    years: int | None = None
    sex: str | None = None


# An employer's kind lies in its sector and a rung in the level of its certificate: either is told together with that.
WITHIN = {"kind": "sector", "rung": "level"}
# Besides the area, which every table has. The widest groupings; `PATTERNS` has the narrower ones too.
TABLES = (
    ("sector", "level", "rung"),
    ("sector", "kind", "level"),
    ("sector", "grade"),
    ("sector", "level", "years"),
    ("sector", "sex"),
)
YEARS = (0, 3, 6, 10)  # the fewest full years of each band
NO_GRADE, NO_RUNG, NO_SEX = 0, "", Sex.UNKNOWN.value
RUNG_LEVELS = {
    RungCode.UNCERTIFIED: 0,
    RungCode.ASSISTANT_2: CertificateLevel.ASSISTANT,
    RungCode.ASSISTANT_1: CertificateLevel.ASSISTANT,
    RungCode.SOCIAL_WORKER_3: CertificateLevel.SOCIAL_WORKER,
    RungCode.SOCIAL_WORKER_2: CertificateLevel.SOCIAL_WORKER,
    RungCode.SOCIAL_WORKER_1: CertificateLevel.SOCIAL_WORKER,
    RungCode.SENIOR: CertificateLevel.SENIOR,
}


def _narrower(table: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The table's groupings with some dimensions left out; what lies within another never without that."""
    chosen = (kept for count in range(len(table) + 1) for kept in combinations(table, count))
    return [kept for kept in chosen if all(WITHIN.get(each) in (None, *kept) for each in kept)]


PATTERNS: tuple[tuple[str, ...], ...] = tuple(dict.fromkeys(each for table in TABLES for each in _narrower(table)))


def parts(dimensions: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the dimensions by which the grouping can be summed: nothing else among them lies within."""
    return tuple(each for each in dimensions if each not in {WITHIN.get(other) for other in dimensions})


PARTS = {frozenset(pattern): parts(pattern) for pattern in PATTERNS}


def dimensions_of(cell: Cell) -> frozenset[str]:
    """What the group is told by, besides the area."""
    return frozenset(name for name, value in zip(Cell._fields[1:], cell[1:], strict=True) if value is not None)


def years_label(band: int) -> str:
    """«3–5 年», «10 年以上»."""
    following = next((each for each in YEARS if each > band), None)
    return f"{band} 年以上" if following is None else f"{band}–{following - 1} 年"


LEVEL_LABELS = {0: "无证书", **dict(CertificateLevel.choices)}
_RUNGS = dict(RungCode.choices)
LABELS = {
    "sector": dict(Sector.choices),
    "kind": dict(Kind.choices),
    "level": LEVEL_LABELS,
    "rung": _RUNGS | {NO_RUNG: "未填档级"},
    "grade": dict(Grade.choices) | {NO_GRADE: "未填岗位等级"},
    "years": {band: years_label(band) for band in YEARS},
    "sex": {"2": "女", "1": "男", NO_SEX: "未填性别"},
}


def value_label(dimension: str, value: str | int) -> str:
    """A value of a dimension in words."""
    return LABELS[dimension].get(value) or (years_label(int(value)) if dimension == "years" else str(value))


def place_of(dimension: str, value: str | int | None) -> tuple[int, str]:
    """Where the value stands among those of its dimension; all of them come last."""
    known = list(LABELS[dimension])
    return (len(known) + 1 if value is None else known.index(value) if value in known else len(known)), str(value)


class Grouping(NamedTuple):
    """One way to divide the people of an area and sector (按什么分): what a row is told by."""

    label: str
    dimensions: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The dimensions that a row names; the rung says its level itself."""
        return tuple(each for each in self.dimensions if "rung" not in self.dimensions or each != "level")


HEADINGS = {
    "sector": "所属领域",
    "kind": "单位类别",
    "level": "证书等级",
    "rung": "薪酬档级",
    "grade": "岗位等级",
    "years": "工作年限",
    "sex": "性别",
}
GROUPINGS = {
    "rung": Grouping("薪酬档级", ("level", "rung")),
    "level": Grouping("证书等级", ("level",)),
    "kind": Grouping("单位类别", ("sector", "kind")),
    "kind-level": Grouping("单位类别和证书等级", ("sector", "kind", "level")),
    "grade": Grouping("岗位等级", ("grade",)),
    "years": Grouping("工作年限", ("years",)),
    "level-years": Grouping("证书等级和工作年限", ("level", "years")),
    "sex": Grouping("性别", ("sex",)),
}


def all_label(dimension: str) -> str:
    """«全部档级» and so on: every value together."""
    return f"全部{HEADINGS[dimension][2:] if dimension in ('sector', 'kind', 'rung', 'years') else HEADINGS[dimension]}"
