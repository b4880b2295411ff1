"""What if the guidance standard were this one (适时调整, 三(一)-6): people below, and what it costs.

Any number of them side by side, before anybody publishes; nothing is stored. Pay is judged exactly as rule 31050 does:
the newest record of the last months, as a full-time month, held against the floor of the district; so what is foreseen
is what the next calculation finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection

from payroll.guidance import in_order
from payroll.models import GuidanceStandard
from payroll.models.standards import CENT, GUIDED_SECTORS
from posts.models import Employer, Sector
from talents.models import Employment
from xmsw.policy.parameters import values_on
from xmsw.regions.models import Region

# Who pays what a rise costs, by how the employer's pay is funded.
BUDGETS = {"budget": "财政（城乡社区）", "purchase": "政府购买服务（有在执行的项目）", "own": "单位自筹"}

# The newest record of each person in force; a purchase project in force says who pays a social organisation's people.
STAFF = """
SELECT left(e.region_id, 6) AS district, e.id AS employer_id, e.sector, r.rung,
       round(r.total / r.time_share, 2) AS pay, r.total AS paid, r.time_share,
       CASE WHEN e.sector = 'community' THEN 'budget'
            WHEN p.provider_id IS NOT NULL THEN 'purchase' ELSE 'own' END AS budget
FROM (SELECT DISTINCT ON (r.employment_id) r.employment_id, r.rung, r.total, r.time_share
      FROM payroll_payrecord r
      WHERE r.period <= %(on)s AND r.period > %(on)s::date - make_interval(months => %(months)s)
      ORDER BY r.employment_id, r.period DESC) r
JOIN talents_employment m ON m.id = r.employment_id
JOIN posts_employer e ON e.id = m.employer_id
LEFT JOIN (SELECT DISTINCT provider_id FROM payroll_purchaseproject
           WHERE start <= %(on)s AND "end" >= %(on)s) p ON p.provider_id = e.id
WHERE m.form <> %(established)s AND m.start <= %(on)s AND (m."end" IS NULL OR m."end" >= %(on)s)
  AND e.sector = ANY(%(sectors)s) AND e.region_id LIKE %(area)s || '%%' AND r.rung <> ''
  AND e.state = ANY(%(counted)s) AND e.start <= %(on)s AND (e."end" IS NULL OR e."end" >= %(on)s)
"""
IMPACT = f"""
WITH staff AS MATERIALIZED ({STAFF}),
options AS (
  SELECT * FROM unnest(%(scenarios)s::int[], %(of_sectors)s::text[], %(rungs)s::text[], %(annual)s::numeric[],
                       %(down)s::numeric[], %(up)s::numeric[], %(standards)s::bigint[])
    AS o (scenario, sector, rung, annual, down, up, standard)
), floors AS (
  SELECT o.scenario, d.district, o.sector, o.rung,
         round(o.annual * (1 + greatest(least(coalesce(f.rate, -o.down), o.up), -o.down)) / 12, 2) AS floor
  FROM options o CROSS JOIN (SELECT DISTINCT district FROM staff) d
  LEFT JOIN payroll_districtfloat f ON f.standard_id = o.standard AND f.district_id = d.district
    AND f.start <= %(on)s AND (f."end" IS NULL OR f."end" >= %(on)s)
), judged AS (
  SELECT o.scenario, s.district, s.sector, s.budget, count(*) AS people,
         count(*) FILTER (WHERE s.pay < o.floor) AS below,
         coalesce(sum(round((o.floor - s.pay) * s.time_share, 2) * 12) FILTER (WHERE s.pay < o.floor), 0) AS gap,
         sum(s.paid) * 12 AS paid
  FROM staff s JOIN floors o ON o.district = s.district AND o.sector = s.sector AND o.rung = s.rung
  GROUP BY o.scenario, s.district, s.sector, s.budget
)
SELECT scenario, district, sector, budget, sum(people)::int, sum(below)::int, sum(gap), sum(paid) FROM judged
GROUP BY GROUPING SETS ((scenario), (scenario, district), (scenario, sector), (scenario, budget))
"""


@dataclass(frozen=True)
class Scenario:
    """One what-if: a base wage in yuan a year, each rung's share of it, and how far a district may go below and above.

    `standard`: the stored version it is, whose districts' own rates then count. A new one is no stored version: each
    district sets its rate anew, and until then the least it may set is the floor. `floats`: the stored version whose
    districts' rates are taken over all the same, within the new bounds, so that both are like for like.
    """

    name: str
    sectors: tuple[str, ...]
    base_wage: Decimal
    shares: dict[str, Decimal]
    float_down: Decimal
    standard: int | None = None
    float_up: Decimal = Decimal(0)
    floats: int | None = None

    def annual(self, rung: str) -> Decimal:
        """Yuan a year of a rung, to the cent."""
        return (self.base_wage * self.shares[rung]).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Cell:
    """How many people it concerns, how many lie below, what lifting them costs a year, what all are paid a year."""

    label: str
    people: int = 0
    below: int = 0
    gap: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)

    @property
    def share(self) -> Decimal:
        """Of the people below."""
        return Decimal(self.below) / self.people if self.people else Decimal(0)

    @property
    def growth(self) -> Decimal:
        """The cost as a share of what is paid now."""
        return self.gap / self.paid if self.paid else Decimal(0)


@dataclass
class Impact:
    """What one scenario does, in all and by district, sector and budget."""

    scenario: Scenario
    total: Cell
    districts: list[Cell] = field(default_factory=list)
    sectors: list[Cell] = field(default_factory=list)
    budgets: list[Cell] = field(default_factory=list)


def impacts(scenarios: Sequence[Scenario], area: str, on: date) -> list[Impact]:
    """Any number of what-ifs over the people of an area, in one statement. `area`: code the account may see."""
    options = [
        (place, sector, rung, each.annual(rung), each.float_down, each.float_up, each.standard or each.floats)
        for place, each in enumerate(scenarios)
        for sector in each.sectors
        for rung in each.shares
    ]
    found = [Impact(each, Cell("合计")) for each in scenarios]
    if not options:
        return found
    columns = [list(each) for each in zip(*options, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(IMPACT, staff_given(area, on) | dict(zip(_COLUMNS, columns, strict=True)))
        rows = cursor.fetchall()
    districts = {code for _, code, *_ in rows if code}
    names = dict(Region.objects.filter(code__in=districts).values_list("code", "name"))
    for place, district, sector, budget, *figures in sorted(
        rows, key=lambda row: tuple(each or "" for each in row[1:4])
    ):
        impact = found[place]
        if district:
            impact.districts.append(Cell(names.get(district, district), *figures))
        elif sector:
            impact.sectors.append(Cell(Sector(sector).label, *figures))
        elif budget:
            impact.budgets.append(Cell(BUDGETS[budget], *figures))
        else:
            impact.total = Cell("合计", *figures)
    return found


_COLUMNS = ("scenarios", "of_sectors", "rungs", "annual", "down", "up", "standards")


def staff_given(area: str, on: date) -> dict[str, Any]:
    """Values that `STAFF` needs: whose pay counts on a day in an area."""
    return {
        "on": on,
        "months": values_on(on)["recent_pay_months"],
        "established": Employment.Form.ESTABLISHED.value,
        "counted": [state.value for state in Employer.COUNTED],
        "sectors": [sector.value for sector in GUIDED_SECTORS],
        "area": area,
    }


def of_standard(standard: GuidanceStandard, name: str = "") -> Scenario:
    """A stored version as a scenario; amounts become shares of its base wage."""
    shares = {each.rung: each.annual / standard.base_wage for each in in_order(standard)}
    return Scenario(
        name or said(standard),
        (standard.sector,),
        standard.base_wage,
        shares,
        standard.float_down,
        standard.pk,
        standard.float_up,
    )


def said(standard: GuidanceStandard) -> str:
    """«文号（2025-12-01 起）»: versions of one document are told apart by their first day."""
    return f"{standard.document}（{standard.start:%Y-%m-%d} 起）"


def before_and_after(earlier: GuidanceStandard | None, new: GuidanceStandard) -> list[Scenario]:
    """What a version that is not in force yet does: the one before it, then the new one like for like and as it starts.

    Like for like: with the rates that districts have set. As it starts: until they set them anew, the lowest bound.
    """
    start = of_standard(new)
    if earlier is None:
        return [start]
    kept = replace(start, name=f"{start.name}，沿用各区已定比例", standard=None, floats=earlier.pk)
    return [of_standard(earlier), kept, replace(start, name=f"{start.name}，按下限")]
