"""Employers may hold a client of the interface: its account is one of the employer's own, as a colleague's would be."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from posts.models import Employer, Membership
from xmsw.accounts.models import User
from xmsw.clients.holders import Holders, declare

MOST = 5  # a name that means more employers than one is refused; these are told


def find(text: str) -> list[tuple[int, str]]:
    """Approved employers of exactly that name or credit code, by name; at most MOST."""
    meant = Q(name=text) | Q(credit_code=text.upper())
    found = Employer.objects.filter(meant, state=Employer.State.APPROVED).order_by("name", "pk")
    return list(found.values_list("pk", "name")[:MOST])


def join(user: User, employer: int) -> None:
    """Tie the account to the employer."""
    Membership.objects.create(user=user, employer_id=employer)


def names(accounts: Iterable[int]) -> dict[int, str]:
    """Account → name of its employer."""
    return dict(Membership.objects.filter(user__in=list(accounts)).values_list("user_id", "employer__name"))


declare(
    Holders(
        label="用人单位",
        find=find,
        join=join,
        names=names,
        scope=Employer.objects.all().scope.under("memberships__employer__"),
    )
)
