"""专技人员纳入: holders in and not yet in the file, and their bulk confirmation by 人社."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from posts.models import CertificateLevel
from talents.actions.specialists import confirm, holders
from talents.search import person_condition
from xmsw.accounts.roles import Capability
from xmsw.ui.listing import Choice, Column, ListingView, Text, Together

MOST = 500  # chosen at once: more than a page holds


class Specialists(ListingView):
    """Every certificate holder in work, with the file's number where there is one."""

    title, name, unit, section = "专技人员纳入", "专技人员纳入", "人", "人才"
    template_name = "talents/specialists.html"
    default_sort = "worker"
    together = (
        Together(
            "确认纳入所选人员",
            "talents:specialists-confirm",
            "worker",
            lambda request: request.user.can(Capability.CONFIRM_SPECIALISTS) and not request.is_past,
        ),
    )
    empty = "还没有持证人员。"
    columns = (
        Column("worker", "姓名", "name", order="pinyin"),
        Column("identity", "身份证号", "identity_mask"),
        Column("employer", "用人单位", "employer_name"),
        Column("level", "最高证书", lambda row: CertificateLevel(row.level).label),
        Column("included", "纳入日期", "included_on"),
        Column("number", "档案编号", "file_number"),
    )
    filters = (
        Text("person", "人员", lambda rows, text: rows.filter(person_condition(text)), "姓名、拼音、证书号"),
        Choice(
            "file",
            "档案",
            (("no", "未纳入"), ("yes", "已纳入")),
            lambda rows, value: rows.filter(specialist_file__isnull=value == "no"),
        ),
        Choice("level", "最高证书", CertificateLevel.choices, lambda rows, level: rows.filter(level=level)),
    )

    def base_queryset(self) -> QuerySet:
        user = self.request.user
        if not (user.can(Capability.CONFIRM_SPECIALISTS) or user.can(Capability.VERIFY_CERTIFICATES)):
            raise PermissionDenied
        return holders(user, self.request.on).defer("identity", "phone")


@require_POST
def confirm_chosen(request: HttpRequest) -> HttpResponse:
    """Take the ticked people into the file."""
    ticked = request.POST.getlist("worker")[:MOST]
    chosen = [int(each) for each in ticked if each.isascii() and each.isdecimal() and len(each) <= 18]
    done = confirm(request.user, chosen, timezone.localdate())
    if not chosen:
        messages.warning(request, "没有勾选任何人。先勾选，再点「确认纳入」。")
    else:
        messages.success(request, f"已把 {done} 人纳入专业技术人员管理。")
    back = request.POST.get("back", "")
    return redirect(reverse("talents:specialists") + (f"?{back}" if back else ""))
