"""Where nothing is sent: the machine itself, its neighbours, its metadata; and a name is looked up once."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests import builders as make
from tests.webhooks.conftest import Receiver, Subscribing, told
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.posting import post
from xmsw.webhooks.sending import send_due
from xmsw.webhooks.targets import Unfit, addresses, parsed

NOT_PERMITTED = "不在允许的网络里"


def resolving(monkeypatch: Any, *answers: list[str]) -> list[str]:
    """Names get these addresses, one list after another; numbers are what they are. Returns the names asked for."""
    real, asked, waiting = socket.getaddrinfo, [], list(answers)

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> list[tuple]:
        if not any(each.isalpha() for each in host):
            return real(host, port, *args, **kwargs)
        asked.append(host)
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "ftp://receiver.example/",
        "https://user:secret@receiver.example/",
        "https://user@receiver.example/",
        "https://receiver.example:22/",
        "https://receiver.example:0/",
        "https://receiver.example:99999/",
        "https://receiver.example:x/",
        "https:///hook",
        "https://?x",
        "https://receiver example/",
        "https://receiver.example\\@127.0.0.1/",
        "https://receiver.example/#part",
        "https://receiver.example/\r\nX: y",
        "https://[::1",
        "https://[fe80::1%25eth0]/",
        "https://接收.example/",
        "HTTPS//x",
    ],
)
def test_the_form_of_an_address_is_checked(url: str):
    with pytest.raises(Unfit):
        parsed(url)


HIDDEN = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "224.0.0.1",
    "239.1.1.1",
    "255.255.255.255",
    "198.18.0.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


@pytest.mark.parametrize("address", HIDDEN)
def test_no_address_inside_is_spoken_to(address: str, monkeypatch):
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(Unfit, match=NOT_PERMITTED):
        parsed(f"https://{literal}/")
    resolving(monkeypatch, [address])
    with pytest.raises(Unfit, match=NOT_PERMITTED):
        addresses(parsed("https://receiver.example/"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost"])
def test_other_ways_to_write_an_address_are_the_same_address(host: str):
    with pytest.raises((Unfit, OSError)):
        addresses(parsed(f"https://{host}/"))


def test_one_inner_address_among_others_is_enough_to_refuse(monkeypatch):
    resolving(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(Unfit):
        addresses(parsed("https://receiver.example/"))


def test_a_named_network_is_open_and_nothing_beside_it(settings):
    settings.WEBHOOK_NETWORKS = ["10.12.0.0/16", "fc00:12::/32"]
    assert addresses(parsed("https://10.12.3.4/")) == ["10.12.3.4"]
    assert parsed("https://[fc00:12::5]:8443/x?y=1").authority == "[fc00:12::5]:8443"
    for other in ("10.13.0.1", "[fc00:13::1]", "127.0.0.1"):
        with pytest.raises(Unfit):
            parsed(f"https://{other}/")


def test_no_named_network_opens_the_machines_metadata(settings):
    settings.WEBHOOK_NETWORKS = ["0.0.0.0/0", "::/0"]
    with pytest.raises(Unfit):
        parsed("https://169.254.169.254/latest/")


def test_the_public_internet_is_open(monkeypatch):
    resolving(monkeypatch, ["203.0.114.7"])
    assert addresses(parsed("https://receiver.example:8443/")) == ["203.0.114.7"]


@pytest.mark.django_db
class TestPinned:
    def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(
        self, subscribing: Subscribing, receiver: Receiver, monkeypatch
    ):
        subscribing(url=f"http://receiver.test:{receiver.port}/hook?key=1")
        make.make_post(make.make_employer("A01", region="350203001"))
        told()
        asked = resolving(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        assert send_due() == 1
        assert asked == ["receiver.test"]
        assert receiver.received[0][0]["host"] == f"receiver.test:{receiver.port}"

    def test_a_name_that_moved_inside_after_it_was_subscribed_is_refused(
        self, subscribing: Subscribing, receiver: Receiver, monkeypatch, settings
    ):
        subscribing(url=f"http://receiver.test:{receiver.port}/hook")
        make.make_post(make.make_employer("A01", region="350203001"))
        told()
        settings.WEBHOOK_NETWORKS = []
        resolving(monkeypatch, ["127.0.0.1"])
        assert send_due() == 0 and receiver.received == []
        assert NOT_PERMITTED in Delivery.objects.get().error

    def test_an_address_inside_is_no_subscription(self, subscribing: Subscribing, receiver: Receiver):
        hook = subscribing()
        answer = hook.caller.post("webhooks", {"url": "https://10.0.0.1/hook", "resources": ["posts"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "refused")
        assert Subscription.objects.count() == 1


def test_proxies_of_the_environment_are_not_asked(receiver: Receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert post(receiver.url, b"{}", {"webhook-id": "-"}).well


class TestTls:
    def test_the_certificate_must_be_the_hosts(self, certified, settings, monkeypatch):
        url, authority = certified
        resolving(monkeypatch, ["127.0.0.1"])
        assert post(url("receiver.test"), b"{}", {}).error == "对方的证书不对，没有发送。"
        settings.WEBHOOK_CA_FILE = authority
        assert post(url("receiver.test"), b"{}", {}).status == 200
        assert post(url("other.test"), b"{}", {}).error == "对方的证书不对，没有发送。"
