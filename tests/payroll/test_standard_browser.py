"""A new guidance standard in a real browser: what-if → draft → published by another → everything else follows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from payroll.models import EconomicIndicator, GuidanceStandard, RungCode
from supervision.models import Run
from supervision.recheck import drain
from supervision.runs import execute_here, start_run
from tests import builders as make
from tests.browser import accessibility
from tests.patience import until
from tests.payroll.sheets import make_project, make_sheet, make_terms, person
from xmsw.policy.recheck import RecheckRequest

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()
YESTERDAY = TODAY - timedelta(days=1)
NEW = "厦民〔2026〕9号"
SIX = dict(zip(RungCode.values[:6], ("0.7", "0.84", "0.94", "1.1", "1.24", "1.4"), strict=True))


@pytest.fixture
def people():
    """An agency of Siming; 林小明 is paid 5,000.00 by an assistant's second rung.

    The floor is 84,000 × 0.84 × 0.9 / 12 = 5,292.00 so far: 292.00 are missing.
    """
    make.make_standard("social", SIX, base_wage=D(84000), float_down=D("0.1"), document="旧标准 1 号")
    agency = make.make_employer("E01", region="350203001", name="心语社会工作服务中心")
    employment = make.make_employment(make.make_worker(name="林小明"), agency)
    for month in (TODAY.replace(day=1), (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)):
        make.make_pay(employment, base=D(5000), period=month)
    EconomicIndicator.objects.create(
        city_id="3502", year=TODAY.year - 1, average_wage=D(120000), source="统计公报", published_on=TODAY
    )
    make_terms()
    make_sheet(make_project(provider=agency), [person("assistant_2")], state="approved", approved_on=YESTERDAY)
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    RecheckRequest.objects.all().delete()
    return employment


def test_a_published_standard_is_followed_everywhere_and_the_old_one_explains_the_past(page_as, people, live_worker):
    user = make.make_user("district_officer", region="350203")
    lacks(page_as(user), TODAY, "¥292.00")
    drafted(page_as(make.make_user("city_officer")))
    made = GuidanceStandard.objects.get(document=NEW)
    assert made.state == "review"
    published(page_as(make.make_user("bureau_officer", bureau="human_resources", region="3502")))
    drain()
    until(lambda: Run.objects.filter(reason="parameter", state=Run.State.DONE).exists(), live_worker.text()[-3000:])
    officer = page_as(user)
    follows(officer, people)
    explains_the_past(officer, people)


def lacks(page, on, amount):
    page.goto(f"/payroll/below/?on={on:%Y-%m-%d}")
    assert amount in page.get_by_role("row", name="林小明").inner_text()


def drafted(page):
    page.goto("/payroll/standards/wizard/?sector=social")
    # 120,000 × 0.84 × 0.9 / 12 = 7,560.00: 2,560.00 a month, 30,720.00 a year are missing.
    page.get_by_text("¥30,720.00").first.wait_for()
    assert not accessibility(page)
    page.get_by_role("link", name="起草").first.click()
    page.get_by_label("文号").fill(NEW)
    page.get_by_label("施行日期").fill(f"{TODAY:%Y-%m-%d}")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="提交").first.click()
    page.get_by_text("审查中").first.wait_for()


def published(page):
    page.goto("/desk/")
    page.get_by_role("link", name=NEW).first.click()
    page.get_by_role("button", name="发布").first.click()
    page.get_by_text("低于新标准的下限").wait_for()
    assert not accessibility(page)
    page.get_by_role("button", name="确认发布").click()
    page.get_by_text("已发布").first.wait_for()


def follows(page, people):
    lacks(page, TODAY, "¥2,560.00")
    page.get_by_role("link", name="林小明").click()
    page.get_by_role("heading", name="每月薪酬").wait_for()
    page.goto(f"/supervision/employers/{people.employer_id}/")
    page.get_by_text(NEW).first.wait_for()
    page.goto("/supervision/clauses/")
    assert "1" in page.get_by_role("row", name="三(一)-5").inner_text().split()
    page.goto("/payroll/costs/")
    page.get_by_role("link", name="家庭综合服务").click()
    page.get_by_text("起施行新的指导标准").wait_for()
    assert not accessibility(page)


def explains_the_past(page, people):
    lacks(page, YESTERDAY, "¥292.00")
    page.goto(f"/supervision/employers/{people.employer_id}/?on={YESTERDAY:%Y-%m-%d}")
    page.get_by_text("《旧标准 1 号》").first.wait_for()
    assert NEW not in page.content()
