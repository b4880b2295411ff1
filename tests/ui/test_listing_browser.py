"""A declared list in a real browser: parts are exchanged without leaving the page, the address follows."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import include, path
from playwright.sync_api import Page, expect

from posts.models import Employer, Kind
from tests.browser import accessibility
from tests.builders import make_user
from xmsw.accounts.roles import Role
from xmsw.ui.listing import Choice, Column, ListingView, Text


class Communities(ListingView):
    title, name, section, unit = "测试名单", "测试名单", "单位与岗位", "家"
    page_size = 7
    columns = (
        Column("name", "单位", order="pinyin", link=lambda row: f"/posts/employers/{row.pk}/"),
        Column("kind", "类别", "get_kind_display", order="kind"),
        Column("region", "区划代码", "region_id"),
    )
    filters = (
        Choice("kind", "类别", Kind.choices, lambda rows, value: rows.filter(kind=value)),
        Text("q", "单位名称", lambda rows, value: rows.filter(name__contains=value), hint="名称"),
    )
    default_sort = "name"

    def base_queryset(self) -> object:
        return Employer.objects.visible_to(self.request.user)


urlpatterns = [path("listed/", Communities.as_view()), path("", include("xmsw.urls"))]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


@pytest.fixture
def listed(page_as: Callable[[object], Page]) -> Page:
    page = page_as(make_user(Role.DISTRICT_OFFICER))
    page.goto("/listed/")
    page.evaluate("document.body.dataset.kept = 'yes'")
    return page


def test_on_a_phone_filters_fold_away_and_stay_open_while_one_filters(listed: Page) -> None:
    kinds = listed.get_by_label("类别", exact=True).first
    button = listed.locator(".fold-filters > summary")
    expect(kinds).to_be_visible()
    expect(button).to_be_hidden()
    listed.set_viewport_size({"width": 390, "height": 844})
    expect(kinds).to_be_hidden()
    button.click()
    kinds.select_option("C01")
    expect(button).to_contain_text("已选 1 项")
    expect(kinds).to_be_visible()
    listed.reload()
    expect(kinds).to_be_hidden()
    assert not accessibility(listed)


def test_filter_sort_and_page_exchange_only_the_list(listed: Page) -> None:
    listed.get_by_label("类别", exact=True).first.select_option("C01")
    expect(listed).to_have_url(re.compile("kind=C01"))
    cells = listed.locator("#listing tbody tr td:nth-child(2)")
    expect(cells.first).to_contain_text(Kind.C01.label)
    listed.get_by_role("columnheader", name="单位").get_by_role("link").click()
    expect(listed).to_have_url(re.compile("kind=C01.*sort=-name"))
    expect(listed.get_by_role("columnheader", name="单位")).to_have_attribute("aria-sort", "descending")
    first = listed.locator("#listing tbody tr td").first.inner_text()
    listed.get_by_role("link", name="下一页").click()
    expect(listed).to_have_url(re.compile("after="))
    expect(listed.locator("#listing tbody tr td").first).not_to_have_text(first)
    expect(listed.locator("body.is-busy")).to_have_count(0)
    assert listed.evaluate("document.body.dataset.kept") == "yes"
    assert listed.locator("h1").count() == 1 and listed.locator("#listing").count() == 1


def test_back_shows_the_whole_page_again(listed: Page) -> None:
    listed.get_by_role("link", name="下一页").click()
    expect(listed).to_have_url(re.compile("after="))
    listed.go_back()
    expect(listed).to_have_url(re.compile("/listed/$"))
    expect(listed.locator("h1")).to_have_text("测试名单")
    expect(listed.locator("#listing")).to_have_count(1)


def test_columns_are_chosen_by_the_user(listed: Page) -> None:
    listed.get_by_role("button", name="列", exact=True).click()
    listed.get_by_label("区划代码").uncheck()
    listed.get_by_role("button", name="显示这些列").click()
    expect(listed.get_by_role("columnheader")).to_have_count(2)


def test_an_export_is_a_download_and_leaves_the_page_usable(listed: Page) -> None:
    with listed.expect_download() as download:
        listed.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    listed.get_by_role("link", name="下一页").click()
    expect(listed).to_have_url(re.compile("after="))


def test_axe_finds_nothing_serious(listed: Page) -> None:
    assert accessibility(listed) == []
