"""Certificates of professional level and their registrations (民发〔2009〕44号)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, Expression, OuterRef, Q

from posts.models import CertificateLevel
from talents.models.waiting import waiting_of_worker
from talents.models.workers import EMPLOYERS_OF_WORKER, SocialWorker
from xmsw.accounts.scope import Scope, ScopedQuerySet
from xmsw.dated import DatedQuerySet, ends_after_start
from xmsw.feed.triggers import feed_triggers
from xmsw.policy.recheck import recheck_triggers


class OfWorkerQuerySet(ScopedQuerySet):
    scope = Scope(region="")
    worker_path = "worker"

    def visible_to(self, user: object) -> OfWorkerQuerySet:
        """Rows of people whom the account sees."""
        workers = SocialWorker.objects.visible_to(user)
        return self.filter(Exists(workers.filter(pk=OuterRef(self.worker_path))))


class CertificateQuerySet(OfWorkerQuerySet):
    def held_on(self, on: date | Expression) -> CertificateQuerySet:
        """Certificates already issued on that day; a certificate never lapses (trap 6)."""
        return self.filter(issued_on__lte=on)


@pghistory.track(level=pghistory.Statement)
class Certificate(models.Model):
    """One certificate; held from its issue date on, verified or not. `state` tells who looked at the paper."""

    class State(models.TextChoices):
        RECORDED = "recorded", "未核验"
        SUBMITTED = "submitted", "待核验"
        VERIFIED = "verified", "已核验"
        DOUBTFUL = "doubtful", "存疑"

    worker = models.ForeignKey(
        SocialWorker, on_delete=models.PROTECT, related_name="certificates", verbose_name="持证人"
    )
    level = models.SmallIntegerField("证书级别", choices=CertificateLevel.choices)
    number = models.CharField("证书编号", max_length=40, unique=True)
    issued_on = models.DateField("签发日期")
    exam_year = models.PositiveSmallIntegerField("考试年份", null=True, blank=True)
    state = models.CharField("核验", max_length=12, choices=State.choices, db_default=State.RECORDED)
    verified_on = models.DateField("核验日期", null=True, blank=True)
    evidence = models.CharField("核验依据", max_length=200, blank=True, db_default="")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "职业水平证书"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(level=CertificateLevel.SENIOR) | Q(issued_on__gte=date(2019, 1, 1)),
                name="no_senior_certificate_before_the_2019_exam",
                violation_error_message="高级社会工作师考试 2019 年才开始，签发日期不能早于 2019-01-01。",
            ),
            models.CheckConstraint(condition=Q(issued_on__gte=date(2008, 1, 1)), name="no_certificate_before_2008"),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_on__isnull=False), name="a_verified_certificate_has_a_day"
            ),
        ]
        triggers: ClassVar = [
            *recheck_triggers(EMPLOYERS_OF_WORKER.format(worker="worker_id")),
            *feed_triggers("certificates"),
            *feed_triggers("workers", "SELECT worker_id FROM changed"),
            *waiting_of_worker("certificate", "changed.number"),
            pgtrigger.Trigger(
                name="another_paper_is_not_verified",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("level", "number", "issued_on", "exam_year"),
                condition=pgtrigger.Q(old__state="verified", new__state="verified")
                & (
                    pgtrigger.Q(old__level__df=pgtrigger.F("new__level"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__issued_on__df=pgtrigger.F("new__issued_on"))
                    | pgtrigger.Q(old__exam_year__df=pgtrigger.F("new__exam_year"))
                ),
                func="NEW.state = 'recorded'; NEW.verified_on = NULL; NEW.evidence = ''; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.number}"


class RegistrationQuerySet(OfWorkerQuerySet, DatedQuerySet):
    worker_path = "certificate__worker"


@pghistory.track(level=pghistory.Statement)
class Registration(models.Model):
    """A registration of a certificate; its lapse warns and never voids the certificate (trap 6)."""

    certificate = models.ForeignKey(
        Certificate, on_delete=models.CASCADE, related_name="registrations", verbose_name="证书"
    )
    start = models.DateField("登记日期")
    end = models.DateField("有效期至")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登记"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["certificate", "start"], name="one_registration_of_a_certificate_a_day"),
            ends_after_start("a_registration_ends_after_it_starts"),
        ]
        indexes: ClassVar = [models.Index(fields=["end", "certificate"], name="registrations_by_end")]
        triggers: ClassVar = [
            *recheck_triggers(
                "SELECT e.employer_id FROM changed JOIN talents_certificate c ON c.id = changed.certificate_id "
                "JOIN talents_employment e ON e.worker_id = c.worker_id "
                "UNION SELECT p.employer_id FROM changed JOIN talents_certificate c ON c.id = changed.certificate_id "
                "JOIN talents_appointment a ON a.worker_id = c.worker_id JOIN posts_post p ON p.id = a.post_id"
            ),
            *feed_triggers("certificates", "SELECT certificate_id FROM changed"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} 登记至 {self.end:%Y-%m-%d}"
