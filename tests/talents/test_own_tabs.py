"""Empty sections of one's own record say in one sentence what they are for and what to do."""

from __future__ import annotations

import pytest
from django.test import Client

from talents.models import SocialWorker
from tests import builders as make
from xmsw.accounts.models import User

SAID = {
    "looks": ("有人查看你的证件号码", "你不用做什么"),
    "supervision": ("请单位补登", "由对方的用人单位登记"),
    "recognition": ("补登", "待遇和办理指南", "不用自己申请", "是否登记齐全"),
}


@pytest.mark.parametrize("tab", SAID)
def test_an_empty_section_tells_the_person_and_nobody_else(worker: SocialWorker, officer: User, tab: str) -> None:
    own, other = Client(), Client()
    own.force_login(make.make_account(worker))
    other.force_login(make.make_user("city_officer") if tab == "looks" else officer)
    here, there = (client.get(f"/people/{worker.pk}/{tab}/").content.decode() for client in (own, other))
    for sentence in SAID[tab]:
        assert sentence in here
        if sentence != "待遇和办理指南":
            assert sentence not in there


def test_a_section_with_something_in_it_says_no_more_than_that(worker: SocialWorker, officer: User) -> None:
    reader = Client()
    reader.force_login(make.make_user("city_officer"))
    asked = {"field": "identity", "reason": "核对参保登记"}
    reader.post(f"/people/{worker.pk}/reveal/", asked)
    own = Client()
    own.force_login(make.make_account(worker))
    page = own.get(f"/people/{worker.pk}/looks/").content.decode()
    assert "核对参保登记" in page
    assert "你不用做什么" not in page
