"""Talent pools (实务人才库, 专家库, 三(二)-2, -3): who is in, since when and for what, and how that came about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from talents.models import SocialWorker
from xmsw.accounts.models import Invitation
from xmsw.accounts.roles import Role
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, DateRange, ends_after_start, months_later
from xmsw.feed.triggers import feed_triggers

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from xmsw.accounts.models import User

DONE = "done"  # the state of a call-up that took place (calls.py)


class Expertise(models.TextChoices):
    """Service fields of clauses 一-5 and 二(三), as pools are searched by."""

    ELDERLY = "elderly", "为老服务"
    CHILDREN = "children", "儿童与青少年"
    FAMILY = "family", "家庭与婚姻"
    DISABILITY = "disability", "残疾人服务"
    COMMUNITY = "community", "社区治理"
    MEDICAL = "medical", "医务社工"
    SCHOOL = "school", "学校社工"
    JUSTICE = "justice", "司法与矫治"
    RELIEF = "relief", "救助与减灾"
    MANAGEMENT = "management", "机构管理"
    RESEARCH = "research", "研究与评估"


def own_rows(user: User | AnonymousUser, member: str = "") -> Q | None:
    """The filter «of the account's own memberships» at `member` («member__»); None for accounts that own none."""
    if not user.is_authenticated or not user.acts or user.role not in (Role.SOCIAL_WORKER, Role.REVIEWER):
        return None
    # As everywhere: an account that no officer has confirmed may be the employer's.
    met = {f"{member}worker__account": user, f"{member}worker__account_met": True}
    return Q(**met) | Q(**{f"{member}account": user})


def took_part(on: date, **more: Any) -> QuerySet[PoolMember]:
    """For a subquery: what the outer membership's person took part in up to that day, in whichever pool."""
    same = Q(pk=OuterRef("pk")) | Q(worker=OuterRef("worker"))
    return PoolMember.objects.filter(same, calls__state=DONE, calls__on__lte=on, **more)


class PoolMemberQuerySet(ScopedQuerySet, DatedQuerySet):
    scope = Scope(region="region__code", own="worker__account")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Civil affairs of the area; what one is or was in oneself, an outsider by the account that reviews."""
        own = own_rows(user)
        if own is None:
            return super().visible_to(user)
        return self.filter(own, state__in=(PoolMember.State.MEMBER, PoolMember.State.LEFT))

    def members(self, on: date) -> Self:
        """Confirmed memberships whose term holds on that day, those since ended included."""
        return self.in_force(on).filter(state__in=(PoolMember.State.MEMBER, PoolMember.State.LEFT))

    def proposed(self) -> Self:
        """What waits for an officer's word."""
        return self.filter(state=PoolMember.State.PROPOSED)

    def expiring(self, on: date, days: int) -> Self:
        """Members of that day whose term ends within so many days, the last one included."""
        return self.members(on).filter(state=PoolMember.State.MEMBER, end__lte=on + timedelta(days=days))

    def idle_since(self, on: date, months: int) -> Self:
        """Members of that day who are in for so many months at least and took part in nothing since, in any pool."""
        since = months_later(on, -months)
        served = took_part(on, calls__on__gt=since)
        return self.members(on).filter(start__lte=since).exclude(Exists(served))

    def with_participation(self, on: date) -> Self:
        """Adds `latest`: the last day the person took part in anything, in any pool; None for never."""
        latest = took_part(on).order_by("-calls__on").values("calls__on")
        return self.annotate(latest=Subquery(latest[:1]))


@pghistory.track(level=pghistory.Statement)
class PoolMember(models.Model):
    """A membership. A social worker of the portal, or an outsider by name and organisation (experts only).

    `account` signs in to review; of a social worker it is the own account. `region`: who keeps the membership.
    A proposal (三(二)-2) counts once it is confirmed.
    """

    class Pool(models.TextChoices):
        PRACTICE = "practice", "实务人才库"
        EXPERT = "expert", "专家库"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        MEMBER = "member", "在库"
        LEFT = "left", "已出库"
        DECLINED = "declined", "未入库"

    pool = models.CharField("人才库", max_length=8, choices=Pool.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="管理地区")
    worker = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, null=True, blank=True, related_name="pools", verbose_name="人员"
    )
    name = models.CharField("姓名", max_length=40, blank=True, help_text="平台人员不用填")
    pinyin = models.CharField("拼音", max_length=200, db_collation="C", blank=True, editable=False, db_default="")
    organisation = models.CharField("工作单位", max_length=120, blank=True)
    title = models.CharField("职务职称", max_length=80, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="评审账号",
    )  # fmt: skip
    expertise = ArrayField(
        models.CharField(max_length=12, choices=Expertise.choices), verbose_name="专长领域", default=list, blank=True
    )
    honour = models.ForeignKey(
        "awards.Honour", on_delete=models.SET_NULL, null=True, blank=True, related_name="pools", verbose_name="来源奖项"
    )
    document = models.CharField("入库文件", max_length=200, blank=True)
    start = models.DateField("入库日期")
    end = models.DateField("聘期至", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    left_because = models.CharField("出库或不入库的原因", max_length=200, blank=True)
    synthetic = models.BooleanField("演示数据", default=False)

    objects = PoolMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人才库成员"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(worker__isnull=False) | (~Q(name="") & ~Q(organisation="") & Q(pool="expert")),
                name="a_member_is_a_person_of_the_portal_or_a_named_expert",
                violation_error_message="请选平台人员；平台以外的专家要填姓名和工作单位。",
            ),
            ExclusionConstraint(
                name="one_membership_of_a_pool_at_a_time",
                expressions=[
                    (F("worker") + 0, RangeOperators.EQUAL),
                    ("pool", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                condition=Q(worker__isnull=False, state__in=["proposed", "member"]),
                violation_error_message="此人已在这个人才库里。",
            ),
            ExclusionConstraint(
                name="an_outside_expert_is_in_a_pool_once_at_a_time",
                expressions=[
                    ("name", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("pool", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    (DateRange("start", "end"), RangeOperators.OVERLAPS),
                ],
                condition=Q(worker__isnull=True, state__in=["proposed", "member"]),
                violation_error_message="这位专家已在这个人才库里。",
            ),
            ends_after_start("a_membership_ends_after_it_starts"),
        ]
        triggers: ClassVar = feed_triggers("pool-members")

    def __str__(self) -> str:
        return f"{self.person}（{self.get_pool_display()}）"

    @property
    def person(self) -> str:
        """The name."""
        return self.worker.name if self.worker_id else self.name

    @property
    def account_of(self) -> User | None:
        """Who signs in for this member: the own account of a person whom an officer has met, else the reviewer's."""
        own = self.worker.account if self.worker_id and self.worker.account_met else None
        found = own if own is not None and own.is_active else self.account
        return found if found is not None and found.is_active else None

    def expired(self, on: date) -> bool:
        """Whether the term was over before that day though nobody ended the membership."""
        return self.state == self.State.MEMBER and self.end is not None and self.end < on


class PoolChange(models.Model):
    """What happened to a membership, and by what paper: proposed, entered, its term prolonged, ended. Never changed."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", "推荐入库"
        CONFIRMED = "confirmed", "确认入库"
        DECLINED = "declined", "不入库"
        ENTERED = "entered", "登记入库"
        AMENDED = "amended", "更正"
        RENEWED = "renewed", "续聘"
        LEFT = "left", "出库"

    member = models.ForeignKey(PoolMember, on_delete=models.CASCADE, related_name="changes", verbose_name="成员")
    kind = models.CharField("事项", max_length=10, choices=Kind.choices)
    on = models.DateField("日期")
    until = models.DateField("聘期至", null=True, blank=True)
    document = models.CharField("文件", max_length=200, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "人才库变动"
        indexes: ClassVar = [models.Index(fields=["member", "-id"], name="changes_of_a_membership")]

    def __str__(self) -> str:
        return f"{self.member} {self.get_kind_display()} {self.on}"


class ReviewerInvitation(Invitation):
    """A code with which an outside expert opens the account that reviews; used once."""

    member = models.ForeignKey(PoolMember, on_delete=models.CASCADE, related_name="invitations", verbose_name="专家")

    class Meta:
        verbose_name = verbose_name_plural = "评审账号邀请"

    def __str__(self) -> str:
        return f"{self.member} {self.made_at:%Y-%m-%d}"
