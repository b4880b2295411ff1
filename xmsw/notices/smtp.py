"""The mail server: Django's own SMTP backend, which tells a connection that broke with a mail on it from others."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

FINAL = range(500, 600)  # replies that will not change by trying again
CLOSING = 421


class InDoubt(Exception):
    """The connection broke while a mail was being handed over: the server may have taken it, or not."""


class _Doubting:
    def data(self, msg: Any) -> Any:
        """As in smtplib. Raises InDoubt where no answer came to what was handed over."""
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as error:  # smtplib's own among them
            raise InDoubt from error


class _Plain(_Doubting, smtplib.SMTP):
    pass


class _Encrypted(_Doubting, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """Named by EMAIL_BACKEND where EMAIL_URL is set (xmsw/settings.py)."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain
