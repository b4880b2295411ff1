"""Where a webhook may go: the form of its address, and the network addresses behind its host name.

The portal sends from inside the government's network: an address that a client chose must not make it speak to
itself, to the machine's metadata, or to what else stands there. A deployer names the networks that receivers are in.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

FORM = r"^https?://[\x21-\x7e]+$"
PORTS = {"https": 443, "http": 80}
NAME = re.compile(r"[a-z0-9_.-]{1,253}")
# Told to programs of the machine itself by the large clouds; no network that a deployer names opens these.
METADATA = frozenset(map(ip_address, ("169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254")))
UNICAST = ip_network("2000::/3")  # what is given out of the open internet
NAT64 = ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class Unfit(ValueError):
    """The address is none to send to; a Chinese sentence."""


@dataclass(frozen=True)
class Target:
    """Scheme, host (an IPv6 address without brackets), port, and what is asked for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parsed(url: str) -> Target:
    """The target of an address. Raises Unfit where it is not allowed, whatever its host may mean."""
    if not re.fullmatch(FORM, url) or any(each in url for each in "\\#"):
        raise Unfit("地址应写成 https://主机/路径，不带 # 和反斜杠。")
    try:
        parts = urlsplit(url)
        port = PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError as error:
        raise Unfit("地址里的主机或端口写得不对。") from error
    if "@" in parts.netloc:
        raise Unfit("地址里不能带用户名和密码。")
    host = parts.hostname or ""
    literal = _literal(host)
    if literal is None and not NAME.fullmatch(host):
        raise Unfit("地址里的主机写得不对。")
    if parts.scheme == "http" and not settings.WEBHOOK_HTTP:
        raise Unfit("地址要以 https:// 开头。")
    if port not in settings.WEBHOOK_PORTS:
        allowed = "、".join(map(str, settings.WEBHOOK_PORTS))
        raise Unfit(f"不能用端口 {port}，只能用 {allowed}。")
    if literal is not None:
        must_permit(literal)
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, asked)


def _literal(host: str) -> Address | None:
    try:
        return None if "%" in host else ip_address(host)
    except ValueError:
        return None


def addresses(target: Target) -> list[str]:
    """The network addresses behind the host, looked up once: connect to these. Raises Unfit, OSError (not found)."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    listed = list(dict.fromkeys(str(each[4][0]) for each in found))
    for each in listed:
        must_permit(ip_address(each.partition("%")[0]))
    return listed


def must_permit(address: Address) -> None:
    """Raises Unfit for an address that is not public, unless WEBHOOK_NETWORKS has it."""
    address = getattr(address, "ipv4_mapped", None) or address
    if address in METADATA or not (_public(address) or _named(address)):
        raise Unfit("对方地址不在允许的网络里；要发到内网，请联系系统管理员登记网段。")


def _public(address: Address) -> bool:
    """Whether it is one of the open internet; forms that hide another address in themselves are not."""
    if isinstance(address, IPv6Address) and (address.sixtofour or address.teredo or address in NAT64):
        return False
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return address.is_global and not address.is_multicast


def _named(address: Address) -> bool:
    return any(address in ip_network(each) for each in settings.WEBHOOK_NETWORKS)
