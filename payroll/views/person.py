"""A person's tab 薪酬: the guidance it is held against, what was decided, pay by month, its place among peers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from payroll.benchmarking import Month
from payroll.held import held
from payroll.models import PayDecision, PayRecord
from payroll.place import ESTABLISHED, Published, Standing, counted, person_standing, published_months
from talents.models import Employment, SocialWorker
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability

MONTHS_SHOWN = 24


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay of the employments that the account sees, the newest month first; for the person and who may see pay."""
    user = request.user
    if not (user.can(Capability.VIEW_PAY) or user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    record = person_context(request, pk, tab="pay")
    rows = PayRecord.objects.visible_to(user).filter(employment__worker=record["worker"], period__lte=request.on)
    listed = list(rows.select_related("employment__employer").order_by("-period", "-pk")[:MONTHS_SHOWN])
    forms = {each.employment.form for each in listed[:1]}
    context: dict[str, Any] = {
        **record,
        "records": listed,
        "established": Employment.Form.ESTABLISHED in forms,
        "sentence": ESTABLISHED,
        "held": [{"is": each, "calculator": each.calculator(request.on)} for each in held(rows, request.on)],
        "decisions": list(_decisions(request, record["worker"])),
        "deciding": record["employments"] if user.can(Capability.APPLY) and not request.is_past else [],
        **_among_peers(request, listed),
    }
    return render_person(request, "payroll/_person_pay.html", context)


def _decisions(request: HttpRequest, worker: SocialWorker) -> QuerySet[PayDecision]:
    rows = PayDecision.objects.visible_to(request.user).filter(employment__worker=worker, start__lte=request.on)
    return rows.select_related("employment__employer").order_by("-start", "-pk")[:MONTHS_SHOWN]


def _among_peers(request: HttpRequest, listed: list[PayRecord]) -> dict[str, Any]:
    """The newest published month with pay of the person, and where that stands."""
    cities = {each.employment.employer.region_id[:4] for each in listed}
    paid = {each.period for each in listed}
    months = [each for each in published_months(request.user, request.on, cities) if each in paid]
    if not months:
        return {"month": None, "standings": []}
    month = Month.of(months[0])
    of_month = {each.employment_id: each for each in listed if each.period == month.period}
    own = counted(month, of_month)
    published = Published(request.user, month.period, own.values())
    found: list[tuple[PayRecord, Standing]] = [
        (of_month[each.employment], person_standing(each, published)) for each in own.values()
    ]
    return {"month": month, "standings": found}
