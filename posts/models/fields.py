"""Service fields (服务领域, 一-2): whom or what a post or a purchased project serves."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When

from posts.models.kinds import Kind


class ServiceField(models.TextChoices):
    """Fields that the coverage of 一-2 is told by.

    The text fixes no list. These are derived from the kinds of employer that 二(一) and 二(二) name: one field for
    kinds that serve the same people or the same task, 其他 for kinds that name neither.
    """

    ELDERLY = "elderly", "老年人"
    DISABLED = "disabled", "残疾人"
    CHILDREN = "children", "儿童与未成年人"
    FAMILY = "family", "妇女与家庭"
    YOUTH = "youth", "青少年"
    WORKERS = "workers", "职工"
    RELIEF = "relief", "救助"
    VETERANS = "veterans", "优抚安置"
    HEALTH = "health", "医疗与计生"
    SCHOOL = "school", "学校"
    FUNERAL = "funeral", "殡仪"
    COMMUNITY = "community", "社区"
    GOVERNANCE = "governance", "综治与矛盾调解"
    CORRECTION = "correction", "社区矫正与安置帮教"
    DRUGS = "drugs", "禁毒戒毒"
    CULTURE = "culture", "文化"
    DISASTER = "disaster", "灾害救援"
    OTHER = "other", "其他"


FIELD_OF_KIND: dict[str, ServiceField] = {
    **dict.fromkeys(Kind, ServiceField.OTHER),
    Kind.A01: ServiceField.ELDERLY,
    Kind.A02: ServiceField.DISABLED,
    **dict.fromkeys((Kind.A03, Kind.A10), ServiceField.CHILDREN),
    **dict.fromkeys((Kind.A04, Kind.A07), ServiceField.FAMILY),
    **dict.fromkeys((Kind.A05, Kind.A06), ServiceField.WORKERS),
    Kind.A08: ServiceField.YOUTH,
    Kind.A09: ServiceField.RELIEF,
    Kind.A11: ServiceField.VETERANS,
    **dict.fromkeys((Kind.B01, Kind.B04), ServiceField.HEALTH),
    Kind.B02: ServiceField.SCHOOL,
    Kind.B03: ServiceField.FUNERAL,
    **dict.fromkeys((Kind.C01, Kind.C02, Kind.C03), ServiceField.COMMUNITY),
    **dict.fromkeys((Kind.D01, Kind.D04), ServiceField.GOVERNANCE),
    Kind.D02: ServiceField.CULTURE,
    **dict.fromkeys((Kind.D05, Kind.D06), ServiceField.CORRECTION),
    Kind.D07: ServiceField.DRUGS,
    Kind.D08: ServiceField.DISASTER,
}


def field_column() -> models.CharField:
    """The column of a post or a project; empty follows the kind of the employer, so it moves with a corrected kind."""
    return models.CharField(
        "服务领域", max_length=12, choices=ServiceField.choices, default="", db_default="", blank=True
    )


def field_now(own: str, kind: str) -> ServiceField:
    """The own field, else that of the kind."""
    return ServiceField(own) if own else FIELD_OF_KIND[kind]


def field_in_sql(own: str, kind: str) -> Case:
    """The same as an expression over two lookup paths, e.g. `field_in_sql("service_field", "employer__kind")`."""
    kinds: dict[str, list[str]] = {}
    for code, value in FIELD_OF_KIND.items():
        kinds.setdefault(value.value, []).append(code)
    usual = [When(**{f"{kind}__in": codes}, then=Value(value)) for value, codes in kinds.items()]
    return Case(When(~Q(**{own: ""}), then=F(own)), *usual, output_field=models.CharField())
