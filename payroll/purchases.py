"""养人→办事 (二(一)-6, 三(一)-7): what is spent on services bought in place of staff, beside what staff is paid.

By district of the buyer and year:
- the amount of a year is the contract's, by days: amount × days of the contract in the year ÷ its days, to the cent;
- pay is what institutions (事业单位) of the district reported for people outside the establishment (非在编);
- the share is what was spent on projects that replace staff ÷ (that + this pay).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DecimalField, F, Func, Q, Sum, Value
from django.db.models.functions import ExtractYear, Greatest, Least, Left, Round

from payroll.models import PayRecord, PurchaseProject
from posts.models import Sector
from talents.models import Employment
from xmsw.regions.models import Region

if TYPE_CHECKING:
    from xmsw.accounts.models import User

YEARS = 5
ZERO = Decimal(0)
_NUMBER = DecimalField(max_digits=24, decimal_places=10)


class _Days(Func):
    """Days of a difference of dates, the last one included."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s) / 86400 + 1)"
    output_field = _NUMBER


@dataclass
class Year:
    """One district (or all together) in one year; money in yuan."""

    projects: int = 0
    amount: Decimal = ZERO
    instead: int = 0
    instead_amount: Decimal = ZERO
    workers: int = 0
    pay: Decimal = ZERO

    @property
    def share(self) -> Decimal | None:
        """代替养人金额 ÷ (that + pay); None where neither is known."""
        whole = self.instead_amount + self.pay
        return self.instead_amount / whole if whole else None

    def add(self, other: Year) -> None:
        """Count another one in."""
        for name in ("projects", "amount", "instead", "instead_amount", "workers", "pay"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Place:
    """A district with its years."""

    code: str
    name: str
    years: dict[int, Year] = field(default_factory=dict)


def years_to(on: date) -> list[int]:
    """The last few years, the oldest first."""
    return list(range(on.year - YEARS + 1, on.year + 1))


def by_place(user: User, on: date) -> list[Place]:
    """Every district with projects or such pay in the account's area, by code. Three queries."""
    years = years_to(on)
    found: dict[str, dict[int, Year]] = {}
    for row in _projects(user, years):
        found[row["place"]] = {
            year: Year(**{name: row[f"{name}_{year}"] or ZERO for name in Year.__annotations__ if name != "pay"})
            for year in years
        }
    for row in _pay(user, years, on):
        place = found.setdefault(row["place"], {year: Year() for year in years})
        place[row["year"]].pay = row["pay"]
    names = dict(Region.objects.filter(pk__in=found).values_list("code", "name"))
    return [Place(code, names.get(code, code), found[code]) for code in sorted(found)]


def altogether(places: list[Place], year: int) -> Year:
    """All places of a year in one."""
    total = Year()
    for place in places:
        total.add(place.years[year])
    return total


def _projects(user: User, years: list[int]) -> Any:
    """One row a district: counts and amounts of each year, in one grouped scan."""
    columns: dict[str, Any] = {}
    for year in years:
        first, last = Value(date(year, 1, 1)), Value(date(year, 12, 31))
        here = Q(start__lte=last, end__gte=first)
        days = _Days(Least(F("end"), last) - Greatest(F("start"), first)) / _Days(F("end") - F("start"))
        amount = Round(F("amount") * days, 2, output_field=_NUMBER)
        columns |= {
            f"projects_{year}": Count("pk", filter=here),
            f"amount_{year}": Sum(amount, filter=here),
            f"instead_{year}": Count("pk", filter=here & Q(replaces_staff=True)),
            f"instead_amount_{year}": Sum(amount, filter=here & Q(replaces_staff=True)),
            f"workers_{year}": Sum("onsite_workers", filter=here & Q(replaces_staff=True)),
        }
    rows = PurchaseProject.objects.visible_to(user).order_by()
    return rows.values(place=Left("region_id", 6)).annotate(**columns)


def _pay(user: User, years: list[int], on: date) -> Any:
    """Pay of people outside the establishment of institutions, by district and year, up to the day."""
    rows = PayRecord.objects.visible_to(user).filter(
        employment__employer__sector=Sector.INSTITUTION, period__gte=date(years[0], 1, 1), period__lte=on
    )
    rows = rows.exclude(employment__form=Employment.Form.ESTABLISHED).order_by()
    return rows.values(place=Left("employment__employer__region_id", 6), year=ExtractYear("period")).annotate(
        pay=Sum("total")
    )
