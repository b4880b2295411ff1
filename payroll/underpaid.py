"""What people are paid now, held against their guidance (三(一)-5): below-standard lists and the structure of pay.

The newest record of the last months, as a full-time month, as rule 31050 judges it; on any day.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Avg,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Left, Round

from payroll.benchmarking import months_back
from payroll.models import GUIDED_SECTORS, ISSUED, DistrictFloat, GuidanceRung, PayRecord
from payroll.models.records import COMPONENTS
from posts.models import Employer
from talents.models import Employment
from xmsw.dated import holds_on
from xmsw.policy.parameters import values_on

if TYPE_CHECKING:
    from xmsw.accounts.models import User

MONEY = DecimalField(max_digits=14, decimal_places=2)
RATE = DecimalField(max_digits=6, decimal_places=4)
_EMPLOYER = "employment__employer"


def paid(user: User, on: date) -> QuerySet[PayRecord]:
    """The newest record of the last months of everybody employed that day whose pay the account sees, 在编 left out.

    Adds `full_time`: yuan a month at full time.
    """
    recent = Q(period__lte=on, period__gt=months_back(on, values_on(on)["recent_pay_months"]))
    newer = PayRecord.objects.filter(recent, employment=OuterRef("employment"), period__gt=OuterRef("period"))
    held = holds_on(on, f"{_EMPLOYER}__start", f"{_EMPLOYER}__end")
    rows = PayRecord.objects.visible_to(user).filter(recent, ~Exists(newer), held, _in_force(on))
    rows = rows.filter(**{f"{_EMPLOYER}__state__in": Employer.COUNTED})
    rows = rows.exclude(employment__form=Employment.Form.ESTABLISHED)
    return rows.annotate(full_time=Round(F("total") / F("time_share"), 2, output_field=MONEY))


def _in_force(on: date) -> Q:
    return holds_on(on, "employment__start", "employment__end")


def _floor(on: date) -> Subquery:
    """The floor of the record's rung, sector and district."""
    own = DistrictFloat.objects.filter(
        holds_on(on), standard=OuterRef("standard"), district=OuterRef(OuterRef("place"))
    )
    annual = Round(Coalesce("amount", F("share") * F("standard__base_wage"), output_field=MONEY), 2)
    rate = Coalesce(Subquery(own.values("rate")[:1]), -F("standard__float_down"), output_field=RATE)
    rows = GuidanceRung.objects.filter(
        holds_on(on, "standard__start", "standard__end"),
        standard__state__in=ISSUED,
        standard__city=OuterRef("city"),
        standard__sector=OuterRef(f"{_EMPLOYER}__sector"),
        rung=OuterRef("rung"),
    )
    monthly = Round(annual * (Value(Decimal(1)) + rate) / Value(Decimal(12)), 2, output_field=MONEY)
    return Subquery(rows.values(floor=monthly)[:1], output_field=MONEY)


def guided(user: User, on: date) -> QuerySet[PayRecord]:
    """Those whom a standard covers, with `floor`."""
    rows = paid(user, on).filter(**{f"{_EMPLOYER}__sector__in": GUIDED_SECTORS}).exclude(rung="")
    region = f"{_EMPLOYER}__region_id"
    return rows.annotate(place=Left(region, 6), city=Left(region, 4)).annotate(floor=_floor(on)).exclude(floor=None)


def below(user: User, on: date) -> QuerySet[PayRecord]:
    """Those paid less than their floor, with `gap`: yuan a month at full time that are missing."""
    return guided(user, on).filter(full_time__lt=F("floor")).annotate(gap=F("floor") - F("full_time"))


def employers_below(user: User, on: date) -> QuerySet[Employer]:
    """Employers with somebody below, with `short` (people) and `missing` (yuan a month, by everybody's time share)."""
    rows = below(user, on).filter(**{_EMPLOYER: OuterRef("pk")}).order_by().values(_EMPLOYER)
    missing = Sum(Round(F("gap") * F("time_share"), 2, output_field=MONEY), output_field=MONEY)
    found = Employer.objects.visible_to(user).filter(sector__in=GUIDED_SECTORS)
    return found.annotate(
        short=Subquery(rows.values(n=Count("pk")), output_field=IntegerField()),
        missing=Subquery(rows.values(sum=missing), output_field=MONEY),
    ).filter(short__gt=0)


def structure(user: User, on: date, sector: str = "") -> list[dict[str, Any]]:
    """By rung: people, mean monthly pay in yuan and what share of it each component is; the last row is all of them."""
    rows = paid(user, on).filter(total__gt=0)
    rows = rows.filter(**{f"{_EMPLOYER}__sector": sector}) if sector else rows
    sums: dict[str, Any] = {name: Sum(name) for name in (*COMPONENTS, "total")}
    sums |= {"n": Count("pk"), "mean": Avg("full_time")}
    found = list(rows.order_by().values("rung").annotate(**{f"sum_{name}": each for name, each in sums.items()}))
    whole = rows.aggregate(**{f"sum_{name}": each for name, each in sums.items()})
    return [*found, {"rung": None, **whole}] if whole["sum_n"] else []
