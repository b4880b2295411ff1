"""One person's pay held against the guidance standard (三(一)-5), as rule 31050 judges it, on any day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from payroll.benchmarking import months_back
from payroll.guidance import Band, bands, standard_on
from payroll.models import GUIDED_SECTORS, GuidanceStandard, PayRecord
from payroll.models.standards import CENT
from payroll.place import ESTABLISHED
from talents.models import Employment
from xmsw.dated import holds_on
from xmsw.policy.parameters import values_on


@dataclass(frozen=True)
class Held:
    """The newest record of an employment against its floor.

    Without a `band` nothing is compared, and `reason` says why; `standard` is the version in force all the same.
    """

    record: PayRecord
    reason: str = ""
    band: Band | None = None
    standard: GuidanceStandard | None = None

    @property
    def full_time(self) -> Decimal:
        """Yuan a month as at full time, to the cent, half up."""
        return (self.record.total / self.record.time_share).quantize(CENT, ROUND_HALF_UP)

    @property
    def missing(self) -> Decimal:
        """Yuan a month below the floor; zero where it is reached."""
        return self.band.missing(self.full_time) if self.band else Decimal(0)

    def calculator(self, on: date) -> str:
        """Address of the public calculator with these figures filled in."""
        employer = self.record.employment.employer
        given = {"sector": employer.sector, "district": employer.region_id[:6], "rung": self.record.rung}
        given |= {"pay": f"{self.record.total:.2f}", "time_share": f"{self.record.time_share.normalize():f}"}
        return f"{reverse('standards:calculator')}?{urlencode(given | {'on': f'{on:%Y-%m-%d}'})}"


def held(rows: QuerySet[PayRecord], on: date) -> list[Held]:
    """The newest recent record of each employment in force that day. `rows`: those of one person that are visible."""
    recent = Q(period__lte=on, period__gt=months_back(on, values_on(on)["recent_pay_months"]))
    found = rows.filter(recent, holds_on(on, "employment__start", "employment__end"))
    newest = found.order_by("employment", "-period").distinct("employment")
    return _judged(newest.select_related("employment__employer"), on)


def _judged(records: Iterable[PayRecord], on: date) -> list[Held]:
    return [_of(each, on) for each in records]


def _of(record: PayRecord, on: date) -> Held:
    employer = record.employment.employer
    if record.employment.form == Employment.Form.ESTABLISHED:
        return Held(record, f"在编人员：{ESTABLISHED}")
    if employer.sector not in GUIDED_SECTORS:
        return Held(record, "本领域没有指导标准")
    standard = standard_on(employer.sector, employer.region_id[:4], on)
    if standard is None:
        return Held(record, "这一天没有施行中的指导标准")
    if not record.rung:
        return Held(record, "没有填薪酬档级，不能比较", standard=standard)
    found = bands(employer.sector, employer.region_id, on, [record.rung])
    if not found:
        return Held(record, f"这一版没有规定{record.get_rung_display()}的数额", standard=standard)
    return Held(record, band=found[0], standard=standard)
