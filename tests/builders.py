"""Small builders: each makes one valid object, complete unless told otherwise."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from payroll.models import ITEMS, GuidanceRung, GuidanceStandard, InsuranceEnrolment, InsuranceMonth, PayRecord
from posts.models import Employer, Membership, Post
from posts.models.kinds import DEFAULT_SECTOR
from posts.reference import BUREAUS
from talents.models import Appointment, Certificate, Employment, SocialWorker
from xmsw.accounts.models import OFFICERS, OrgUnit, User
from xmsw.accounts.roles import Role
from xmsw.audit.sealed import lookup_hash, masked
from xmsw.identifiers import credit_code_check_digit, identity_check_digit
from xmsw.pinyin import sort_key

_numbers = itertools.count(1)
LONG_AGO = date(2018, 1, 1)


def make_user(role: str, bureau: str = "civil_affairs", region: str = "350203", **fields: Any) -> User:
    """An account of a role; officers sit on the named bureau of the named region."""
    number = next(_numbers)
    unit = None
    if role in OFFICERS:
        area = "3502" if role == Role.CITY_OFFICER else region
        unit = OrgUnit.objects.get(bureau=bureau, region_id=area, valid_to=None)
    fields = {"display_name": f"测试{number}", "is_staff": role == Role.SYSTEM_ADMIN, **fields}
    return User.objects.create(username=f"user{number}", password=_hashed(), role=role, org_unit=unit, **fields)


@cache
def _hashed() -> str:
    """«pass-for-tests», hashed once: hashing is slow on purpose."""
    return make_password("pass-for-tests")


def make_member(employer: Employer, **fields: Any) -> User:
    """An account of the employer's own staff."""
    user = make_user(Role.EMPLOYER_STAFF, **fields)
    Membership.objects.create(employer=employer, user=user)
    return user


def make_account(worker: SocialWorker, *, within: Employer | None = None, **fields: Any) -> User:
    """The own account of a person whom an officer has met; `within`: opened with the code of that employer instead."""
    user = make_user(Role.SOCIAL_WORKER, **fields)
    worker.account, worker.account_met, worker.account_within = user, within is None, within
    worker.save(update_fields=["account", "account_met", "account_within"])
    return user


def make_credit_code(number: int | None = None) -> str:
    body = f"52350203MJ{number or next(_numbers):07d}"
    return body + credit_code_check_digit(body)


def make_employer(kind: str = "C02", region: str | None = None, **fields: Any) -> Employer:
    """A registered employer; communities and centres are taken from the real ones, each only once."""
    if kind in ("C01", "C02", "C03"):
        found = Employer.objects.filter(kind=kind, region__code__startswith=region or "350203", posts=None)
        employer = found.order_by("pk")[next(_numbers) % found.count() if region is None else 0]
        for name, value in fields.items():
            setattr(employer, name, value)
        employer.save()
        return employer
    number = next(_numbers)
    name = fields.pop("name", f"测试单位{number}")
    defaults = {
        "sector": DEFAULT_SECTOR[kind],
        "region_id": region or "350203001",
        "competent_bureau": BUREAUS[kind],
        "credit_code": make_credit_code(number),
        "state": Employer.State.APPROVED,
        "start": LONG_AGO,
    }
    return Employer.objects.create(name=name, pinyin=sort_key(name), kind=kind, **(defaults | fields))


def make_post(employer: Employer, **fields: Any) -> Post:
    """A complete junior post in force."""
    number = next(_numbers)
    defaults = {
        "code": f"P{number}",
        "name": "社会工作岗位",
        "grade": 1,
        "duties": [1],
        "duty_text": "协调社区开展社会工作专业服务",
        "coordinates": True,
        "min_certificate": 1,
        "min_education": 30,
        "min_years": 0,
        "need_basis": "服务人口 5000 人",
        "state": Post.State.APPROVED,
        "start": LONG_AGO,
    }
    return Post.objects.create(employer=employer, **(defaults | fields))


def make_identity(number: int | None = None, born: date = date(1990, 1, 1)) -> str:
    number = number or next(_numbers)
    body = f"350203{born:%Y%m%d}{number % 1000:03d}"
    return body + identity_check_digit(body)


def make_worker(**fields: Any) -> SocialWorker:
    """A person with a valid identity number."""
    number = next(_numbers)
    born = date(1970 + number // 1000 % 30, 1 + number // 30000 % 12, 1)
    identity = fields.pop("identity", make_identity(number, born))
    name = fields.pop("name", f"测试人员{number}")
    defaults = {
        "pinyin": sort_key(name),
        "identity_hash": lookup_hash(identity),
        "identity_mask": masked(identity),
        "birth_date": born,
        "education": 20,
    }
    return SocialWorker.objects.create(name=name, identity=identity, **(defaults | fields))


def make_certificate(
    worker: SocialWorker, level: int = 1, issued_on: date = date(2020, 3, 1), *, verified: bool = False
) -> Certificate:
    looked_at = {"state": "verified", "verified_on": issued_on, "evidence": "原件"} if verified else {}
    return Certificate.objects.create(
        worker=worker, level=level, number=f"Z{next(_numbers):08d}", issued_on=issued_on, **looked_at
    )


def make_employment(worker: SocialWorker, employer: Employer, **fields: Any) -> Employment:
    return Employment.objects.create(
        worker=worker, employer=employer, **({"form": "contract", "start": LONG_AGO} | fields)
    )


def make_staff(employer: Employer, level: int = 0, *, verified: bool = False, **fields: Any) -> SocialWorker:
    """A person of the employer's staff, with a certificate of 2020 where a level is given."""
    worker = make_worker(**fields)
    make_employment(worker, employer)
    if level:
        make_certificate(worker, level, verified=verified)
    return worker


def proposal(post: Post, worker: SocialWorker, **fields: Any) -> Appointment:
    """An appointment of 2024, not stored yet."""
    return Appointment(post=post, worker=worker, **({"start": date(2024, 1, 1)} | fields))


def make_appointment(worker: SocialWorker, post: Post, **fields: Any) -> Appointment:
    """A filed full-time appointment."""
    defaults = {"start": date(2021, 1, 1), "full_time": True, "state": Appointment.State.FILED}
    return Appointment.objects.create(worker=worker, post=post, **(defaults | fields))


def make_standard(
    sector: str = "community", rungs: dict[str, str] | None = None, state: str = "published", **fields: Any
) -> GuidanceStandard:
    """A guidance standard of Xiamen; `rungs`: shares of the base wage."""
    defaults = {"city_id": "3502", "document": "测试标准", "base_year": 2025, "start": date(2020, 1, 1)}
    defaults |= {"base_wage": Decimal(120000)}
    standard = GuidanceStandard.objects.create(sector=sector, **(defaults | fields))
    shares = {"assistant_2": "0.8"} if rungs is None else rungs
    GuidanceRung.objects.bulk_create(
        GuidanceRung(standard=standard, rung=rung, share=Decimal(share)) for rung, share in shares.items()
    )
    if state != standard.state:
        GuidanceStandard.objects.filter(pk=standard.pk).update(state=state)
        standard.state = state
    return standard


def make_pay(employment: Employment, **fields: Any) -> PayRecord:
    """A complete month of pay."""
    defaults: dict[str, Any] = {"period": date.today().replace(day=1), "base": Decimal(6000), "rung": "assistant_2"}
    defaults |= {"factor_certificate": 1, "factor_education": 20, "factor_seniority": Decimal(3)}
    defaults |= {"factor_performance": 2, "factor_post": 1}
    return PayRecord.objects.create(employment=employment, **(defaults | fields))


def make_insurance(
    employment: Employment,
    base: Decimal = Decimal(6000),
    period: date | None = None,
    enrolled: dict[str, date | None] | None = None,
    **bases: Decimal | None,
) -> InsuranceMonth:
    """Enrolled in everything from the start, this month paid on one base; `enrolled`, `bases`: items that differ."""
    dates = dict.fromkeys(ITEMS, employment.start) | (enrolled or {})
    InsuranceEnrolment.objects.get_or_create(employment=employment, defaults=dates)
    period = period or date.today().replace(day=1)
    return InsuranceMonth.objects.create(employment=employment, period=period, **(dict.fromkeys(ITEMS, base) | bases))
