"""Who is told that a standard was published: districts that must set their rate anew, employers with people below.

Told in sets by the database and never twice: a notice is one a receiver, matter and version.
"""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from payroll.guidance import in_order, monthly, predecessor
from payroll.kinds_of_notices import BELOW, ISSUED
from payroll.models import GuidanceStandard
from payroll.scenarios import STAFF, staff_given
from xmsw.accounts.models import OFFICERS, User
from xmsw.accounts.roles import Capability
from xmsw.notices.writing import Told, tell, tell_selected

# People below the new floor who did not lie below the former one; a district has no rate of its own on the new one.
TELL_EMPLOYERS = f"""
WITH staff AS MATERIALIZED ({STAFF}), rungs AS (
  SELECT * FROM unnest(%(rungs)s::text[], %(floors)s::numeric[]) AS r (rung, floor)
), former AS (
  SELECT q.rung, d.district, round(round(coalesce(q.amount, q.share * g.base_wage), 2)
         * (1 + coalesce(f.rate, -g.float_down)) / 12, 2) AS floor
  FROM payroll_guidancestandard g JOIN payroll_guidancerung q ON q.standard_id = g.id
  CROSS JOIN (SELECT DISTINCT district FROM staff) d
  LEFT JOIN payroll_districtfloat f ON f.standard_id = g.id AND f.district_id = d.district
    AND f.start <= %(on)s AND (f."end" IS NULL OR f."end" >= %(on)s)
  WHERE g.id = %(former)s
), fallen AS (
  SELECT s.employer_id, count(*) AS people FROM staff s JOIN rungs r ON r.rung = s.rung
  LEFT JOIN former o ON o.rung = s.rung AND o.district = s.district
  WHERE s.pay < r.floor AND (o.floor IS NULL OR s.pay >= o.floor) GROUP BY s.employer_id
)
SELECT p.user_id, f.employer_id, %(standard)s::text, f.people || ' 人低于新的薪酬指导标准',
       e.name || '：' || %(text)s, %(url)s
FROM fallen f JOIN posts_employer e ON e.id = f.employer_id JOIN posts_membership p ON p.employer_id = f.employer_id
"""


def announce(standard: GuidanceStandard) -> int:
    """Tell district officers and employers of a version that is being published; returns how many notices were new."""
    applies = f"《{standard.document}》（{standard.get_sector_display()}）{standard.start:%Y-%m-%d} 起施行"
    return _tell_districts(standard, applies) + _tell_employers(standard, applies, timezone.localdate())


def _tell_districts(standard: GuidanceStandard, applies: str) -> int:
    rows = User.objects.filter(is_active=True, role__in=OFFICERS, org_unit__region__code__startswith=standard.city_id)
    officers = [each for each in rows.select_related("org_unit") if _sets_rates(each)]
    text = f"{applies}。上一版的区浮动比例不再适用，本区的要重新确定；没有确定之前按可下浮的下限。"
    title, url = f"新的薪酬指导标准：{standard.get_sector_display()}", reverse("payroll:floats")
    return tell(ISSUED, (Told(each.pk, standard.pk, "", title, text, url) for each in officers))


def _sets_rates(user: User) -> bool:
    return user.can(Capability.SET_FLOAT) and len(user.area_code or "") > len("3502")


def _tell_employers(standard: GuidanceStandard, applies: str, on: date) -> int:
    earlier = predecessor(standard)
    floors = {each.rung: monthly(each.annual, -standard.float_down) for each in in_order(standard)}
    given = staff_given(standard.city_id, on) | {
        "sectors": [standard.sector],
        "rungs": list(floors),
        "floors": list(floors.values()),
        "former": earlier.pk if earlier else None,
        "standard": standard.pk,
        "text": f"{applies}。请核对档级，或研究调整薪酬；指导标准供参考，低于它不是违法。",
        "url": reverse("payroll:below") if standard.start <= on else reverse("payroll:standard", args=[standard.pk]),
    }
    return tell_selected(BELOW, TELL_EMPLOYERS, given)
