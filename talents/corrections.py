"""What a person may ask to be corrected in the own record, how each value is entered, shown and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from posts.models import CertificateLevel
from talents.models import Certificate, CorrectionRequest, Employment, SocialWorker
from xmsw.audit.sealed import lookup_hash, masked
from xmsw.identifiers import Degree, Education, Sex, birth_date_of, identity_problem, sex_of
from xmsw.pinyin import sort_key
from xmsw.ui.fields import day_field

if TYPE_CHECKING:
    from xmsw.accounts.models import User

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


def _phone_field(label: str) -> forms.Field:
    return forms.CharField(label=label, max_length=PHONE_DIGITS, validators=[check_phone])


def _identity_field(label: str) -> forms.Field:
    return forms.CharField(label=label, max_length=18, validators=[check_identity])


def _item(code: Any, model: type[Model], attribute: str, field: Any, write: Any = None) -> Item:
    """`field`: makes the form field from a label; or choices to take one from. Without `write` the value is set."""
    if callable(field):
        return Item(code.label, model, attribute, field, write or _write(attribute))
    chooser = partial(_choice, choices=field)
    return Item(code.label, model, attribute, chooser, write or _write(attribute), dict(field))


_F = CorrectionRequest.Field
_ITEMS = (
    (_F.NAME, SocialWorker, "name", partial(_text, most=60), _name),
    (_F.IDENTITY, SocialWorker, "identity", _identity_field, lambda worker, value: _identity(worker, value.upper())),
    (_F.PHONE, SocialWorker, "phone", _phone_field, _phone),
    (_F.SEX, SocialWorker, "sex", Sex.choices),
    (_F.EDUCATION, SocialWorker, "education", Education.choices),
    (_F.DEGREE, SocialWorker, "degree", Degree.choices),
    (_F.SOCIAL_WORK_EDUCATION, SocialWorker, "social_work_education", Education.choices),
    (_F.EMPLOYMENT_START, Employment, "start", day_field),
    (_F.EMPLOYMENT_ROLE, Employment, "role", partial(_text, most=60)),
    (_F.CERTIFICATE_LEVEL, Certificate, "level", CertificateLevel.choices),
    (_F.CERTIFICATE_NUMBER, Certificate, "number", partial(_text, most=40)),
    (_F.CERTIFICATE_ISSUED, Certificate, "issued_on", day_field),
)
ITEMS: dict[str, Item] = {code.value: _item(code, *rest) for code, *rest in _ITEMS}
OF_THE_PERSON = [code for code, item in ITEMS.items() if item.model is SocialWorker]
SEALED = frozenset({"identity", "phone"})


def records_of(worker: SocialWorker, item: Item, user: User | None = None) -> list[Any]:
    """The person's records that have this field; for an account, those that it sees."""
    if item.model is SocialWorker:
        return [worker]
    rows = item.model._default_manager.filter(worker=worker)
    rows = rows if user is None else rows.visible_to(user)
    return list(rows.select_related("employer") if item.model is Employment else rows)


def named(record: Any, item: Item) -> str:
    """«入职日期（示例社区）»: which of several."""
    if item.model is Employment:
        return f"{item.label}（{record.employer.name}）"
    return f"{item.label}（{record.number}）" if item.model is Certificate else item.label
