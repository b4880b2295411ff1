"""The screens in a real browser: tabs without leaving the page, progress that lives, nothing inaccessible."""

from datetime import date

import pytest

from supervision.runs import execute_here, start_run
from tests import builders as make
from tests.browser import accessibility

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date.today()


def unstarted_run(**options):
    return start_run(day=TODAY, present=True, reason="request", dispatch=False, **options)


def test_from_the_overview_to_the_reason(page_as):
    community = make.make_employer("C02", region="350203")
    person = make.make_worker(name="无证张三")
    make.make_employment(person, community)
    make.make_appointment(person, make.make_post(community))
    execute_here(unstarted_run())
    page = page_as(make.make_user("district_officer"))
    page.goto("/supervision/")
    assert not accessibility(page)
    page.get_by_role("link", name="有岗无人").last.click()
    page.get_by_role("link", name=community.name).click()
    page.locator("[id^=holder-]", has_text="无证张三").wait_for()
    page.get_by_role("link", name="看事实、标准和怎么办").wait_for()
    page.locator("#tabs").get_by_role("link", name="核查").click()
    page.get_by_text("聘用当日（2021-01-01）持有：无证书").wait_for()
    assert page.url.endswith(f"/supervision/employers/{community.pk}/")
    assert page.locator("h1").count() == 1
    assert not accessibility(page)
    page.go_back()
    page.locator("[id^=holder-]").first.wait_for()


def test_a_run_page_follows_its_run_to_the_end(page_as):
    run = unstarted_run(area="350203")
    page = page_as(make.make_user("district_officer"))
    page.goto(f"/supervision/runs/{run.pk}/")
    page.get_by_text("核算中").wait_for()
    execute_here(run)
    page.get_by_text("核算完成").wait_for()
    assert page.get_by_role("link", name="看违反的单位").is_visible()
    assert not accessibility(page)


@pytest.mark.parametrize("address", ["clauses/", "rules/", "findings/", "without-post/", "runs/"])
def test_pages_are_accessible_and_fit_a_telephone(page_as, address):
    execute_here(unstarted_run())
    page = page_as(make.make_user("city_officer"))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/supervision/{address}")
    assert not accessibility(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
