"""Rows that change at random: made, renamed, moved to another district or line, taken away; some commit late."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from threading import Event
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Model, Value
from django.db.models.deletion import ProtectedError
from django.db.models.functions import Concat

from posts.models import Employer, Inclusion, NeedAssessment, Post
from talents.models import Appointment, Certificate, Employment, SocialWorker
from tests import builders as make
from xmsw.regions.models import Region

KINDS = ("A01", "B01")
STREETS = ("350203001", "350203003", "350206001", "350205001")
BUREAUS = ("civil_affairs", "education", "health")
DAY = date(2021, 1, 1)


class Upheaval:
    """Changes of one writer, chosen by its seed; `spared`: an employer that is never taken away."""

    def __init__(self, seed: int, spared: int) -> None:
        self.random, self.spared, self.done = Random(seed), spared, Counter[str]()
        self.streets = sorted(Region.objects.filter(pk__in=STREETS).values_list("pk", flat=True))

    def go_on(self, stop: Event) -> Counter[str]:
        """One short transaction after another until told to stop."""
        while not stop.wait(self.random.uniform(0, 0.04)):
            self._one()
        connection.close()
        return self.done

    def go_on_late(self, stop: Event) -> Counter[str]:
        """Transactions that write early and commit long after others; one in four is rolled back."""
        while not stop.is_set():
            before = self.done.copy()
            try:
                with transaction.atomic():
                    for _ in range(self.random.randint(2, 5)):
                        self._one()
                    stop.wait(self.random.uniform(0.8, 2.5))
                    if self.random.random() < 0.25:
                        raise RolledBack
                self.done["committed late"] += 1
            except RolledBack:
                self.done = before + Counter({"rolled back": 1})
            except DatabaseError:
                self.done = before + Counter({"refused": 1})
        connection.close()
        return self.done

    def _one(self) -> None:
        change: Callable[[], Any] = self.random.choice(CHANGES).__get__(self)
        try:
            with transaction.atomic():
                change()
            self.done[change.__name__] += 1
        except (DatabaseError, ProtectedError, Nothing):
            self.done["refused"] += 1  # a constraint said no, two waited for each other, or there was nothing to take

    def _any(self, model: type[Model], **where: Any) -> Any:
        keys = list(model._base_manager.filter(**where).order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise Nothing
        return self.random.choice(keys)

    def _employer(self) -> int:
        return self._any(Employer, kind__in=KINDS)

    def _word(self) -> str:
        return f"{self.random.choice('思明湖里集美海沧同安翔安')}{time.monotonic_ns() % 1_000_000}"

    def _set(self, model: type[Model], pk: int, **values: Any) -> None:
        model._base_manager.filter(pk=pk).update(**values)

    def make_employer(self) -> None:
        make.make_employer(self.random.choice(KINDS), region=self.random.choice(self.streets), name=self._word())

    def rename_employer(self) -> None:
        self._set(Employer, self._employer(), name=self._word())

    def move_employer(self) -> None:
        self._set(Employer, self._employer(), region_id=self.random.choice(self.streets))

    def give_employer_to_another_line(self) -> None:
        self._set(Employer, self._employer(), competent_bureau=self.random.choice(BUREAUS))

    def change_a_street_at_once(self) -> None:
        at = Employer.objects.filter(region_id=self.random.choice(self.streets), kind__in=KINDS)
        at.update(address=Concat(Value(self._word()), Value("路")), technical_posts=self.random.randint(1, 99))

    def change_communities_at_once(self) -> None:
        """A statement of many rows."""
        Employer.objects.filter(region__code__startswith=self.random.choice(self.streets)).update(address=self._word())

    def take_employer_away(self) -> None:
        Employer.objects.filter(pk=self._any(Employer, kind__in=KINDS, posts=None)).exclude(pk=self.spared).delete()

    def make_post(self) -> None:
        make.make_post(Employer.objects.get(pk=self._employer()))

    def change_post(self) -> None:
        self._set(Post, self._any(Post), name=self._word(), duties=[1, 2], principal=self.random.random() < 0.5)

    def abolish_post(self) -> None:
        self._set(Post, self._any(Post), state=Post.State.ABOLISHED, end=DAY + timedelta(days=3_000))

    def give_post_to_another_employer(self) -> None:
        self._set(Post, self._any(Post), employer_id=self._employer())

    def take_post_away(self) -> None:
        Post.objects.filter(pk=self._any(Post)).delete()

    def make_staff(self) -> None:
        make.make_staff(Employer.objects.get(pk=self._employer()), level=self.random.randint(0, 2))

    def rename_worker(self) -> None:
        self._set(SocialWorker, self._any(SocialWorker), name=self._word(), education=self.random.choice([20, 30]))

    def another_employment(self) -> None:
        worker = SocialWorker.objects.get(pk=self._any(SocialWorker))
        make.make_employment(worker, Employer.objects.get(pk=self._employer()))

    def move_employment(self) -> None:
        self._set(Employment, self._any(Employment), employer_id=self._employer())

    def take_employment_away(self) -> None:
        Employment.objects.filter(pk=self._any(Employment)).delete()

    def take_worker_away(self) -> None:
        SocialWorker.objects.filter(pk=self._any(SocialWorker, employments=None)).delete()

    def make_certificate(self) -> None:
        make.make_certificate(SocialWorker.objects.get(pk=self._any(SocialWorker)), self.random.randint(1, 2))

    def verify_certificate(self) -> None:
        pk = self._any(Certificate)
        self._set(Certificate, pk, state="verified", verified_on=F("issued_on"), evidence="原件")

    def take_certificate_away(self) -> None:
        Certificate.objects.filter(pk=self._any(Certificate)).delete()

    def appoint(self) -> None:
        worker = SocialWorker.objects.get(pk=self._any(SocialWorker))
        start = DAY + timedelta(days=self.random.randint(0, 900))
        make.make_appointment(worker, Post.objects.get(pk=self._any(Post)), start=start, full_time=False)

    def change_appointment(self) -> None:
        end = DAY + timedelta(days=self.random.randint(1_000, 2_000))
        self._set(Appointment, self._any(Appointment), title=self._word(), end=end)

    def take_appointment_away(self) -> None:
        Appointment.objects.filter(pk=self._any(Appointment)).delete()

    def assess_need(self) -> None:
        day = DAY + timedelta(days=self.random.randint(0, 2_000))
        told = {"assessed_on": day, "headcount": self.random.randint(0, 9), "assessor": "区教育局", "basis": "在校生"}
        NeedAssessment.objects.create(employer_id=self._employer(), **told)

    def change_need(self) -> None:
        self._set(NeedAssessment, self._any(NeedAssessment), headcount=self.random.randint(0, 9), basis=self._word())

    def take_need_away(self) -> None:
        NeedAssessment.objects.filter(pk=self._any(NeedAssessment)).delete()

    def include(self) -> None:
        Inclusion.objects.create(employer_id=self._employer(), included_on=DAY, document=self._word())

    def take_inclusion_away(self) -> None:
        Inclusion.objects.filter(pk=self._any(Inclusion)).delete()


class Nothing(Exception):
    """There is no row to change."""


class RolledBack(Exception):
    """A transaction thinks better of it."""


CHANGES = [each for name, each in vars(Upheaval).items() if not name.startswith(("_", "go_on"))]
