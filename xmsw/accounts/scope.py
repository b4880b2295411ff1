"""Which rows an account sees: line (条) × area (块), clause 0-2. One definition serves every QuerySet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from xmsw.accounts.models import OFFICERS, Bureau
from xmsw.accounts.roles import Role
from xmsw.regions.areas import in_area, in_district

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User


@dataclass(frozen=True)
class Scope:
    """Lookup paths from a model to what decides its visibility; an empty path means «never by this».

    region: path to a region code (prefix match); bureau: path to the competent bureau's code;
    sector: path to the employer's sector; member: path to a user tied to the employer; own: path to the account of
    the person whom the row is about; employer: path to the employer to which the row belongs.
    by_district: the region's first six digits are indexed, so a district is asked for by equality.
    """

    region: str
    bureau: str = ""
    sector: str = ""
    member: str = ""
    own: str = ""
    employer: str = ""
    by_district: bool = False

    def under(self, prefix: str) -> Scope:
        """The same paths one relation further away, e.g. `EMPLOYER_SCOPE.under("post__employer__")`."""
        paths = ("region", "bureau", "sector", "member", "own", "employer")
        return replace(self, **{name: prefix + path for name in paths if (path := getattr(self, name))})

    def condition(self, user: User | AnonymousUser) -> Q | None:
        """The filter for `user`, or None when nothing is visible."""
        if not user.is_authenticated or not user.acts:
            return None
        if user.role in OFFICERS and user.org_unit_id:
            return self._area(user) & self._line(user)
        if user.role == Role.EMPLOYER_STAFF and self.member:
            return Q(**{self.member: user})
        if user.role == Role.SOCIAL_WORKER and self.own:
            return Q(**{self.own: user}) & self._met()
        return None

    def _met(self) -> Q:
        """An account that no officer has confirmed sees the rows of the employer that invited it, others none."""
        met = Q(**{f"{self.own}_met": True})
        return met | Q(**{f"{self.own}_within": F(self.employer)}) if self.employer else met

    def _area(self, user: User) -> Q:
        return (in_district if self.by_district else in_area)(self.region, user.area_code)

    def _line(self, user: User) -> Q:
        if user.is_lead:
            return Q()
        own = Q(**{self.bureau: user.org_unit.bureau}) if self.bureau else Q(pk__in=[])
        if user.org_unit.bureau == Bureau.HUMAN_RESOURCES and self.sector:
            # 四(一)-7: 人社 guides posts and pay of public institutions, whoever is their competent bureau.
            return own | Q(**{self.sector: "institution"})
        return own


class ScopedQuerySet(models.QuerySet):
    """A QuerySet that knows who may see its rows. Subclasses set `scope`."""

    scope: ClassVar[Scope]

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows inside the account's line × area; none for accounts without one."""
        condition = self.scope.condition(user)
        return self.none() if condition is None else self.filter(condition)


def visible(model: type[models.Model], user: Any) -> models.QuerySet:
    """Shorthand for `model.objects.visible_to(user)`."""
    return model._default_manager.visible_to(user)
