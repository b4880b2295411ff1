"""The own account: joining by invitation, who looked, and the slip that an employer or officer hands over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from talents.actions import oneself as actions
from talents.forms.oneself import JoinForm, RevealForm
from talents.looks import told
from talents.models import SocialWorker
from talents.service_record import service_record as of_service
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.accounts.throttle import address_of
from xmsw.audit.looks import PERSON, look
from xmsw.audit.models import AccessLog
from xmsw.printing import pdf_response
from xmsw.printing.pdf import pdf
from xmsw.workflow.forming import performed
from xmsw.workflow.refusals import Refused

LOOKS = 200


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """A new own account, signed in at once."""
    if request.user.is_authenticated:
        return redirect("home")
    form = JoinForm(address_of(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = form.save()
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            login(request, account)
            messages.success(request, "账号已开通。这里是你的档案：有不对的，可以申请更正。")
            return redirect("home")
    return render(request, "talents/join.html", {"form": form}, status=422 if form.errors else 200)


def _worker(request: HttpRequest, pk: int) -> SocialWorker:
    return get_object_or_404(SocialWorker.objects.visible_to(request.user), pk=pk)


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a code and show it, this once, on a slip to print."""
    worker = _worker(request, pk)
    try:
        code, until = actions.invite(request.user, worker)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("talents:person", pk=pk)
    context = {"worker": worker, "code": code, "until": until, "address": request.build_absolute_uri("/people/join/")}
    return render(request, "talents/invitation.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer has met the person whose account it is."""
    worker = _worker(request, pk)
    said = f"已确认{worker.name}的本人账号，本人可以看全部记录。"
    address = reverse("talents:person", args=[pk])
    return performed(request, lambda: actions.confirm(request.user, worker), said, address)


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """End the person's account."""
    worker = _worker(request, pk)
    actions.release(request.user, worker)
    messages.success(request, f"已解除{worker.name}的本人账号，可以重新邀请。")
    return redirect("talents:person", pk=pk)


@require_safe
def looks(request: HttpRequest, pk: int) -> HttpResponse:
    """Tab «谁看过»: every look at sealed or restricted data of the person, newest first."""
    record = person_context(request, pk, tab="looks")
    if not (record["own"] or request.user.can(Capability.VIEW_ACCESS_LOG)):
        raise PermissionDenied
    kept = record["worker"].pk
    merged = SocialWorker.objects.filter(merged_into=kept).values_list("pk", flat=True)
    rows = told(AccessLog.objects.filter(subject=PERSON, subject_id__in=[kept, *merged]), request.user)
    rows = rows.filter(at__date__lte=request.on)
    listed = list(rows.select_related("user__org_unit__region").order_by("-at")[: LOOKS + 1])
    context = {**record, "looks": listed[:LOOKS], "cut": len(listed) > LOOKS}
    return render_person(request, "talents/_looks.html", context)


@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sealed value once; the reason and the look stand in the log before the value leaves."""
    if not request.user.can(Capability.REVEAL_IDENTITY):
        raise PermissionDenied
    worker = _worker(request, pk)
    form = RevealForm(request.POST)
    context: dict[str, Any] = {"worker": worker, "form": form}
    if form.is_valid():
        field = form.cleaned_data["field"]
        look(request.user, PERSON, [worker.pk], dict(form.fields["field"].choices)[field], form.cleaned_data["reason"])
        context["shown"] = getattr(worker, field) or "没有填写"
    answer = render(request, "talents/_reveal.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_safe
def service_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's service and appointment record as PDF."""
    record = person_context(request, pk, tab="person")
    content = pdf("service_record", of_service(record["worker"], request.user, request.on, own=record["own"]))
    return pdf_response(f"任职聘用证明_{record['worker'].name}_{timezone.localdate():%Y-%m-%d}", content)
