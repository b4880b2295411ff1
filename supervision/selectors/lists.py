"""Employers without a post, posts without a holder, findings: today from what recalculation left, past days anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from posts.filters import MUST
from posts.models import Employer
from supervision.models import EmployerFacts, Finding
from supervision.selectors.areas import evaluated
from xmsw.policy.engine import Evaluation
from xmsw.policy.outcomes import Outcome
from xmsw.policy.parameters import values_on
from xmsw.policy.rules import Rule

if TYPE_CHECKING:
    from xmsw.accounts.models import User

SHOWN = ("active_posts", "filled_posts", "full_time_qualified", "full_time_certified", "holders_total")


def professionals(on: date) -> str:
    """The fact that counts «专职专业社会工作者» on that day (trap 4: a setting)."""
    return "full_time_qualified" if values_on(on)["qualified_degree_counts"] else "full_time_certified"


def without_post(user: User, area: str, kinds: Iterable[str] = MUST) -> QuerySet[EmployerFacts]:
    """无岗, today."""
    return _facts(user, area, kinds).filter(active_posts=0)


def without_holder(user: User, area: str, kinds: Iterable[str] = MUST, fact: str = "full_time_qualified") -> QuerySet:
    """有岗无人, today: there are posts, and no full-time professional."""
    return _facts(user, area, kinds).filter(active_posts__gt=0, **{fact: 0})


def _facts(user: User, area: str, kinds: Iterable[str]) -> QuerySet[EmployerFacts]:
    rows = EmployerFacts.objects.visible_to(user).filter(region_code__startswith=area)
    kinds = tuple(kinds)
    return rows.filter(kind__in=kinds) if kinds else rows


def past_facts(employers: QuerySet[Employer], on: date, condition: str) -> list[dict[str, Any]]:
    """Facts of visible employers on a past day where `condition` over `f` holds; two queries."""
    columns = ", ".join(f"f.{name}" for name in ("id", *SHOWN))
    return Evaluation(on, evaluated(employers)).rows("employer", columns, f"WHERE {condition}")


def employers_by_id(user: User, ids: Iterable[int]) -> dict[int, Employer]:
    """Visible employers with their region."""
    return Employer.objects.visible_to(user).select_related("region").in_bulk(list(ids))


def open_findings(user: User, numbers: Iterable[int], outcomes: Iterable[int]) -> QuerySet[Finding]:
    """Findings that hold now, of these rules and outcomes."""
    rows = Finding.objects.visible_to(user).open().filter(rule__in=list(numbers))
    outcomes = list(outcomes)
    return rows.filter(outcome__in=outcomes) if outcomes else rows


def judged(employers: QuerySet[Employer], on: date, chosen: list[Rule], outcomes: set[int]) -> list[dict[str, Any]]:
    """(rule, subject_id, employer_id, outcome) of some rules, computed anew: past days, and what is met."""
    by_subject: dict[str, list[Rule]] = defaultdict(list)
    for rule in chosen:
        by_subject[rule.subject].append(rule)
    evaluation = Evaluation(on, evaluated(employers))
    found = []
    for subject, listed in by_subject.items():
        wanted = ", ".join(str(int(each)) for each in outcomes)
        columns = ", ".join(f"f.{rule.column}" for rule in listed)
        where = " OR ".join(f"f.{rule.column} IN ({wanted})" for rule in listed)
        for row in evaluation.rows(subject, f"f.id, f.employer_id, {columns}", f"WHERE {where}"):
            found += [
                {
                    "rule": rule.number,
                    "subject_id": row["id"],
                    "employer_id": row["employer_id"],
                    "outcome": row[rule.column],
                }
                for rule in listed
                if row[rule.column] in outcomes
            ]
    return found


def finding_counts(user: User, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Open findings of these employers by outcome; one query."""
    counts = {each.code: Count("id", filter=Q(outcome=each)) for each in Outcome if each != Outcome.MET}
    rows = Finding.objects.visible_to(user).open().filter(employer__in=list(ids)).values("employer").annotate(**counts)
    return {row.pop("employer"): row for row in rows}
