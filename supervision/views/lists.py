"""无岗, 有岗无人, and findings: filtered, paged by key, exported exactly as shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from posts.filters import EmployerFilter
from posts.models import Employer
from supervision.models import Finding
from supervision.selectors import lists, topics
from supervision.selectors.mending import way
from supervision.selectors.subjects import labels
from supervision.views import for_officers
from xmsw.accounts.roles import Capability
from xmsw.policy import rules
from xmsw.policy.outcomes import Outcome
from xmsw.printing import PrintedList, pdf_response
from xmsw.printing.lists import ROWS as PRINT_ROWS
from xmsw.ui.paging import Page, count_label, paged, paged_list, query_without
from xmsw.ui.sheets import sheet_response

FACT_ORDER = ("region_code", "employer_id")
PAST_ORDER = ("region_code", "id")
FINDING_ORDER = ("rule", "subject_id")
EXPORT_CHUNK = 2000
EMPLOYER_HEADER = (
    "单位名称",
    "类别",
    "区划代码",
    "所在区划",
    "统一社会信用代码",
    "在设社工岗位",
    "在岗人员",
    "专职专业人员",
)
FINDING_HEADER = ("单位名称", "类别", "区划代码", "条款", "核查事项", "对象", "结果", "发现日期")


@require_safe
@for_officers
def without_post(request: HttpRequest) -> HttpResponse:
    """无岗: no post in force on the as-of date."""
    return _gap(request, "无岗单位", "f.active_posts = 0", "supervision/without_post.html")


@require_safe
@for_officers
def without_holder(request: HttpRequest) -> HttpResponse:
    """有岗无人: posts in force, and no full-time professional."""
    fact = lists.professionals(request.on)
    return _gap(request, "有岗无人", f"f.active_posts > 0 AND f.{fact} = 0", "supervision/without_holder.html", fact)


def _gap(
    request: HttpRequest, title: str, condition: str, template: str, fact: str = "full_time_qualified"
) -> HttpResponse:
    chosen = EmployerFilter.of(request, kind="must" if request.user.is_lead else "all")
    if request.is_past:
        listed = _past_gap(request, chosen, condition)
        count, page = str(len(listed)), paged_list(request, listed, PAST_ORDER)
    else:
        rows = _present_gap(request, chosen, fact if template.endswith("holder.html") else None)
        listed, count = rows, ""
        page = paged(request, rows, FACT_ORDER) if "export" not in request.GET else Page([], "", "")
    if request.GET.get("export") == "xlsx":
        return sheet_response(f"{title}_{request.on:%Y-%m-%d}", EMPLOYER_HEADER, _gap_rows(request, listed, fact))
    if request.GET.get("export") == "pdf":
        return _printed(request, title, EMPLOYER_HEADER, _gap_rows(request, listed, fact), "家")
    context = {"page": page, "listed": _with_employers(request, page.rows, fact), "filter": chosen, "title": title}
    return render(request, template, {**context, "count": count or count_label(listed)})


def _printed(
    request: HttpRequest, title: str, header: Sequence[str], rows: Iterator[tuple[Any, ...]], unit: str
) -> HttpResponse:
    """The list on paper, up to as many rows as a print-out bears."""
    listed = [["" if cell is None else str(cell) for cell in row] for row in islice(rows, PRINT_ROWS + 1)]
    if len(listed) > PRINT_ROWS:
        messages.warning(request, f"超过 {PRINT_ROWS:,} 行，印出来太长。请加筛选条件，或改导 Excel。")
        return redirect(f"{request.path}?{query_without(request, 'export', 'on')}")
    columns = [(label, label.startswith("在") or label.endswith("人员")) for label in header]
    printed = PrintedList(title, request.user.place_label, request.on, columns, listed, unit=unit)
    return pdf_response(f"{title}_{request.on:%Y-%m-%d}", printed.pdf())


def _present_gap(request: HttpRequest, chosen: EmployerFilter, fact: str | None) -> QuerySet:
    area = chosen.area or chosen.own_area
    if fact:
        rows = lists.without_holder(request.user, area, chosen.kinds, fact)
    else:
        rows = lists.without_post(request.user, area, chosen.kinds)
    return chosen.apply(rows, "employer__", region="region_code", kind="kind")


def _past_gap(request: HttpRequest, chosen: EmployerFilter, condition: str) -> list[dict[str, Any]]:
    """Rows computed for the past day, with the region for the order."""
    employers = chosen.apply(Employer.objects.visible_to(request.user))
    found = lists.past_facts(employers, request.on, condition)
    places = dict(
        Employer.objects.visible_to(request.user)
        .filter(pk__in=[row["id"] for row in found])
        .values_list("pk", "region_id")
    )
    return [{**row, "region_code": places[row["id"]]} for row in found]


def _with_employers(request: HttpRequest, rows: Iterable[Any], fact: str) -> list[dict[str, Any]]:
    """Each row as `{employer, facts, professionals}`, whether it came from a model or from an evaluation."""
    plain = [row if isinstance(row, dict) else {**vars(row), "id": row.pk} for row in rows]
    known = lists.employers_by_id(request.user, [row["id"] for row in plain])
    return [
        {"employer": known[row["id"]], "facts": row, "professionals": row[fact]} for row in plain if row["id"] in known
    ]


def _gap_rows(request: HttpRequest, listed: QuerySet | list[dict], fact: str) -> Iterator[tuple[Any, ...]]:
    ordered = (
        listed.order_by(*FACT_ORDER)
        if isinstance(listed, QuerySet)
        else sorted(listed, key=lambda r: (r["region_code"], r["id"]))
    )
    source = ordered.iterator(EXPORT_CHUNK) if isinstance(ordered, QuerySet) else iter(ordered)
    for chunk in _chunks(source):
        for each in _with_employers(request, chunk, fact):
            employer, facts = each["employer"], each["facts"]
            place = (employer.region_id, employer.region.name, employer.credit_code or "")
            numbers = (facts["active_posts"], facts["holders_total"], each["professionals"])
            yield (employer.name, employer.get_kind_display(), *place, *numbers)


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == EXPORT_CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


@require_safe
@for_officers
def findings(request: HttpRequest) -> HttpResponse:
    """Findings by rule, outcome and place. Past days, and what is met, are computed anew for the chosen rules."""
    chosen = EmployerFilter.of(request)
    asked = request.GET.get("rule", "")
    outcomes = _outcomes(request.GET.get("outcome", ""))
    anew = request.is_past or outcomes == {Outcome.MET}
    if outcomes == {Outcome.MET} and not asked:
        asked = topics.TOPICS[1].key  # all that is met would be nearly everything; the filter shows the choice
    listed = [each for each in topics.chosen_rules(asked) if each.outcomes() & outcomes]
    if anew:
        employers = chosen.apply(Employer.objects.visible_to(request.user))
        rows: Any = lists.judged(employers, request.on, listed, outcomes)
    else:
        rows = lists.open_findings(request.user, [each.number for each in listed], outcomes)
        rows = chosen.apply(rows, "employer__").select_related("employer")
    if request.GET.get("export") == "xlsx":
        name = f"核查结果_{request.on:%Y-%m-%d}"
        return sheet_response(name, FINDING_HEADER, _finding_rows(request, rows))
    if request.GET.get("export") == "pdf":
        return _printed(request, "核查结果", FINDING_HEADER, _finding_rows(request, rows), "项")
    page = paged_list(request, rows, FINDING_ORDER) if anew else paged(request, rows, FINDING_ORDER)
    context = {
        "page": page,
        "listed": _explained(request, page.rows),
        "count": str(len(rows)) if anew else count_label(rows),
        "filter": chosen,
        "anew": anew,
        "outcome_options": _outcome_options(request.GET.get("outcome", "")),
        "rule_options": _rule_options(asked),
    }
    return render(request, "supervision/findings.html", context)


def _outcomes(asked: str) -> set[Outcome]:
    """The outcome asked for by code; everything that is not met otherwise."""
    found = {each for each in Outcome if each.code == asked}
    return found or {each for each in Outcome if each != Outcome.MET}


def _outcome_options(asked: str) -> list[dict[str, Any]]:
    listed = [
        {"code": each.code, "name": each.label, "chosen": each.code == asked} for each in sorted(Outcome, reverse=True)
    ]
    return [{"code": "", "name": "全部未达标", "chosen": not asked}, *listed]


def _rule_options(asked: str) -> dict[str, list[dict[str, Any]]]:
    clauses = list(dict.fromkeys(each.clause for each in rules.rules_of_employers()))
    chosen = {"一条的全部规则": [{"code": asked, "name": asked, "chosen": True}]} if asked in clauses else {}
    return {
        **chosen,
        "主要事项": [{"code": each.key, "name": each.label, "chosen": each.key == asked} for each in topics.TOPICS],
        "逐条规则": [
            {"code": each.code, "name": f"{each.clause} {each.title}", "chosen": each.code == asked}
            for each in rules.rules_of_employers()
        ],
    }


def _explained(request: HttpRequest, rows: list[Any]) -> list[dict[str, Any]]:
    """Findings and computed rows in one shape, with rule and employer."""
    known: dict[int, Employer] = {}
    if rows and isinstance(rows[0], dict):
        known = lists.employers_by_id(request.user, {row["employer_id"] for row in rows})
    named = labels(request.user, rows, personal=request.user.can(Capability.VIEW_PERSONNEL))
    shown = []
    for row in rows:
        plain = row if isinstance(row, dict) else vars(row)
        employer = row.employer if isinstance(row, Finding) else known.get(row["employer_id"])
        if employer is not None:
            rule = rules.by_number(plain["rule"])
            mended = plain["outcome"] != Outcome.MET and not request.is_past
            shown.append(
                {
                    "employer": employer,
                    "rule": rule,
                    "outcome": plain["outcome"],
                    "since": plain.get("opened_on"),
                    "about": named.get((rule.subject, plain["subject_id"]), ""),
                    "way": way(request.user, rule, plain["outcome"], employer.pk, plain["subject_id"], named)
                    if mended
                    else None,
                }
            )
    return shown


def _finding_rows(request: HttpRequest, rows: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(rows, QuerySet):
        source: Iterator[Any] = rows.order_by(*FINDING_ORDER).iterator(EXPORT_CHUNK)
    else:
        source = iter(sorted(rows, key=lambda row: (row["rule"], row["subject_id"])))
    for chunk in _chunks(source):
        for each in _explained(request, chunk):
            employer, rule = each["employer"], each["rule"]
            found = (rule.clause, rule.title, each["about"], Outcome(each["outcome"]).label, each["since"])
            yield (employer.name, employer.get_kind_display(), employer.region_id, *found)
