"""Outcomes of a rule, from best to worst for sorting by number."""

from django.db import models


class Outcome(models.IntegerChoices):
    MET = 1, "达标"
    INFO = 2, "提示"
    PENDING = 3, "待评估"
    WARNING = 4, "预警"
    VIOLATION = 5, "违反"

    @property
    def code(self) -> str:
        """Name used in templates, exports and JSON."""
        return self.name.lower()


NOT_APPLICABLE = "not_applicable"
