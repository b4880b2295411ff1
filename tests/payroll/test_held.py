"""A person's tab of pay and record: which guidance holds for whom, by how much it is missed, who reads the amounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests import builders as make

pytestmark = pytest.mark.django_db
TODAY = date.today()


def signed(user):
    client = Client()
    client.force_login(user)
    return client


def text(user, address):
    answer = signed(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def underpaid():
    """Half time at 2,250 a month, so 4,500 as full time, where 4,620 is the least."""
    make.make_standard(
        document="厦民〔2026〕9号",
        rungs={"uncertified": "0.7"},
        base_wage=Decimal(88_000),
        float_down=Decimal("0.1"),
        start=date(2026, 1, 1),
    )
    employment = make.make_employment(make.make_worker(), make.make_employer(kind="C02"))
    make.make_pay(employment, base=Decimal(2250), time_share=Decimal("0.5"), rung="uncertified")
    return employment


def test_the_tab_says_standard_floor_full_time_pay_and_the_gap(underpaid):
    for reader in (make.make_user("district_officer"), make.make_account(underpaid.worker)):
        page = text(reader, f"/payroll/people/{underpaid.worker_id}/")
        assert "2026-01-01 起<a" in page
        assert "《厦民〔2026〕9号》" in page
        assert "下限 ¥4,620.00" in page
        assert "折合全职月薪 ¥4,500.00" in page
        assert "低 ¥120.00" in page
    link = page.split("/standards/calculator/?", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert "低 ¥120.00" in Client().get(f"/standards/calculator/?{link}").content.decode().replace("低于下限 ", "低 ")


def test_pay_that_reaches_the_floor_says_so_and_a_past_day_asks_its_own_version(underpaid):
    older = TODAY.replace(day=1) - timedelta(days=1)
    make.make_pay(
        underpaid, period=older.replace(day=1), base=Decimal(2400), time_share=Decimal("0.5"), rung="uncertified"
    )
    page = text(make.make_user("district_officer"), f"/payroll/people/{underpaid.worker_id}/?on={older:%Y-%m-%d}")
    assert "折合全职月薪 ¥4,800.00，不低于下限" in page


@pytest.mark.parametrize(
    ("kind", "form", "sentence"),
    [("B01", "established", "按国家规定"), ("B01", "contract", "本领域没有指导标准")],
)
def test_whom_no_standard_covers_is_told_so(kind, form, sentence):
    employment = make.make_employment(make.make_worker(), make.make_employer(kind=kind), form=form)
    make.make_pay(employment)
    page = text(make.make_user("district_officer"), f"/payroll/people/{employment.worker_id}/")
    held = page.split('id="held"', 1)[1].split("</section>", 1)[0]
    assert sentence in held
    assert "下限" not in held


def test_the_record_shows_open_findings_with_clause_fact_threshold_and_way(underpaid):
    address = f"/supervision/people/{underpaid.worker_id}/findings/"
    assert address in text(make.make_user("district_officer"), f"/people/{underpaid.worker_id}/")
    found = text(make.make_user("district_officer"), address)
    assert "不低于薪酬指导标准" in found
    assert "折合全职月薪 ¥4,500.00，低于 2026-01-01 起《厦民〔2026〕9号》「未取证」下限 ¥4,620.00" in found
    assert "三(一)-5" in found
    assert f'href="/payroll/people/{underpaid.worker_id}/"' in found


def test_findings_of_a_person_keep_amounts_from_those_who_may_not_see_pay(underpaid):
    address = f"/supervision/people/{underpaid.worker_id}/findings/"
    bureau = make.make_user("bureau_officer", bureau=underpaid.employer.competent_bureau)
    found = text(bureau, address)
    assert "折合全职月薪低于指导标准下限" in found
    assert "4,500" not in found
    assert "未取证" not in found
    assert "¥4,500.00" in text(make.make_account(underpaid.worker), address), "one's own pay is no secret to oneself"
    assert signed(make.make_user("district_officer", region="350206")).get(address).status_code == 404
    assert signed(make.make_account(make.make_worker())).get(address).status_code == 404
    assert signed(make.make_user("system_admin")).get(address).status_code == 403
