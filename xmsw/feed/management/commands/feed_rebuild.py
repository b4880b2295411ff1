"""`manage.py feed_rebuild [resource …]`: everything counts as changed, as after a load with silent triggers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from xmsw.feed.keeping import rebuild
from xmsw.feed.sequencing import sequence_all
from xmsw.feed.sources import all_sources


class Command(BaseCommand):
    """Touch, then number."""

    help = "重建接口的变更日志：所列资源（默认全部）的每个对象都算作变更过"

    def add_arguments(self, parser: CommandParser) -> None:
        """See the module."""
        parser.add_argument("resources", nargs="*", help="资源，如 posts workers；默认全部")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse unknown names, touch in one transaction, number until nothing waits."""
        known = {source.resource for source in all_sources()}
        if unknown := sorted(set(options["resources"]) - known):
            raise CommandError(f"没有资源 {'、'.join(unknown)}。可以写：{'、'.join(sorted(known))}。")
        with transaction.atomic():
            rebuild(options["resources"])
        sequence_all()
        self.stdout.write("变更日志已重建。")
