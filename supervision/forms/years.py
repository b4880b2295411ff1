"""Forms of indicators."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone

from supervision.forms.registers import RegisterForm
from supervision.models import ClauseTarget
from xmsw.policy.models import Clause
from xmsw.policy.rules import rules


class ClauseTargetForm(RegisterForm):
    class Meta:
        model = ClauseTarget
        fields = ("region", "clause", "year", "percent", "document")
        help_texts: ClassVar = {
            "region": "市的目标对没有自己目标的区也适用。",
            "percent": "0 到 100，例如 85。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        judged = {each.clause for each in rules()}
        self.fields["clause"].queryset = Clause.objects.filter(pk__in=judged).order_by("order")
        self.fields["clause"].label_from_instance = lambda each: f"{each.pk}「{each.quote}」"
        self.fields["clause"].empty_label = "请选"
        if self.instance.pk is None:
            self.initial.setdefault("year", timezone.localdate().year)
