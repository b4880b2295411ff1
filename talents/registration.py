"""How a certificate's registration stands on a day (民发〔2009〕44号): one definition for lists, reminders and one row.

The first registration is due within a year of the certificate; one lasts three years and is renewed in its last three
months (parameters). A lapsed registration voids nothing: the certificate stays held, the appointment stays in force.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Case, DateField, Exists, F, FilteredRelation, Func, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from posts.models import CertificateLevel
from talents.models import Certificate, Registration
from xmsw.dated import months_later
from xmsw.policy.parameters import Values, values_on


class Registered(models.TextChoices):
    NOT_DUE = "not_due", "未到首次登记期限"
    OVERDUE = "overdue", "首次登记逾期"
    VALID = "valid", "登记有效"
    RENEWABLE = "renewable", "可以再登记"
    LAPSED = "lapsed", "登记已失效"


TONES = {
    Registered.NOT_DUE: "secondary",
    Registered.OVERDUE: "yellow",
    Registered.VALID: "green",
    Registered.RENEWABLE: "blue",
    Registered.LAPSED: "yellow",
}


class MonthsAfter(Func):
    """The day so many months after the day of the expression."""

    output_field = DateField()
    template = "(%(expressions)s + make_interval(months => %(months)s))::date"


class YearsAfter(Func):
    """The day so many years (a second expression) after the day of the first."""

    output_field = DateField()
    template = "(%(expressions)s))::date"
    arg_joiner = " + make_interval(years => "


class DayAfter(Func):
    """The next day."""

    output_field = DateField()
    template = "(%(expressions)s + 1)"


def with_registration(rows: QuerySet[Certificate], on: date, values: Values | None = None) -> QuerySet[Certificate]:
    """Certificates held on the day with `since`, `until` (None: never registered), `due` and `registered`.

    `due`: the last day of the registration, or the last day for the first one. `registered`: a value of `Registered`.
    A renewal already recorded, that begins right after, makes it valid; it does not change `until` before it begins.
    `values`: parameters of the day, where the caller has read them.
    """
    values = values or values_on(on)
    of_it = Registration.objects.filter(certificate=OuterRef("pk"))
    later = of_it.filter(start__lte=on, start__gt=OuterRef("registration__start"))
    following = of_it.filter(start__gt=on, start__lte=DayAfter(OuterRef("registration__end")))
    first = MonthsAfter(F("issued_on"), months=int(values["first_registration_months"]))
    return (
        rows.held_on(on)
        .annotate(registration=FilteredRelation("registrations", condition=Q(registrations__start__lte=on)))
        .filter(~Exists(later))
        .annotate(
            since=F("registration__start"),
            until=F("registration__end"),
            due=Coalesce(F("registration__end"), first),
            followed=Exists(following),
        )
        .annotate(registered=_state(on, values))
    )


def _state(on: date, values: Values) -> Case:
    soon = months_later(on, int(values["renewal_window_months"]))
    return Case(
        When(until__isnull=True, due__lt=on, then=Value(Registered.OVERDUE)),
        When(until__isnull=True, then=Value(Registered.NOT_DUE)),
        When(until__lt=on, then=Value(Registered.LAPSED)),
        When(until__lt=soon, followed=False, then=Value(Registered.RENEWABLE)),
        default=Value(Registered.VALID),
        output_field=models.CharField(),
    )


def highest(rows: QuerySet[Certificate], on: date) -> QuerySet[Certificate]:
    """Of each person only the certificate that counts: the highest held on the day, the last one entered of equals."""
    higher = Certificate.objects.held_on(on).filter(worker=OuterRef("worker"))
    later = Q(level=OuterRef("level"), pk__gt=OuterRef("pk"))
    return rows.filter(~Exists(higher.filter(Q(level__gt=OuterRef("level")) | later)))


def last_day(start: date, on: date) -> date:
    """Last day of a registration that begins on `start`, as the parameter of the day says."""
    return months_later(start, 12 * int(values_on(on)["registration_years"])) - timedelta(days=1)


def impossible_exams(on: date) -> Q:
    """Certificates whose exam year could not have given them: before the examination began, or after the issue."""
    values = values_on(on)
    return (
        Q(exam_year__lt=int(values["exam_first_year"]))
        | Q(level=CertificateLevel.SENIOR, exam_year__lt=int(values["senior_exam_first_year"]))
        | Q(exam_year__gt=ExtractYear("issued_on"))
    )


def exam_problem(level: int, year: int | None, issued_on: date, on: date) -> str:
    """The same of one certificate, as a sentence; empty where nothing stands against the year."""
    values = values_on(on)
    if year is None:
        return ""
    if year > issued_on.year:
        return f"考试年份 {year} 晚于签发年份 {issued_on.year}。"
    first = int(values["senior_exam_first_year" if level == CertificateLevel.SENIOR else "exam_first_year"])
    return f"{CertificateLevel(level).label}考试 {first} 年才开始，{year} 年不可能考取。" if year < first else ""
