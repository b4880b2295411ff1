"""Sending: rows are claimed and stored as being sent before the server is spoken to, so nothing goes out twice.

Each mail is claimed by itself (a digest: all rows of one receiver), under FOR UPDATE SKIP LOCKED, and the claim is
committed. Whatever a process leaves in that state by dying may have arrived: it becomes «unclear» and is not sent again
(the notice stays in the portal). What the server did not take is tried again, later each time, for a day.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.utils import timezone

from xmsw.notices.addresses import reserved
from xmsw.notices.kinds import Way, permitted
from xmsw.notices.letters import letter
from xmsw.notices.models import Delivery
from xmsw.notices.smtp import CLOSING, FINAL, InDoubt
from xmsw.notices.writing import NEXT_DIGEST, NOTICE_DAY, clock

log = logging.getLogger(__name__)
_S, _T = Delivery.State, Delivery.Trouble
BUDGET = 50.0  # seconds that one run may begin new mails
_LATER = """next_try_at = %(now)s + LEAST(interval '5 minutes' * power(2, LEAST(d.attempts, 7)), interval '4 hours'),
    state = CASE WHEN COALESCE(d.first_tried_at, %(now)s) <= %(now)s - interval '1 day' THEN 'failed' ELSE 'queued' END,
    error = %(error)s"""
# What a dead process left; what nobody needs any more: read meanwhile, receiver or role gone, never tried and old.
_SETTLE = (
    """UPDATE notices_delivery SET state = 'unclear', error = 'broken-off'
       WHERE state = 'sending' AND tried_at < %(now)s - interval '10 minutes'""",
    """UPDATE notices_delivery d SET state = 'dropped'
       FROM notices_notice n JOIN accounts_user u ON u.id = n.user_id
       LEFT JOIN notices_noticesettings m ON m.user_id = n.user_id
       WHERE n.id = d.notice_id AND d.state = 'queued' AND d.next_try_at <= %(now)s
       AND (n.read_at IS NOT NULL OR NOT u.is_active OR m.address IS NULL
            OR (d.attempts = 0 AND d.next_try_at < %(now)s - interval '3 days')
            OR NOT EXISTS (SELECT FROM unnest(%(kind_codes)s::text[], %(kind_roles)s::text[]) AS k (code, role)
                           WHERE k.code = n.code AND k.role = u.role))""",
    # The day had its digest: tomorrow's takes it along, at its hour.
    f"""UPDATE notices_delivery d SET next_try_at = {NEXT_DIGEST}
        FROM notices_notice n JOIN notices_noticesettings m ON m.user_id = n.user_id
        WHERE n.id = d.notice_id AND d.state = 'queued' AND d.way = 'digest' AND d.next_try_at <= %(now)s
        AND m.digested_on = {NOTICE_DAY}""",
)
_UNREACHED = f"""
UPDATE notices_delivery d SET attempts = d.attempts + 1, tried_at = %(now)s,
    first_tried_at = COALESCE(d.first_tried_at, %(now)s), {_LATER}
WHERE d.id IN (SELECT id FROM notices_delivery WHERE state = 'queued' AND way = %(way)s AND next_try_at <= %(now)s
               FOR UPDATE SKIP LOCKED)
"""
_PUT_BACK = f"UPDATE notices_delivery d SET {_LATER} WHERE d.id = ANY(%(ids)s) AND d.state = 'sending'"
_BEGUN = """UPDATE notices_delivery d SET state = 'sending', attempts = d.attempts + 1, tried_at = %(now)s,
    first_tried_at = COALESCE(d.first_tried_at, %(now)s)"""
_CLAIM_ONE = f"""
WITH chosen AS MATERIALIZED (
    SELECT d.id FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id AND n.read_at IS NULL
    WHERE d.state = 'queued' AND d.way = 'now' AND d.next_try_at <= %(now)s
    ORDER BY d.next_try_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED
)
{_BEGUN} FROM chosen WHERE d.id = chosen.id RETURNING d.id
"""
_RECEIVER = f"""
SELECT m.user_id FROM notices_noticesettings m
WHERE m.user_id > %(after)s AND m.digested_on IS DISTINCT FROM {NOTICE_DAY} AND m.user_id IN (
    SELECT n.user_id FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id
    WHERE d.state = 'queued' AND d.way = 'digest' AND d.next_try_at <= %(now)s)
ORDER BY m.user_id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
"""
_DIGESTED = f"UPDATE notices_noticesettings SET digested_on = {NOTICE_DAY} WHERE user_id = %(user)s"
# Nothing went out: the day may still have its digest.
_NOT_DIGESTED = f"""
UPDATE notices_noticesettings m SET digested_on = NULL WHERE m.digested_on = {NOTICE_DAY} AND m.user_id IN (
    SELECT n.user_id FROM notices_delivery d JOIN notices_notice n ON n.id = d.notice_id WHERE d.id = ANY(%(ids)s))
"""
# What failed before goes along with what is due: one mail a day.
_CLAIM_DIGEST = f"""
{_BEGUN} FROM notices_notice n
WHERE n.id = d.notice_id AND n.user_id = %(user)s AND n.read_at IS NULL
AND d.state = 'queued' AND d.way = 'digest' AND (d.next_try_at <= %(now)s OR d.attempts > 0)
RETURNING d.id
"""


@dataclass
class Sender:
    """One run over one way of delivery; `moment` is taken as now."""

    way: str
    moment: datetime
    sent: int = 0
    broken: bool = False
    server: Any = None
    values: dict[str, Any] = field(default_factory=dict)

    def run(self) -> int:
        """Send what is due; returns how many mails the server took."""
        self.values = {"now": self.moment, "way": self.way, **permitted(), **clock(self.moment)}
        for statement in _SETTLE:
            _rows(statement, self.values)
        due = Delivery.objects.filter(state=_S.QUEUED, way=self.way, next_try_at__lte=self.moment)
        if not due.exists() or not self._open():
            return 0
        deadline = time.monotonic() + BUDGET
        try:
            for claimed in self._claims():
                self._send(claimed)
                if self.broken or time.monotonic() > deadline:
                    break
        finally:
            with suppress(OSError):
                self.server.close()
        return self.sent

    def _open(self) -> bool:
        """One connection for the run. Where there is none, everything due waits longer."""
        self.server = get_connection(settings.EMAIL_BACKEND)
        try:
            self.server.open()
        except OSError as error:  # smtplib's own among them
            log.warning("no mail server: %s", type(error).__name__)
            login = isinstance(error, smtplib.SMTPAuthenticationError)
            _rows(_UNREACHED, {**self.values, "error": _T.LOGIN if login else _T.UNREACHABLE})
            return False
        return True

    def _claims(self) -> Iterator[list[int]]:
        """Keys of the rows of one mail after another, stored as being sent."""
        if self.way == Way.NOW:
            while found := _rows(_CLAIM_ONE, self.values):
                yield [found[0][0]]
            return
        after = 0
        while (receiver := self._claimed_digest(after)) is not None:
            after, found = receiver
            if found:
                yield found

    def _claimed_digest(self, after: int) -> tuple[int, list[int]] | None:
        """The next receiver beyond `after` whose day had no digest yet, with the rows of one; None after the last."""
        with transaction.atomic():
            receiver = _rows(_RECEIVER, {**self.values, "after": after})
            if not receiver:
                return None
            of_user = {**self.values, "user": receiver[0][0]}
            found = [key for (key,) in _rows(_CLAIM_DIGEST, of_user)]
            if found:
                _rows(_DIGESTED, of_user)
            return receiver[0][0], found

    def _send(self, claimed: list[int]) -> None:
        rows = list(
            Delivery.objects.filter(pk__in=claimed).select_related("notice__user__notice_settings").order_by("notice")
        )
        try:
            mail = self._mail(rows)
        except Exception:
            log.exception("mail of deliveries %s", claimed)
            self._settled(claimed, _S.FAILED, _T.UNSENDABLE)
            return
        if mail is None:
            self._settled(claimed, _S.DROPPED)
        else:
            self._hand_over(claimed, mail)

    def _mail(self, rows: list[Delivery]) -> EmailMessage | None:
        """None where the receiver gets nothing any more, or has an address of the demonstration."""
        user = rows[0].notice.user
        address = user.notice_settings.address
        if not user.is_active or not address or reserved(address):
            return None
        key = f"{'d' if self.way == Way.DIGEST else 'n'}{rows[0].pk}.{int(rows[0].notice.at.timestamp())}"
        return letter(address, [each.notice for each in rows], digest=self.way == Way.DIGEST, key=key)

    def _hand_over(self, claimed: list[int], mail: EmailMessage) -> None:
        try:
            self.server.send_messages([mail])
        except InDoubt:
            self.broken = True
            self._settled(claimed, _S.UNCLEAR, _T.BROKEN_OFF)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            code = _code(error)
            self.broken = code == CLOSING
            if code in FINAL:
                self._settled(claimed, _S.FAILED, _T.REFUSED)
            else:
                self._put_back(claimed, _T.DEFERRED)
        except smtplib.SMTPResponseException as error:
            self.broken = True  # the server takes nothing from this sender: no matter who receives it
            self._put_back(claimed, _T.DEFERRED if error.smtp_code == CLOSING else _T.LOGIN)
        except OSError:
            self.broken = True
            self._put_back(claimed, _T.UNREACHABLE)
        else:
            self.sent += 1
            self._settled(claimed, _S.SENT)

    def _settled(self, claimed: list[int], state: str, error: str = "") -> None:
        sent_at = self.moment if state == _S.SENT else None
        rows = Delivery.objects.filter(pk__in=claimed, state=_S.SENDING)  # told anew meanwhile: that waits
        rows.update(state=state, error=error, sent_at=sent_at)
        if state not in (_S.SENT, _S.UNCLEAR):
            self._not_digested(claimed)

    def _put_back(self, claimed: list[int], error: str) -> None:
        _rows(_PUT_BACK, {**self.values, "ids": claimed, "error": error})
        self._not_digested(claimed)

    def _not_digested(self, claimed: list[int]) -> None:
        if self.way == Way.DIGEST:
            _rows(_NOT_DIGESTED, {**self.values, "ids": claimed})


def send_due(way: str, moment: datetime | None = None) -> int:
    """Send what is due in that way (Way.NOW, Way.DIGEST); nothing where no mail server is set."""
    return Sender(way, moment or timezone.now()).run() if settings.MAIL_ON else 0


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code


def _rows(statement: str, values: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
