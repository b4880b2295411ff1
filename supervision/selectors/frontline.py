"""Frontline and stability (一-6): who sits in posts, who of them at the front, who left, who stayed.

People in posts are counted once each, in their main post. A leaver is somebody whose employment ended while sitting
in a post of that employer, and who did not begin there again the day after. Turnover = leavers of twelve months ÷ the
mean of the people at their beginning and at their end. Retention after n years: of those who began at an employer in
the twelve months that lie n years back, and held a post there, the share whom it still employed n years later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Left

from posts.models import Sector
from supervision.selectors.seats import below, digits_below, main_seats, of
from talents.models import Appointment, Employment
from talents.models.appointments import IN_FORCE_STATES
from xmsw.dated import holds_on, months_later

if TYPE_CHECKING:
    from xmsw.accounts.models import User

YEAR = 12
COHORTS = (1, 2, 3)
UNTOLD = "没有写原因"
_SEAT, _STAY = "post__employer", "employer"


@dataclass
class Stability:
    """Figures of a group. `people`, `frontline`: in posts on the day; `before`: in posts twelve months earlier;
    `leavers`: of the months between; `began`, `stayed`: by years of COHORTS.
    """

    people: int = 0
    frontline: int = 0
    before: int = 0
    leavers: int = 0
    began: dict[int, int] = field(default_factory=lambda: dict.fromkeys(COHORTS, 0))
    stayed: dict[int, int] = field(default_factory=lambda: dict.fromkeys(COHORTS, 0))

    @property
    def share(self) -> Decimal | None:
        """Frontline of all in posts; None without anybody."""
        return _ratio(self.frontline, self.people)

    @property
    def mean(self) -> Decimal:
        """People in posts, mean of beginning and end."""
        return Decimal(self.people + self.before) / 2

    @property
    def turnover(self) -> Decimal | None:
        """Leavers ÷ mean; None where nobody was in a post."""
        return _ratio(self.leavers, self.mean)

    def retention(self, years: int) -> Decimal | None:
        """Stayed ÷ began; None where nobody began."""
        return _ratio(self.stayed[years], self.began[years])

    def add(self, other: Stability) -> None:
        """Count a part in."""
        for name in ("people", "frontline", "before", "leavers"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for years in COHORTS:
            self.began[years] += other.began[years]
            self.stayed[years] += other.stayed[years]


def _ratio(part: int, whole: int | Decimal) -> Decimal | None:
    return Decimal(part) / whole if whole else None


def _less(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


@dataclass(frozen=True)
class Group:
    """A place or a sector on the day and one year before."""

    code: str
    label: str
    now: Stability
    before: Stability

    @property
    def share_change(self) -> Decimal | None:
        """Frontline share less that of the year before."""
        return _less(self.now.share, self.before.share)

    @property
    def turnover_change(self) -> Decimal | None:
        """Turnover less that of the year before."""
        return _less(self.now.turnover, self.before.turnover)


@dataclass(frozen=True)
class Frontline:
    """An area on a day. `since`: first day of its twelve months; `reasons`: (words, leavers, of the year before)."""

    area: str
    on: date
    since: date
    total: Group
    places: tuple[Group, ...]
    sectors: tuple[Group, ...]
    reasons: tuple[tuple[str, int, int], ...]


Cells = dict[tuple[str, str], Stability]


def frontline(user: User | None, area_code: str, on: date, sector: str = "") -> Frontline:
    """Figures by the places right below the area and by sector; ten queries whatever its size.

    `user` None: everybody in the area; else whom the account sees. `sector`: that one alone.
    """
    earlier = months_later(on, -YEAR)
    now, before = cells(user, area_code, on, sector), cells(user, area_code, earlier, sector)
    names = below(area_code)
    return Frontline(
        area_code,
        on,
        earlier,
        Group(area_code, "合计", total(now), total(before)),
        tuple(_groups(now, before, 0, names, area_code)),
        tuple(_groups(now, before, 1, dict(Sector.choices), "")),
        _reasons(user, area_code, on, sector),
    )


def _groups(now: Cells, before: Cells, key: int, names: dict[str, str], rest: str) -> Iterable[Group]:
    """The named ones in their order, then what belongs to none of them; sectors without anybody are left out."""
    found = [defaultdict(Stability), defaultdict(Stability)]
    for place, side in enumerate((now, before)):
        for at, each in side.items():
            found[place][at[key] if at[key] in names else rest].add(each)
    for code, label in {**names, rest: "直属"}.items():
        if (code in names and rest) or code in found[0] or code in found[1]:
            yield Group(code, label, found[0][code], found[1][code])


def total(found: Cells) -> Stability:
    """All cells together."""
    whole = Stability()
    for each in found.values():
        whole.add(each)
    return whole


def cells(user: User | None, area: str, on: date, sector: str = "") -> Cells:
    """Figures of the twelve months up to a day by (place right below, sector); four queries."""
    earlier = months_later(on, -YEAR)
    found: Cells = defaultdict(Stability)
    for at, of_sector, front, n in _grouped(
        _narrow(main_seats(on), user, area, _SEAT, sector), area, "post__frontline"
    ):
        one = found[at, of_sector]
        one.people += n
        one.frontline += n if front else 0
    for at, of_sector, n in _grouped(_narrow(main_seats(earlier), user, area, _SEAT, sector), area):
        found[at, of_sector].before += n
    for at, of_sector, n in _grouped(_narrow(leavers(on), user, area, _STAY, sector), area):
        found[at, of_sector].leavers += n
    _add_cohorts(found, _narrow(beginners(on), user, area, _STAY, sector), area)
    return found


def _add_cohorts(found: Cells, rows: QuerySet, area: str) -> None:
    for at, of_sector, years, stayed, n in _grouped(rows, area, "years", "stayed"):
        one = found[at, of_sector]
        one.began[years] += n
        one.stayed[years] += n if stayed else 0


def _narrow(rows: QuerySet, user: User | None, area: str, path: str, sector: str) -> QuerySet:
    rows = of(rows, user, f"{path}__region__code", area).annotate(
        at=F(f"{path}__region__code"), sector=F(f"{path}__sector")
    )
    return rows.filter(sector=sector) if sector else rows


def _grouped(rows: QuerySet, area: str, *more: str) -> QuerySet:
    digits = digits_below(area)
    placed = rows.order_by().annotate(place=Left("at", digits))
    return placed.values_list("place", "sector", *more).annotate(n=Count("pk"))


def leavers(on: date) -> QuerySet[Employment]:
    """Employments whose last day lies in the twelve months before `on`; who leaves on the day is still there."""
    sat = Appointment.objects.filter(
        holds_on(OuterRef("end")),
        worker=OuterRef("worker"),
        post__employer=OuterRef("employer"),
        state__in=IN_FORCE_STATES,
    )
    again = _same_employer().filter(start=_day_off("end", "+ 1"))
    ended = Employment.objects.filter(end__gte=months_later(on, -YEAR), end__lt=on)
    return ended.filter(Exists(sat), ~Exists(again))


def beginners(on: date) -> QuerySet[Employment]:
    """Employments begun in the last twelve months of each of COHORTS years back, with `years` and `stayed`."""
    first, last = months_later(on, -YEAR * (COHORTS[-1] + 1)), months_later(on, -YEAR)
    rows = Employment.objects.filter(start__gt=first, start__lte=last)
    seated = Appointment.objects.filter(
        Q(end__isnull=True) | Q(end__gte=OuterRef("start")),
        worker=OuterRef("worker"),
        post__employer=OuterRef("employer"),
        state__in=IN_FORCE_STATES,
        start__lte=on,
    )
    went_on = _same_employer().filter(end=_day_off("start", "- 1"))
    return _with_stay(rows.filter(Exists(seated), ~Exists(went_on)), on)


def _with_stay(rows: QuerySet[Employment], on: date) -> QuerySet[Employment]:
    cohorts = [When(start__gt=months_later(on, -YEAR * (years + 1)), then=Value(years)) for years in COHORTS]
    rows = rows.annotate(years=Case(*cohorts, output_field=IntegerField()))
    interval = Func(OuterRef("years"), template="make_interval(years => %(expressions)s)", output_field=DurationField())
    then = ExpressionWrapper(OuterRef("start") + interval, output_field=DateTimeField())
    still = _same_employer().filter(Q(end__isnull=True) | Q(end__gte=then), start__lte=then)
    return rows.annotate(stayed=Exists(still))


def _same_employer() -> QuerySet[Employment]:
    return Employment.objects.filter(worker=OuterRef("worker"), employer=OuterRef("employer"))


def _day_off(name: str, by: str) -> Func:
    """The day before or after a date of the outer row."""
    return Func(OuterRef(name), template=f"(%(expressions)s {by})", output_field=DateField())


def _reasons(user: User | None, area: str, on: date, sector: str) -> tuple[tuple[str, int, int], ...]:
    """Words of the leaving as they were entered, the most frequent first; two queries."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, day in enumerate((on, months_later(on, -YEAR))):
        rows = _narrow(leavers(day), user, area, _STAY, sector).order_by()
        for words, n in rows.values_list("end_reason").annotate(n=Count("pk")):
            counts[words.strip() or UNTOLD][place] += n
    return tuple(sorted(((words, *n) for words, n in counts.items()), key=lambda each: (-each[1], -each[2], each[0])))
