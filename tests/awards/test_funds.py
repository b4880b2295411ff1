"""Award funds: who registers, what the ledger takes, taking back, closing; two grants at once against one balance."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import openpyxl
import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import ProgrammingError

from awards import funds
from awards.models import AwardFund, FundEntry
from talents.actions.merging import merge
from tests import builders as make
from tests.awards.rounds import TODAY, client_of
from tests.awards.test_notices import at_once
from xmsw.workflow.refusals import Refused

pytestmark = pytest.mark.django_db
LAWFUL = {"legal_form": "special", "registration": "闽基证字第1号", "registered_on": date(2020, 5, 1)}


def make_fund(region: str = "350203", **fields: Any) -> AwardFund:
    """A lawful fund of a district."""
    defaults = {"name": f"基金{AwardFund.objects.count()}", "founder_kind": "industry", "founder": "行业协会"}
    return AwardFund.objects.create(region_id=region, **(defaults | LAWFUL | fields))


def line(kind: str, amount: str, on: date = TODAY, **fields: Any) -> FundEntry:
    """A line as people type it."""
    return FundEntry(kind=kind, amount=D(amount), on=on, **({"reason": "事由"} | fields))


def balance(fund: AwardFund) -> D:
    fund.refresh_from_db()
    return fund.balance


@pytest.fixture
def officer():
    return make.make_user("district_officer")


@pytest.fixture
def fund():
    return make_fund()


def test_the_sign_follows_the_kind_and_the_balance_runs(officer, fund):
    worker = make.make_worker()
    rows = [
        funds.enter(officer, fund, line("donation", "1000.50", party="某企业")),
        funds.enter(officer, fund, line("interest", "9.50")),
        funds.enter(officer, fund, line("grant", "300", worker=worker)),
        funds.enter(officer, fund, line("cost", "10", party="银行")),
    ]
    assert [(each.number, each.amount, each.balance) for each in rows] == [
        (1, D("1000.50"), D("1000.50")),
        (2, D("9.50"), D("1010.00")),
        (3, D(-300), D("710.00")),
        (4, D(-10), D("700.00")),
    ]
    assert balance(fund) == D(700)


def test_what_the_balance_cannot_pay_is_refused_with_what_is_left(officer, fund):
    funds.enter(officer, fund, line("donation", "100", party="某企业"))
    with pytest.raises(Refused, match=r"还剩 ¥100\.00，不能支出 ¥100\.01"):
        funds.enter(officer, fund, line("grant", "100.01", worker=make.make_worker()))
    assert funds.enter(officer, fund, line("cost", "100", party="某公司")).balance == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (line("grant", "1"), "受奖人"),
        (line("donation", "0"), "大于 0"),
        (line("donation", "-5"), "大于 0"),
        (line("donation", "5", TODAY + timedelta(days=1)), "晚于今天"),
        (line("donation", "5", date(1999, 12, 31)), "早于 2000 年"),
        (line("reversal", "5"), "请选类型"),
        (line("transfer", "5"), "请选类型"),
    ],
)
def test_a_line_that_cannot_be_is_refused(officer, fund, given, told):
    with pytest.raises(Refused, match=told):
        funds.enter(officer, fund, given)
    assert not FundEntry.objects.exists() and balance(fund) == 0


def test_a_line_is_taken_back_once_with_a_reason(officer, fund):
    worker = make.make_worker()
    given = funds.enter(officer, fund, line("donation", "100", party="某企业"))
    grant = funds.enter(officer, fund, line("grant", "80", worker=worker))
    with pytest.raises(Refused, match="原因"):
        funds.reverse(officer, grant, TODAY, " ")
    with pytest.raises(Refused, match=r"还剩 ¥20\.00"):
        funds.reverse(officer, given, TODAY, "捐赠人撤回")
    with pytest.raises(Refused, match="不能早于原来的日期"):
        funds.reverse(officer, grant, TODAY - timedelta(days=1), "发错人")
    made = funds.reverse(officer, grant, TODAY, "发错人")
    assert (made.amount, made.balance, made.worker, made.reverses) == (D(80), D(100), worker, grant)
    with pytest.raises(Refused, match="已由第 3 笔冲正"):
        funds.reverse(officer, grant, TODAY, "再来一次")
    with pytest.raises(Refused, match="冲正本身"):
        funds.reverse(officer, made, TODAY, "再来一次")
    funds.reverse(officer, given, TODAY, "捐赠人撤回")
    assert balance(fund) == 0


def test_the_database_keeps_the_ledger_as_it_was(officer, fund):
    entry = funds.enter(officer, fund, line("donation", "100", party="某企业"))
    for wrong in (lambda: FundEntry.objects.update(amount=D(200)), FundEntry.objects.all().delete):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            wrong()
    other = make_fund()
    with pytest.raises(IntegrityError, match="takes back"), transaction.atomic():
        FundEntry.objects.create(fund=other, on=TODAY, kind="reversal", amount=-100, reverses=entry, reason="-")
    with pytest.raises(IntegrityError, match="takes back"), transaction.atomic():
        FundEntry.objects.create(fund=fund, on=TODAY, kind="reversal", amount=-99, reverses=entry, reason="-")
    with pytest.raises(IntegrityError, match="overdrawn"), transaction.atomic():
        FundEntry.objects.create(fund=fund, on=TODAY, kind="cost", amount=-101, reason="-")


def test_two_records_of_one_person_become_one_with_their_grants(officer, fund):
    employer = make.make_employer("E01", region="350203001")
    kept, dropped = make.make_staff(employer), make.make_worker()
    make.make_employment(dropped, employer, start=date(2015, 1, 1), end=date(2016, 1, 1))
    funds.enter(officer, fund, line("donation", "100", party="某企业"))
    grant = funds.enter(officer, fund, line("grant", "80", worker=dropped))
    merge(officer, kept.pk, dropped.pk, "同一人，两次登记")
    grant.refresh_from_db()
    assert (grant.worker, grant.amount) == (kept, D(-80))


def test_a_fund_closes_empty_or_with_a_destination(officer, fund):
    funds.enter(officer, fund, line("donation", "100", party="某企业"))
    with pytest.raises(Refused, match=r"还剩 ¥100\.00，请写明转给谁"):
        funds.close(officer, fund, TODAY, " ", "")
    with pytest.raises(Refused, match="还有收支"):
        funds.close(officer, fund, TODAY - timedelta(days=1), "慈善总会", "")
    closed = funds.close(officer, fund, TODAY, "厦门市慈善总会", "清算报告")
    last = fund.entries.get(kind="transfer")
    assert (closed.closed_on, last.amount, last.party, balance(fund)) == (TODAY, D(-100), "厦门市慈善总会", D(0))
    for work in (
        lambda: funds.enter(officer, fund, line("donation", "1", party="某企业")),
        lambda: funds.reverse(officer, last, TODAY, "弄错"),
        lambda: funds.close(officer, fund, TODAY, "", ""),
        lambda: funds.save(officer, fund),
    ):
        with pytest.raises(Refused, match="已于"):
            work()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        FundEntry.objects.create(fund=fund, on=TODAY, kind="donation", amount=1, reason="-")
    empty = make_fund()
    funds.close(officer, empty, TODAY, "", "")
    assert not empty.entries.exists()
    assert set(AwardFund.objects.closed(TODAY)) == {fund, empty} and not AwardFund.objects.open(TODAY).exists()


def test_who_registers_who_enters_and_who_only_looks(officer):
    founder = make.make_employer("E01", region="350203001")
    fund = make_fund(founder_kind="organisation", employer=founder)
    clerk, stranger = make.make_member(founder), make.make_member(make.make_employer("E01", region="350203001"))
    worker = make.make_account(make.make_staff(founder))
    others = (
        make.make_user("district_officer", region="350206"),
        make.make_user("bureau_officer", bureau="education"),
        stranger,
        worker,
    )
    for user in (officer, clerk, make.make_user("city_officer")):
        funds.enter(user, fund, line("donation", "10", party="某企业"))
    for user in others:
        with pytest.raises(PermissionDenied):
            funds.enter(user, fund, line("donation", "10", party="某企业"))
        assert client_of(user).get(f"/awards/funds/{fund.pk}/").status_code in (403, 404)
    for user in (clerk, *others):
        with pytest.raises(PermissionDenied):
            funds.save(user, AwardFund(name="x", region_id="350203", founder_kind="enterprise", founder="x"))
        with pytest.raises(PermissionDenied):
            funds.close(user, fund, TODAY, "x", "")
    page = client_of(clerk).get(f"/awards/funds/{fund.pk}/").content.decode()
    assert "记一笔" in page and f"/awards/funds/{fund.pk}/close/" not in page


def test_a_district_registers_no_fund_of_the_city(officer):
    with pytest.raises(PermissionDenied):
        funds.save(officer, AwardFund(name="x", region_id="3502", founder_kind="enterprise", founder="x"))
    city_fund = make_fund("3502")
    with pytest.raises(PermissionDenied):
        funds.enter(officer, city_fund, line("donation", "10", party="某企业"))


def test_a_missing_basis_is_told_and_found(officer):
    for missing in ({"legal_form": ""}, {"registration": ""}, {"registered_on": None}):
        fund = make_fund(**missing)
        page = client_of(officer).get(f"/awards/funds/{fund.pk}/").content.decode()
        assert "没有登记依据" in page and "三(二)-7" in page
    lawful = make_fund()
    assert "没有登记依据" not in client_of(officer).get(f"/awards/funds/{lawful.pk}/").content.decode()
    assert AwardFund.objects.without_basis().count() == 3
    assert list(AwardFund.objects.with_basis()) == [lawful]
    listed = client_of(officer).get("/awards/funds/?basis=there").content.decode()
    assert lawful.name in listed and fund.name not in listed


def test_the_register_is_kept_in_the_browser(officer):
    client, founder = client_of(officer), make.make_employer("E01", region="350203001")
    sent = {
        "name": "演示奖励基金", "founder_kind": "organisation", "founder": founder.name, "region": "350203",
        "employer_code": founder.credit_code, "legal_form": "", "registration": "", "registered_by": "",
        "registered_on": "", "purpose": "",
    }  # fmt: skip
    assert client.post("/awards/funds/new/", sent | {"employer_code": "x"}).status_code == 422
    assert client.post("/awards/funds/new/", sent | {"region": "3502"}).status_code == 422
    assert client.post("/awards/funds/new/", sent | {"founder_kind": "person"}).status_code == 422
    assert client.post("/awards/funds/new/", sent).status_code == 302
    fund = AwardFund.objects.get()
    assert fund.employer == founder and not fund.lawful
    again = client.post("/awards/funds/new/", sent)
    assert again.status_code == 422 and "已经登记" in again.content.decode()
    assert (
        client.post(f"/awards/funds/{fund.pk}/edit/", sent | {k: str(v) for k, v in LAWFUL.items()}).status_code == 302
    )
    assert AwardFund.objects.get().lawful


def test_a_grant_names_the_person_by_name_and_number(officer, fund):
    client, worker = client_of(officer), make.make_worker()
    address = f"/awards/funds/{fund.pk}/enter/"
    sent = {"on": f"{TODAY:%Y-%m-%d}", "reason": "突出贡献", "party": "", "document": "", "name": "", "number": ""}
    given = sent | {"kind": "donation", "amount": "500", "party": "某企业"}
    assert client.post(address, given | {"party": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    grant = sent | {"kind": "grant", "amount": "200"}
    for wrong in (
        {},
        {"name": worker.name},
        {"name": "别人", "number": worker.identity},
        {"name": worker.name, "number": worker.identity, "amount": "-1"},
        {"name": worker.name, "number": worker.identity, "amount": "1.001"},
        {"name": worker.name, "number": worker.identity, "kind": "interest"},
    ):
        assert client.post(address, grant | wrong).status_code == 422, wrong
    named = grant | {"name": worker.name, "number": worker.identity}
    refused = client.post(address, named | {"amount": "501"})
    assert refused.status_code == 422 and "还剩 ¥500.00" in refused.content.decode()
    assert client.post(address, named).status_code == 302
    page = client.get(f"/awards/funds/{fund.pk}/").content.decode()
    assert worker.name in page and worker.identity not in page and "¥300.00" in page
    entry = fund.entries.get(kind="grant")
    back = f"/awards/funds/{fund.pk}/lines/{entry.pk}/reverse/"
    assert client.post(back, {"on": f"{TODAY:%Y-%m-%d}", "reason": ""}).status_code == 422
    assert client.post(back, {"on": f"{TODAY:%Y-%m-%d}", "reason": "发错人"}).status_code == 302
    page = client.get(f"/awards/funds/{fund.pk}/").content.decode()
    assert "已由第 3 笔冲正" in page and "冲正第 2 笔" in page


def test_the_ledger_shows_a_name_and_nothing_of_the_identity(officer, fund):
    worker = make.make_worker()
    funds.enter(officer, fund, line("donation", "500", party="某企业"))
    entry = funds.enter(officer, fund, line("grant", "200", worker=worker))
    client, address = client_of(officer), f"/awards/funds/{fund.pk}/"
    columns = "&".join(f"cols={each}" for each in ("who", "reason", "document", "recorded_by"))
    sheet = b"".join(client.get(f"{address}?export=xlsx").streaming_content)
    cells = openpyxl.load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True)
    paper = pypdf.PdfReader(io.BytesIO(client.get(f"{address}?export=pdf").getvalue())).pages
    told = {
        "page": client.get(address).content.decode(),
        "all columns": client.get(f"{address}?{columns}").content.decode(),
        "reversal": client.get(f"{address}lines/{entry.pk}/reverse/").content.decode(),
        "sheet": str(list(cells)),
        "paper": "".join(each.extract_text() for each in paper),
    }
    assert [where for where, text in told.items() if worker.name not in text] == []
    marks = (worker.identity_mask, worker.identity)
    assert [where for where, text in told.items() if any(each in text for each in marks)] == []


def test_the_ledger_pages_by_key_in_a_fixed_number_of_queries(officer, fund, django_assert_max_num_queries):
    client = client_of(officer)
    for number in range(60):
        entry = funds.enter(officer, fund, line("donation", f"{number + 1}", party=f"捐赠人{number}"))
        if number % 10 == 0:
            funds.reverse(officer, entry, TODAY, "退回")
    with django_assert_max_num_queries(20):
        page = client.get(f"/awards/funds/{fund.pk}/").content.decode()
    assert "捐赠人59" in page and "捐赠人1<" not in page and "下一页" in page
    assert client.get(f"/awards/funds/{fund.pk}/?export=pdf").status_code == 200


def test_a_past_day_shows_the_ledger_of_that_day(officer, fund):
    client, before = client_of(officer), TODAY - timedelta(days=10)
    funds.enter(officer, fund, line("donation", "100", before, party="早的"))
    funds.enter(officer, fund, line("donation", "7", TODAY, party="晚的"))
    client.get(f"/policy/?on={TODAY - timedelta(days=5):%Y-%m-%d}")
    page = client.get(f"/awards/funds/{fund.pk}/").content.decode()
    assert "早的" in page and "晚的" not in page and "¥107.00" not in page and "记一笔" not in page
    assert client.get(f"/awards/funds/{fund.pk}/enter/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_cannot_overdraw():
    officer, fund = make.make_user("district_officer"), make_fund()
    people = [make.make_worker() for _ in range(4)]
    funds.enter(officer, fund, line("donation", "150", party="某企业"))
    works = [lambda who=who: funds.enter(officer, fund, line("grant", "100", worker=who)) for who in people]
    refused = at_once(*works)
    assert len(refused) == 3 and all(isinstance(each, Refused) and "还剩 ¥50.00" in str(each) for each in refused)
    assert balance(fund) == 50 and fund.entries.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_line_is_not_taken_back_twice_at_once():
    officer, fund = make.make_user("district_officer"), make_fund()
    entry = funds.enter(officer, fund, line("donation", "100", party="某企业"))
    funds.enter(officer, fund, line("donation", "100", party="某企业"))
    refused = at_once(*(lambda: funds.reverse(officer, entry, TODAY, "退回") for _ in range(3)))
    assert len(refused) == 2 and all(isinstance(each, Refused) for each in refused)
    assert balance(fund) == 100
