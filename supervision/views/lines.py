"""条线工作台: a bureau's own line on one page, each number a link to its list (四(一)-3, -8, -9; -4 for the lead)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from posts.filters import MUST, text_condition
from posts.models import Kind
from supervision.models import JointMeeting, MeetingTask, PayIssue
from supervision.selectors.lines import BY_NEED, Line, line_employers, line_of
from supervision.selectors.targets import districts_of, reached
from supervision.views import for_officers
from supervision.views.registers import cell
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.policy.outcomes import Outcome
from xmsw.regions.areas import in_district
from xmsw.ui.listing import Choice, Column, ListingView, Text

CLAUSES = {
    Bureau.CIVIL_AFFAIRS: "四(一)-4",
    Bureau.GOVERNANCE: "四(一)-3",
    Bureau.FINANCE: "四(一)-5",
    Bureau.HUMAN_RESOURCES: "四(一)-7",
    **dict.fromkeys((Bureau.EDUCATION, Bureau.PUBLIC_SECURITY, Bureau.JUSTICE, Bureau.HEALTH), "四(一)-8"),
    **dict.fromkeys((Bureau.TRADE_UNION, Bureau.YOUTH_LEAGUE, Bureau.WOMEN, Bureau.DISABLED), "四(一)-9"),
}


def bureau_of(request: HttpRequest) -> str:
    """The line asked for, by the lead; for others always their own."""
    own = request.user.org_unit.bureau
    asked = request.GET.get("bureau", "")
    return asked if request.user.is_lead and asked in Bureau.values else own


@require_safe
@for_officers
def line(request: HttpRequest) -> HttpResponse:
    """One bureau's line: employers, posts, needs, findings, projects, tasks, targets."""
    bureau = bureau_of(request)
    found = line_of(request.user, request.on, bureau)
    label = Bureau(bureau).label
    context = {
        "bureau": bureau,
        "label": label,
        "clause": CLAUSES[bureau],
        "bureaus": Bureau.choices if request.user.is_lead else [],
        "figures": [*_figures(found, bureau), *_duties(request, bureau)],
        "tables": [each for each in (_targets(request, bureau), _kinds(request, found, bureau)) if each],
    }
    return render(request, "supervision/line.html", context)


def _figures(found: Line, bureau: str) -> list[dict[str, Any]]:
    base = f"{reverse('supervision:line-employers')}?bureau={bureau}"
    broken = found.findings.get(Outcome.VIOLATION, 0)
    warned = found.findings.get(Outcome.WARNING, 0)
    return [
        {"label": "主管的用人单位", "value": f"{found.total:,}", "link": base},
        {
            "label": "设了岗位的单位", "value": f"{found.with_posts:,} 家", "link": f"{base}&stands=posted",
            "note": f"在设岗位 {found.posts:,} 个",
        },
        {
            "label": "应设未设", "value": f"{found.without_post:,} 家", "link": f"{base}&stands=without",
            "note": "中心和城市社区",
        },
        {
            "label": "评估需要人员的单位", "value": f"{found.needing:,} 家", "link": f"{base}&stands=needs",
            "note": f"需要 {found.needed:,} 人，持证在岗 {found.certified:,} 人；没有评估的 {found.unassessed:,} 家",
        },
        {"label": "人员不足", "value": f"{found.short:,} 家", "link": f"{base}&stands=short"},
        {
            "label": "有违反事项的单位", "value": f"{found.breaking:,} 家", "link": f"{base}&stands=violations",
            "note": f"违反 {broken:,} 项，预警 {warned:,} 项",
        },
        {
            "label": "执行中的购买项目", "value": f"{found.projects:,}",
            "link": f"{reverse('payroll:projects')}?bureau={bureau}",
        },
    ]  # fmt: skip


def _duties(request: HttpRequest, bureau: str) -> list[dict[str, Any]]:
    """Tasks, meetings and pay issues of the bureau; three queries."""
    on, user = request.on, request.user
    late = Count("pk", filter=Q(deadline__lt=on))
    tasks = MeetingTask.objects.visible_to(user).open_on(on).filter(bureau=bureau).aggregate(n=Count("pk"), late=late)
    issues = PayIssue.objects.visible_to(user).filter(bureau=bureau, found_on__lte=on).exclude(solved_on__lte=on)
    pay = issues.aggregate(n=Count("pk"), late=late)
    met = JointMeeting.objects.visible_to(user).filter(attending__contains=[bureau], on__year=on.year, on__lte=on)
    own = f"bureau={bureau}&stands=open"
    return [
        {
            "label": "没有完成的联席任务", "value": f"{tasks['n']:,}", "note": f"逾期 {tasks['late']:,}",
            "link": f"{reverse('supervision:meeting-tasks')}?{own}",
        },
        {
            "label": "今年参加的联席会议", "value": f"{met.count():,}",
            "link": f"{reverse('supervision:meetings')}?with={bureau}&year={on.year}",
        },
        {
            "label": "没有解决的薪酬问题", "value": f"{pay['n']:,}", "note": f"逾期 {pay['late']:,}",
            "link": f"{reverse('supervision:pay-issues')}?{own}",
        },
    ]  # fmt: skip


def _targets(request: HttpRequest, bureau: str) -> dict[str, Any]:
    """Target and actual of this year, by district."""
    year, places = request.on.year, districts_of(request.user)
    found = reached(request.user, year, request.on)
    link = f"{reverse('supervision:targets')}?year={year}&bureau={bureau}"
    cells = []
    for place in places:
        one = found.get((bureau, place.pk))
        aimed = one.target if one else None
        text = f"{one.actual if one else 0:,} / {'—' if aimed is None else f'{aimed:,}'}"
        tone = "" if aimed is None else "lack" if one.lacking else "ok"
        cells.append(cell(text, f"{link}&area={place.pk}", tone))
    columns = [place.name for place in places]
    rows = [{"label": "实有 / 目标", "cells": cells}]
    return {"title": f"{year} 年岗位目标", "first": "岗位", "columns": columns, "rows": rows, "numeric": True}


def _kinds(request: HttpRequest, found: Line, bureau: str) -> dict[str, Any]:
    """Employers by kind and district."""
    places = districts_of(request.user)
    base = f"{reverse('supervision:line-employers')}?bureau={bureau}"
    rows = []
    for kind, label in Kind.choices:
        counts = [found.employers.get((kind, place.pk), 0) for place in places]
        if any(counts):
            cells = [
                cell(f"{n:,}" if n else None, f"{base}&kind={kind}&area={place.pk}" if n else "")
                for place, n in zip(places, counts, strict=True)
            ]
            rows.append({"label": label, "link": f"{base}&kind={kind}", "cells": cells})
    columns = [place.name for place in places]
    return (
        {"title": "单位类别和所在区", "first": "类别", "columns": columns, "rows": rows, "numeric": True}
        if rows
        else {}
    )


STANDS = {
    "posted": ("已设岗", Q(active_posts__gt=0)),
    "without": ("应设未设", Q(active_posts=0, kind__in=MUST)),
    "needs": ("评估需要人员", Q(needed__gt=0, kind__in=BY_NEED)),
    "short": ("人员不足", Q(lacking__gt=0, kind__in=BY_NEED)),
    "violations": ("有违反事项", Q(violations__gt=0)),
}


class LineEmployers(ListingView):
    """Employers of a line, with what the page's numbers count."""

    title, name, unit, section = "条线单位", "条线单位", "家", "督查"
    capability = Capability.VIEW_COMPLIANCE
    default_sort = "region"
    template_name = "supervision/register.html"
    columns = (
        Column("name", "单位", order="pinyin", link=lambda row: reverse("posts:employer", args=[row.pk])),
        Column("kind", "类别", "get_kind_display", order="kind"),
        Column("bureau", "主管部门", "get_competent_bureau_display"),
        Column("region", "所在", "region.name", order="region_id"),
        Column("active_posts", "在设岗位", numeric=True),
        Column("needed", "评估需要", numeric=True),
        Column("certified", "持证在岗", numeric=True),
        Column("violations", "违反事项", numeric=True),
    )

    def base_queryset(self) -> QuerySet:
        if self.request.user.area_code is None:
            raise PermissionDenied
        return line_employers(self.request.user, self.request.on, bureau_of(self.request))

    @cached_property
    def filters(self) -> list[Any]:
        """Text, kind, district, how it stands; the lead chooses the line."""
        stands = [(code, label) for code, (label, _) in STANDS.items()]
        places = [(each.pk, each.name) for each in districts_of(self.request.user)]
        found: list[Any] = [
            Text("q", "单位", lambda rows, text: rows.filter(text_condition(text)), "名称、拼音或代码"),
            Choice("kind", "类别", Kind.choices, lambda rows, kind: rows.filter(kind=kind)),
            Choice("area", "地区", places, lambda rows, code: rows.filter(in_district("region__code", code))),
            Choice("stands", "情况", stands, lambda rows, value: rows.filter(STANDS[value][1])),
        ]
        if self.request.user.is_lead:
            found.append(Choice("bureau", "条线", Bureau.choices, lambda rows, value: rows))
        return found

    def context(self) -> dict[str, Any]:
        back = f"{reverse('supervision:line')}?bureau={bureau_of(self.request)}"
        return super().context() | {"links": [("条线工作台", back)]}
