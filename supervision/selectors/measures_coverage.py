"""What is measured of 一-2, -3, -4 and -6: counts in words, in the account's area and line."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import Coalesce, Left

from posts.models import Post, ServiceField
from supervision.selectors.coverage import coverage
from supervision.selectors.frontline import cells
from supervision.selectors.frontline import total as total_of
from supervision.selectors.rolls import without_band
from supervision.selectors.seats import active_posts
from talents.models import Employment
from talents.remedies import vacant
from talents.views.appointments import unappointed
from xmsw.regions.areas import DISTRICT_DIGITS

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def measures_coverage(user: User | None, on: date) -> dict[str, str]:
    """Clause → what is counted; a fixed number of queries. `user` None: everywhere."""
    area = "" if user is None else user.area_code
    if area is None:
        return {}
    return {
        "一-2": _fields(user, area, on),
        "一-3": _bands(user, on),
        "一-4": _pairs(user, on),
        "一-6": _stability(user, area, on),
    }


def _fields(user: User | None, area: str, on: date) -> str:
    found = coverage(user, area, on)
    total = found.total
    told = f"{len(ServiceField)} 个服务领域中 {found.fields} 个有岗位或项目"
    return f"{told}：在设岗位 {total.posts:,} 个，执行中的项目 {total.projects:,} 个；空白 {len(found.blank)} 格"


def _bands(user: User | None, on: date) -> str:
    rows = active_posts(on)
    rows = rows if user is None else rows.visible_to(user)
    found = rows.aggregate(
        n=Count("pk"), need=Count("pk", filter=Q(need_basis="")), band=Count("pk", filter=without_band(on))
    )
    return f"在设岗位 {found['n']:,} 个，没有设岗依据 {found['need']:,} 个，对不上薪酬标准 {found['band']:,} 个"


def _pairs(user: User | None, on: date) -> str:
    """How many certified people could sit in vacant posts of their district at once; three queries.

    A certificate serves its own grade and those below, so filling the highest grades first fills the most.
    """
    people, posts = Employment.objects.all(), Post.objects.all()
    if user is not None:
        people, posts = people.visible_to(user), posts.visible_to(user)
    free = unappointed(people, on).order_by().select_related(None)
    able: dict[str, Counter[int]] = defaultdict(Counter)
    at = Left("employer__region_id", DISTRICT_DIGITS)
    counted = free.annotate(at=at).values_list("at", "held").annotate(n=Count("worker", distinct=True))
    for place, level, n in counted:
        able[place][level] = n
    open_posts: dict[str, Counter[int]] = defaultdict(Counter)
    rows = vacant(posts, on).order_by().annotate(at=at, wanted=Coalesce("grade", 1))
    for place, grade, n in rows.values_list("at", "wanted").annotate(n=Count("pk")):
        open_posts[place][grade] = n
    together = sum(seated_at_once(able[place], wanted) for place, wanted in open_posts.items())
    whole = free.aggregate(n=Count("worker", distinct=True))["n"]
    vacancies = sum(wanted.total() for wanted in open_posts.values())
    return f"持证未在岗 {whole:,} 人，空岗 {vacancies:,} 个，同区最多可配 {together:,} 对"


def seated_at_once(able: Counter[int], wanted: Counter[int]) -> int:
    """The most pairs of people (by certificate level) and posts (by grade); a level serves grades up to its own."""
    pairs = waiting = 0
    for level in sorted({*able, *wanted}, reverse=True):
        waiting += able[level]
        filled = min(waiting, wanted[level])
        pairs, waiting = pairs + filled, waiting - filled
    return pairs


def _stability(user: User | None, area: str, on: date) -> str:
    now = total_of(cells(user, area, on))
    share = "" if now.share is None else f"（{now.share:.1%}）"
    turnover = "" if now.turnover is None else f"，离职率 {now.turnover:.1%}"
    return f"在岗 {now.people:,} 人，一线 {now.frontline:,} 人{share}，近 12 个月离职 {now.leavers:,} 人次{turnover}"
