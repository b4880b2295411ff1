"""In a browser: a person joins, asks for a correction, the right officer accepts it, and the history says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from talents.actions.oneself import invite
from talents.models import SocialWorker
from tests import builders as make
from tests.browser import accessibility

pytestmark = pytest.mark.django_db(transaction=True)


def joined(page: Page, code: str, tail: str) -> None:
    """Open the own account on a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/accounts/login/")
    page.get_by_role("link", name="凭邀请码开通").click()
    page.get_by_label("邀请码").fill(code)
    page.get_by_label("身份证号后四位").fill(tail)
    page.get_by_label("账号名").fill("linxiaomei")
    page.get_by_label("密码", exact=True).fill("Xiamen-317-社工")
    page.get_by_label("再输入一次密码").fill("Xiamen-317-社工")
    page.get_by_role("button", name="开通").click()
    expect(page.get_by_role("heading", name="林小梅")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert accessibility(page) == []


def asked(page: Page) -> None:
    """Ask for another education."""
    page.locator("main").get_by_role("link", name="申请更正").click()
    page.get_by_role("link", name=re.compile(r"^更正\s*学历$")).click()
    page.get_by_label("学历应为").select_option(label="研究生")
    page.get_by_label("理由").fill("2024 年取得硕士学位，附学历证明")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("待处理").first).to_be_visible()


def accepted(desk: Page, worker: SocialWorker) -> None:
    """The officer finds it on the desk and accepts it."""
    desk.goto("/desk/")
    desk.get_by_role("link", name="林小梅 申请更正个人信息").click()
    expect(desk.get_by_text("研究生")).to_be_visible()
    assert accessibility(desk) == []
    desk.get_by_role("button", name="采纳并更正").click()
    desk.goto(f"/people/{worker.pk}/")
    expect(desk.get_by_text("研究生")).to_be_visible()


def test_a_correction_from_the_own_account_to_the_record(page: Page, page_as: Callable[[object], Page]) -> None:
    worker = make.make_staff(make.make_employer("A01"), level=1, name="林小梅")
    officer = make.make_user("district_officer")
    code, _ = invite(officer, worker)
    joined(page, code, worker.identity[-4:])
    asked(page)
    accepted(page_as(officer), worker)
    worker.refresh_from_db()
    page = page_as(worker.account)
    page.goto("/people/corrections/")
    page.locator("main tbody a").first.click()
    expect(page.get_by_text("已更正").first).to_be_visible()
    expect(page.get_by_text("采纳并更正")).to_be_visible()
    page.goto("/notices/")
    expect(page.get_by_text("更正申请已采纳")).to_be_visible()
