"""Where the dated steps of a flow had brought its cases by the end of a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from xmsw.workflow.models import Step


def stood(flow: str, on: date, handed_in: str) -> F | Coalesce:
    """The state of a case at the end of the day, to annotate a query over the flow's model, which has `result_on`.

    Of a case entered with its result no step tells: until the day of that result it was `handed_in`.
    """
    if on >= timezone.localdate():
        return F("state")
    steps = Step.objects.filter(flow=flow, subject_id=OuterRef("pk"))
    by_then = steps.filter(at__date__lte=on).order_by("-id").values("to_state")[:1]
    before_the_next = steps.filter(at__date__gt=on).order_by("id").values("from_state")[:1]
    entered = Case(When(result_on__gt=on, then=Value(handed_in)), default=F("state"))
    return Coalesce(Subquery(by_then), Subquery(before_the_next), entered)
