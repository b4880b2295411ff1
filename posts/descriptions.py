"""岗位说明书 (二(三)-7): what a post description says, once for the page and for the paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from posts.models import Activity, Duty, Employer, Kind, Post
from posts.models.kinds import A_KINDS, B_KINDS, D_KINDS
from xmsw.policy.models import Clause

# Why an employer of the kind has posts; every description rests on the other two as well.
BASIS = {
    **dict.fromkeys(A_KINDS, "二(一)-1"),
    **dict.fromkeys(B_KINDS, "二(一)-5"),
    Kind.C01: "二(二)-1",
    Kind.C02: "二(二)-2",
    Kind.C03: "二(二)-6",
    **dict.fromkeys(D_KINDS, "二(二)-7"),
}
AS_NEEDED, DUTIES_AND_CONDITIONS, GRADES = "一-3", "二(三)-7", "二(四)-1"
BLANK = "（未填）"


def description(post: Post, on: date, standing: str) -> dict[str, Any]:
    """Texts only: facts and conditions (label, text), duties and activities (label, chosen), clauses (id, quote)."""
    return {
        "title": "社会工作专业岗位说明书",
        "code": post.code,
        "printed_on": f"{on:%Y-%m-%d}",
        "synthetic": post.employer.synthetic,
        "facts": _facts(post, standing),
        "duties": [(Duty(each).label, each in post.duties) for each in Duty.values],
        "activities": [(Activity(each).label, each in post.activities) for each in Activity.values],
        "duty_text": post.duty_text or BLANK,
        "conditions": [(label, words or BLANK) for label, words in post.conditions],
        "need_basis": post.need_basis or BLANK,
        "clauses": _clauses(post.employer),
        "signatures": ["用人单位（盖章）", "主管部门（盖章）", "任职人（签名）"],
    }


def _facts(post: Post, standing: str) -> list[tuple[str, str]]:
    ended = f"，{post.end:%Y-%m-%d} 止" if post.end else ""
    flags = [
        label
        for label, held in (
            ("承担协调职责", post.coordinates),
            ("主体岗位", post.principal),
            ("一线岗位", post.frontline),
        )
        if held
    ]
    return [
        ("岗位名称", post.name),
        ("岗位编号", post.code),
        ("用人单位", post.employer.name),
        ("单位类别", post.employer.get_kind_display()),
        ("服务领域", post.field.label),
        ("岗位等级", post.grade_label or BLANK),
        ("岗位性质", "、".join(flags) or "—"),
        ("人员来源", post.get_source_display()),
        ("状态", f"{standing}，{post.start:%Y-%m-%d} 起{ended}" if post.state in Post.COUNTED else standing),
    ]


def _clauses(employer: Employer) -> list[tuple[str, str]]:
    wanted = [each for each in (BASIS.get(employer.kind), AS_NEEDED, DUTIES_AND_CONDITIONS, GRADES) if each]
    known = {each.pk: each for each in Clause.objects.filter(pk__in=wanted)}
    return [(each, f"{known[each].document_id} {each}「{known[each].quote}…」") for each in wanted]
