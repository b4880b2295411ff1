"""Certificate holders taken into the management of professional and technical staff (四(一)-6), by 人社."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, When

from talents.models import Certificate, Employment, SocialWorker, SpecialistFile
from xmsw.accounts.roles import Capability
from xmsw.dated import holds_on
from xmsw.regions.areas import in_district

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def holders(user: User, on: date) -> QuerySet[SocialWorker]:
    """People in work on that day who hold a certificate, with `employer_name`, `level`, `file_number`, `included_on`.

    人社 sees every holder of its area, whichever bureau is competent for the employer: the clause gives it the file of
    them all. Others see the people of their own line and area.
    """
    employments = Employment.objects.filter(holds_on(on), worker=OuterRef("pk"))
    held = Certificate.objects.filter(worker=OuterRef("pk"), issued_on__lte=on).order_by()
    if user.can(Capability.CONFIRM_SPECIALISTS) and user.area_code:
        rows = SocialWorker.objects.all()
        employments = employments.filter(in_district("employer__region__code", user.area_code))
    else:
        rows = SocialWorker.objects.visible_to(user)
        employments = employments.filter(pk__in=Employment.objects.visible_to(user).values("pk"))
    included = Q(specialist_file__included_on__lte=on)
    return rows.filter(Exists(employments), Exists(held)).annotate(
        employer_name=Subquery(employments.order_by("-start").values("employer__name")[:1]),
        level=Subquery(held.values("worker").annotate(most=Max("level")).values("most")),
        file_number=Case(When(included, then=F("specialist_file__number"))),
        included_on=Case(When(included, then=F("specialist_file__included_on"))),
    )


def confirm(user: User, chosen: Iterable[int], on: date) -> int:
    """Take the chosen holders into the file as of a day, in one statement; returns how many were not in it yet.

    Raises PermissionDenied for anybody but 人社; people outside the area, or without certificate, are left out.
    """
    if not user.can(Capability.CONFIRM_SPECIALISTS):
        raise PermissionDenied
    new = holders(user, on).filter(pk__in=set(chosen), specialist_file=None).values_list("pk", flat=True)
    files = [SpecialistFile(worker_id=pk, included_on=on, unit_id=user.org_unit_id) for pk in new]
    before = SpecialistFile.objects.filter(worker__in=[each.worker_id for each in files]).count()
    SpecialistFile.objects.bulk_create(files, ignore_conflicts=True)
    return len(files) - before
