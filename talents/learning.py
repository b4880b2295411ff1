"""Hours of continuing education (民发〔2009〕123号) in the registration period of a person's highest certificate.

The period runs from the last registration of that certificate up to the day it was registered until. A certificate
that was never registered is counted over its first years (parameter `registration_years`), and that is said. Hours
count when they were accepted and finished inside the period, up to the as-of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    DateField,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from posts.models import CertificateLevel
from talents.models import Attendance, Certificate, Registration
from talents.registration import highest
from xmsw.policy.parameters import Values, values_on

DAYS_IN_A_MONTH = Decimal("30.4375")
HOURS = DecimalField(max_digits=8, decimal_places=1)


class YearsLater(Func):
    """The last day of so many years that begin on the day of the expression."""

    output_field = DateField()
    template = "(%(expressions)s + make_interval(years => %(years)s) - INTERVAL '1 day')::date"


def plain(hours: Decimal | None) -> str:
    """Hours as text without needless digits: «72», «3.5»."""
    return "" if hours is None else f"{hours.normalize():f}"


@dataclass(frozen=True)
class Balance:
    """Hours done and missing of one person on a day. `registered`: the period is that of a registration."""

    worker_id: int
    level: int
    start: date
    end: date
    registered: bool
    done: Decimal
    needed: Decimal
    on: date

    @property
    def missing(self) -> Decimal:
        """Hours still missing, never below 0."""
        return max(self.needed - self.done, Decimal(0))

    @property
    def days_left(self) -> int:
        """Days until the period ends, 0 on its last day, negative afterwards."""
        return (self.end - self.on).days

    @property
    def over(self) -> bool:
        """The period has ended, so no more hours count for it."""
        return self.end < self.on

    @property
    def expected(self) -> Decimal:
        """Hours done by now at an even pace."""
        days = (self.end - self.start).days + 1
        gone = min(max((self.on - self.start).days + 1, 0), days)
        return self.needed * gone / days

    @property
    def behind(self) -> bool:
        """Fewer hours than an even pace would have given."""
        return self.done < self.expected

    @property
    def pace(self) -> Decimal | None:
        """Hours a month that make it in time; None when nothing is missing or the period is over."""
        if not self.missing or self.over:
            return None
        months = max(Decimal(self.days_left + 1) / DAYS_IN_A_MONTH, Decimal(1))
        return (self.missing / months).quantize(Decimal("0.1"))

    @property
    def share(self) -> int:
        """Per cent done, 100 at most."""
        return 100 if not self.needed else min(100, int(self.done * 100 / self.needed))


def needed_hours(level: int, values: Values) -> Decimal:
    """Hours of one period for a certificate level (民发〔2009〕123号)."""
    code = "continuing_hours_assistant" if level == CertificateLevel.ASSISTANT else "continuing_hours_others"
    return Decimal(values[code])


def counted_certificates(rows: QuerySet[Certificate], on: date) -> QuerySet[Certificate]:
    """Of each person the certificate that counts on the day, with its period and hours, in one statement.

    Adds `period_start`, `period_end`, `registered` (None where never), `done`, `needed`, `missing`.
    """
    values = values_on(on)
    later = Registration.objects.filter(
        certificate=OuterRef("pk"), start__lte=on, start__gt=OuterRef("registration__start")
    )
    first_years = YearsLater(F("issued_on"), years=int(values["registration_years"]))
    rows = rows.held_on(on).annotate(
        registration=FilteredRelation("registrations", condition=Q(registrations__start__lte=on))
    )
    return (
        highest(rows, on)
        .filter(~Exists(later))
        .annotate(
            registered=F("registration__start"),
            period_start=Coalesce(F("registration__start"), F("issued_on")),
            period_end=Coalesce(F("registration__end"), first_years),
            needed=_needed(values),
            on=Value(on, output_field=DateField()),
        )
        .annotate(done=Coalesce(_done(on), Value(Decimal(0)), output_field=HOURS))
        .annotate(missing=Greatest(F("needed") - F("done"), Value(Decimal(0)), output_field=HOURS))
    )


def _needed(values: Values) -> Case:
    junior = When(level=CertificateLevel.ASSISTANT, then=Value(needed_hours(CertificateLevel.ASSISTANT, values)))
    others = Value(needed_hours(CertificateLevel.SENIOR, values))
    return Case(junior, default=others, output_field=HOURS)


def _done(on: date) -> Subquery:
    hours = Attendance.objects.counted().filter(
        worker=OuterRef("worker"),
        on__gte=OuterRef("period_start"),
        on__lte=OuterRef("period_end"),
    )
    return Subquery(hours.filter(on__lte=on).order_by().values("worker").annotate(sum=Sum("hours")).values("sum"))


def balance_of(certificate: Certificate, on: date) -> Balance:
    """The balance of a row of `counted_certificates`."""
    return Balance(
        worker_id=certificate.worker_id,
        level=certificate.level,
        start=certificate.period_start,
        end=certificate.period_end,
        registered=certificate.registered is not None,
        done=certificate.done,
        needed=certificate.needed,
        on=on,
    )


def balances(workers: Iterable[int], on: date) -> dict[int, Balance]:
    """Balances of several people by their id, one statement; nobody without a certificate is in it."""
    rows = counted_certificates(Certificate.objects.filter(worker__in=list(workers)), on)
    return {row.worker_id: balance_of(row, on) for row in rows}


def balance(worker_id: int, on: date) -> Balance | None:
    """The balance of one person, None without a certificate."""
    return balances([worker_id], on).get(worker_id)
