"""The frame in a real browser: keyboard, drawer, past days, buttons pressed once, no serious axe finding."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser import accessibility
from tests.builders import make_user
from xmsw.accounts.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
LIST = "/posts/?kind=C02"


@pytest.fixture
def officer(page_as: Callable[[object], Page]) -> Page:
    return page_as(make_user(Role.DISTRICT_OFFICER, display_name="陈某"))


def test_signing_in_by_keyboard_leads_to_the_overview(page: Page, transactional_db: None) -> None:
    user = make_user(Role.DISTRICT_OFFICER)
    page.goto("/")
    expect(page.get_by_label("账号")).to_be_focused()
    page.keyboard.type(user.username)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    assert accessibility(page) == []
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill("pass-for-tests")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/supervision/$"))


def test_slash_searches_and_j_k_enter_walk_the_rows(officer: Page) -> None:
    officer.goto(LIST)
    links = officer.locator("table[data-rows] tbody tr a")
    officer.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    officer.keyboard.press("j")
    officer.keyboard.press("j")
    officer.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    target = links.nth(1).get_attribute("href")
    officer.keyboard.press("Enter")
    expect(officer).to_have_url(re.compile(re.escape(target) + "$"))
    officer.goto(LIST)
    officer.keyboard.press("/")
    expect(officer.get_by_placeholder("搜索单位、人员")).to_be_focused()
    officer.keyboard.type("j/k")
    expect(officer.get_by_placeholder("搜索单位、人员")).to_have_value("j/k")


def test_the_first_tab_skips_to_the_content(officer: Page) -> None:
    officer.goto(LIST)
    officer.keyboard.press("Tab")
    expect(officer.get_by_role("link", name="跳到正文")).to_be_focused()
    officer.keyboard.press("Enter")
    expect(officer.locator("#main")).to_be_focused()


def test_on_a_phone_the_navigation_is_a_drawer_and_nothing_is_wider_than_the_screen(officer: Page) -> None:
    officer.set_viewport_size(PHONE)
    for path in (LIST, "/supervision/", "/policy/text/", "/accounts/profile/"):
        officer.goto(path)
        assert officer.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    entry = officer.get_by_role("link", name="无岗单位", exact=True)
    expect(entry).not_to_be_visible()
    officer.get_by_role("button", name="打开导航").click()
    entry.click()
    expect(officer).to_have_url(re.compile(reverse("supervision:without-post")))


def test_headings_of_a_section_fold_by_keyboard_and_begin_folded_on_a_phone(officer: Page) -> None:
    officer.goto("/supervision/budgets/")
    money = officer.get_by_role("link", name="薪酬问题台账", exact=True)
    ledger = officer.get_by_role("link", name="整改台账", exact=True)
    expect(ledger).to_be_visible()
    heading = officer.locator("summary", has_text="核查整改")
    heading.focus()
    officer.keyboard.press("Enter")
    expect(ledger).not_to_be_visible()
    officer.reload()
    expect(ledger).not_to_be_visible()
    officer.evaluate("sessionStorage.clear()")
    officer.set_viewport_size(PHONE)
    officer.reload()
    officer.get_by_role("button", name="打开导航").click()
    expect(money).to_be_visible()
    expect(ledger).not_to_be_visible()
    officer.locator("summary", has_text="核查整改").click()
    expect(ledger).to_be_visible()
    assert accessibility(officer) == []


def test_a_past_day_is_chosen_shown_on_every_page_and_left_again(officer: Page) -> None:
    officer.goto(LIST)
    officer.get_by_role("button", name=re.compile("今天")).click()
    officer.get_by_label("查看哪一天的情况").fill("2024-06-30")
    officer.get_by_role("button", name="查看", exact=True).click()
    expect(officer).to_have_url(re.compile("kind=C02.*on=2024-06-30"))
    officer.goto("/policy/")
    expect(officer.locator(".past-banner")).to_contain_text("2024-06-30")
    assert accessibility(officer) == []
    officer.locator(".past-banner").get_by_role("link", name="回到今天").click()
    expect(officer.locator(".past-banner")).to_have_count(0)


def test_a_button_rests_after_the_first_press(officer: Page) -> None:
    officer.goto("/supervision/runs/")
    asked = []
    officer.on("request", lambda request: request.method == "POST" and asked.append(request.url))
    officer.get_by_role("button", name="重新核算").dblclick(no_wait_after=True)
    expect(officer).to_have_url(re.compile(r"/runs/\d+/$"))
    assert len(asked) == 1


def test_signing_out_from_the_menu(officer: Page) -> None:
    officer.goto("/accounts/profile/")
    officer.get_by_role("button", name="陈某").click()
    officer.get_by_role("button", name="退出登录").click()
    expect(officer).to_have_url(re.compile("/accounts/login/"))


@pytest.mark.parametrize("path", ["/accounts/profile/", "/accounts/password/", "/nowhere/", LIST])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious(officer: Page, path: str, width: int) -> None:
    officer.set_viewport_size({"width": width, "height": 900})
    officer.goto(path)
    assert accessibility(officer) == []


def test_print_shows_the_content_without_the_frame(officer: Page) -> None:
    officer.goto(LIST)
    officer.emulate_media(media="print")
    expect(officer.locator(".sidebar")).not_to_be_visible()
    expect(officer.locator(".topbar")).not_to_be_visible()
    expect(officer.locator("table[data-rows]")).to_be_visible()
