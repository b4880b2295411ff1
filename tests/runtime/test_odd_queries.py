"""Addresses changed by hand: what is no number, no text or no code to the database gives a page, never a fault."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import builders as make

pytestmark = pytest.mark.django_db
ODD = {"superscript": "²", "arabic": "٣", "nul": "\x00", "endless": "9" * 5_000, "minus": "-1"}
NAMES = (
    *("after", "area", "cols", "flow", "kind", "late", "on", "outcome", "parent_code", "person", "q", "rule"),
    *("section", "sort", "state", "street", "strength", "worker", "start", "end", "page", "all", "p", "o"),
)


def addresses(patterns=None, names=()):
    """Every named address without parameters."""
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(each, URLResolver) and not each.pattern.converters:
            yield from addresses(each.url_patterns, (*names, each.namespace) if each.namespace else names)
        elif isinstance(each, URLPattern) and each.name and not each.pattern.regex.groups:
            yield reverse(":".join((*names, each.name)))


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("role", ["city_officer", "admin"])
def test_no_list_breaks_at_an_odd_value(signed_in, role, odd):
    client = signed_in(make.make_user(role))
    client.raise_request_exception = False
    listed = [each for each in sorted(set(addresses())) if "logout" not in each]
    assert len(listed) > 20
    given = dict.fromkeys(NAMES, odd)
    assert [each for each in listed if client.get(each, given).status_code == 500] == []
