"""Networks from which a client may come."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


def parsed(text: str) -> list[str]:
    """«10.1.0.0/16», one a line or separated by commas, as they are kept. Raises ValueError naming the wrong one."""
    return list(dict.fromkeys(str(_network(each)) for each in text.replace(",", " ").replace("，", " ").split()))


def _network(text: str) -> object:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(text) from error


def within(address: str, networks: Iterable[str]) -> bool:
    """Whether the address lies in one of them; no network means anywhere, an address that cannot be read nowhere."""
    listed = list(networks)
    if not listed:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(each) for each in listed)
