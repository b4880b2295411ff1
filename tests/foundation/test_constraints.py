"""What the database itself guarantees, whichever path writes."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from payroll.models import GuidanceStandard
from posts.models import Employer, RankLadder
from tests import builders as make
from xmsw.policy.models import ParameterValue

pytestmark = pytest.mark.django_db
LEVELS = {"xmsw": 0, "posts": 1, "talents": 2, "payroll": 3, "awards": 3, "supervision": 4}


def refused(name: str, write) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def test_one_full_time_appointment_a_worker_at_a_time():
    employer, worker = make.make_employer("E01"), make.make_worker()
    make.make_appointment(worker, make.make_post(employer), start=date(2024, 1, 1), end=date(2024, 12, 31))
    refused(
        "one_full_time_appointment_a_worker_at_a_time",
        lambda: make.make_appointment(worker, make.make_post(employer), start=date(2024, 12, 31)),
    )
    make.make_appointment(worker, make.make_post(employer), start=date(2025, 1, 1))
    make.make_appointment(worker, make.make_post(employer), start=date(2024, 6, 1), full_time=False)


def test_one_appointment_a_post_at_a_time():
    post = make.make_post(make.make_employer("E01"))
    make.make_appointment(make.make_worker(), post, start=date(2024, 1, 1))
    refused("one_appointment_a_post_at_a_time", lambda: make.make_appointment(make.make_worker(), post))
    make.make_appointment(make.make_worker(), post, state="draft")


def test_activities_belong_to_duty_1_only():
    employer = make.make_employer("E01")
    make.make_post(employer, duties=[1, 3], activities=[1, 13])
    refused("activities_belong_to_duty_1_only", lambda: make.make_post(employer, duties=[3], activities=[1]))


@pytest.mark.parametrize(
    ("grade", "number", "fits"), [(3, 7, True), (3, 8, False), (2, 10, True), (1, 10, False), (1, 13, True)]
)
def test_institution_grades_agree_with_the_grade(grade, number, fits):
    employer = make.make_employer("A01")
    if fits:
        make.make_post(employer, grade=grade, institution_grade=number)
    else:
        refused(
            "institution_grades_agree_with_the_grade",
            lambda: make.make_post(employer, grade=grade, institution_grade=number),
        )


def test_numbers_exist_once():
    employer, worker = make.make_employer("E01"), make.make_worker()
    certificate = make.make_certificate(worker)
    refused("credit_code", lambda: make.make_employer("E01", credit_code=employer.credit_code))
    refused("identity_hash", lambda: make.make_worker(identity_hash=worker.identity_hash))
    refused(
        "number", lambda: worker.certificates.create(level=2, number=certificate.number, issued_on=date(2020, 1, 1))
    )


def test_one_employer_a_community():
    community = Employer.objects.filter(kind="C02").first()
    refused(
        "one_employer_a_community",
        lambda: Employer.objects.create(
            name="重复",
            kind="C03",
            sector="community",
            region=community.region,
            competent_bureau="civil_affairs",
            state="approved",
            start=date(2020, 1, 1),
        ),
    )


def test_money_is_never_negative_and_adds_up():
    employment = make.make_employment(make.make_worker(), make.make_employer("E01"))
    record = make.make_pay(employment, base=Decimal("5000.10"), bonus=Decimal("0.20"))
    record.refresh_from_db()
    assert record.total == Decimal("5000.30")
    refused("pay_is_never_negative", lambda: make.make_pay(employment, period=date(2020, 1, 1), bonus=Decimal(-1)))
    refused("first_of_a_month", lambda: make.make_pay(employment, period=date(2020, 1, 2)))


def test_versions_never_overlap():
    standard = {
        "city_id": "3502",
        "sector": "social",
        "document": "x",
        "base_year": 2025,
        "base_wage": 1,
        "state": "published",
    }
    GuidanceStandard.objects.create(**standard, start=date(2024, 1, 1), end=date(2024, 12, 31))
    refused(
        "published_standards_of_a_sector_never_overlap",
        lambda: GuidanceStandard.objects.create(**standard, start=date(2024, 12, 31)),
    )
    refused(
        "guidance_covers_three_sectors_only",
        lambda: GuidanceStandard.objects.create(**(standard | {"sector": "institution"}), start=date(2026, 1, 1)),
    )
    refused(
        "one_value_of_a_parameter_at_a_time",
        lambda: ParameterValue.objects.create(
            parameter_id="benchmark_min_cell", value=3, start=date(2025, 1, 1), source="x"
        ),
    )
    employer = make.make_employer("E01")
    RankLadder.objects.create(employer=employer, version=1, document="x", start=date(2020, 1, 1))
    refused(
        "one_ladder_in_force_an_employer",
        lambda: RankLadder.objects.create(employer=employer, version=2, document="x", start=date(2021, 1, 1)),
    )


def test_history_is_written_by_the_database_whichever_path_writes():
    employer = make.make_employer("E01")
    Employer.objects.filter(pk=employer.pk).update(name="改名")
    assert list(employer.events.order_by("pgh_id").values_list("pgh_label", "name"))[-1] == ("update", "改名")


def test_model_relations_point_downward():
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model
        and _level(model) is not None
        and _level(field.related_model) is not None
        and _level(field.related_model) > _level(model)
    ]
    assert upward == []


def _level(model) -> int | None:
    return LEVELS.get(model.__module__.split(".")[0])
