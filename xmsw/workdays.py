"""Working days by the Chinese calendar, days moved by the State Council (调休) included."""

from __future__ import annotations

from datetime import date

from holidays import China

_CALENDAR = China()


def is_working_day(day: date) -> bool:
    """Whether offices work: no weekend and no holiday, or a weekend day that is worked in exchange."""
    return _CALENDAR.is_working_day(day)


def last_of(days: int, after: date) -> date:
    """The last of so many working days after a day, which is not counted (民法典第二百零一条). ValueError below 1."""
    if days < 1:
        raise ValueError(f"{days} working days")
    return _CALENDAR.get_nth_working_day(after, days)


def arranged(year: int) -> bool:
    """Whether the State Council's arrangement of that year is known; until then 调休 may still move days."""
    return year in _CALENDAR.special_public_holidays
