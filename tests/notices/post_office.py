"""A mail server of the test's own, which keeps what it takes, and can be told to refuse, to die or to break off."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

FROM, PORTAL = "portal@xmsw.cn", "https://portal.xmsw.cn"


class PostOffice:
    """`mails`: what was taken. `answers`: by address, what is said to a recipient. `broken`: break off inside DATA."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.answers: dict[str, str] = {}
        self.broken = False
        self.connections = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, answers: list) -> list:
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.receivers.extend(envelope.rcpt_tos)
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        if self.broken:
            server.transport.abort()
        return "250 OK"

    def subjects(self) -> list[str]:
        """Of all mails, in order."""
        return [each["Subject"].strip() for each in self.mails]

    @contextmanager
    def open(self, port: int) -> Iterator[None]:
        """Answering at the port of this machine meanwhile."""
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield
        finally:
            controller.stop()


def free_port() -> int:
    """A port where nobody answers now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def text_of(mail: EmailMessage) -> str:
    """The plain part."""
    return mail.get_body(("plain",)).get_content()


def html_of(mail: EmailMessage) -> str:
    """The HTML part."""
    return mail.get_body(("html",)).get_content()
