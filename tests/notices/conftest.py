"""A portal with a mail server, and people whose addresses are confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notices.post_office import FROM, PORTAL, PostOffice, free_port


@pytest.fixture
def mail_port(settings: Any) -> int:
    """The portal is told of a mail server at this port; nobody answers there yet."""
    port = free_port()
    settings.MAIL_ON = True
    settings.EMAIL_BACKEND = "xmsw.notices.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL, settings.PORTAL_URL = FROM, PORTAL
    return port


@pytest.fixture
def post(mail_port: int) -> Iterator[PostOffice]:
    """The mail server, answering."""
    office = PostOffice()
    with office.open(mail_port):
        yield office
