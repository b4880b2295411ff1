"""Who asks: the account behind the request, and which OAuth scopes its client holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rest_framework.request import Request

from xmsw.api.fields import Field
from xmsw.api.problems import Problem

if TYPE_CHECKING:
    from xmsw.accounts.models import User
    from xmsw.api.resources import Resource


@dataclass(frozen=True)
class Asker:
    """scopes: those of the client's token; None for somebody signed in at the browser, whom only the role limits."""

    user: User
    scopes: frozenset[str] | None

    def holds(self, scope: str) -> bool:
        """Whether the token, if there is one, carries the scope."""
        return self.scopes is None or scope in self.scopes

    def must_hold(self, scope: str) -> None:
        """Raises Problem «scope»."""
        if not self.holds(scope):
            raise Problem("scope", f"这个客户端没有范围 {scope}。请管理员加上，取新令牌后重试。")

    def must_read(self, resource: Resource) -> None:
        """Raises Problem where role or token do not allow the resource."""
        self.must_hold(resource.scope)
        if not resource.permits(self.user):
            raise Problem("forbidden", f"你的账号不能读取{resource.label}。")

    def sees(self, field: Field) -> bool:
        """Whether the field is shown as it is, and not what stands in its place."""
        able = not field.capability or any(map(self.user.can, field.capability))
        return able and (not field.needs or self.holds(field.needs))

    @property
    def rights(self) -> str:
        """Mark and scopes: an answer is kept for those rights alone."""
        return f"{self.mark} {sorted(self.scopes or ())}"

    @cached_property
    def mark(self) -> str:
        """Changes whenever the account's line × area or employers do: positions in the feed are worth nothing then."""
        user = self.user
        employers = sorted(user.memberships.values_list("employer_id", flat=True)) if not user.org_unit_id else []
        seen: list[Any] = [user.pk, user.role, user.org_unit_id, user.area_code, employers]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def asker_of(request: Request) -> Asker:
    """The asker of an authenticated request."""
    grant = request.auth
    return Asker(request.user, None if grant is None else frozenset(grant.scopes))
