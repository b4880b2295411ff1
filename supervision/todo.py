"""What supervision asks of employers: orders that wait for their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posts.todo import LIMIT, Task, asks_of_employers
from supervision.flows.rectification import RECTIFICATION
from supervision.models import RectificationOrder

if TYPE_CHECKING:
    from xmsw.accounts.models import User


@asks_of_employers
def unanswered(user: User) -> list[Task]:
    """Orders to the account's own employers that are to be answered, the first deadline first; one query."""
    rows = RectificationOrder.objects.visible_to(user).filter(
        state__in=RectificationOrder.UNANSWERED, employer__members__user=user
    )
    return [_task(each) for each in rows.select_related("employer", "region").order_by("due_on", "pk")[:LIMIT]]


def _task(order: RectificationOrder) -> Task:
    back = order.state == RectificationOrder.State.SENT_BACK
    told = f"{order.region.name}民政局要{order.employer.name}{'再整改并' if back else '整改并'}回复。"
    return Task(
        title=str(order), kind=RECTIFICATION.label, returned=back, said=told, who="",
        url=RECTIFICATION.url(order), state=order.get_state_display(), act="去回复", due=order.due_on,
    )  # fmt: skip
