"""The recheck queue: database triggers put in it every employer that changed, by whichever path it changed.

Append-only, so two writers never wait for each other; a row without employer asks for a full run (a parameter or
standard changed). `supervision` drains it.
"""

from __future__ import annotations

import pgtrigger
from django.db import models

QUEUE_TABLE = "policy_recheckrequest"


class RecheckRequest(models.Model):
    """One employer (by id, no foreign key: the foundation does not know employers) waiting for a recheck."""

    employer_id = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        app_label = "policy"
        verbose_name = verbose_name_plural = "待复核单位"
        db_table = QUEUE_TABLE

    def __str__(self) -> str:
        return f"单位 {self.employer_id}" if self.employer_id else "全部单位"


def recheck_triggers(employers: str) -> list[pgtrigger.Trigger]:
    """Statement triggers for a model whose changes touch employers.

    `employers` is a SELECT of employer ids from the changed rows, which it names `changed`,
    e.g. ``SELECT employer_id FROM changed``.
    """
    return [
        _trigger("recheck_on_insert", pgtrigger.Insert, {"new": "new_rows"}, "TABLE new_rows", employers),
        _trigger("recheck_on_delete", pgtrigger.Delete, {"old": "old_rows"}, "TABLE old_rows", employers),
        _trigger(
            "recheck_on_update",
            pgtrigger.Update,
            {"old": "old_rows", "new": "new_rows"},
            "(TABLE new_rows EXCEPT TABLE old_rows) UNION ALL (TABLE old_rows EXCEPT TABLE new_rows)",
            employers,
        ),
    ]


def _trigger(
    name: str, operation: pgtrigger.Operation, referencing: dict[str, str], changed: str, employers: str
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**referencing),
        func=f"""
            INSERT INTO {QUEUE_TABLE} (employer_id)
            WITH changed AS ({changed})
            SELECT DISTINCT touched.id FROM ({employers}) AS touched (id);
            RETURN NULL;
        """,
    )
