"""Changes of parameters: a value in force is never edited, a new version starts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from xmsw.accounts.roles import Capability
from xmsw.policy.models import Parameter, ParameterValue

if TYPE_CHECKING:
    from xmsw.accounts.models import User

WORDS = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}


@transaction.atomic
def set_parameter(user: User, code: str, value: Any, start: date, source: str) -> ParameterValue:
    """Let a new value begin on `start`, today at the earliest; the one before ends the day before.

    Raises PermissionDenied, or ValidationError with a Chinese sentence a field (`value`, `start`, `source`).
    """
    if not user.can(Capability.EDIT_PARAMETERS):
        raise PermissionDenied("你的账号不能改核查参数。")
    parameter = Parameter.objects.select_for_update().get(pk=code)
    problems: dict[str, str] = {}
    if parameter.from_policy:
        raise ValidationError({"value": "这个数是 317 号文件规定的，不能在这里改。文件修订后随系统升级。"})
    typed = _typed(parameter, value, problems)
    _check_start(parameter, start, problems)
    if not source.strip():
        problems["source"] = "请写明依据，例如文号和日期。"
    if problems:
        raise ValidationError(problems)
    parameter.versions.in_force(start).update(end=start - timedelta(days=1))
    return ParameterValue.objects.create(
        parameter=parameter, value=typed, start=start, source=source.strip()[:200], set_by=user
    )


def _check_start(parameter: Parameter, start: date, problems: dict[str, str]) -> None:
    if start < timezone.localdate():
        problems["start"] = "施行日期不能早于今天：过去的核查按当时的参数，不再改变。"
        return
    later = parameter.versions.filter(start__gte=start).order_by("start").first()
    if later is not None:
        problems["start"] = f"已有一个 {later.start:%Y-%m-%d} 起施行的版本，新版本要在它之后。"


def _typed(parameter: Parameter, value: Any, problems: dict[str, str]) -> Any:
    """The value as it is stored: whole numbers and flags as themselves, decimals as text so that none is rounded."""
    text = str(value).strip()
    if parameter.kind == Parameter.Kind.BOOLEAN:
        if text.lower() not in WORDS:
            problems["value"] = "请填「是」或「否」。"
        return WORDS.get(text.lower())
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or number >= 10**9:
        problems["value"] = "请填 0 或更大的数字。"
        return None
    if (parameter.least is not None and number < parameter.least) or (
        parameter.most is not None and number > parameter.most
    ):
        problems["value"] = f"应在 {parameter.least.normalize():f} 到 {parameter.most.normalize():f} 之间。"
        return None
    if parameter.kind == Parameter.Kind.DECIMAL:
        return format(number, "f")
    if number != int(number):
        problems["value"] = "请填整数。"
    return int(number)
