"""The deadline of an order moved in a real browser, on a phone: by the officer with a reason, read by the employer; and
asked for by the employer, answered by the officer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from supervision.models import DeadlineChange, RectificationOrder
from tests import builders as make
from tests.browser import accessibility
from tests.supervision.inspections import DUE, TODAY, make_order, officer

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
DAY = timedelta(days=1)
LATER = DUE + 20 * DAY
LONG = "招聘公告已在区人力资源和社会保障局网站发布，报名到下月中旬截止，笔试和面试还要两周。"


@pytest.fixture
def people():
    employer = make.make_employer("E01", region="350203001")
    clerk, issuer = make.make_member(employer), officer()
    return make_order(issuer, employer, "缺社工 1 人"), issuer, clerk


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_deadline_is_moved_with_a_reason_and_its_employer_reads_it(page_as, page, people):
    order, issuer, clerk = people
    page.set_viewport_size(PHONE)
    page_as(issuer).goto(f"/supervision/rectification/{order.pk}/")
    page.get_by_role("link", name="延长期限").click()
    page.get_by_text(f"现在的期限是 {DUE}。").wait_for()
    page.get_by_text(f"最晚 {DUE + 30 * DAY}").wait_for()
    assert fits(page) and not accessibility(page)
    for until, because, sentence in (
        (DUE - DAY, LONG, f"新的期限要晚于今天和原来的期限（{DUE}）。"),
        (DUE + 31 * DAY, LONG, f"一次最多延到 {DUE + 30 * DAY}。"),
        (LATER, "", "请写明理由"),
    ):
        refused(page, until, because, sentence)
    order.refresh_from_db()
    assert (order.due_on, DeadlineChange.objects.count()) == (DUE, 0), "nothing is half-stored"
    filled(page, LATER, LONG)
    page.get_by_text(f"期限已延到 {LATER}。").wait_for()
    page.get_by_text(f"由 {DUE} 延到 {LATER}：{LONG}").wait_for()
    assert fits(page) and not accessibility(page)
    read(page_as(clerk), order)


def filled(page, until, because):
    page.get_by_label("新的期限").fill(f"{until}")
    page.get_by_label("理由").fill(because)
    page.get_by_role("button", name="保存").click()


def refused(page, until, because, sentence):
    filled(page, until, because)
    page.get_by_text(sentence).first.wait_for()
    assert page.get_by_label("新的期限").input_value() == f"{until}", "what was entered stays"
    assert page.get_by_label("理由").input_value() == because
    assert fits(page) and not accessibility(page)


def read(page, order: RectificationOrder):
    page.goto("/notices/")
    notice = page.get_by_role("listitem").filter(has_text="整改期限已延长")
    assert f"新的期限是 {LATER}：{LONG}" in notice.inner_text()
    notice.get_by_role("button", name="查看").click()
    page.wait_for_url(f"**/supervision/rectification/{order.pk}/")
    page.get_by_text(f"由 {DUE} 延到 {LATER}：{LONG}").wait_for()
    assert page.get_by_role("link", name="延长期限").count() == 0
    assert fits(page) and not accessibility(page)


def test_an_employer_asks_on_a_phone_and_is_told_no(page_as, page, people):
    order, issuer, clerk = people
    page.set_viewport_size(PHONE)
    page_as(clerk).goto(f"/supervision/rectification/{order.pk}/")
    page.get_by_role("link", name="申请延期").click()
    filled(page, TODAY - DAY, LONG)
    page.get_by_text("新的期限要晚于今天").first.wait_for()
    filled(page, LATER, LONG)
    page.get_by_text("期限在答复以前不变").wait_for()
    page_as(issuer).goto(f"/supervision/rectification/{order.pk}/")
    page.get_by_role("link", name="答复延期申请").click()
    page.get_by_text(f"单位申请延到 {LATER}：{LONG}").wait_for()
    assert fits(page) and not accessibility(page)
    page.get_by_label("答复").select_option("不同意，期限不变")
    page.get_by_label("理由").fill("可以先调剂一名")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已答复，期限不变。").wait_for()
    page_as(clerk).goto("/notices/")
    page.get_by_text(f"期限仍是 {DUE}：可以先调剂一名").wait_for()
    order.refresh_from_db()
    assert (order.due_on, order.asked_until) == (DUE, None)
