"""Standing (三(三)-1, -2, -4): restricted records, and the counts that are published of them once a year."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.db.models.functions import Left
from django.utils import timezone

from talents.models import SocialWorker, StandingCount, StandingRecord
from xmsw.accounts.roles import Capability
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import CITY_DIGITS, DISTRICT_DIGITS
from xmsw.regions.models import Level, Region
from xmsw.suppression import withheld
from xmsw.workflow.refusals import Refused, refused_by_constraint

if TYPE_CHECKING:
    from xmsw.accounts.models import User

FIRST_YEAR = 2017


def record(user: User, standing: StandingRecord) -> StandingRecord:
    """Store a record of a person and place within the own area. Raises PermissionDenied, Refused."""
    if not user.can(Capability.RECORD_STANDING) or not user.area_code:
        raise PermissionDenied
    if not SocialWorker.objects.visible_to(user).filter(pk=standing.worker_id).exists():
        raise PermissionDenied("你看不到这个人，不能登记。")
    if not standing.region_id.startswith(user.area_code):
        raise Refused("所在地区不在你的工作范围内。")
    if standing.start > timezone.localdate():
        raise Refused("起始日期不能晚于今天。")
    try:
        with transaction.atomic():
            standing.save()
    except IntegrityError as error:
        raise refused_by_constraint(error) from error
    return standing


def publish(user: User, year: int) -> int:
    """Publish a closed year's counts of the account's city; returns the number of cells.

    Raises PermissionDenied for anybody but the restricted role of the city, Refused for a year that is not closed or
    was published before.
    """
    if not user.can(Capability.RECORD_STANDING) or len(user.area_code or "") != CITY_DIGITS:
        raise PermissionDenied("由市级专员公布。")
    if not FIRST_YEAR <= year < timezone.localdate().year:
        raise Refused("只能公布已经结束的年度。")
    on = date(year, 12, 31)
    minimum = int(values_on(on)["standing_min_cell"])
    city = user.area_code
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('standing counts'), %s)", [year])
        if StandingCount.objects.filter(year=year, region_id=city).exists():
            raise Refused(f"{year} 年的统计已经公布，不能改动。")
        made = StandingCount.objects.bulk_create(_cells(user, city, year, on, minimum))
    return len(made)


def _cells(user: User, city: str, year: int, on: date, minimum: int) -> list[StandingCount]:
    counted = _counted(city, on)
    districts = list(
        Region.objects.filter(level=Level.DISTRICT, code__startswith=city).order_by("code").values_list("pk", flat=True)
    )
    cells = []
    for kind in StandingRecord.Kind.values:
        parts = {code: counted[kind].get(code, 0) for code in districts}
        hidden, total_hidden = withheld(parts, minimum)
        shown: dict[str, int | None] = {code: None if code in hidden else n for code, n in parts.items()}
        shown[city] = None if total_hidden else sum(parts.values())
        cells += [
            StandingCount(year=year, region_id=code, kind=kind, n=n, published_by=user) for code, n in shown.items()
        ]
    return cells


def _counted(city: str, on: date) -> dict[str, dict[str, int]]:
    """Kind → district → people, each person once a kind and district."""
    rows = (
        StandingRecord.objects.in_force(on)
        .filter(region__code__startswith=city)
        .annotate(district=Left("region_id", DISTRICT_DIGITS))
        .order_by()
        .values_list("kind", "district")
        .annotate(n=Count("worker", distinct=True))
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, district, n in rows:
        found[kind][district] = n
    return found
