"""年度公开: what a year comes to, who makes it public, what everybody reads, and what later lines do."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal as D

import pypdf
import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from awards import disclosing, funds
from awards.models import FundDisclosure
from tests import builders as make
from tests.awards.rounds import client_of
from tests.awards.test_funds import line, make_fund
from tests.awards.test_notices import at_once
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
NOW = date(2026, 2, 10)


@pytest.fixture(autouse=True)
def early_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer():
    return make.make_user("district_officer")


def filled(officer, **fields):
    """Two years: 2024 with a donation, 2025 with grants, one of them taken back, and a cost."""
    fund, worker = make_fund(**fields), make.make_worker(name="欧阳小明")
    funds.enter(officer, fund, line("donation", "1000", date(2024, 6, 1), party="某企业"))
    funds.enter(officer, fund, line("donation", "200", date(2025, 3, 1), party="某人"))
    funds.enter(officer, fund, line("interest", "5.50", date(2025, 6, 21)))
    funds.enter(officer, fund, line("grant", "300", date(2025, 9, 1), worker=worker, reason="欧阳小明的突出贡献"))
    wrong = funds.enter(officer, fund, line("grant", "100", date(2025, 9, 2), worker=worker))
    funds.reverse(officer, wrong, date(2025, 9, 3), "重复发放")
    funds.enter(officer, fund, line("cost", "20", date(2025, 12, 31), party="银行"))
    return fund


def test_a_year_adds_up_and_what_was_taken_back_lessens_its_kind(officer):
    fund = filled(officer)
    first, second = disclosing.year_of(fund, 2024), disclosing.year_of(fund, 2025)
    assert (first.opening, first.received, first.spent, first.closing) == (0, 1000, 0, 1000)
    assert (second.opening, second.closing) == (1000, D("885.50"))
    assert dict(second.income) == {"捐赠收入": D(200), "利息和其他收入": D("5.50")}
    assert dict(second.outlay) == {"奖励支出": D(300), "管理支出": D(20)}
    assert second.opening + second.received - second.spent == second.closing
    assert [each.amount for each in second.grants] == [300, 100, -100]
    assert sum(each.amount for each in second.grants) == dict(second.outlay)["奖励支出"]


def test_what_is_taken_back_a_year_later_counts_in_that_year(officer):
    fund = make_fund()
    entry = funds.enter(officer, fund, line("donation", "100", date(2024, 6, 1), party="某企业"))
    funds.reverse(officer, entry, date(2025, 1, 5), "退回")
    assert dict(disclosing.year_of(fund, 2024).income)["捐赠收入"] == 100
    assert dict(disclosing.year_of(fund, 2025).income)["捐赠收入"] == -100
    assert disclosing.year_of(fund, 2025).closing == 0


def test_nothing_is_public_before_it_is_released_and_names_are_masked(officer):
    fund, anybody = filled(officer), Client()
    address = f"/honours/funds/{fund.pk}/2025/"
    assert anybody.get(address).status_code == 404
    assert fund.name not in anybody.get("/honours/funds/").content.decode()
    client = client_of(officer)
    assert client.post(f"/awards/funds/{fund.pk}/years/2025/release/").status_code == 302
    page = anybody.get(address).content.decode()
    assert "欧**明" in page and "欧阳小明" not in page and "欧**明的突出贡献" in page
    assert "¥885.50" in page and "某企业" not in page and "2026-02-10 公开" in page
    assert fund.name in anybody.get("/honours/funds/").content.decode()
    assert anybody.get(f"/honours/funds/{fund.pk}/2024/").status_code == 404
    with zipfile.ZipFile(io.BytesIO(anybody.get(f"{address}?export=xlsx").getvalue())) as book:
        text = "".join(book.read(name).decode() for name in book.namelist())
    assert "欧**明" in text and "欧阳小明" not in text
    paper = client.get(f"/awards/funds/{fund.pk}/years/2025/?export=pdf").getvalue()
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(paper)).pages)
    assert "885.50" in text and "欧阳小明" not in text


def test_later_lines_wait_for_the_next_version(officer):
    fund, anybody = filled(officer), Client()
    disclosing.release(officer, fund, 2025)
    with pytest.raises(Refused, match="没有新的收支"):
        disclosing.release(officer, fund, 2025)
    funds.enter(officer, fund, line("cost", "33", date(2025, 11, 1), party="印刷厂"))
    address = f"/honours/funds/{fund.pk}/2025/"
    assert "¥885.50" in anybody.get(address).content.decode()
    page = client_of(officer).get(f"/awards/funds/{fund.pk}/").content.decode()
    assert "公开以后又有 1 笔收支" in page
    assert disclosing.release(officer, fund, 2025).version == 2
    page = anybody.get(address).content.decode()
    assert "¥852.50" in page and "第 2 版" in page
    old = anybody.get(f"{address}?version=1").content.decode()
    assert "¥885.50" in old and "旧版本" in old
    assert anybody.get(f"{address}?version=3").status_code == 404


def test_a_late_line_of_an_earlier_year_asks_for_new_versions_of_the_later_ones(officer):
    fund = filled(officer)
    for year in (2024, 2025):
        disclosing.release(officer, fund, year)
    funds.enter(officer, fund, line("donation", "1", date(2024, 12, 1), party="某企业"))
    assert [(each["year"], each["later"]) for each in disclosing.standings(fund)] == [(2025, 1), (2024, 1)]
    assert disclosing.release(officer, fund, 2025).version == 2
    funds.enter(officer, fund, line("donation", "1", NOW, party="某企业"))
    assert {each["year"]: each["later"] for each in disclosing.standings(fund)} == {2026: 0, 2025: 0, 2024: 1}


def test_a_year_that_runs_is_not_public_unless_the_fund_ended_in_it(officer):
    fund = make_fund()
    funds.enter(officer, fund, line("donation", "10", NOW, party="某企业"))
    with pytest.raises(Refused, match="2026 年还没有结束"):
        disclosing.release(officer, fund, 2026)
    with pytest.raises(Refused, match="2025 年没有收支"):
        disclosing.release(officer, fund, 2025)
    funds.close(officer, fund, NOW, "慈善总会", "")
    disclosing.release(officer, fund, 2026)
    found = disclosing.year_of(fund, 2026)
    assert dict(found.outlay)["终止转出"] == 10 and found.closing == 0


def test_the_founders_clerk_releases_and_others_do_not(officer):
    founder = make.make_employer("E01", region="350203001")
    fund = filled(officer, employer=founder)
    address = f"/awards/funds/{fund.pk}/years/2025/"
    for user in (
        make.make_member(make.make_employer("E01", region="350203001")),
        make.make_user("district_officer", region="350206"),
    ):
        assert client_of(user).get(address).status_code == 404
        assert client_of(user).post(f"{address}release/").status_code == 404
        with pytest.raises(PermissionDenied):
            disclosing.release(user, fund, 2025)
    clerk = make.make_member(founder)
    assert client_of(clerk).post(f"{address}release/").status_code == 302
    made = FundDisclosure.objects.get()
    assert (made.version, made.released_by, made.released_on) == (1, clerk, NOW)


def test_what_was_made_public_stays(officer):
    disclosing.release(officer, filled(officer), 2025)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        FundDisclosure.objects.update(through=1)


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_make_one_version():
    officer = make.make_user("district_officer")
    fund = filled(officer)
    refused = at_once(*(lambda: disclosing.release(officer, fund, 2025) for _ in range(3)))
    assert len(refused) == 2 and all(isinstance(each, Refused) for each in refused)
    assert FundDisclosure.objects.count() == 1
