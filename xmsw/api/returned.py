"""Why a case was returned, as a field of its row: whoever mends it through the interface reads it there."""

from __future__ import annotations

from django.db.models import CharField, F, Func, OuterRef, Subquery, Value
from django.db.models.functions import NullIf

from xmsw.api.fields import Field, Type
from xmsw.workflow.models import Step

NOTHING = Value(None, output_field=CharField())


def returned_because(flow: str, *, needs: str = "", capability: tuple[str, ...] = ()) -> Field:
    """Reasons and opinion of the last return of the row in that flow («依据不足；请附报告»), null where there was none.

    The move that returns it changes its state, so that a mirror learns the reason with the row. `needs` and
    `capability` are those of the field: a reason is told to whom the page of the case tells it.
    """
    all_said = Func(F("reasons"), NullIf("opinion", Value("")), function="array_append", output_field=CharField())
    said = Func(all_said, Value("；"), function="array_to_string", output_field=CharField())
    steps = Step.objects.filter(flow=flow, subject_id=OuterRef("pk"), move="return").order_by("-id")
    return Field(
        "returned_because",
        Subquery(steps.annotate(told=said).values("told")[:1]),
        Type.TEXT,
        "最近一次退回的理由和意见；没有退回过、账号或客户端不能看的为 null",
        null=True,
        needs=needs,
        capability=capability,
        instead=NOTHING,
        example="依据不足；请附调研报告",
    )
