"""Records that may be of one person: the same name and birth date, or the same name and telephone number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from talents.models import SocialWorker

if TYPE_CHECKING:
    from xmsw.accounts.models import User

GROUPS = 100  # shown at a time: each is looked at by a person
SAME = {"姓名和出生日期相同": ("name", "birth_date"), "姓名和手机号相同": ("name", "phone_hash")}


def suspected(user: User) -> list[tuple[str, list[SocialWorker]]]:
    """(why, records) of people whom the account sees, by name; three queries, at most GROUPS of each sort."""
    found = [(why, ids) for why, fields in SAME.items() for ids in _groups(user, fields)]
    people = SocialWorker.objects.defer("identity", "phone").in_bulk([pk for _, ids in found for pk in ids])
    seen: set[tuple[int, ...]] = set()
    listed = []
    for why, ids in found:
        if tuple(ids) not in seen:
            seen.add(tuple(ids))
            listed.append((why, [people[pk] for pk in ids]))
    return sorted(listed, key=lambda group: group[1][0].pinyin)


def _groups(user: User, fields: tuple[str, ...]) -> list[list[int]]:
    rows = SocialWorker.objects.visible_to(user).filter(merged_into__isnull=True).exclude(**{fields[-1]: None})
    if fields[-1] == "phone_hash":
        rows = rows.exclude(phone_hash="")
    grouped = rows.order_by().values(*fields).annotate(n=Count("pk"), ids=ArrayAgg("pk", order_by="pk")).filter(n__gt=1)
    return [row["ids"] for row in grouped.order_by(*fields)[:GROUPS]]
