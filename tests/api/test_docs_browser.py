"""The page to try the interface out, in a real browser, with the browser's own session."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests.browser import accessibility

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_officer_tries_an_address_and_reads_the_answer(page_as):
    page = page_as(make.make_user("district_officer"))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/api/")
    page.get_by_role("heading", name="接口说明").wait_for()
    section = page.locator(".opblock-tag", has_text="关于接口").first
    section.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not accessibility(page)
    page.set_viewport_size({"width": 1366, "height": 900})
    section.click()
    listed = page.locator("#operations-关于接口-index")
    listed.locator(".opblock-summary-control").click()
    listed.get_by_role("button", name="试用").click()
    listed.get_by_role("button", name="发送").click()
    answer = listed.locator(".live-responses-table")
    answer.get_by_text("用人单位").first.wait_for()
    assert "200" in answer.locator("tbody .response-col_status").first.inner_text()
