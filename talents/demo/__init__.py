"""Invented people: identities by Python, everything about them by set statements."""

from __future__ import annotations

from talents.demo import careers, people
from talents.models import SocialWorker
from xmsw.synthetic.plan import Plan

ORDER = 30
TABLES = (
    "talents_socialworker",
    "talents_employment",
    "talents_certificate",
    "talents_registration",
    "talents_appointment",
    "talents_promotion",
)


def occupied() -> bool:
    """Whether somebody already works with this database."""
    return SocialWorker.objects.exists()


def load(plan: Plan) -> None:
    """Who sits where first, then the persons, then their papers."""
    careers.cast(plan)
    people.load(plan)
    careers.load(plan)
