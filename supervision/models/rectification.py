"""Rectification (整改, 四(三)-2): orders with items, numbered by area and year; escalation to the level above, once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone

from posts.models import Employer
from posts.models.employers import EMPLOYER_SCOPE
from supervision.models.findings import Finding
from supervision.models.inspections import InspectionUnit, ItemRecord
from xmsw.accounts.models import OFFICERS
from xmsw.feed.triggers import feed_triggers
from xmsw.regions.areas import in_area
from xmsw.workflow.triggers import waiting_triggers

if TYPE_CHECKING:
    from xmsw.accounts.models import User

_PEOPLE = {"on_delete": models.PROTECT, "related_name": "+"}
NOT_ONESELF = "自己签发或自己回复的整改，不能由自己复核销号，要由另一位干部办理。"


class OrderCounter(models.Model):
    """The last number of an area's year."""

    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="地区")
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最后一号")

    class Meta:
        verbose_name = verbose_name_plural = "整改文号"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "year"], name="one_counter_an_area_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year} {self.last}"

    @classmethod
    def next(cls, region: str, year: int) -> int:
        """The next number, never given twice: one statement that locks the row until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {cls._meta.db_table} AS c (region_id, year, last) VALUES (%s, %s, 1) "
                "ON CONFLICT (region_id, year) DO UPDATE SET last = c.last + 1 RETURNING last",
                [region, year],
            )
            return cursor.fetchone()[0]


class RectificationOrderQuerySet(models.QuerySet["RectificationOrder"]):
    def visible_to(self, user: User) -> Self:
        """Orders to visible employers (their people, the line, the place), and for 民政 those its area issued."""
        condition = EMPLOYER_SCOPE.under("employer__").condition(user)
        if condition is None:
            return self.none()
        if user.role in OFFICERS and user.is_lead:
            condition |= in_area("region__code", user.area_code)
        # Through the members of an employer a row would come once a member.
        return self.filter(pk__in=self.model.objects.filter(condition).values("pk"))

    def open(self) -> Self:
        """Neither closed nor cancelled."""
        return self.filter(state__in=RectificationOrder.OPEN)

    def overdue(self, on: date) -> Self:
        """Not answered, and the deadline is over on that day."""
        return self.filter(state__in=RectificationOrder.UNANSWERED, due_on__lt=on)


@pghistory.track(level=pghistory.Statement)
class RectificationOrder(models.Model):
    """责令整改通知书: what an employer has to mend until a day. Overdue is what the deadline says, never a state.

    `reviewed_by` closed it or sent it back; each further answer clears him.
    """

    class State(models.TextChoices):
        ORDERED = "ordered", "待整改"
        RESPONDED = "responded", "待复核"
        SENT_BACK = "sent_back", "退回再改"
        CLOSED = "closed", "已销号"
        CANCELLED = "cancelled", "已撤销"

    UNANSWERED = (State.ORDERED, State.SENT_BACK)
    OPEN = (*UNANSWERED, State.RESPONDED)

    number = models.CharField("文号", max_length=40)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="签发地")
    year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("序号")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="orders", verbose_name="用人单位")
    unit = models.ForeignKey(
        InspectionUnit, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name="现场核查"
    )
    text = models.CharField("说明", max_length=1000, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="签发人", **_PEOPLE)
    in_charge = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="经办人", **_PEOPLE)
    issued_on = models.DateField("签发日期")
    due_on = models.DateField("整改期限")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ORDERED)
    asked_until = models.DateField("申请延到", null=True, editable=False)
    asked_because = models.CharField("申请延期的理由", max_length=500, blank=True, editable=False)
    responded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="回复人", **_PEOPLE)
    responded_on = models.DateField("回复日期", null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="复核人", **_PEOPLE)
    closed_on = models.DateField("销号日期", null=True)
    cancelled_on = models.DateField("撤销日期", null=True)
    cancelled_because = models.CharField("撤销原因", max_length=500, blank=True)
    synthetic = models.BooleanField("演示数据", default=False, editable=False)

    objects = RectificationOrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改通知"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "year", "serial"], name="a_number_of_an_order_is_given_once"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("issued_on")),
                name="an_order_gives_time",
                violation_error_message="整改期限不能早于签发日期。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("issued_by")),
                name="who_issued_an_order_does_not_close_it",
                violation_error_message=NOT_ONESELF,
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(responded_by__isnull=True)
                | ~Q(reviewed_by=F("responded_by")),
                name="who_answered_an_order_does_not_close_it",
                violation_error_message=NOT_ONESELF,
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(reviewed_by__isnull=False, responded_by__isnull=False, closed_on__isnull=False),
                name="an_order_is_closed_after_an_answer_and_a_look",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | (~Q(cancelled_because="") & Q(cancelled_on__isnull=False)),
                name="an_order_is_cancelled_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked_until__isnull=True, asked_because="")
                | (Q(asked_until__isnull=False) & ~Q(asked_because="")),
                name="more_time_is_asked_for_with_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["employer"], name="orders_of_an_employer"),
            models.Index(fields=["region", "-issued_on", "-id"], name="orders_of_an_area"),
            models.Index(fields=["due_on"], condition=Q(state__in=("ordered", "sent_back")), name="orders_to_answer"),
        ]
        triggers: ClassVar = [
            *feed_triggers("rectifications"),
            *waiting_triggers(
                "rectification",
                "SELECT changed.id, left(changed.number, 200), e.id, e.name, changed.region_id, 'civil_affairs', '' "
                "FROM changed JOIN posts_employer e ON e.id = changed.employer_id",
                ("responded",),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_overdue(self) -> bool:
        """Not answered, and the deadline is over today."""
        return self.state in self.UNANSWERED and self.due_on < timezone.localdate()

    @property
    def days_over(self) -> int:
        """How many days after the deadline today is; 0 before."""
        return max((timezone.localdate() - self.due_on).days, 0) if self.is_overdue else 0


@pghistory.track(level=pghistory.Statement)
class OrderItem(models.Model):
    """One thing to mend: the clause, what is wrong, what to do; and what the employer says it did."""

    order = models.ForeignKey(RectificationOrder, on_delete=models.CASCADE, related_name="items", verbose_name="通知")
    place = models.PositiveSmallIntegerField("顺序")
    clause = models.ForeignKey("policy.Clause", on_delete=models.PROTECT, related_name="+", verbose_name="条款")
    rule = models.IntegerField("规则", null=True)
    finding = models.ForeignKey(
        Finding, on_delete=models.SET_NULL, null=True, related_name="order_items", verbose_name="核查结果"
    )
    record = models.ForeignKey(
        ItemRecord, on_delete=models.PROTECT, null=True, related_name="order_items", verbose_name="现场记录"
    )
    problem = models.CharField("问题", max_length=500)
    remedy = models.CharField("整改要求", max_length=500)
    response = models.CharField("整改情况", max_length=1000, blank=True)
    response_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, verbose_name="填写人", **_PEOPLE)

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "place"], name="one_item_at_a_place_of_an_order")
        ]
        triggers: ClassVar = feed_triggers("rectifications", "SELECT order_id FROM changed")

    def __str__(self) -> str:
        return f"{self.place}. {self.problem}"


class DeadlineChange(models.Model):
    """The deadline of an order moved from a day to a later one, by an officer and for a reason; it stays as it is."""

    order = models.ForeignKey(
        RectificationOrder, on_delete=models.CASCADE, related_name="deadline_changes", verbose_name="通知"
    )
    before = models.DateField("原来的期限")
    after = models.DateField("新的期限")
    on = models.DateField("延长日期")
    because = models.CharField("理由", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="延长的人", **_PEOPLE)

    class Meta:
        verbose_name = verbose_name_plural = "整改期限变更"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(after__gt=F("before")),
                name="a_deadline_moves_to_a_later_day",
                violation_error_message="新的期限要晚于原来的期限。",
            ),
            models.CheckConstraint(condition=~Q(because=""), name="a_deadline_moves_for_a_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["order", "on"], name="deadlines_of_an_order")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="deadline_changes_stay", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.before} → {self.after}"


class Escalation(models.Model):
    """An overdue order told to the level above, once."""

    order = models.OneToOneField(
        RectificationOrder, on_delete=models.CASCADE, related_name="escalation", verbose_name="通知"
    )
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="上报到")
    on = models.DateField("上报日期")

    class Meta:
        verbose_name = verbose_name_plural = "逾期上报"

    def __str__(self) -> str:
        return f"{self.order} → {self.region_id}"
