"""Invented people: identities by Python, everything about them by set statements."""

from __future__ import annotations

from talents.demo import accounts as demo_accounts
from talents.demo import careers, cases, certificates, learning, people, recognition, standing
from talents.models import SocialWorker
from talents.reminders import remind
from xmsw.synthetic.plan import DemoAccount, Plan

ORDER = 30
TABLES = (
    "talents_socialworker",
    "talents_employment",
    "talents_certificate",
    "talents_registration",
    "talents_appointment",
    "talents_promotion",
    "talents_attendance",
    "talents_course",
    "talents_supervisionpair",
    "talents_supervisionsession",
    "talents_specialistfile",
    "talents_highleveltag",
    "talents_benefitapplication",
    "talents_allowancerecommendation",
    "posts_allocationplan",
    "posts_allocationline",
)


def occupied() -> bool:
    """Whether somebody already works with this database."""
    return SocialWorker.objects.exists()


def load(plan: Plan) -> None:
    """Who sits where first, then the persons, then their papers."""
    careers.cast(plan)
    people.load(plan)
    careers.load(plan)
    certificates.load(plan)
    learning.load(plan)
    recognition.load(plan)


def open_accounts(plan: Plan) -> None:
    """The account of one of the people."""
    demo_accounts.open_account(plan)


def accounts() -> list[DemoAccount]:
    """That account, when it exists."""
    return demo_accounts.existing()


def hand_in(plan: Plan) -> None:
    """Proposed appointments, and plans of areas with who arrived by them."""
    cases.load(plan)
    certificates.hand_in(plan)
    learning.hand_in(plan)
    recognition.recommend(plan)
    demo_accounts.ask(plan)
    standing.record(plan)
    if not plan.bulk:
        plan.made("证书提醒", remind(plan.today))
