"""Whoever may not see pay meets no amount of it: a walk through lists, exports, prints and people's records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from posts.models import Employer
from supervision.runs import execute_here, start_run
from tests import builders as make
from tests.payroll.sheets import make_terms
from tests.walking import walk, words_of
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.exchange.models import Batch
from xmsw.policy import facts, rules
from xmsw.policy.outcomes import Outcome

pytestmark = pytest.mark.django_db
TODAY = date.today()
# What 73519 a month, on a base of 61287, below a guidance of 88431 looks like wherever it is written.
AMOUNT = re.compile(r"(?<!\d)(73,?519|61,?287|88,?431)(?!\d)")


@pytest.fixture
def underpaid() -> Employer:
    """A community in 思明 with one person whose pay breaks every rule that speaks of amounts, judged."""
    make.make_standard(base_wage=Decimal(1326465), rungs={"assistant_2": "0.8"})
    employer = make.make_employer(kind="C02", competent_bureau="education")
    worker = make.make_worker(name="薪酬保密某人")
    employment = make.make_employment(worker, employer)
    make.make_appointment(worker, make.make_post(employer))
    make.make_pay(employment, base=Decimal(73519))
    make_terms(insurance_maximum=90000, fund_maximum=90000)
    make.make_insurance(employment, base=Decimal(61287))
    execute_here(start_run(day=TODAY, present=True, reason="test", dispatch=False))
    return employer


@pytest.fixture
def bureau(underpaid: Employer) -> User:
    officer = make.make_user("bureau_officer", bureau=underpaid.competent_bureau)
    assert not officer.can(Capability.VIEW_PAY)
    return officer


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def findings_pages() -> Iterator[str]:
    """The list and its exports: every rule, every outcome, today and on a past day."""
    past = f"&on={TODAY - timedelta(days=1)}"
    for rule in rules.rules("employment"):
        for outcome in ("", *(each.code for each in rule.outcomes())):
            yield f"/supervision/findings/?rule={rule.code}&outcome={outcome}"
        for day in ("", past):
            for export in ("xlsx", "pdf"):
                yield f"/supervision/findings/?rule={rule.code}{day}&export={export}"
        yield f"/supervision/findings/?rule={rule.code}{past}"
    for export in ("xlsx", "pdf"):
        yield f"/supervision/findings/?export={export}"


def test_the_findings_tell_that_pay_is_low_and_never_how_low(underpaid: Employer, bureau: User) -> None:
    client = client_of(bureau)
    told = {}
    for address in findings_pages():
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        told[address] = words_of(answer)
        assert AMOUNT.findall(told[address]) == [], address
    assert underpaid.name in told["/supervision/findings/?rule=guidance-standard&outcome="]
    assert underpaid.name in told["/supervision/findings/?rule=guidance-standard&export=xlsx"]
    assert "不低于薪酬指导标准" in told["/supervision/findings/?rule=guidance-standard&export=xlsx"]


def starts(employer: Employer) -> list[str]:
    worker = employer.employments.get().worker_id
    return [
        f"/supervision/employers/{employer.pk}/",
        f"/supervision/employers/{employer.pk}/findings/",
        f"/posts/employers/{employer.pk}/",
        f"/people/{worker}/",
        "/people/?export=xlsx",
        "/people/?export=pdf",
        "/",
    ]


def test_no_page_export_or_print_tells_an_amount(underpaid: Employer, bureau: User) -> None:
    seen = dict(walk(client_of(bureau), *starts(underpaid)))
    # What everybody's guidance is stands on the pages of the standards; whose rung it is stands nowhere.
    told = {address: text for address, text in seen.items() if "/standards/" not in address}
    assert {address: AMOUNT.findall(text) for address, text in told.items() if AMOUNT.search(text)} == {}
    assert not any(re.search(r"73,?519|61,?287", text) for text in seen.values())
    assert len(seen) > 60, "the walk came about"
    assert sum("薪酬保密某人" in text for text in seen.values()) > 3, "and met the person"


def test_the_same_walk_finds_the_amounts_for_whoever_may_see_them(underpaid: Employer) -> None:
    clerk = make.make_member(underpaid)
    seen = dict(walk(client_of(clerk), *starts(underpaid)))
    told = {found.replace(",", "") for text in seen.values() for found in AMOUNT.findall(text)}
    assert told == {"73519", "61287", "88431"}


def test_no_sentence_of_any_rule_tells_a_hidden_fact() -> None:
    for rule in rules.rules():
        hidden = rule.hidden(())
        for case in (None, *rule.cases):
            sentence = rule.sentence(case, hidden)
            assert rules.mentioned(sentence) & hidden == set(), rule.code
            if case is not None:
                assert rules.mentioned(case.mend) & hidden == set(), rule.code


def test_lists_by_employer_store_no_confidential_fact() -> None:
    declared = facts.get("employer").all_facts()
    assert [name for name, fact in declared.items() if fact.confidential] == []
    assert Outcome.MET in rules.by_code("guidance-standard").outcomes()


def test_pay_files_of_colleagues_are_for_whoever_may_see_pay() -> None:
    uploader, colleague = (make.make_user("bureau_officer", bureau="education") for _ in range(2))
    lead = make.make_user("district_officer")
    common = {"file_name": "薪酬.xlsx", "sha256": "0" * 64, "uploader": uploader, "org_unit": uploader.org_unit}
    pay = Batch.objects.create(kind="pay", **common)
    staff = Batch.objects.create(kind="staff", **common)

    def seen(user: User) -> set[int]:
        return set(Batch.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(uploader) == {pay.pk, staff.pk}
    assert seen(colleague) == {staff.pk}
    assert client_of(colleague).get(f"/exchange/{pay.pk}/").status_code == 404
    assert seen(lead) == {pay.pk, staff.pk}, "sees the lines of the district, and pay"
