"""Public notice, objections, certificates and their verification. Public pages show masked details only."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from awards import cycles, notices
from awards.certificates import certificate_pdf
from awards.flows.objection import OBJECTION
from awards.forms.nominations import HeardForm, ObjectionForm
from awards.masking import masked_name
from awards.models import AwardCycle, Honour, Nomination, Objection
from awards.views.cycles import organised, readers_only
from xmsw.accounts.models import LoginFailure
from xmsw.accounts.throttle import address_of, admit
from xmsw.printing import pdf_response
from xmsw.ui.listing import Choice, Column, ListingView
from xmsw.workflow.forming import edit_methods, form_page
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused

_S, _N = AwardCycle.State, Nomination.State
LONGEST_CODE = 40


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Notices that run, and what was commended lately."""
    today = timezone.localdate()
    running = notices.running(today).select_related("region").order_by("-panel_end")
    done = AwardCycle.objects.filter(state=_S.COMMENDED).select_related("region").order_by("-commended_on")[:20]
    return render(request, "awards/public_notices.html", {"running": running, "done": done})


@login_not_required
@require_safe
def public_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: who is proposed, until when, how to object; afterwards, who was commended."""
    found = _public(pk)
    if found.state == _S.COMMENDED:
        rows = found.honours.filter(revoked_on=None).select_related("worker", "employer").order_by("number", "pk")
    else:
        rows = found.nominations.filter(state=_N.ON_NOTICE).select_related("worker", "employer").order_by("rank")
    listed = [{"pk": each.pk, "name": each.worker.name, "employer": each.employer.name} for each in rows]
    notice = notices.current(found)
    context = {
        "cycle": found,
        "notice": notice,
        "listed": listed,
        "open": found.state == _S.NOTICE and notice is not None and timezone.localdate() <= notice.end,
        "extensions": found.notices.exclude(reason="").order_by("pk"),
    }
    return render(request, "awards/public_notice.html", context)


def _public(pk: int) -> AwardCycle:
    rows = AwardCycle.objects.filter(state__in=(_S.NOTICE, _S.COMMENDED)).select_related("region")
    return get_object_or_404(rows, pk=pk)


@login_not_required
@edit_methods
def public_objection(request: HttpRequest, pk: int, nomination: int) -> HttpResponse:
    """Object to a nominee, by name."""
    found = _public(pk)
    rows = found.nominations.filter(state=_N.ON_NOTICE).select_related("worker", "employer", "cycle")
    nominee = get_object_or_404(rows, pk=nomination)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if not admit(LoginFailure.Kind.OBJECT, str(nominee.pk), address_of(request)):
                raise Refused("从你的网络提交的异议太多了，请过一刻钟再试，或者直接联系组织单位。")
            notices.object_to(nominee, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, "已收到你的异议。组织单位会核查，必要时按你留的电话联系。")
            return redirect("honours:notice", pk=pk)
    context = {"form": form, "cycle": found, "nominee": nominee}
    return render(request, "awards/public_objection.html", context, status=422 if form.errors else 200)


class Objections(ListingView):
    """Objections to the own rounds' nominees."""

    title, name, unit, section = "公示异议", "公示异议", "件", "表彰"
    default_sort = "-id"
    empty = "没有异议。"
    columns = (
        Column("id", "编号", "pk", order="pk", link=lambda row: OBJECTION.url(row)),
        Column("nominee", "人选", "nomination.worker.name", order="nomination__worker__pinyin"),
        Column("cycle", "表彰", "nomination.cycle.title"),
        Column("channel", "方式"),
        Column("received", "收到", lambda row: f"{timezone.localtime(row.received_at):%Y-%m-%d %H:%M}"),
        Column("state", "状态", "get_state_display", order="state"),
    )
    filters = (Choice("state", "状态", Objection.State.choices, lambda rows, value: rows.filter(state=value)),)

    def base_queryset(self) -> QuerySet:
        _organisers_only(self.request)
        rows = Objection.objects.visible_to(self.request.user)
        rows = rows.filter(nomination__cycle__region=self.request.user.area_code)
        return rows.select_related("nomination__worker", "nomination__cycle").defer("name", "phone", "text")


def _organisers_only(request: HttpRequest) -> None:
    readers_only(request)
    if not request.user.can("run_awards"):
        raise Http404


@require_safe
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection, for the organiser alone."""
    _organisers_only(request)
    rows = Objection.objects.visible_to(request.user).select_related(*OBJECTION.select)
    found = get_object_or_404(rows, pk=pk, nomination__cycle__region=request.user.area_code)
    context = case_context(request, OBJECTION, found) | OBJECTION.context(request, found)
    back = {"back": reverse("awards:objections"), "back_label": "公示异议"}
    return render(request, "workflow/case.html", context | back)


@edit_methods
def objection_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an objection that came by letter or phone. `pk`: the nomination."""
    rows = Nomination.objects.filter(state=_N.ON_NOTICE).select_related("worker", "cycle__region")
    readers_only(request)
    nominee = get_object_or_404(rows.filter(cycle__in=AwardCycle.objects.visible_to(request.user)), pk=pk)
    organised(request, nominee.cycle_id)

    def save(form: HeardForm) -> tuple[str, str]:
        made = form.save(commit=False)
        made.channel = form.cleaned_data["channel"]
        notices.object_to(nominee, made)
        return "已登记异议。", OBJECTION.url(made)

    back = reverse("awards:cycle", args=[nominee.cycle_id])
    title = f"登记对{nominee.worker.name}的异议"
    return form_page(
        request, HeardForm(request.POST or None), save, title=title, back=back, back_label=nominee.cycle.title
    )


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate of an honour as PDF, for whoever sees the honour."""
    readers_only(request)
    rows = Honour.objects.visible_to(request.user).select_related("worker", "employer", "cycle")
    found = rows.filter(pk=pk).first()
    if found is None:
        # The organiser prints the certificates of the whole round, whoever is competent for the employer.
        found = get_object_or_404(
            Honour.objects.select_related("worker", "employer", "cycle"), pk=pk, cycle__isnull=False
        )
        if not cycles.runs(request.user, found.cycle):
            raise Http404
    if not found.number or found.revoked_on:
        raise Http404("没有可以打印的证书：这份荣誉没有证书，或者已经撤销。")
    address = request.build_absolute_uri(reverse("honours:verify"))
    return pdf_response(f"荣誉证书_{found.number}", certificate_pdf(found, address))


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a certificate is genuine: the number and its code must both be right."""
    number = request.GET.get("number", "").strip()[:LONGEST_CODE]
    code = request.GET.get("code", "").strip().upper()[:LONGEST_CODE]
    found = None
    if number and code and "\x00" not in number + code:
        found = Honour.objects.filter(number=number, code=code).select_related("worker", "employer").first()
    context = {"asked": bool(number or code), "number": number, "code": code, "honour": found}
    if found is not None:
        context["name"] = masked_name(found.worker.name)
    return render(request, "awards/verify.html", context)
