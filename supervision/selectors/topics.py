"""The main questions of the overview: each a few rules of one clause or of neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from xmsw.policy import rules
from xmsw.policy.rules import Rule


@dataclass(frozen=True)
class Topic:
    """A column of the heat grid."""

    key: str
    label: str
    codes: tuple[str, ...]

    @property
    def rules(self) -> list[Rule]:
        return [rules.by_code(code) for code in self.codes]

    @property
    def numbers(self) -> set[int]:
        return {each.number for each in self.rules}

    @property
    def clauses(self) -> list[str]:
        return list(dict.fromkeys(each.clause for each in self.rules))


TOPICS = (
    Topic("centre", "中心设岗", ("centre-has-post",)),
    Topic("community", "城市社区设岗", ("community-has-post",)),
    Topic("staffed", "专职专业人员", ("full-time-professional",)),
    Topic("needs", "按需配备", ("inclusion", "staffed-as-needed")),
    Topic("duties", "职责与条件", ("duties-and-conditions",)),
    Topic("grade", "岗位等级", ("post-grade",)),
    Topic("ladder", "职级体系", ("rank-ladder",)),
    Topic(
        "certificate", "证书匹配", ("certificate-for-senior", "certificate-for-intermediate", "certificate-for-junior")
    ),
    Topic("pay", "薪酬", ("guidance-standard",)),
    Topic("insurance", "社保公积金", ("insurance-and-fund",)),
)
# Rules that apply to every employer of a kind the policy names: their subjects together are those employers.
NAMED_KINDS = (
    "leading-posts",
    "inclusion",
    "centre-has-post",
    "community-has-post",
    "rural-progress",
    "staffed-as-needed",
)
AT_LEAST_ONE = ("centre-has-post", "community-has-post")


def topic(key: str) -> Topic | None:
    return next((each for each in TOPICS if each.key == key), None)


def numbers_of(codes: tuple[str, ...]) -> set[int]:
    return {rules.by_code(code).number for code in codes}


def chosen_rules(asked: str) -> list[Rule]:
    """Rules behind a filter value: a topic's key, a rule's code or a clause; all rules for anything else."""
    found = topic(asked)
    if found:
        return found.rules
    listed = rules.rules_of_employers()
    return [each for each in listed if asked in (each.code, each.clause)] or listed
