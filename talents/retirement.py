"""When a person reaches the legal retirement age, by the decision of 2024-09-13 (in force from 2025-01-01).

The age rises by a month for every few months of birth, up to a cap: men from 60 to 63 (a month for four), women from
55 to 58 (a month for four) or from 50 to 55 (a month for two). Which of the two holds for women in social-work posts is
the parameter `women_retire_as_workers`. A person of unknown sex is counted as a man: nobody is announced too early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Func
from django.db.models.expressions import Combinable

from xmsw.dated import months_later
from xmsw.identifiers import Sex
from xmsw.policy.parameters import Values


@dataclass(frozen=True)
class Schedule:
    """`age` in years before the delay; the first birth year that it meets (from January); months of birth for a month
    of delay; the longest delay in months."""

    age: int
    born: int
    step: int
    cap: int

    def months(self, birth: date) -> int:
        """Age in months at which somebody born that day may retire."""
        later = (birth.year - self.born) * 12 + birth.month - 1
        return self.age * 12 + min(self.cap, max(later + self.step, 0) // self.step)

    def sql(self, birth: str) -> str:
        """The same as SQL over a date expression."""
        year, month = f"EXTRACT(YEAR FROM {birth})::int", f"EXTRACT(MONTH FROM {birth})::int"
        later = f"({year} - {self.born}) * 12 + {month} - 1"
        return f"({self.age * 12} + LEAST({self.cap}, GREATEST({later} + {self.step}, 0) / {self.step}))"


# 附表 1 to 3 of the decision.
MEN = Schedule(age=60, born=1965, step=4, cap=36)
WOMEN = Schedule(age=55, born=1970, step=4, cap=36)
WOMEN_WORKERS = Schedule(age=50, born=1975, step=2, cap=60)


def schedule_of(sex: str, values: Values) -> Schedule:
    """The schedule that holds for a person of that sex in a social-work post."""
    if sex != Sex.FEMALE:
        return MEN
    return WOMEN_WORKERS if values["women_retire_as_workers"] else WOMEN


def retires_on(birth: date, sex: str, values: Values) -> date:
    """The day on which the person reaches the legal retirement age."""
    return months_later(birth, schedule_of(sex, values).months(birth))


def retires_on_sql(birth: str, sex: str, values: Values) -> str:
    """The same as SQL over a date and a sex expression."""
    women = WOMEN_WORKERS if values["women_retire_as_workers"] else WOMEN
    months = f"CASE WHEN {sex} = '{Sex.FEMALE.value}' THEN {women.sql(birth)} ELSE {MEN.sql(birth)} END"
    return f"({birth} + make_interval(months => {months}))::date"


class RetiresOn(Func):
    """The same as an expression of a query over `birth_date` and `sex` (paths or expressions)."""

    output_field = DateField()

    def __init__(self, birth: str | Combinable, sex: str | Combinable, values: Values) -> None:
        super().__init__(birth, sex)
        self.values = values

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list]:
        """Each path is compiled once for every place where it stands; paths have no parameters."""
        birth, sex = (compiler.compile(each)[0] for each in self.get_source_expressions())
        return retires_on_sql(birth, sex, self.values), []
