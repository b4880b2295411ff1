"""A social worker's proof of hours reaches the officer and counts; an employer keeps a supervision, in browsers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from talents.models import Registration, SocialWorker, SupervisionPair
from tests import builders as make
from tests.browser import Complaints, accessibility, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()


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


@pytest.fixture
def worker() -> SocialWorker:
    person = make.make_staff(make.make_employer("E01", region="350203001"), level=1, name="林小满")
    start = TODAY - timedelta(days=900)
    certificate = person.certificates.get()
    Registration.objects.create(certificate=certificate, start=start, end=start + timedelta(days=1095))
    return person


def enter(page: Page, proof: Path) -> None:
    """From the own record to the form, and through it."""
    page.goto("/people/me/")
    page.get_by_role("link", name="继续教育", exact=True).click()
    expect(
        page.get_by_role("tabpanel").or_(page.get_by_role("main")).get_by_text("72 学时", exact=True).first
    ).to_be_visible()
    page.get_by_role("link", name="登记学时").click()
    assert accessibility(page) == []
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("link", name="内容：请写学了什么。")).to_be_visible()
    page.get_by_label("内容").fill("社会工作伦理")
    page.get_by_label("举办单位").fill("福建省社会工作协会")
    page.get_by_label("形式").select_option("training")
    page.get_by_label("学时").fill("12")
    page.get_by_label("完成日期").fill(f"{TODAY - timedelta(days=20):%Y-%m-%d}")
    page.locator("#proof").set_input_files(proof)
    page.get_by_role("button", name="保存", exact=True).click()


def accept(officer: Page) -> None:
    """Take the case from the desk and accept it."""
    officer.goto("/desk/?flow=learning")
    officer.locator("tbody tr td:nth-child(2) a").first.click()
    expect(officer.get_by_text("已完成 0 / 72 学时")).to_be_visible()
    assert accessibility(officer) == []
    officer.locator("[data-decision]").get_by_role("button", name="认定", exact=True).click()
    expect(officer.get_by_role("status").filter(has_text="已认定").first).to_be_visible()


def test_a_proof_goes_from_the_person_to_the_officer_and_counts(page_as: Any, officer: Page, worker, tmp_path: Path):
    proof = tmp_path / "结业证.pdf"
    proof.write_bytes(b"%PDF-1.4 proof")
    page = page_as(make.make_account(worker))
    enter(page, proof)
    expect(page.get_by_role("link", name="结业证.pdf")).to_be_visible()
    assert accessibility(page) == []
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("待审核")
    accept(officer)
    officer.goto("/people/learning/?short=yes")
    expect(officer.get_by_role("row", name="林小满").get_by_role("cell", name="60", exact=True)).to_be_visible()
    assert accessibility(officer) == []
    page.goto(f"/people/{worker.pk}/learning/")
    expect(page.get_by_text("60 学时", exact=True)).to_be_visible()
    assert accessibility(page) == []


def test_an_employer_begins_a_supervision_and_records_a_session(page_as: Any, worker):
    employer = worker.employments.get().employer
    make.make_staff(employer, level=2, name="何老师")
    page = page_as(make.make_member(employer))
    page.goto("/people/supervision/")
    assert accessibility(page) == []
    page.get_by_role("link", name="登记督导关系").click()
    _choose(page, "#id_supervisee", "林小满")
    _choose(page, "#id_supervisor", "何老师")
    page.get_by_label("督导协议").fill("督导协议 1 号")
    assert accessibility(page) == []
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("何老师 督导 林小满")
    page.get_by_label("时长（小时）").fill("1.5")
    page.get_by_label("主题").fill("接案会谈")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("1 次，1.5 小时")).to_be_visible()
    assert accessibility(page) == []
    page.goto(f"/people/{worker.pk}/supervision/")
    expect(page.get_by_role("link", name="何老师")).to_be_visible()
    assert accessibility(page) == []
    assert SupervisionPair.objects.get().sessions.count() == 1


def _choose(page: Page, field: str, name: str) -> None:
    """The choice that begins with a name."""
    value = page.locator(f"{field} option").filter(has_text=name).get_attribute("value")
    page.locator(field).select_option(value)
