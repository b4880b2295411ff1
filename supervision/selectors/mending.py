"""Where a finding is mended: the screen of the thing itself, for employers' people and officers alike."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from django.urls import reverse

from xmsw.accounts.roles import Capability
from xmsw.policy.outcomes import Outcome
from xmsw.policy.rules import Rule

if TYPE_CHECKING:
    from xmsw.accounts.models import User

# (label, URL) from the employer's id and the subject's
Way = Callable[[int, int], tuple[str, str]]


def _employer(label: str, name: str) -> Way:
    return lambda employer, subject: (label, reverse(name, args=[employer]))


def _subject(label: str, name: str) -> Way:
    return lambda employer, subject: (label, reverse(name, args=[subject]))


_NEW_POST = _employer("申报岗位", "posts:post-new")
_POSTS = _employer("看岗位", "posts:employer")
_LADDER = _employer("制定职级体系", "posts:ladder-new")
_NEED = _employer("做需求评估", "posts:need-new")
_INCLUSION = _employer("办理纳入备案", "posts:inclusion-new")
_STAFF = _employer("聘用人员", "posts:employer")
# By rule: for those who apply, and for officers. Rules of a subject not named here lead to that subject.
APPLYING: dict[str, Way] = {
    "leading-posts": _NEW_POST,
    "centre-has-post": _NEW_POST,
    "community-has-post": _NEW_POST,
    "rural-progress": _NEW_POST,
    "coordination-duty": _POSTS,
    "principal-posts": _POSTS,
    "rank-ladder": _LADDER,
    "leading-post-staffed": _STAFF,
    "full-time-professional": _STAFF,
    "staffed-as-needed": _STAFF,
}
LOOKING: dict[str, Way] = {
    "rank-ladder": _employer("看职级体系", "posts:ladders"),
    **{
        code: _employer("看单位和待审的申报", "posts:employer")
        for code in APPLYING
        if code not in ("rank-ladder", "staffed-as-needed")
    },
    "staffed-as-needed": _POSTS,
}
PENDING: dict[str, Way] = {"inclusion": _NEED, "staffed-as-needed": _NEED}
BROKEN: dict[str, Way] = {"inclusion": _INCLUSION}
SUBJECTS: dict[str, Way] = {
    "post": _subject("去岗位页面", "posts:post"),
    "appointment": _subject("去聘用页面", "talents:appointment"),
    "employment": _employer("看人员", "talents:employer-people"),
    "employer": _employer("看单位", "posts:employer"),
    "project": _subject("看购买服务项目", "payroll:project"),
    "area": lambda employer, subject: ("看市区职责", reverse("supervision:areas")),
}
# Rules whose findings stand together on a list.
LISTS: dict[str, Way] = {
    "continuing-hours": lambda employer, subject: ("看学时", f"{reverse('talents:learning')}?short=yes"),
    "supervision-duty-practised": lambda employer, subject: ("看督导", reverse("talents:pairs")),
    "guidance-standard": lambda employer, subject: ("看差额", reverse("payroll:below")),
}
PAY_LISTS = ("guidance-standard",)  # open only to who may see pay; others are led to the employer's people
PROMOTION = _subject("登记晋升", "talents:promote")


def way(
    user: User, rule: Rule, outcome: int, employer: int, subject: int, named: Container[tuple[str, int]] | None = None
) -> tuple[str, str]:
    """(label, URL) of where this finding is mended by this account.

    `named`: (subject, id) of what the account sees of a page's findings. A project is its buyer's: officers of the
    provider's place who do not see it are led to the provider.
    """
    if rule.subject == "project" and named is not None and (rule.subject, subject) not in named:
        return SUBJECTS["employer"](employer, subject)
    files = user.can(Capability.APPLY) or user.can(Capability.REVIEW_NEEDS)
    if files and outcome == Outcome.PENDING and rule.code in PENDING:
        found = PENDING[rule.code]
    elif files and rule.code in BROKEN:
        found = BROKEN[rule.code]
    elif rule.code in LISTS and (rule.code not in PAY_LISTS or user.can(Capability.VIEW_PAY)):
        found = LISTS[rule.code]
    elif rule.code == "promotion-due":
        found = PROMOTION
    else:
        own = APPLYING if user.can(Capability.APPLY) else LOOKING
        found = own.get(rule.code) or SUBJECTS[rule.subject]
    return found(employer, subject)
