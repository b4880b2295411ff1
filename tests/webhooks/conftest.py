"""A receiver on a port of its own, and clients that subscribe to it over the interface."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import redis
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.conf import settings as project
from django.utils import timezone

from tests.api.conftest import Caller, admin, calling  # noqa: F401
from xmsw.accounts.models import OrgUnit
from xmsw.feed.sequencing import sequence_all
from xmsw.webhooks.models import Subscription
from xmsw.webhooks.telling import tell_all


@dataclass
class Receiver:
    """An HTTP server in a thread. statuses: what it answers, one after another, then 200; `hang`: it says nothing
    until `let_go` is set; `trickle`: it answers a byte at a time, without end."""

    statuses: list[int] = field(default_factory=list)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hang: bool = False
    trickle: bool = False
    let_go: Event = field(default_factory=Event)
    location: str = ""
    retry_after: str = ""
    server: Any = None

    @property
    def port(self) -> int:
        return self.server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.received]

    def start(self) -> Receiver:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(({name.lower(): each for name, each in self.headers.items()}, body))
                receiver.answer(self)

            def do_GET(self) -> None:
                receiver.received.append(({"method": "GET"}, b"{}"))
                receiver.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self.hang:
            self.let_go.wait(60)
        while self.trickle and not self.let_go.wait(0.05):
            handler.wfile.write(b"H")
        handler.send_response(self.statuses.pop(0) if self.statuses else 200)
        if self.retry_after:
            handler.send_header("Retry-After", self.retry_after)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", "5000000")  # more than anybody should read
        handler.end_headers()
        handler.wfile.write(b"x" * 2000)

    def stop(self) -> None:
        self.let_go.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(autouse=True)
def nobody_counted() -> None:
    """Each test begins a minute of its own."""
    broker = redis.Redis.from_url(project.REDIS_URL)
    for key in broker.scan_iter("xmsw:throttle:*"):
        broker.delete(key)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A receiver that the settings allow."""
    running = Receiver().start()
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.WEBHOOK_PORTS = [443, 80, 8443, running.port]
    yield running
    running.stop()


@dataclass
class Hook:
    """A subscription with the secret that was told once, and its client."""

    caller: Caller
    id: int
    secret: str

    @property
    def row(self) -> Subscription:
        return Subscription.objects.get(pk=self.id)

    @property
    def address(self) -> str:
        return f"webhooks/{self.id}"


Subscribing = Callable[..., Hook]


def unit(bureau: str = "civil_affairs", region: str = "350203") -> OrgUnit:
    return OrgUnit.objects.get(bureau=bureau, region_id=region, valid_to=None)


@pytest.fixture
def subscribing(calling: Callable[..., Caller], receiver: Receiver) -> Subscribing:  # noqa: F811
    """`subscribing()`: a client of 思明's civil affairs is told of posts."""

    def subscribe(resources: tuple[str, ...] = ("posts",), of: OrgUnit | None = None, url: str = "") -> Hook:
        sequence_all()
        caller = calling(of or unit())
        answer = caller.post("webhooks", {"url": url or receiver.url, "resources": list(resources)})
        assert answer.status_code == 201, answer.content.decode()
        return Hook(caller, answer.json()["id"], answer.json()["secret"])

    return subscribe


def told() -> None:
    """Whatever changed becomes messages, as the beat does it."""
    sequence_all()
    tell_all()


def later(**span: float) -> time_machine.travel:
    """The clock, moved on."""
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def verified(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """What a receiver does, after the specification and not after the portal's code."""
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False
    key = base64.b64decode(secret.split("_", 1)[1])
    said = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(each, wanted) for each in headers["webhook-signature"].split(" "))


@pytest.fixture
def certified(receiver: Receiver, tmp_path: Path) -> tuple[Callable[[str], str], str]:
    """The receiver speaks TLS with a certificate for receiver.test: address of a host there, file of the authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("receiver.test")]), critical=False)
    file = tmp_path / "receiver.pem"
    public = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + public)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    authority = tmp_path / "authority.pem"
    authority.write_bytes(public)
    return lambda host: f"https://{host}:{receiver.port}/hook", str(authority)
