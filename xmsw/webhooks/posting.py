"""One POST to a receiver: to an address that was looked up and permitted once, without redirects, proxies or cookies.

Plain sockets under `http.client`: what is connected to is exactly what was checked, while Host and TLS name the host.
A receiver that trickles its answer is cut off after TOTAL seconds; of an answer only the status and 1 kB are read.
"""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from threading import Timer

from django.conf import settings
from django.utils import timezone

from xmsw.webhooks.targets import Target, Unfit, addresses, parsed

log = logging.getLogger(__name__)
MOST_PLACES = 3  # addresses of a host that are tried
CONNECT, TOTAL = 3.0, 15.0  # seconds
MOST = 1024  # bytes of the answer
AGENT = "xmsw-webhooks/1"
GONE = 410  # Standard Webhooks: the receiver wants nothing more
SLOW_DOWN = (429, 503)
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What came of it: the status, or why there is none; `error` is Chinese, empty for a success.

    wait: how long the receiver asks to be left alone (Retry-After, RFC 9110 10.2.3), a day at most.
    """

    status: int | None
    error: str = ""
    wait: timedelta = timedelta()

    @property
    def well(self) -> bool:
        return not self.error


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send it; whatever goes wrong is an Answer. Touches no database."""
    try:
        target = parsed(url)
        status, wait = _spoken(target, addresses(target), body, headers)
    except Unfit as error:
        return Answer(None, str(error))
    except socket.gaierror:
        return Answer(None, "找不到对方主机。")
    except ssl.SSLError as error:
        log.info("webhook: %s", type(error).__name__)
        return Answer(None, "对方的证书不对，没有发送。")
    except TimeoutError:
        return Answer(None, "对方没有在规定时间内回应。")
    except (OSError, http.client.HTTPException) as error:
        log.info("webhook: %s", type(error).__name__)
        return Answer(None, "连不上对方，或对方中断了连接。")
    return Answer(status, _said(status), wait)


def _said(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"对方回应 {status}，要转到别处；不跟随转向，请改订阅的地址。"
    if status == GONE:
        return f"对方回应 {status}：不再接收，订阅已停止。"
    return f"对方回应 {status}。"


def _wait(status: int, said: str | None) -> timedelta:
    """Retry-After in seconds or as a date; what cannot be read asks for nothing."""
    if status not in SLOW_DOWN or not said:
        return timedelta()
    try:
        asked = timedelta(seconds=int(said)) if said.isdigit() else parsedate_to_datetime(said) - timezone.now()
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return max(timedelta(), min(asked, LONGEST_WAIT))


def _spoken(target: Target, places: list[str], body: bytes, headers: Mapping[str, str]) -> tuple[int, timedelta]:
    with _cut_off() as opened:
        link = http.client.HTTPConnection(target.host, target.port)
        link.sock = _connected(target, places, opened)
        try:
            own = {"Host": target.authority, "Content-Type": "application/json", "User-Agent": AGENT}
            link.request("POST", target.path, body, {**own, "Connection": "close", **headers})
            answer = link.getresponse()
            answer.read(MOST)
            return answer.status, _wait(answer.status, answer.getheader("Retry-After"))
        finally:
            link.close()


@contextmanager
def _cut_off() -> Iterator[list[socket.socket]]:
    """Sockets put into the list are shut when TOTAL is over; that ends whatever waits at them (TimeoutError)."""
    opened: list[socket.socket] = []
    late: list[bool] = []

    def cut() -> None:
        late.append(True)
        for each in opened:
            try:
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # below TLS, which another thread is using
            except OSError:
                continue

    timer = Timer(TOTAL, cut)
    timer.daemon = True
    timer.start()
    try:
        yield opened
    except (OSError, http.client.HTTPException) as error:
        if late:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


def _connected(target: Target, places: list[str], opened: list[socket.socket]) -> socket.socket:
    """A socket to the first of the addresses that takes one, with TLS where the scheme has it."""
    failure: OSError = TimeoutError()
    for place in places[:MOST_PLACES]:
        try:
            plain = socket.create_connection((place, target.port), CONNECT)
        except OSError as error:
            failure = error
            continue
        plain.settimeout(TOTAL)
        opened.append(plain)
        return _wrapped(plain, target, opened) if target.scheme == "https" else plain
    raise failure


def _wrapped(plain: socket.socket, target: Target, opened: list[socket.socket]) -> socket.socket:
    trust = ssl.create_default_context()
    if settings.WEBHOOK_CA_FILE:
        trust.load_verify_locations(settings.WEBHOOK_CA_FILE)
    link = trust.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
    opened.append(link)
    try:
        link.do_handshake()
    except OSError:
        link.close()
        raise
    return link
