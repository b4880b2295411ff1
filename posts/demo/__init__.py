"""Invented employers, posts, needs and ladders, and the demo accounts."""

from __future__ import annotations

from posts.demo import accounts as demo_accounts
from posts.demo import cases, employers, seats
from posts.models import Post
from xmsw.synthetic.plan import DemoAccount, Plan

ORDER = 20
TABLES = (
    "posts_employer",
    "posts_post",
    "posts_needassessment",
    "posts_inclusion",
    "posts_rankladder",
    "posts_rung",
    "posts_postfreeze",
    "posts_employerregistration",
    "posts_incubation",
)


def occupied() -> bool:
    """Whether somebody already works with this database."""
    return Post.objects.exists()


def load(plan: Plan) -> None:
    """Employers, then what they have."""
    employers.load(plan)
    seats.load(plan)


def open_accounts(plan: Plan) -> None:
    """The accounts of every role."""
    demo_accounts.load(plan)


def hand_in(plan: Plan) -> None:
    """What employers handed in and nobody decided yet, and what was sent back."""
    cases.load(plan)


def accounts() -> list[DemoAccount]:
    """The demo accounts that exist."""
    return demo_accounts.existing()
