"""What a mail says: title, text and a link to the portal; plain, and as simple HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from xmsw.identifiers import like_an_identity
from xmsw.notices.models import Notice

PORTAL = "厦门社工岗位与人才激励平台"
MOST = 60  # notices that one digest spells out
_IDENTITY = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
HIDDEN = "［证件号码］"


@dataclass(frozen=True)
class Line:
    """One notice in a mail."""

    title: str
    text: str
    link: str


def portal_address(path: str) -> str:
    """A path as an address that a mail may name."""
    return f"{settings.PORTAL_URL}{path}"


def letter(address: str, notices: Sequence[Notice], *, digest: bool, key: str) -> EmailMultiAlternatives:
    """The mail about these notices, all of one receiver; `key` names it: tried again, it is the same mail."""
    if not digest:
        line = _line(notices[0])
        context = {"line": line, "kind": notices[0].label}
        return _mail("notice", address, line.title, context, key)
    groups: dict[str, list[Line]] = {}
    for each in notices[:MOST]:
        groups.setdefault(each.label, []).append(_line(each))
    context = {"groups": groups, "count": len(notices), "further": max(len(notices) - MOST, 0)}
    return _mail("digest", address, f"今日汇总：{len(notices)} 条提醒", context, key)


def confirmation(address: str, link: str) -> EmailMultiAlternatives:
    """The one mail that goes to an address that nobody has confirmed: not a word in it is the account's own."""
    return _mail("confirm", address, "请确认你的邮箱", {"link": portal_address(link)}, "")


def farewell(address: str) -> EmailMultiAlternatives:
    """The last mail to an address that its account has changed or taken away."""
    return _mail("farewell", address, "提醒不再发到这个邮箱", {}, "")


def _line(notice: Notice) -> Line:
    link = portal_address(reverse("notices:go", args=[notice.pk]))
    return Line(_without_identities(" ".join(notice.title.split())), _without_identities(notice.text), link)


def _without_identities(text: str) -> str:
    return _IDENTITY.sub(lambda found: HIDDEN if like_an_identity(found[0]) else found[0], text)


def _mail(name: str, address: str, subject: str, context: Mapping[str, Any], key: str) -> EmailMultiAlternatives:
    settings_link = portal_address(reverse("notices:settings"))
    links = {"settings_link": settings_link, "list_link": portal_address("/notices/")}
    context = {**context, **links, "portal": PORTAL, "subject": subject}
    headers = {"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{settings_link}>"}
    if key:
        headers["Message-ID"] = f"<{key}@{urlsplit(settings.PORTAL_URL).hostname}>"
    said = render_to_string(f"notices/mail/{name}.txt", context)
    mail = EmailMultiAlternatives(f"【社工岗位平台】{subject}", said, to=[address], headers=headers)
    mail.attach_alternative(render_to_string(f"notices/mail/{name}.html", context), "text/html")
    return mail
