"""证书与登记: the list and its bulk verification, a person's tab, one certificate, entering certificates."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from posts.filters import text_condition
from posts.models import CertificateLevel
from talents.actions import certificates as actions
from talents.flows.certificates import CERTIFICATE
from talents.forms.certificates import CertificateForm, EvidenceForm
from talents.models import Certificate, Employment, Registration, SocialWorker
from talents.places import place_choice
from talents.registration import TONES, Registered, exam_problem, highest, impossible_exams, with_registration
from talents.search import by_person
from talents.views.person import person_context, render_person
from xmsw.accounts.roles import Capability
from xmsw.dated import months_later
from xmsw.ui.listing import Choice, Column, ListingView, Text, Together
from xmsw.ui.numbers import whole
from xmsw.workflow import actions as workflow
from xmsw.workflow.forming import edit_methods
from xmsw.workflow.models import Step
from xmsw.workflow.pages import case_context
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

MOST = 100  # verified at once
WITHIN = (("1", "1 个月内到期"), ("3", "3 个月内到期"), ("6", "6 个月内到期"), ("12", "12 个月内到期"))
STATES = dict(Registered.choices)


def _place(row: Certificate) -> str:
    return "、".join(each.employer.name for each in row.worker.places)


class Certificates(ListingView):
    """Certificates of people at work, the highest of each unless all are asked for: registration and verification."""

    title, name, unit, section = "证书与登记", "证书与登记", "个证书", "人才"
    capability = Capability.VIEW_PERSONNEL
    template_name = "talents/certificates.html"
    default_sort = "worker"
    empty = "还没有证书。"
    together = (
        Together(
            "核验所选证书",
            "talents:certificates-verify",
            "certificate",
            lambda request: request.user.can(Capability.VERIFY_CERTIFICATES) and not request.is_past,
        ),
    )
    columns = (
        Column(
            "worker",
            "姓名",
            "worker.name",
            order="worker__pinyin",
            link=lambda row: reverse("talents:person-certificates", args=[row.worker_id]),
        ),
        Column("employer", "单位", _place),
        Column("level", "证书", "get_level_display"),
        Column("number", "证书编号", link=lambda row: reverse("talents:certificate", args=[row.pk])),
        Column("issued", "签发日期", "issued_on", order="issued_on"),
        Column("exam", "考试年份", "exam_year", chosen=False),
        Column("registered", "登记状态", lambda row: STATES[row.registered]),
        Column("due", "有效期至／登记期限", "due", order="due"),
        Column("state", "核验", "get_state_display"),
        Column("evidence", "核验依据", "evidence", chosen=False),
    )

    @cached_property
    def filters(self) -> tuple[Choice | Text, ...]:
        """Person, employer, registration, due soon, verification, exam year, level, area, which certificates."""
        user, on = self.request.user, self.request.on
        here = Employment.objects.visible_to(user).in_force(on).filter(worker=OuterRef("worker"))
        return (
            Text("person", "人员", by_person, "姓名、拼音、证书号"),
            Text(
                "employer",
                "单位",
                lambda rows, text: rows.filter(Exists(here.filter(text_condition(text, "employer__")))),
                "名称、拼音或代码",
            ),
            Choice("registered", "登记", Registered.choices, lambda rows, value: rows.filter(registered=value)),
            Choice(
                "within",
                "到期",
                WITHIN,
                lambda rows, value: rows.filter(due__range=(on, months_later(on, int(value)))),
            ),
            Choice(
                "basis",
                "依据",
                (("registered", "登记有效期"), ("first", "首次登记期限")),
                lambda rows, value: rows.filter(until__isnull=value == "first", followed=False),
            ),
            Choice("state", "核验", Certificate.State.choices, lambda rows, value: rows.filter(state=value)),
            Choice(
                "exam",
                "考试年份",
                (("wrong", "年份有误"),),
                lambda rows, value: rows.filter(impossible_exams(on)),
            ),
            Choice("level", "证书", CertificateLevel.choices, lambda rows, value: rows.filter(level=value)),
            place_choice(
                user, lambda rows, code: rows.filter(Exists(here.filter(employer__region__code__startswith=code)))
            ),
            Choice("all", "范围", (("yes", "含较低级别的证书"),), lambda rows, value: rows),
        )

    def base_queryset(self) -> QuerySet:
        user, on = self.request.user, self.request.on
        here = Employment.objects.visible_to(user).in_force(on)
        rows = with_registration(Certificate.objects.all(), on).filter(Exists(here.filter(worker=OuterRef("worker"))))
        if self.request.GET.get("all") != "yes":
            rows = highest(rows, on)
        places = Prefetch("worker__employments", here.select_related("employer").order_by("start"), to_attr="places")
        return rows.select_related("worker").defer("worker__identity", "worker__phone").prefetch_related(places)


@require_POST
def verify_chosen(request: HttpRequest) -> HttpResponse:
    """Verify the ticked certificates: first what they were checked against, then each by itself."""
    if not request.user.can(Capability.VERIFY_CERTIFICATES):
        raise PermissionDenied
    back = reverse("talents:certificates") + (f"?{request.POST['back']}" if request.POST.get("back") else "")
    ticked = [number for each in request.POST.getlist("certificate")[:MOST] if (number := whole(each)) is not None]
    rows = Certificate.objects.visible_to(request.user).filter(pk__in=ticked).exclude(state=Certificate.State.VERIFIED)
    chosen = list(rows.select_related("worker").defer("worker__identity", "worker__phone").order_by("pk"))
    if not chosen:
        messages.warning(request, "没有可以核验的证书。先勾选还没有核验的，再点「核验所选证书」。")
        return redirect(back)
    form = EvidenceForm(request.POST if "evidence" in request.POST else None)
    if form.is_bound and form.is_valid():
        said = Decision(opinion=form.cleaned_data["evidence"])
        bulk = workflow.move_many(request.user, [(CERTIFICATE, each.pk) for each in chosen], "verify", said)
        messages.success(request, f"已核验 {bulk.moved} 个证书。")
        for title, sentence in bulk.left:
            messages.error(request, f"{title}：{sentence}")
        return redirect(back)
    concerns = actions.concerns([each.pk for each in chosen])
    context = {
        "form": form,
        "rows": [{"is": each, "concerns": concerns.get(each.pk, [])} for each in chosen],
        "back": request.POST.get("back", ""),
        "back_url": back,
    }
    return render(request, "talents/certificates_verify.html", context, status=422 if form.errors else 200)


@require_safe
def tab(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's certificates with their registrations, how they stand today, and who verified what."""
    record = person_context(request, pk, tab="certificates")
    worker, on = record["worker"], request.on
    rows = with_registration(Certificate.objects.visible_to(request.user).filter(worker=worker), on)
    registrations = Prefetch("registrations", Registration.objects.filter(start__lte=on).order_by("-start"))
    found = list(rows.prefetch_related(registrations).order_by("-level", "-issued_on"))
    changeable = not request.is_past
    context = {
        **record,
        "certificates": [
            {
                "is": each,
                "registered": STATES[each.registered],
                "tone": TONES[each.registered],
                "problem": exam_problem(each.level, each.exam_year, each.issued_on, on),
            }
            for each in found
        ],
        "steps": Step.objects.filter(flow=CERTIFICATE.key, subject_id__in=[each.pk for each in found])
        .select_related("user")
        .order_by("-at"),
        "may_enter": changeable and actions.may_enter(request.user, worker.pk),
        "may_register": changeable and actions.may_register(request.user, worker.pk),
    }
    return render_person(request, "talents/_certificates.html", context)


def visible_certificates(request: HttpRequest) -> QuerySet[Certificate]:
    """Rows the account sees; 403 for accounts that see no person at all."""
    if not (request.user.can(Capability.VIEW_PERSONNEL) or request.user.can(Capability.OWN_RECORD)):
        raise PermissionDenied
    return (
        Certificate.objects.visible_to(request.user).select_related("worker").defer("worker__identity", "worker__phone")
    )


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: its paper, scans, registrations, what may be done, and its history."""
    found = get_object_or_404(visible_certificates(request), pk=pk)
    enters = actions.may_enter(request.user, found.worker_id)
    editable = enters and found.state in actions.EDITABLE
    context = {
        **case_context(request, CERTIFICATE, found, editable=editable, edit="talents:certificate-edit"),
        **CERTIFICATE.context(request, found),
        "problem": exam_problem(found.level, found.exam_year, found.issued_on, request.on),
        "may_register": not request.is_past and actions.may_register(request.user, found.worker_id),
        "back": reverse("talents:person-certificates", args=[found.worker_id]),
        "back_label": found.worker.name,
    }
    if not enters:
        context["moves"] = []
    return render(request, "talents/certificate_case.html", context)


@edit_methods
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a certificate of a person."""
    people = SocialWorker.objects.visible_to(request.user).defer("identity", "phone")
    worker = get_object_or_404(people, pk=pk)
    return _form(request, Certificate(worker=worker))


@edit_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a certificate that is not verified and does not wait for it."""
    found = get_object_or_404(visible_certificates(request), pk=pk)
    if found.state not in actions.EDITABLE:
        messages.error(request, f"这个证书现在是「{found.get_state_display()}」，不能再改。")
        return redirect("talents:certificate", pk)
    return _form(request, found)


def _form(request: HttpRequest, found: Certificate) -> HttpResponse:
    if not actions.may_enter(request.user, found.worker_id):
        raise PermissionDenied
    form = CertificateForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.record(request.user, form.save(commit=False))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            _attach(request, saved)
            return redirect("talents:certificate", saved.pk)
    context: dict[str, Any] = {"form": form, "worker": found.worker, "found": found}
    return render(request, "talents/certificate_form.html", context, status=422 if form.errors else 200)


def _attach(request: HttpRequest, saved: Certificate) -> None:
    """The scan that came with the form; what is wrong with it is told on the page of the certificate."""
    file = request.FILES.get("proof")
    try:
        if file is not None:
            workflow.attach_upload(request.user, CERTIFICATE, saved.pk, file)
    except Refused as refusal:
        messages.error(request, f"证书已保存，但{refusal.sentence}")
    else:
        messages.success(request, "已保存。有扫描件的，核对后提交核验。")
