"""Pay decisions on screen (三(一)-2): the employer decides, and mends the newest one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from payroll import deciding
from payroll.forms.decisions import DecisionForm
from payroll.models import PayDecision
from talents.models import Employment
from xmsw.accounts.roles import Capability
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.refusals import Refused


@edit_methods
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A new decision of an employment, filled in with what the portal knows."""
    employment = _own(request, pk)
    return _page(request, deciding.proposed(employment, request.on), f"核定 {employment.worker.name} 的薪酬")


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend the newest decision."""
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    decision = get_object_or_404(PayDecision.objects.visible_to(request.user), pk=pk)
    if decision.end is not None:
        raise Http404
    decision.employment = _own(request, decision.employment_id)
    return _page(request, decision, f"更正 {decision.employment.worker.name} 的薪酬核定")


def _own(request: HttpRequest, pk: int) -> Employment:
    if not request.user.can(Capability.APPLY):
        raise PermissionDenied
    rows = Employment.objects.visible_to(request.user).select_related("worker", "employer")
    return get_object_or_404(rows.defer("worker__identity", "worker__phone"), pk=pk)


def _page(request: HttpRequest, decision: PayDecision, title: str) -> HttpResponse:
    employment = decision.employment
    back = reverse("payroll:person-pay", args=[employment.worker_id])

    def save(valid: DecisionForm) -> tuple[str, str]:
        decision = valid.save(commit=False)
        if not valid.confirmed and (asked := deciding.doubts(decision, request.on)):
            valid.ask()
            raise Refused(asked)
        made = deciding.decide(request.user, decision)
        return f"已核定，{made.start:%Y-%m-%d} 起执行。{_compared(made)}", back

    form = DecisionForm(request.POST or None, instance=decision)
    established = employment.form == Employment.Form.ESTABLISHED
    told = "在编人员按国家规定确定工资（三（一）-1），写明依据。" if established else "五项因素都要填（三（一）-2）。"
    hint = f"{employment.employer.name}，{employment.get_form_display()}，{employment.start:%Y-%m-%d} 入职。{told}"
    return form_page(request, form, save, title=title, back=back, back_label="薪酬", hint=hint)


def _compared(decision: PayDecision) -> str:
    """A sentence when the decided pay lies below its band: guidance, never a refusal (三(一)-5)."""
    band = deciding.band_of(decision)
    missing = band.missing(deciding.full_time(decision)) if band else 0
    return f"折合全职月薪比「{band.label}」指导标准下限低 ¥{missing:,.2f}。" if band and missing else ""
