"""The whole way in a real browser: draw by a seed → record on a phone, with a photo → order → answer → another closes;
one that nobody answers goes to the city."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from supervision.drawing import place_of
from supervision.escalation import escalate
from supervision.models import Inspection, InspectionUnit, ItemRecord, RectificationOrder
from tests import builders as make
from tests.browser import accessibility
from tests.supervision.inspections import SECRET, came, make_order, officer
from tests.supervision.test_inspections import PICTURE
from xmsw.workflow.models import Attachment

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()
SEED = "公开种子2026"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 900}


def test_from_the_draw_to_the_end(page_as, page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    agencies = [make.make_employer("E01", region="350203001") for _ in range(4)]
    for each in agencies:
        make.make_post(each)
        make.make_member(each)
    first, second, city = officer(), officer(), officer("3502")
    planned(page_as(first))
    plan = Inspection.objects.get()
    unit = plan.units.get()
    assert unit.key == min((each.credit_code for each in agencies), key=lambda key: place_of(f"{SEED}:{SECRET}", key))
    sent_out(page_as(first), first, second)
    page.set_viewport_size(PHONE)
    recorded(page_as(first), unit)
    confirmed(page_as(second), unit)
    page.set_viewport_size(DESK)
    ordered(page_as(first), unit)
    order = RectificationOrder.objects.get()
    answered(page_as(unit.employer.members.get().user), order)
    refused_to_the_issuer(page_as(first), order)
    closed(page_as(second), order)
    not_answered(page_as, first, city, unit)


def planned(page):
    page.goto("/supervision/inspections/new/")
    page.get_by_label("名称").fill("年度督促核查")
    page.get_by_label("开始日期").fill(f"{TODAY}")
    page.get_by_label("结束日期").fill(f"{TODAY + timedelta(days=20)}")
    page.get_by_text("展开选择").first.click()
    page.get_by_label("民办社会工作服务机构").check()
    page.get_by_label("抽取比例").fill("25")
    page.get_by_label("随机种子").fill(SEED)
    assert not accessibility(page)
    page.get_by_role("button", name="保存").click()
    page.get_by_label("第 1 项核查内容").fill("社工岗位")
    page.get_by_label("第 1 项条款").select_option("二(二)-3")
    page.get_by_label("第 1 项对照的登记数").select_option("active_posts")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="固定种子").click()
    page.get_by_text("还没有到").wait_for()
    came(Inspection.objects.get())
    page.reload()
    page.get_by_role("button", name="抽取单位").click()
    page.get_by_text("下载名单").wait_for()
    assert not accessibility(page)


def sent_out(page, *inspectors):
    page.goto(f"/supervision/inspections/{Inspection.objects.get().pk}/assign/")
    for each in inspectors:
        page.get_by_label(f"{each}", exact=False).first.check()
    page.get_by_label("勾选本页全部").check()
    assert not accessibility(page)
    page.get_by_role("button", name="给勾选的单位安排").click()
    page.get_by_text("已安排").wait_for()
    page.get_by_role("link", name="返回计划").click()
    page.get_by_role("button", name="开始核查").click()
    page.get_by_text("核查已开始").wait_for()


def recorded(page, unit: InspectionUnit):
    page.goto("/supervision/inspections/mine/")
    page.get_by_role("link", name="去记录").click()
    page.get_by_label("现场所见").fill("0")
    page.get_by_role("textbox", name="情况").fill("没有社工在岗")
    page.get_by_text("登记 1 个，现场 0 个").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    assert not accessibility(page)
    page.get_by_label("现场所见").fill("-3")
    page.get_by_role("button", name="保存这一项").click()
    page.get_by_text("没有保存").wait_for()
    assert page.get_by_role("textbox", name="情况").input_value() == "没有社工在岗"
    page.get_by_label("现场所见").fill("0")
    page.get_by_role("button", name="保存这一项").click()
    page.get_by_text("登记 1 个，现场 0 个").wait_for()
    picker = page.locator("input[type=file][capture]")
    assert picker.get_attribute("capture") == "environment"
    with page.expect_navigation():
        picker.set_input_files({"name": "image.png", "mimeType": "image/png", "buffer": PICTURE})
    page.get_by_text("已保存照片 1 张").wait_for()
    page.get_by_label("在场人员").fill("李主任")
    page.get_by_label("单位意见").fill("尽快补人")
    with page.expect_response(lambda answer: "/visit/" in answer.url):
        page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="确认记录").click()
    page.get_by_text("待第二人确认").first.wait_for()
    record = ItemRecord.objects.get()
    assert (record.registered, record.on_site, record.result) == (1, 0, "fails")
    assert Attachment.objects.get(flow="onsite", subject_id=unit.pk).name.startswith("第1项")


def confirmed(page, unit: InspectionUnit):
    page.goto(f"/supervision/inspections/units/{unit.pk}/")
    page.get_by_role("link", name="去确认").click()
    page.get_by_role("button", name="第二人确认").click()
    page.get_by_text("已完成").first.wait_for()


def ordered(page, unit: InspectionUnit):
    page.goto(f"/supervision/inspections/units/{unit.pk}/")
    page.get_by_role("link", name="责令整改").click()
    page.get_by_label("整改期限").fill(f"{TODAY + timedelta(days=30)}")
    assert not accessibility(page)
    page.get_by_role("button", name="签发整改通知").click()
    page.get_by_text(f"厦思民社工改〔{TODAY.year}〕1号").first.wait_for()


def answered(page, order: RectificationOrder):
    page.goto("/")
    page.get_by_role("link", name="整改通知", exact=True).click()
    page.get_by_role("link", name=order.number).click()
    page.get_by_label("第 1 项整改情况").fill("已聘用社工一名")
    page.get_by_label("证明材料").set_input_files(
        {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"}
    )
    page.get_by_role("button", name="保存第 1 项").click()
    page.get_by_text("第1项-合同.pdf").wait_for()
    assert not accessibility(page)
    page.get_by_role("button", name="提交整改回复").click()
    page.get_by_text("待复核").first.wait_for()


def refused_to_the_issuer(page, order: RectificationOrder):
    page.goto(f"/supervision/rectification/{order.pk}/")
    page.get_by_text("不能由自己复核销号").wait_for()


def closed(page, order: RectificationOrder):
    page.goto("/desk/?flow=rectification")
    page.get_by_role("link", name=order.number).first.click()
    page.get_by_role("button", name="复核通过，销号").click()
    page.goto(f"/supervision/rectification/{order.pk}/")
    page.get_by_text("已销号").first.wait_for()


def not_answered(page_as, issuer, city, unit: InspectionUnit):
    late = make_order(issuer, unit.employer, "第二件")
    RectificationOrder.objects.filter(pk=late.pk).update(
        issued_on=TODAY - timedelta(days=40), due_on=TODAY - timedelta(days=11)
    )
    escalate(TODAY)
    page = page_as(city)
    page.goto("/supervision/rectification/?escalated=yes")
    page.get_by_role("link", name=late.number).wait_for()
    page.get_by_text("逾期 11 天，已上报").wait_for()
    assert not accessibility(page)
    page.goto("/notices/")
    page.get_by_text("逾期整改上报").first.wait_for()
