"""What a person may ask to be corrected in the own record, how each value is entered, shown and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from posts.models import CertificateLevel
from talents.models import Certificate, Employment, SocialWorker
from xmsw.audit.sealed import lookup_hash, masked
from xmsw.identifiers import Degree, Education, Sex, birth_date_of, identity_problem, sex_of
from xmsw.pinyin import sort_key
from xmsw.ui.fields import day_field

PHONE_DIGITS = 11


def _write(name: str) -> Callable[[Any, Any], None]:
    return lambda record, value: setattr(record, name, value)


def _name(worker: SocialWorker, value: str) -> None:
    worker.name, worker.pinyin = value, sort_key(value)


def _phone(worker: SocialWorker, value: str) -> None:
    worker.phone, worker.phone_hash = value, lookup_hash(value)


def _identity(worker: SocialWorker, value: str) -> None:
    worker.identity, worker.identity_hash, worker.identity_mask = value, lookup_hash(value), masked(value)
    worker.birth_date, worker.sex = birth_date_of(value), sex_of(value)


def _text(label: str, most: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, error_messages={"required": "请写正确的内容。"})


def _choice(label: str, choices: list[tuple[Any, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "请选"), *choices], error_messages={"required": "请选一项。"})


def check_identity(value: str) -> None:
    """Validator: a number that can exist."""
    problem = identity_problem(value.upper(), timezone.localdate())
    if problem:
        raise ValidationError(f"{problem}。")


def check_phone(value: str) -> None:
    """Validator: a mobile number of the mainland."""
    if not (value.isascii() and value.isdecimal() and len(value) == PHONE_DIGITS and value.startswith("1")):
        raise ValidationError("手机号应为 11 位数字，以 1 开头。")


@dataclass(frozen=True)
class Item:
    """One field: of which record, how it is entered (a fresh form field), and how it is written."""

    label: str
    model: type[Model]
    attribute: str
    field: Callable[[str], forms.Field]
    write: Callable[[Any, Any], None]
    choices: Mapping[Any, str] | None = None

    def present(self, record: Any) -> str:
        """The value as it is stored now, as text («» for none)."""
        value = getattr(record, self.attribute)
        return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)

    def told(self, text: str | None) -> str:
        """A stored text in words."""
        if not text:
            return "没有填写"
        return {str(code): label for code, label in self.choices.items()}.get(text, text) if self.choices else text

    def parsed(self, text: str) -> Any:
        """The text as a value; ValidationError where it cannot be one."""
        value = self.field(self.label).clean(text)
        return self.model._meta.get_field(self.attribute).to_python(value) if self.choices else value


def _chosen(label: str, model: type[Model], attribute: str, choices: list, write: Any = None) -> Item:
    return Item(label, model, attribute, lambda name: _choice(name, choices), write or _write(attribute), dict(choices))


def _dated(label: str, model: type[Model], attribute: str, write: Any = None) -> Item:
    return Item(label, model, attribute, day_field, write or _write(attribute))


def _phone_field(label: str) -> forms.Field:
    return forms.CharField(label=label, max_length=PHONE_DIGITS, validators=[check_phone])


def _identity_field(label: str) -> forms.Field:
    return forms.CharField(label=label, max_length=18, validators=[check_identity])


ITEMS: dict[str, Item] = {
    "name": Item("姓名", SocialWorker, "name", lambda label: _text(label, 60), _name),
    "identity": Item("身份证号", SocialWorker, "identity", _identity_field, lambda w, v: _identity(w, v.upper())),
    "phone": Item("手机号", SocialWorker, "phone", _phone_field, _phone),
    "sex": _chosen("性别", SocialWorker, "sex", Sex.choices),
    "education": _chosen("学历", SocialWorker, "education", Education.choices),
    "degree": _chosen("学位", SocialWorker, "degree", Degree.choices),
    "social_work_education": _chosen("社会工作专业学历", SocialWorker, "social_work_education", Education.choices),
    "employment_start": _dated("入职日期", Employment, "start"),
    "employment_role": Item("现任职务", Employment, "role", lambda label: _text(label, 60), _write("role")),
    "certificate_level": _chosen("证书级别", Certificate, "level", CertificateLevel.choices, _write("level")),
    "certificate_number": Item("证书编号", Certificate, "number", lambda label: _text(label, 40), _write("number")),
    "certificate_issued": _dated("证书签发日期", Certificate, "issued_on", _write("issued_on")),
}
SEALED = frozenset({"identity", "phone"})


def records_of(worker: SocialWorker, item: Item) -> list[Any]:
    """The person's records that have this field."""
    if item.model is SocialWorker:
        return [worker]
    rows = item.model._default_manager.filter(worker=worker)
    return list(rows.select_related("employer") if item.model is Employment else rows)


def named(record: Any, item: Item) -> str:
    """«入职日期（示例社区）»: which of several."""
    if item.model is Employment:
        return f"{item.label}（{record.employer.name}）"
    return f"{item.label}（{record.number}）" if item.model is Certificate else item.label
