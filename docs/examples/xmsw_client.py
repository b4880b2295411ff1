"""A client of the portal's interface, to read and to copy from: pages, a mirror in SQLite, writes that happen once.

    BASE=https://portal.example CLIENT_ID=… CLIENT_SECRET=… python xmsw_client.py mirror.sqlite employers posts

brings `mirror.sqlite` up to date and ends; run it again for fresh data. Needs only `requests`; see docs/api.md.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import requests

AGAIN = (429, 502, 503, 504)  # not now; the same request may be sent again
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


class Refused(Exception):
    """The portal said no: `status`, `code`, and the whole problem (RFC 9457) in `problem`."""

    def __init__(self, answer: requests.Response) -> None:
        self.status = answer.status_code
        self.problem = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
        self.code = self.problem.get("code") or self.problem.get("error", "")
        super().__init__(f"{self.status} {self.code}: {self.problem.get('detail', '')}")


class Portal:
    """The interface as one client sees it. base: `https://portal.example`; patience: seconds to go on trying."""

    def __init__(self, base: str, client_id: str, secret: str, patience: float = 900.0) -> None:
        self.base, self.credentials, self.patience = base.rstrip("/"), (client_id, secret), patience
        self.http = requests.Session()
        self._token, self._ends = "", 0.0

    def get(self, address: str) -> dict[str, Any]:
        """One answer; `address` is `/api/v1/posts?limit=10` or what `next` and `changes` say."""
        return self._ask("GET", address).json()

    def rows(self, key: str, **query: Any) -> Iterator[dict[str, Any]]:
        """All rows of a resource, page after page."""
        address = f"/api/v1/{key}?{urlencode(query)}"
        while address:
            page = self.get(address)
            yield from page["items"]
            address = page["next"]

    def write(self, address: str, body: dict[str, Any], key: str = "", match: str = "") -> dict[str, Any]:
        """POST `body` once, however often it must be sent. To repeat it after a crash of your own, store `key` first;
        match: the ETag of the row that is changed; where it has changed meanwhile, Refused with code «changed»."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())} | ({"If-Match": match} if match else {})
        return self._ask("POST", address, json=body, headers=headers).json()

    def _ask(self, method: str, address: str, headers: dict[str, str] | None = None, **more: Any) -> requests.Response:
        for last in (False, True):
            bearer = {"Authorization": f"Bearer {self._bearer()}"}
            answer = self._patiently(method, address, headers=(headers or {}) | bearer, **more)
            if answer.status_code != 401 or last:
                break
            self._token = ""  # the portal ended it: one new token, once
        if not answer.ok:
            raise Refused(answer)
        return answer

    def _bearer(self) -> str:
        """A token that lives for another minute at least."""
        if not self._token or time.monotonic() > self._ends - 60:
            grant = {"grant_type": "client_credentials"}
            answer = self._patiently("POST", "/api/v1/token", data=grant, auth=self.credentials)
            if not answer.ok:
                raise Refused(answer)
            self._token, self._ends = answer.json()["access_token"], time.monotonic() + answer.json()["expires_in"]
        return self._token

    def _patiently(self, method: str, address: str, **more: Any) -> requests.Response:
        """The answer; again after Retry-After where it is «not now», after a pause where the connection broke."""
        give_up, pause = time.monotonic() + self.patience, 0.25
        while True:
            try:
                answer = self.http.request(method, self.base + address, timeout=(10, 120), **more)
                if answer.status_code not in AGAIN or time.monotonic() > give_up:
                    return answer
                wait = float(answer.headers.get("Retry-After", pause))
            except BROKEN:
                if time.monotonic() > give_up:
                    raise
                wait = pause
            time.sleep(wait)
            pause = min(pause * 2, 30)


class Mirror:
    """A copy of resources in SQLite: `row` holds each row as JSON, `place` where to go on for each resource.

    Rows and place are stored in one transaction, so a mirror that was killed goes on where it stood. `run` counts full
    reads: what a new full read did not bring is gone.
    """

    def __init__(self, portal: Portal, file: str, limit: int = 5_000) -> None:
        self.portal, self.limit, self.store = portal, limit, sqlite3.connect(file)
        self.store.executescript(
            "CREATE TABLE IF NOT EXISTS row (resource, id, run, told, PRIMARY KEY (resource, id)) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS place (resource PRIMARY KEY, run, address);"
        )

    def follow(self, key: str) -> int:
        """Bring one resource up to date; returns how many rows came."""
        first, came = f"/api/v1/{key}?limit={self.limit}", 0
        found = self.store.execute("SELECT run, address FROM place WHERE resource = ?", [key]).fetchone()
        run, address = found or (1, first)
        while address:
            try:
                page = self.portal.get(address)
            except Refused as refused:
                if refused.code != "resync":
                    raise
                run, address = run + 1, first  # too long away, or other rights: read everything anew
                continue
            self._keep(key, run, page)
            came, address = came + len(page["items"]), page["next"]
        return came

    def rows(self, key: str) -> dict[Any, dict[str, Any]]:
        """The copy, by id."""
        found = self.store.execute("SELECT id, told FROM row WHERE resource = ?", [key])
        return {id: json.loads(told) for id, told in found}

    def _keep(self, key: str, run: int, page: dict[str, Any]) -> None:
        gone = [(key, each["id"]) for each in page["items"] if each.get("deleted")]
        here = [(key, each["id"], run, json.dumps(each)) for each in page["items"] if not each.get("deleted")]
        with self.store:
            self.store.executemany("DELETE FROM row WHERE resource = ? AND id = ?", gone)
            self.store.executemany("REPLACE INTO row VALUES (?, ?, ?, ?)", here)
            if not page["next"]:
                self.store.execute("DELETE FROM row WHERE resource = ? AND run < ?", [key, run])
            self.store.execute("REPLACE INTO place VALUES (?, ?, ?)", [key, run, page["next"] or page["changes"]])


if __name__ == "__main__":
    copy = Mirror(Portal(*(os.environ[name] for name in ("BASE", "CLIENT_ID", "CLIENT_SECRET"))), sys.argv[1])
    for resource in sys.argv[2:]:
        print(f"{resource}: {copy.follow(resource)} came, {len(copy.rows(resource))} kept")
