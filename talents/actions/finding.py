"""Finding a person anywhere by whole number and name: who could try numbers until one fits would learn it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from talents.models import Certificate, SocialWorker
from xmsw.accounts.models import LoginFailure
from xmsw.accounts.throttle import LOOK_UPS, WINDOW, admit, forget_one
from xmsw.audit.looks import PERSON, look
from xmsw.audit.sealed import lookup_hash
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User

IDENTITY_DIGITS = 18
FIELD, NOBODY = "姓名和号码", "查无此人"  # what is looked at, and what stands for the person whom nobody is
NO_SUCH = "没有找到这个姓名和号码的人。请核对姓名，和证书编号或 18 位身份证号。"
_KIND = LoginFailure.Kind.LOOK_UP
TOO_OFTEN = f"{WINDOW.seconds // 60} 分钟里已有 {LOOK_UPS} 次没有找到人，请核对姓名和号码，过一会儿再试。"


def person_named(
    user: User,
    name: str,
    number: str,
    *,
    why: str,
    nobody: str = NO_SUCH,
    certificates: bool = False,
    among: QuerySet[SocialWorker] | None = None,
) -> SocialWorker:
    """The person of that name and whole identity number (or certificate number); a merged record leads to the kept.

    Call it last, when nothing else stands against what the account is about to do, and outside a transaction that a
    refusal would undo: a try is counted before it is made, and leaves a trace, found or not. Raises Refused: `nobody`,
    whether the number or the name does not fit, so that nobody can ask who is known here; another sentence after too
    many tries that found nobody. `among`: whom alone the account may find.
    """
    name, number = name.strip(), number.strip().upper()
    if not admit(_KIND, str(user.pk), ""):
        raise Refused(TOO_OFTEN)
    found = (
        (SocialWorker.objects.all() if among is None else among)
        .filter(_numbered(number, certificates), name=name)
        .select_related("merged_into")
        .first()
    )
    if found is None:
        look(user, NOBODY, [0], FIELD, f"{why}：没有找到「{name}」")
        raise Refused(nobody)
    forget_one(_KIND, str(user.pk))
    kept = found.merged_into or found
    look(user, PERSON, [kept.pk], FIELD, why)
    return kept


def _numbered(number: str, certificates: bool) -> Q:
    condition = Q(pk__in=[])
    if len(number) == IDENTITY_DIGITS:
        condition |= Q(identity_hash=lookup_hash(number))
    if certificates:
        condition |= Q(pk__in=Certificate.objects.filter(number=number).values("worker"))
    return condition
