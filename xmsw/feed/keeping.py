"""Keeping the feed: touching everything after a load with silent triggers, forgetting what left long ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from xmsw.feed.models import Change, Mark, Touched
from xmsw.feed.sequencing import feed_locked
from xmsw.feed.sources import all_sources, get
from xmsw.feed.triggers import OWN, touch


def touch_all(resource: str) -> None:
    """Put every object of a resource in the outbox, those too that only the feed still holds for live."""
    table = get(resource).model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            touch(
                resource,
                OWN,
                f"SELECT id FROM {table} UNION SELECT object_id FROM {Change._meta.db_table} "
                f"WHERE resource = '{resource}' AND live",
            )
        )


def rebuild(resources: Iterable[str] = ()) -> None:
    """Touch everything of the named resources, of all by default, in place of whatever waits of them."""
    named = list(resources) or [source.resource for source in all_sources()]
    for resource in named:
        Touched.objects.filter(resource=resource).delete()
        touch_all(resource)


def prune() -> int:
    """Forget what left its seat more than API_TOMBSTONE_DAYS ago, and remember up to where; returns how many rows."""
    before = timezone.now() - timedelta(days=settings.API_TOMBSTONE_DAYS)
    table = Change._meta.db_table
    with feed_locked() as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE NOT live AND changed_at < %s RETURNING seq) "
            f"UPDATE {Mark._meta.db_table} SET floor = greatest(floor, (SELECT max(seq) FROM gone)) "
            "RETURNING (SELECT count(*) FROM gone)",
            [before],
        )
        return cursor.fetchone()[0]
