"""Whose mail goes where: an address counts once somebody signed in has opened the link that was mailed to it."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.mail import get_connection
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from xmsw.accounts.throttle import WINDOW, Kind, admit, admit_mail, forget_failures
from xmsw.notices.kinds import Way, received_by
from xmsw.notices.known import OPENED_BY_OFFICERS, is_known
from xmsw.notices.letters import confirmation, farewell
from xmsw.notices.models import NoticeChoice, NoticeSettings
from xmsw.notices.smtp import InDoubt
from xmsw.notices.writing import NEXT_DIGEST, clock
from xmsw.workflow.refusals import Refused

if TYPE_CHECKING:
    from xmsw.accounts.models import User

log = logging.getLogger(__name__)
SALT = "notices.address"
VALID = timedelta(days=1)
NOT_KNOWN = "单位登记通过，或者民政部门当面确认过本人以后，才能填邮箱收提醒。"
# RFC 2606: nobody has these; the demonstration's accounts do.
RESERVED = ("invalid", "example", "test", "localhost", "example.com", "example.net", "example.org")
# What waits already follows a changed choice.
_RESET = f"""
UPDATE notices_delivery d SET
    way = CASE k.way WHEN 'portal' THEN d.way ELSE k.way END,
    state = CASE k.way WHEN 'portal' THEN 'dropped' ELSE 'queued' END,
    next_try_at = CASE k.way WHEN 'now' THEN LEAST(d.next_try_at, %(notice_now)s) ELSE {NEXT_DIGEST} END
FROM notices_notice n JOIN notices_noticesettings m ON m.user_id = n.user_id
JOIN unnest(%(codes)s::text[], %(ways)s::text[]) AS k (code, way) ON k.code = n.code
WHERE n.id = d.notice_id AND n.user_id = %(user)s AND d.state = 'queued' AND d.attempts = 0
"""


def reserved(address: str) -> bool:
    """Whether no mail can ever arrive there."""
    host = address.rpartition("@")[2].lower()
    return any(host == each or host.endswith(f".{each}") for each in RESERVED)


def unreachable(address: str) -> bool:
    """Whether it names no mailbox of a domain: a domain that no name can be, or a host by its number."""
    host = address.rpartition("@")[2]
    try:
        last = host.encode("idna").decode().rpartition(".")[2]
    except UnicodeError:
        return True
    return host.startswith("[") or last.isdecimal()


def settings_of(user: User) -> NoticeSettings:
    """The account's settings, stored or as they come."""
    return NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)


class WrongPassword(Refused):
    """The account's password was not given."""


def prove(user: User, password: str, network_address: str) -> None:
    """That whoever asks knows the password; tries count as those at the door do. Raises WrongPassword."""
    if not admit(Kind.SIGN_IN, user.username, network_address):
        raise WrongPassword(f"输错的次数太多，请过 {int(WINDOW.total_seconds() // 60)} 分钟再试。")
    if not user.check_password(password):
        raise WrongPassword("密码不对，请重新输入。")
    forget_failures(user.username, network_address)


def ask(user: User, address: str, network_address: str) -> None:
    """Mail a link to an address; until it is opened nothing else goes there. Raises Refused."""
    if not settings.MAIL_ON:
        raise Refused("这个平台还没有设置邮件。请联系系统管理员。")
    if unreachable(address) or reserved(address):
        raise Refused("这个邮箱收不到邮件，请换一个。")
    if not is_known(user):
        raise Refused(NOT_KNOWN)
    if not admit_mail(user.pk, address, network_address, from_office=user.role in OPENED_BY_OFFICERS):
        raise Refused("刚刚发过几封确认邮件，请过一小时再试。")
    link = reverse("notices:confirm", args=[signing.dumps({"user": user.pk, "address": address}, salt=SALT)])
    NoticeSettings.objects.update_or_create(user=user, defaults={"wanted": address, "asked_at": timezone.now()})
    try:
        with get_connection(settings.EMAIL_BACKEND) as server:
            server.send_messages([confirmation(address, link)])
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused("邮件服务器不收这个邮箱，请核对有没有写错。") from error
    except (OSError, InDoubt) as error:
        log.warning("no confirmation sent: %s", type(error).__name__)
        raise Refused("确认邮件没有发出去：邮件服务器没有应答。请过几分钟再试。") from error


def confirm(user: User, token: str) -> str:
    """Take the address that a link names for confirmed, and return it; the former one is told. Raises Refused."""
    address = pending(user, token)
    with transaction.atomic():
        found = NoticeSettings.objects.select_for_update().filter(user=user).first()
        if found is None or found.wanted != address:
            raise Refused("这个链接已经用过，或者后来又换了邮箱。请看现在的设置。")
        former = found.address
        found.address, found.confirmed_at, found.wanted, found.asked_at = address, timezone.now(), None, None
        found.save()
    if former and former.lower() != address.lower():
        _take_leave(former)
    return address


def _take_leave(address: str) -> None:
    """Say to a former address that nothing goes there any more: its owner may not have wanted that."""
    if not settings.MAIL_ON or unreachable(address) or reserved(address):
        return
    try:
        with get_connection(settings.EMAIL_BACKEND) as server:
            server.send_messages([farewell(address)])
    except (OSError, InDoubt) as error:  # the change stands all the same
        log.warning("a former address was not told: %s", type(error).__name__)


def pending(user: User, token: str) -> str:
    """The address in a link. Raises Refused where it is too old, forged or another account's."""
    try:
        found = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.SignatureExpired as error:
        raise Refused("这个链接已经超过一天，请重新发送确认邮件。") from error
    except signing.BadSignature as error:
        raise Refused("这个链接不完整，请从邮件里整个复制，或重新发送确认邮件。") from error
    if found["user"] != user.pk:
        raise Refused("这个链接是发给另一个账号的。请用那个账号登录后再打开。")
    return found["address"]


def forget(user: User) -> None:
    """No mails any more, which the address is told; what waits is dropped when its turn comes."""
    former = settings_of(user).address
    none = {"address": None, "confirmed_at": None, "wanted": None, "asked_at": None}
    NoticeSettings.objects.filter(user=user).update(**none)
    if former:
        _take_leave(former)


def choose(user: User, ways: Mapping[str, str], hour: int) -> None:
    """Store how kinds are wanted (only those the role may receive) and the hour of the digest; what waits follows."""
    allowed = {each.code for each in received_by(user)}
    chosen = {code: way for code, way in ways.items() if code in allowed and way in Way.values}
    with transaction.atomic():
        NoticeSettings.objects.update_or_create(user=user, defaults={"digest_hour": hour})
        NoticeChoice.objects.bulk_create(
            [NoticeChoice(user=user, code=code, way=way) for code, way in chosen.items()],
            update_conflicts=True,
            unique_fields=["user", "code"],
            update_fields=["way"],
        )
        values = {"codes": list(chosen), "ways": list(map(str, chosen.values())), "user": user.pk, **clock()}
        with connection.cursor() as cursor:
            cursor.execute(_RESET, values)
