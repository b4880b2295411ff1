"""Confirming a year's end (四(三)-3, 一-1): figures and clauses of an area as they stood, kept for ever.

The pay and insurance of December arrive in January, so a year end is confirmed by an officer once they are in; where
nobody does, the schedule does it on the day that a parameter names. What rules judge must have been calculated for the
day not long before, so that it speaks of the same data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from supervision.figures import FIGURES, Book, read
from supervision.figures.reading import ALL
from supervision.kinds_of_notices import YEAR_END
from supervision.models import Run, YearEnd, YearEndClause, YearEndFigure
from supervision.runs import start_run
from supervision.selectors.clauses import clause_board
from supervision.selectors.implementation import Implementation, implementation
from supervision.selectors.runs import covering
from xmsw.accounts.models import Bureau, OrgUnit, User
from xmsw.accounts.roles import Capability, Role
from xmsw.notices.writing import tell_selected
from xmsw.policy.parameters import values_on
from xmsw.regions.areas import in_area
from xmsw.regions.models import Level, Region
from xmsw.workflow.refusals import Overtaken, Refused

FRESH = timedelta(days=1)  # a calculation older than this may have missed what came in since
NOBODY = 0  # no account has this number
_LOCK = 4031  # of this matter, with the year: two confirmations of a year wait for each other


def last_day(year: int) -> date:
    """The day that a year end speaks of."""
    return date(year, 12, 31)


def calculation(area: str, year: int) -> Run | None:
    """The newest run over the year's last day that covers the area, finished or not."""
    runs = Run.objects.filter(day=last_day(year), present=False, area__in=covering(area))
    return runs.order_by("-id").first()


def is_fresh(run: Run | None) -> bool:
    """Whether a calculation is finished and recent enough to be confirmed."""
    return run is not None and run.state == Run.State.DONE and run.finished_at > timezone.now() - FRESH


def may_take(user: User) -> bool:
    """Whether the account confirms year ends of its area."""
    return user.can(Capability.TAKE_SNAPSHOTS) and user.is_lead and user.area_code is not None


def take(user: User | None, area: str, year: int, reason: str = "", *, seen: int | None = None) -> list[YearEnd]:
    """Keep the year end of an area and the districts in it; where there is one already, a further version.

    `user` None is the schedule; `seen`: the newest version that the user's page showed, 0 for none. Raises
    PermissionDenied, Overtaken where there is another one by now, Refused.
    """
    if user is not None and not (may_take(user) and area.startswith(user.area_code)):
        raise PermissionDenied("你的账号不能确认这个地区的年末统计。")
    with transaction.atomic():
        _one_at_a_time(year)
        versions = dict(
            YearEnd.objects.filter(in_area("region__code", area), year=year)
            .values_list("region_id")
            .annotate(newest=Max("version"))
        )
        newest = versions.get(area, 0)
        if seen is not None and seen != newest:
            raise Overtaken(f"{year} 年末统计刚刚另存了第 {newest} 版，这次没有再存。请看最新情况。")
        if sentences := list(_against(area, year, reason, area in versions)):
            raise Refused(sentences)
        return _kept(user, area, year, reason, versions)


def _one_at_a_time(year: int) -> None:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, year])


def _against(area: str, year: int, reason: str, known: bool) -> Iterator[str]:
    if last_day(year) >= timezone.localdate():
        yield f"{year} 年还没有结束，年末统计从 {year + 1} 年 1 月 1 日起确认。"
    elif not is_fresh(calculation(area, year)):
        yield f"{last_day(year):%Y-%m-%d} 的核查结果没有核算过，或者已经超过一天。先点「核算年末」，算完再确认。"
    if known and not reason.strip():
        yield f"{year} 年末统计已经确认过。要更正的，写明原因，系统另存一个版本，原来的不变。"


def _kept(user: User | None, area: str, year: int, reason: str, versions: dict[str, int]) -> list[YearEnd]:
    day = last_day(year)
    book, clauses = read(day, area), implementation(None, area, day)
    made = []
    again = area in versions
    for place in book.areas:
        if place.code in versions and not again:
            continue  # confirmed by its district before; the city's first version leaves it
        figures, states = list(_figures(book, place.code)), list(clause_rows(clauses, place, day))
        version = versions.get(place.code, 0) + 1
        row = YearEnd.objects.create(
            region=place, year=year, version=version, day=day, taken_by=user,
            reason=reason.strip() if version > 1 else "", digest=digest([*figures, *states]),
        )  # fmt: skip
        for each in (*figures, *states):
            each.year_end = row
        YearEndFigure.objects.bulk_create(figures)
        YearEndClause.objects.bulk_create(states)
        made.append(row)
    return made


def _figures(book: Book, area: str) -> Iterator[YearEndFigure]:
    for figure in FIGURES:
        for sector in (ALL, *(book.sectors(area) if figure.by_sector else ())):
            told = book.told(figure, area, sector)
            yield YearEndFigure(
                key=figure.key, sector=sector, label=figure.label, unit=figure.unit, clause=figure.clause,
                part=_rounded(told.part), whole=_rounded(told.whole),
            )  # fmt: skip


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


def clause_rows(found: Implementation, area: Region, day: date) -> Iterator[YearEndClause]:
    """All 86, not stored: judged ones against their target, the others with what was counted."""
    for each in clause_board(lead_of(area), day):
        identifier = each["clause"].pk
        judged = found.found.get(identifier, {}).get(area.code)
        yield YearEndClause(
            clause=identifier,
            state=judged.state if judged else each["state"],
            met=judged.counts.met if judged else 0,
            total=judged.counts.total if judged else 0,
            pending=judged.counts.pending if judged else 0,
            target=judged.target if judged else None,
            measure=each["measure"][:300],
        )


def lead_of(area: Region) -> User:
    """Whoever leads in an area, as a reader: what screens show to civil affairs there. Never stored."""
    unit = OrgUnit.objects.filter(region=area, bureau=Bureau.CIVIL_AFFAIRS).first()
    role = Role.CITY_OFFICER if area.level == Level.CITY else Role.DISTRICT_OFFICER
    return User(pk=NOBODY, username=f"lead-of-{area.code}", role=role, is_active=True, org_unit=unit)


def digest(rows: list[YearEndFigure | YearEndClause]) -> str:
    """SHA-256 over what the rows say, in their order by key."""
    return hashlib.sha256("\n".join(sorted(map(_line, rows))).encode()).hexdigest()


def _line(row: YearEndFigure | YearEndClause) -> str:
    names = [each.attname for each in row._meta.concrete_fields if each.name not in ("id", "year_end")]
    return "|".join(_plain(getattr(row, name)) for name in names)


def _plain(value: object) -> str:
    """A number without needless zeros, however many places it was stored with."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def is_whole(row: YearEnd) -> bool:
    """Whether what is stored still gives the digest that was written with it."""
    return digest([*row.figures.all(), *row.clauses.all()]) == row.digest


_WAITING = """
SELECT u.id, %(year)s::bigint, %(stage)s, %(title)s || o.name, %(text)s, %(url)s
FROM accounts_user u JOIN accounts_orgunit g ON g.id = u.org_unit_id AND g.bureau = %(bureau)s
JOIN regions_region o ON o.code = g.region_id AND o.level IN (%(city)s, %(district)s)
WHERE NOT EXISTS (SELECT FROM supervision_yearend y WHERE y.region_id = o.code AND y.year = %(year)s)
"""


def remind(today: date) -> int:
    """Tell officers of the lead, once a year, that their area's year end waits; returns how many were told."""
    year, left = today.year - 1, values_on(today)["year_end_days"] - (today - last_day(today.year - 1)).days
    if left <= 0:
        return 0
    text = f"12 月的薪酬和社保报齐以后，核算 {last_day(year):%Y-%m-%d} 的核查结果再确认。{left} 天后系统自动确认。"
    said = {"title": f"{year} 年末统计待确认：", "text": text, "url": reverse("supervision:years")}
    levels = {"city": Level.CITY.value, "district": Level.DISTRICT.value}
    values = {"year": year, "stage": str(year), "bureau": Bureau.CIVIL_AFFAIRS.value, **said, **levels}
    return tell_selected(YEAR_END, _WAITING, values)


def confirm_what_is_left(today: date) -> list[YearEnd]:
    """What the schedule does: once the days after a year's end are over, confirm the cities where nobody has.

    A calculation is started first; the next round finds it finished.
    """
    year = today.year - 1
    if (today - last_day(year)).days < values_on(today)["year_end_days"]:
        return []
    made = []
    known = YearEnd.objects.filter(year=year).values("region")
    for city in Region.objects.filter(level=Level.CITY).exclude(pk__in=known):
        run = calculation(city.code, year)
        if is_fresh(run):
            made += take(None, city.code, year)
        elif run is None or run.state in (Run.State.DONE, Run.State.FAILED):
            start_run(day=last_day(year), present=False, area=city.code, reason=Run.Reason.NIGHTLY)
    return made
