"""What one version of a guidance standard says and does, as its page and its review show it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from payroll import guidance, scenarios
from payroll.models import DistrictFloat, GuidanceStandard, StandardReview
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def described(user: User, on: date, found: GuidanceStandard) -> dict[str, Any]:
    """What its case page shows; the effect on people only to those who make standards, and while it is not issued."""
    earlier = guidance.predecessor(found)
    floats = DistrictFloat.objects.filter(holds_on(on), standard=found).select_related("district")
    context: dict[str, Any] = {
        "rungs": [
            {
                "label": each.get_rung_display(),
                "share": each.share,
                "annual": each.annual,
                "monthly": guidance.monthly(each.annual),
                "low": guidance.monthly(each.annual, -found.float_down),
                "high": guidance.monthly(each.annual, found.float_up),
            }
            for each in guidance.in_order(found)
        ],
        "earlier": earlier,
        "differences": guidance.compare(earlier, found) if earlier else [],
        "floats": floats.order_by("district"),
        "reviews": StandardReview.objects.filter(standard=found).select_related("indicator"),
    }
    if not found.issued and user.can(Capability.EDIT_STANDARDS):
        context["impacts"] = scenarios.impacts(scenarios.before_and_after(earlier, found), found.city_id, on)
    return context
