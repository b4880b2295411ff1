"""Vacancies against people: for each vacant post of the area the best certified people without a post, and why."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.exceptions import EmptyResultSet, PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from posts.filters import EmployerFilter
from posts.models import CertificateLevel, Post
from talents.forecast import Pool
from talents.models import Employment
from talents.remedies import vacant
from talents.views.appointments import unappointed
from xmsw.accounts.roles import Capability
from xmsw.ui.paging import count_label, paged

ORDER = ("employer__region_id", "id")
PAGE_POSTS = 20
CANDIDATES = 3
# The certificate must serve the grade; nearest first: same employer, same street, least above the grade, registered.
BEST = """
WITH pool AS MATERIALIZED (
    SELECT DISTINCT ON (found.worker_id) found.*, e.name AS employer, e.region_id, w.name,
           EXISTS (SELECT FROM talents_certificate c JOIN talents_registration g ON g.certificate_id = c.id
                   WHERE c.worker_id = found.worker_id AND c.level = found.held
                     AND g.start <= %s AND g."end" >= %s) AS registered
    FROM ({pool}) AS found (worker_id, employer_id, held)
    JOIN posts_employer e ON e.id = found.employer_id JOIN talents_socialworker w ON w.id = found.worker_id
    ORDER BY found.worker_id, found.employer_id
)
SELECT p.id, b.worker_id, b.name, b.employer_id, b.employer, b.held, b.registered, b.here, b.near
FROM posts_post p JOIN posts_employer o ON o.id = p.employer_id
CROSS JOIN LATERAL (
    SELECT pool.*, pool.employer_id = p.employer_id AS here, left(pool.region_id, 9) = left(o.region_id, 9) AS near
    FROM pool WHERE pool.held >= COALESCE(p.grade, 1) AND left(pool.region_id, 6) = left(o.region_id, 6)
    ORDER BY here DESC, near DESC, pool.held, pool.registered DESC, pool.worker_id LIMIT %s
) b
WHERE p.id = ANY(%s)
ORDER BY p.id, b.here DESC, b.near DESC, b.held, b.registered DESC, b.worker_id
"""


@require_safe
def matching(request: HttpRequest) -> HttpResponse:
    """Vacant posts of the area, a page by key, each with its best candidates."""
    user = request.user
    if not (user.can(Capability.VIEW_COMPLIANCE) and user.can(Capability.VIEW_PERSONNEL)) or user.area_code is None:
        raise PermissionDenied
    chosen = EmployerFilter.of(request)
    posts = vacant(Post.objects.visible_to(user), request.on).select_related("employer__region")
    posts = chosen.apply(posts, "employer__")
    page = paged(request, posts, ORDER, PAGE_POSTS)
    best = candidates(user, [post.pk for post in page.rows], request.on)
    context = {
        "page": page,
        "rows": [{"post": post, "candidates": best[post.pk]} for post in page.rows],
        "count": count_label(posts),
        "filter": chosen,
    }
    return render(request, "talents/matching.html", context)


@require_safe
def post_candidates(request: HttpRequest, pk: int) -> HttpResponse:
    """推荐人选 of one vacant post: a fragment of its page, or a page; an employer sees its own people only.

    `coming=1`: of a post that is held today and will fall vacant.
    """
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    if not request.user.can(Capability.VIEW_PERSONNEL):
        raise PermissionDenied
    is_open = request.GET.get("coming") == "1" or vacant(Post.objects.filter(pk=pk), request.on).exists()
    best = candidates(request.user, [pk], request.on)[pk] if is_open else []
    context = {
        "post": post,
        "candidates": best,
        "all": Pool(request.user, request.on).fitting(post) if best else 0,
        "is_open": is_open,
        "applies": request.user.can(Capability.APPLY),
    }
    return render(request, "talents/_candidates.html" if request.htmx else "talents/candidates.html", context)


def candidates(user: Any, posts: list[int], on: Any) -> dict[int, list[dict[str, Any]]]:
    """The best CANDIDATES people for each post, best first, with the reasons in words; one statement."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    pool = unappointed(Employment.objects.visible_to(user), on).order_by().select_related(None)
    try:
        statement, values = pool.values_list("worker_id", "employer_id", "held").query.sql_with_params()
    except EmptyResultSet:
        return found
    if not posts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(BEST.replace("{pool}", statement), [on, on, *values, CANDIDATES, posts])
        for post, worker, name, employer_id, employer, held, registered, here, near in cursor.fetchall():
            place = "本单位" if here else "同一街道（镇）" if near else "同区"
            reasons = [
                place,
                f"持有{CertificateLevel(held).label}证书",
                "登记有效" if registered else "登记已到期或没有登记",
            ]
            found[post].append(
                {
                    "worker": worker,
                    "name": name,
                    "employer_id": employer_id,
                    "employer": employer,
                    "why": "，".join(reasons),
                }
            )
    return found
