"""年度公开 of award funds: what a year came to, its release, and the pages that everybody reads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from awards import disclosing, funds
from awards.models import AwardFund, FundDisclosure
from awards.views.funds import fund_seen
from xmsw.printing import pdf, pdf_response
from xmsw.ui.numbers import whole
from xmsw.ui.sheets import sheet_response
from xmsw.workflow.forming import performed


def _files(request: HttpRequest, fund: AwardFund, found: disclosing.Year, of: FundDisclosure | None) -> HttpResponse:
    name = f"{fund.name}_{found.year}_年度收支"
    if request.GET["export"] == "pdf":
        return pdf_response(name, pdf("disclosure", disclosing.printed(fund, found, of)))
    return sheet_response(name, disclosing.HEADER, disclosing.table(found))


@require_safe
def disclosure(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """The year as it stands now, with what is public of it; `?export=pdf|xlsx`."""
    fund = fund_seen(request, pk)
    standing = {each["year"]: each for each in disclosing.standings(fund)}.get(year)
    if standing is None:
        raise Http404
    found = disclosing.year_of(fund, year)
    if request.GET.get("export") in ("pdf", "xlsx"):
        return _files(request, fund, found, None)
    may = not request.is_past and funds.writes(request.user, fund)
    context = {
        "fund": fund,
        "found": found,
        "standing": standing,
        "may_release": may and (standing["version"] is None or standing["later"]),
    }
    return render(request, "awards/disclosure.html", context)


@require_POST
def release(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Make the year public."""
    fund = fund_seen(request, pk)
    funds.only_writer(request.user, fund)
    if request.is_past:
        raise PermissionDenied
    back = reverse("awards:disclosure", args=[pk, year])
    return performed(request, lambda: disclosing.release(request.user, fund, year), "已公开，任何人都能看到。", back)


@login_not_required
@require_safe
def public_funds(request: HttpRequest) -> HttpResponse:
    """Funds with something public."""
    return render(request, "awards/public_funds.html", {"listed": disclosing.public_funds()})


@login_not_required
@require_safe
def public_fund(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """A year that was made public: the newest version, or an earlier one by `?version=`; `?export=xlsx`."""
    versions = list(
        FundDisclosure.objects.filter(fund=pk, year=year).select_related("fund__region").order_by("-version")
    )
    asked = whole(request.GET.get("version", ""))
    shown = next((each for each in versions if asked in (None, each.version)), None)
    if shown is None:
        raise Http404
    found = disclosing.year_of(shown.fund, year, shown.through)
    if request.GET.get("export") == "xlsx":
        return _files(request, shown.fund, found, shown)
    others = FundDisclosure.objects.filter(fund=pk, version=1).exclude(year=year).order_by("-year")
    context = {
        "fund": shown.fund,
        "found": found,
        "shown": shown,
        "versions": versions,
        "years": list(others.values_list("year", flat=True)),
    }
    return render(request, "awards/public_fund.html", context)
