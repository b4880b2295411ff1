"""A walk through the portal along its own links, as a person who opens whatever a page offers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Container, Iterator
from datetime import date, timedelta
from typing import Any

import pypdf
from django.test import Client
from django.urls import Resolver404, resolve

TODAY = date.today()
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
MOST = 220


def words_of(answer: Any) -> str:
    """Everything an answer says, with the insides of a workbook or a printed file."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return content.decode(errors="replace")


def shape(address: str) -> tuple[str, tuple[str, ...]] | None:
    """View and names of its query: one address of each is enough. None for what is not read."""
    path, _, query = address.partition("?")
    try:
        view = resolve(path).view_name
    except Resolver404:
        return None
    return view, tuple(sorted({part.partition("=")[0] for part in query.split("&") if part}))


def walk(client: Client, *starts: str, spaces: Container[str] | None = None) -> Iterator[tuple[str, str]]:
    """Every kind of page that the starts lead to, with what it says; `spaces`: of these URL namespaces alone."""
    waiting, met = list(starts), set()
    while waiting and len(met) < MOST:
        address = waiting.pop(0).replace("&amp;", "&")
        kind = shape(address)
        if kind is None or kind in met or kind[0].startswith(("admin:", "accounts:logout")):
            continue
        if spaces is not None and kind[0].partition(":")[0] not in spaces:
            continue
        met.add(kind)
        answer = client.get(address, follow=True)
        text = words_of(answer)
        yield address, text
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            waiting += LINK.findall(text)
            if "on=" not in address:
                day = TODAY - timedelta(days=1)
                waiting.append(f"{address}{'&' if '?' in address else '?'}on={day}")
