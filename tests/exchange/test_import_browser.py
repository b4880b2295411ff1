"""A district officer brings a community from 无岗 to 达标 by files alone: browser, server, worker, all of them real."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, Route, expect

from posts.models import Employer, Post
from supervision.models import Run
from supervision.recheck import drain
from tests import builders as make
from tests.browser import accessibility
from tests.exchange.files import workbook
from tests.live_worker import LiveWorker, empty_broker
from xmsw.exchange.actions import MERGE_LOCK
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db(transaction=True)
COMMUNITY = "350203001001"
WITHOUT_POST, WITHOUT_HOLDER = "/supervision/without-post/", "/supervision/without-holder/"
PATIENCE = 10.0  # seconds that a change may take from the end of a merge to the lists
POST = {
    "employer_code": COMMUNITY,
    "code": "SG-01",
    "name": "社区社会工作岗",
    "grade": "初级",
    "duties": "直接服务，社区服务与发展",
    "duty_text": "协调社区开展专业服务",
    "min_certificate": "助理社会工作师",
    "min_education": "大学专科",
    "min_years": "0",
    "need_basis": "服务人口",
    "started_on": "2020-01-01",
}
PERSON = {
    "employer_code": COMMUNITY,
    "name": "林小明",
    "form": "劳动合同",
    "started_on": "2020-01-01",
    "certificate_level": "助理社会工作师",
    "certificate_number": "Z20200001",
    "certificate_issued": "2020-10-10",
}
SEAT = {"employer_code": COMMUNITY, "post_code": "SG-01", "started_on": "2021-01-01", "full_time": "是"}


@pytest.fixture
def strangers(context: BrowserContext) -> list[str]:
    """The network is cut: requests to anything but this machine are noted and go nowhere."""
    attempted: list[str] = []

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("localhost", "127.0.0.1"):
            route.continue_()
        else:
            attempted.append(route.request.url)
            route.abort()

    context.route("**/*", judge)
    return attempted


@pytest.fixture
def worker(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[LiveWorker]:
    """Not started yet; it reads the files that this test's server keeps."""
    settings.MEDIA_ROOT = tmp_path / "media"
    empty_broker()
    made = LiveWorker(tmp_path)
    yield made
    if made.process is not None:
        made.kill9()


@pytest.fixture
def community() -> Employer:
    """A community without a post, judged; nothing waits to be judged."""
    drain()
    assert not RecheckRequest.objects.exists()
    return Employer.objects.get(region=COMMUNITY)


@contextmanager
def merges_held() -> Iterator[None]:
    """No merge goes on while this lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MERGE_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MERGE_LOCK])


def state(page: Page, name: str) -> None:
    """The page comes to say it by itself."""
    expect(page.locator("#batch strong").first).to_have_text(name, timeout=30_000)


def upload(page: Page, label: str, file: Path) -> None:
    page.goto("/exchange/")
    page.get_by_label("导入什么").select_option(label=label)
    page.get_by_label("文件", exact=True).set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    expect(page).to_have_url(re.compile(r"/exchange/\d+/$"))


def write(page: Page, label: str, file: Path) -> None:
    upload(page, label, file)
    state(page, "已核对，等你确认")
    page.get_by_role("button", name="确认写入").click()
    state(page, "已写入")


def listed(page: Page, address: str, community: Employer) -> bool:
    page.goto(f"{address}?q={COMMUNITY}")
    return page.locator("main").get_by_role("link", name=community.name, exact=True).count() == 1


def soon(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what


def posts_with_a_wrong_cell_mended(page: Page, worker: LiveWorker, folder: Path) -> None:
    """Upload, follow the worker that comes late, mend the cell; ends where the file may be written."""
    rows = [POST, {**POST, "code": "SG-02", "grade": "特级"}]
    upload(page, "岗位", workbook(folder / "posts.xlsx", "posts", rows))
    state(page, "等待核对")
    expect(page.locator("progress")).to_be_visible()
    page.evaluate("window.sameDocument = true")
    worker.start()
    state(page, "有 1 行错误，改好后才能写入")
    assert page.evaluate("window.sameDocument"), "the page follows the worker without being loaded again"
    problem = page.locator("tr", has_text="特级")
    expect(problem).to_contain_text("岗位等级")
    expect(page.get_by_role("button", name="确认写入")).to_have_count(0)
    assert accessibility(page) == []
    problem.get_by_role("combobox").select_option("中级")
    page.get_by_role("button", name="改好并重新核对").click()
    page.get_by_role("button", name="确认写入").wait_for()


def test_a_community_leaves_the_lists_as_its_files_go_in(page_as, strangers, worker, community, tmp_path):
    page = page_as(make.make_user("district_officer", region="350203"))
    assert listed(page, WITHOUT_POST, community)
    assert not listed(page, WITHOUT_HOLDER, community)
    runs = Run.objects.count()

    posts_with_a_wrong_cell_mended(page, worker, tmp_path)
    assert not Post.objects.exists(), "nothing goes in before somebody says yes"
    with merges_held():
        page.get_by_role("button", name="确认写入").click()
        state(page, "正在写入")
        expect(page.locator("progress")).to_be_visible()
    state(page, "已写入")
    expect(page.get_by_text("全部写入：新增 2 行")).to_be_visible()
    soon(lambda: listed(page, WITHOUT_HOLDER, community), "no post is without a holder")
    assert not listed(page, WITHOUT_POST, community)

    identity = make.make_identity()
    write(page, "人员与证书", workbook(tmp_path / "staff.xlsx", "staff", [{**PERSON, "identity": identity}]))
    write(page, "聘用", workbook(tmp_path / "seats.xlsx", "appointments", [{**SEAT, "identity": identity}]))
    soon(lambda: not listed(page, WITHOUT_HOLDER, community), "the post still has no holder")
    assert not listed(page, WITHOUT_POST, community)
    page.goto(f"/supervision/employers/{community.pk}/")
    verdict = page.locator("section.verdict", has_text="配备专职专业社会工作者")
    expect(verdict).to_contain_text("达标")
    findings = page.get_by_role("complementary", name="核查结果")
    expect(findings).to_contain_text("建立社会工作职级体系")
    expect(findings).not_to_contain_text("配备专职专业社会工作者")
    assert Run.objects.count() == runs, "no full run was needed"
    assert not strangers
