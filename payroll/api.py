"""What the REST interface offers of pay: guidance standards and published benchmarks."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from payroll.models import Benchmark, GuidanceStandard
from payroll.models.benchmarks import areas_open_to
from payroll.models.standards import ISSUED
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.feed.sources import PUBLIC, Source, in_city, seats_at, source


def _seats_of_standards(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A draft in its city; what was issued, everywhere."""
    return seats_at(rows, region=Case(When(state__in=ISSUED, then=Value("")), default="city_id"))


def _reads_standards(user: User) -> Q:
    maker = user.area_code and user.can(Capability.EDIT_STANDARDS)
    return PUBLIC | Q(region_code=user.area_code[:4]) if maker else PUBLIC


def _reads_benchmarks(user: User) -> Q | None:
    """Cells are anonymous: lines do not narrow them."""
    condition = areas_open_to(user, "region_code")
    return condition and (in_city(user.area_code) & condition if user.area_code else condition)


source(Source("standards", GuidanceStandard, _seats_of_standards, _reads_standards))
source(Source("benchmarks", Benchmark, lambda rows: seats_at(rows, region="area_id"), _reads_benchmarks))
