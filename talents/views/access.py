"""个人信息查看记录: who looked at whose sealed or restricted data, and why."""

from __future__ import annotations

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When

from posts.models import Membership
from talents.looks import told
from talents.models import SocialWorker
from talents.search import person_condition
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.audit.looks import PERSON
from xmsw.audit.models import AccessLog
from xmsw.regions.areas import in_area
from xmsw.ui.listing import Column, ListingView, Text


def _of_person(rows: QuerySet, text: str) -> QuerySet:
    people = SocialWorker.objects.filter(person_condition(text)).values("pk")
    return rows.filter(subject=PERSON, subject_id__in=people)


def _here(rows: QuerySet[AccessLog], user: User) -> QuerySet[AccessLog]:
    """Looks by officers and employers' people of the account's area, and at people whom it sees, merged ones too."""
    if not user.area_code:
        return rows.none()
    people = SocialWorker.objects.visible_to(user)
    seen = Exists(people.filter(pk=OuterRef("subject_id"))) | Exists(people.filter(duplicates=OuterRef("subject_id")))
    theirs = in_area("user__org_unit__region__code", user.area_code)
    local = Membership.objects.filter(in_area("employer__region__code", user.area_code), user=OuterRef("user_id"))
    return rows.filter(theirs | Exists(local) | Q(seen, subject=PERSON))


class AccessList(ListingView):
    """Every look, newest first."""

    title, name, unit, section = "个人信息查看记录", "个人信息查看记录", "次", "系统"
    capability = Capability.VIEW_ACCESS_LOG
    default_sort = "-at"
    empty = "还没有查看记录。"
    columns = (
        Column("at", "时间", order="at"),
        Column("user", "查看人", lambda row: str(row.user), order="user__username"),
        Column("unit", "机构", lambda row: row.user.place_label),
        Column("person", "被查看人", "person_name"),
        Column("field", "内容", "field"),
        Column("reason", "事由", "reason"),
    )
    filters = (
        Text("person", "被查看人", _of_person, "姓名、拼音、证书号"),
        Text("user", "查看人", lambda rows, text: rows.filter(user__display_name__contains=text), "姓名"),
        Text("reason", "事由", lambda rows, text: rows.filter(reason__contains=text), "字词"),
    )

    def base_queryset(self) -> QuerySet:
        named = SocialWorker.objects.filter(pk=OuterRef("subject_id")).values("name")[:1]
        rows = _here(
            told(AccessLog.objects.filter(at__date__lte=self.request.on), self.request.user), self.request.user
        )
        return rows.select_related("user__org_unit__region").annotate(
            person_name=Case(When(subject=PERSON, then=Subquery(named)), default="subject")
        )
