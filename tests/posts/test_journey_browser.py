"""An employer's whole way in a browser: registered, returned, approved; a post; a misfit refused, a fit filed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from posts.models import Employer, EmployerRegistration, Post
from supervision.models import Finding
from supervision.recheck import drain
from talents.models import Appointment
from tests import builders as make
from tests.browser import Complaints, accessibility, sign_in
from xmsw.workflow.actions import history

pytestmark = pytest.mark.django_db(transaction=True)
COMMUNITY = "350203001001"


@pytest.fixture
def officer(browser: Browser, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Page]:
    """The district officer, in a browser profile of his own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    profile: BrowserContext = browser.new_context(base_url=live_server.url, locale="zh-CN")
    profile.set_default_timeout(15_000)
    sign_in(profile, make.make_user("district_officer", region="350203"), live_server.url)
    complaints, page = Complaints(), profile.new_page()
    complaints.listen(page)
    yield page
    profile.close()
    assert not complaints, "\n".join(complaints)


def decide(officer: Page, flow: str, button: str, opinion: str = "") -> None:
    """Take the oldest case of a flow from the desk and decide it."""
    officer.goto(f"/desk/?flow={flow}")
    officer.locator("tbody tr td:nth-child(2) a").first.click()
    assert accessibility(officer) == []
    if opinion:
        officer.get_by_label("意见").fill(opinion)
    officer.locator("[data-decision]").get_by_role("button", name=button, exact=True).click()
    expect(officer.get_by_role("status").filter(has_text=f"已{button}").first).to_be_visible()


def findings(employer: Employer) -> set[str]:
    drain()
    return {each.definition.code for each in Finding.objects.open().filter(employer=employer)}


def sign_up(page: Page) -> None:
    page.goto("/accounts/register/")
    page.get_by_label("账号名").fill("hongshan")
    page.get_by_label("姓名").fill("王敏")
    page.get_by_label("密码", exact=True).fill("Good-day-2026")
    page.get_by_label("再输入一次密码").fill("Good-day-2026")
    page.get_by_role("button", name="注册").click()


def register(page: Page, officer: Page, community: Employer, licence: Path) -> None:
    page.get_by_role("link", name="登记单位").first.click()
    page.get_by_label("单位类别").select_option("C02")
    page.get_by_label("单位名称").fill(community.name)
    page.get_by_label("所在区划").select_option(community.region_id)
    page.get_by_label("联系人").fill("王敏")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.get_by_text("请上传登记证书")).to_be_visible()
    page.get_by_label("文件").set_input_files(licence)
    page.get_by_role("button", name="上传").click()
    hand_in(page)
    decide(officer, "registration", "退回", "请补联系电话")
    page.reload()
    expect(page.get_by_role("status").filter(has_text="请补联系电话")).to_be_visible()
    page.get_by_role("link", name="修改").click()
    page.get_by_label("联系电话").fill("0592-1234567")
    page.get_by_role("button", name="保存并核对").click()
    hand_in(page)
    decide(officer, "registration", "批准")


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()


def apply_for_a_post(page: Page, officer: Page, community: Employer) -> Post:
    page.goto("/posts/mine/")
    page.get_by_role("link", name=community.name).first.click()
    page.get_by_role("link", name="申报岗位").first.click()
    page.get_by_label("岗位名称").fill("社区社会工作岗")
    page.get_by_label("设岗依据").fill("服务人口 8000 人")
    page.get_by_label("社区服务与发展").check()
    page.get_by_label("职责说明").fill("协调社区开展社会工作专业服务")
    page.get_by_label("任职条件：证书").select_option("2")
    page.get_by_label("任职条件：学历").select_option("30")
    page.get_by_label("任职条件：从业年限").fill("1")
    page.locator("#id_grade").select_option("2")
    page.get_by_role("button", name="保存并核对").click()
    hand_in(page)
    decide(officer, "post", "批准")
    return Post.objects.get(employer=community)


def propose_both(page: Page, officer: Page, post: Post) -> None:
    """The one whose certificate is too low is refused with the clause; the other is filed."""
    for name, level in (("助理甲", 1), ("社工乙", 2)):
        worker = make.make_worker(name=name)
        make.make_certificate(worker, level=level)
        make.make_employment(worker, post.employer)
    page.goto(f"/posts/{post.pk}/")
    page.get_by_role("link", name="聘人").click()
    choose(page, "助理甲")
    expect(page.locator("#check")).to_contain_text("二(四)-7")
    assert accessibility(page) == []
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("聘用到中级专业技术岗位的")
    assert not Appointment.objects.exists()
    choose(page, "社工乙")
    expect(page.locator("#check")).to_contain_text("可以聘到这个岗位")
    page.get_by_role("button", name="保存并核对").click()
    hand_in(page)
    decide(officer, "appointment", "备案")


def choose(page: Page, name: str) -> None:
    option = page.locator("#id_worker option", has_text=name)
    page.locator("#id_worker").select_option(option.get_attribute("value"))


def test_from_signing_up_to_a_filed_appointment(page: Page, officer: Page, tmp_path: Path) -> None:
    community = Employer.objects.get(region_id=COMMUNITY)
    licence = tmp_path / "登记证书.pdf"
    licence.write_bytes(b"%PDF-1.7 licence")
    sign_up(page)
    register(page, officer, community, licence)
    registration = EmployerRegistration.objects.get()
    assert registration.employer == community, "the community that was on the list already"
    assert {"community-has-post", "full-time-professional"} <= findings(community)
    post = apply_for_a_post(page, officer, community)
    assert "community-has-post" not in findings(community)
    propose_both(page, officer, post)
    assert "full-time-professional" not in findings(community)
    made = Appointment.objects.get()
    assert [step.move for step in history("appointment", made.pk)] == ["approve", "submit"]
    assert [step.move for step in history("registration", registration.pk)] == ["approve", "submit", "return", "submit"]
    page.goto(f"/posts/employers/{community.pk}/timeline/")
    expect(page.get_by_text("请补联系电话")).to_be_visible()
    assert accessibility(page) == []
