"""Rectification: numbers by area and year, answers item by item, a look by somebody else, the ledger, the paper."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from supervision import inspecting, rectifying
from supervision.flows.rectification import RECTIFICATION
from supervision.models import Finding, Inspection, OrderCounter, OrderItem, RectificationOrder
from supervision.models.rectification import NOT_ONESELF
from supervision.runs import execute_here, start_run
from supervision.selectors.ledger import stages
from supervision.selectors.obligations import verdicts_for
from tests import builders as make
from tests.supervision.inspections import DUE, TODAY, answered, make_order, make_plan, officer, recorded, under_way
from tests.supervision.test_inspections import at_once
from tests.supervision.test_pages_lists import exported
from xmsw.dated import months_later
from xmsw.notices.models import Notice
from xmsw.policy.actions import set_parameter
from xmsw.policy.outcomes import Outcome
from xmsw.workflow.actions import move
from xmsw.workflow.models import Attachment, Waiting
from xmsw.workflow.refusals import Refused
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
WHY = Decision(opinion="材料看不清")


@pytest.fixture
def employer():
    return make.make_employer("E01", region="350203001")


@pytest.fixture
def clerk(employer):
    return make.make_member(employer)


@pytest.fixture
def issuer():
    return officer()


def outcome(code: str, area: str, on=TODAY) -> str | None:
    found = [each for each in verdicts_for(None, on) if each.rule.code == code and each.subject_id == area]
    return Outcome(found[0].outcome).code if found else None


def test_numbers_run_by_area_and_year(employer, issuer):
    city = officer("3502")
    numbers = [make_order(who, employer).number for who in (issuer, issuer, city)]
    year = TODAY.year
    assert numbers == [f"厦思民社工改〔{year}〕1号", f"厦思民社工改〔{year}〕2号", f"厦民社工改〔{year}〕1号"]


def test_the_employer_is_told_and_sees_its_own_alone(employer, issuer, clerk, signed_in):
    order = make_order(issuer, employer, "岗位缺人")
    assert Notice.objects.get(user=clerk).url == f"/supervision/rectification/{order.pk}/"
    page = signed_in(clerk).get(f"/supervision/rectification/{order.pk}/").content.decode()
    assert "岗位缺人" in page
    other = make.make_member(make.make_employer("E01", region="350203001"))
    assert signed_in(other).get(f"/supervision/rectification/{order.pk}/").status_code == 404
    assert order.number not in signed_in(other).get("/supervision/rectification/").content.decode()


def test_two_members_do_not_make_an_order_two(employer, issuer, clerk):
    make.make_member(employer)
    make_order(issuer, employer)
    assert RectificationOrder.objects.visible_to(clerk).count() == 1
    assert RectificationOrder.objects.visible_to(issuer).count() == 1


def test_every_item_is_answered_before_it_is_handed_in(employer, issuer, clerk):
    order = make_order(issuer, employer, "一", "二")
    rectifying.answer(clerk, order, order.items.first().pk, "已改")
    with pytest.raises(Refused, match="第 2 项还没有填"):
        move(clerk, RECTIFICATION, order.pk, "respond")
    assert not Waiting.objects.filter(flow="rectification").exists()
    answered(order, clerk)
    waiting = Waiting.objects.get(flow="rectification")
    assert (waiting.region_code, waiting.title) == ("350203", order.number)


def test_evidence_is_kept_with_its_item(employer, issuer, clerk, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order = make_order(issuer, employer)
    file = io.BytesIO(b"%PDF-1.7 proof")
    file.name = "合同.pdf"
    address = f"/supervision/rectification/{order.pk}/items/{order.items.get().pk}/"
    signed_in(clerk).post(address, {"response": "已补签", "files": file})
    assert Attachment.objects.get(flow="rectification").name == "第1项-合同.pdf"
    assert order.items.get().response == "已补签"


def upload(client, order, name: str) -> Attachment:
    """A file from the page of the first item."""
    file = io.BytesIO(b"%PDF-1.7 proof")
    file.name = name
    item = order.items.first()
    client.post(f"/supervision/rectification/{order.pk}/items/{item.pk}/", {"response": "已补签", "files": file})
    return Attachment.objects.get(flow="rectification", name__endswith=name)


def test_what_was_judged_stays_when_an_answer_is_sent_back(employer, issuer, clerk, signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order, ours = make_order(issuer, employer), signed_in(clerk)
    wrong, proof = upload(ours, order, "传错.pdf"), upload(ours, order, "合同.pdf")
    ours.post(f"/desk/files/{wrong.pk}/remove/")
    answered(order, clerk)
    move(officer(), RECTIFICATION, order.pk, "send-back", WHY)
    assert "要留作依据" in ours.post(f"/desk/files/{proof.pk}/remove/", follow=True).content.decode()
    newer = upload(ours, order, "补签.pdf")
    ours.post(f"/desk/files/{newer.pk}/remove/")
    assert list(Attachment.objects.filter(flow="rectification")) == [proof]
    assert (tmp_path / "exchange" / proof.stored_as).exists()


def test_neither_who_issued_nor_who_answered_closes(employer, issuer, clerk):
    order = answered(make_order(issuer, employer), clerk)
    for name, decision in (("close", Decision()), ("send-back", WHY)):
        with pytest.raises(Refused, match="不能由自己复核销号"):
            move(issuer, RECTIFICATION, order.pk, name, decision)
        with pytest.raises(PermissionDenied):
            move(clerk, RECTIFICATION, order.pk, name, decision)
    other = officer()
    done = move(other, RECTIFICATION, order.pk, "close")
    assert (done.state, done.reviewed_by, done.closed_on) == ("closed", other, TODAY)


@pytest.mark.parametrize("who", ["issued_by", "responded_by"])
def test_the_database_holds_that_too(employer, issuer, clerk, who):
    order = answered(make_order(issuer, employer), clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        RectificationOrder.objects.filter(pk=order.pk).update(
            state="closed", closed_on=TODAY, reviewed_by=getattr(order, who)
        )


def test_an_officer_who_answers_for_an_employer_without_account_does_not_close(employer, issuer):
    order, writer = make_order(issuer, employer), officer()
    answered(order, writer)
    with pytest.raises(Refused) as refusal:
        move(writer, RECTIFICATION, order.pk, "close")
    assert refusal.value.sentence == NOT_ONESELF
    make.make_member(employer)
    assert not rectifying.answers(writer, order), "its own people do, once it has some"


def test_sent_back_it_is_answered_anew_and_may_be_closed_by_the_same_eye(employer, issuer, clerk):
    order, eye = answered(make_order(issuer, employer), clerk), officer()
    with pytest.raises(Refused, match="意见"):
        move(eye, RECTIFICATION, order.pk, "send-back")
    back = move(eye, RECTIFICATION, order.pk, "send-back", WHY)
    assert (back.state, back.responded_on) == ("sent_back", None)
    assert Notice.objects.filter(user=clerk, stage__startswith="back-").exists()
    answered(order, clerk)
    assert move(eye, RECTIFICATION, order.pk, "close").reviewed_by == eye


def test_another_area_does_not_decide(employer, issuer, clerk):
    order = answered(make_order(officer("3502"), employer), clerk)
    with pytest.raises(Refused, match="由签发的民政部门办理"):
        move(officer(), RECTIFICATION, order.pk, "close")
    with pytest.raises(RectificationOrder.DoesNotExist):
        move(officer("350206"), RECTIFICATION, order.pk, "close")
    with pytest.raises(PermissionDenied):
        make_order(officer("350206"), employer)


def test_an_order_is_taken_back_with_a_reason(employer, issuer):
    order = make_order(issuer, employer)
    with pytest.raises(Refused):
        move(issuer, RECTIFICATION, order.pk, "cancel")
    assert move(issuer, RECTIFICATION, order.pk, "cancel", WHY).cancelled_because == "材料看不清"


def test_failed_lines_become_an_order_once(employer, signed_in):
    two = [officer(), officer()]
    make.make_post(employer)
    unit = recorded(under_way(two[0], two).units.get(), *two, seen=0, note="门关着")
    fault = rectifying.faults_of_unit(unit)[0]
    assert fault.problem == "社工岗位：登记 1 个，现场 0 个；门关着"
    assert stages(two[0], TODAY)["unordered"] == 1
    form = {"due_on": f"{DUE}", "in_charge": two[0].pk, f"{fault.key}-chosen": "on"}
    form |= {f"{fault.key}-problem": fault.problem, f"{fault.key}-remedy": "补齐"}
    client = signed_in(two[0])
    assert client.post(f"/supervision/inspections/units/{unit.pk}/rectify/", form).status_code == 302
    order = RectificationOrder.objects.get()
    assert (order.unit, order.items.get().record.unit) == (unit, unit)
    assert rectifying.faults_of_unit(unit) == []
    assert stages(two[0], TODAY)["unordered"] == 0
    assert order.number in client.get(f"/supervision/inspections/units/{unit.pk}/").content.decode()
    again = OrderItem(clause_id="二(二)-3", problem="同一项", remedy="-", record=order.items.get().record)
    with pytest.raises(Refused, match="已经在"):
        rectifying.issue(two[0], employer, [again], DUE)


def test_a_finding_leads_to_its_order_and_back(employer, issuer, signed_in):
    make.make_post(employer, grade=None)
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    faults = rectifying.faults_of_employer(issuer, employer)
    assert faults
    items = rectifying.items_of(faults[:1], {faults[0].key: {"problem": "未定级", "remedy": "定级"}})
    order = rectifying.issue(issuer, employer, items, DUE)
    client = signed_in(issuer)
    assert order.number in client.get(f"/supervision/employers/{employer.pk}/").content.decode()
    page = client.get(f"/supervision/rectification/{order.pk}/").content.decode()
    assert f"/supervision/employers/{employer.pk}/" in page
    assert faults[0].key not in {each.key for each in rectifying.faults_of_employer(issuer, employer)}
    assert order.items.get().finding == Finding.objects.get(pk=faults[0].finding.pk)


def test_the_ledger_is_filtered_exported_and_counted(employer, issuer, clerk, signed_in):
    late = make_order(issuer, employer, "晚")
    RectificationOrder.objects.filter(pk=late.pk).update(
        issued_on=TODAY - timedelta(days=9), due_on=TODAY - timedelta(days=2)
    )
    done = answered(make_order(issuer, employer, "好"), clerk)
    client = signed_in(issuer)
    page = client.get("/supervision/rectification/?overdue=yes").content.decode()
    assert late.number in page
    assert "逾期 2 天" in page
    assert done.number not in page
    assert stages(issuer, TODAY) == {
        "ordered": 1, "responded": 1, "closed": 0, "overdue": 1, "escalated": 0, "found": 0, "unordered": 0,
    }  # fmt: skip
    found = exported(client.get("/supervision/rectification/?state=responded&clause=二(二)-3&export=xlsx"))
    assert [row[0] for row in found[1:]] == [done.number]
    assert client.get("/supervision/rectification/?export=pdf").headers["Content-Type"] == "application/pdf"


def test_the_ledger_takes_as_many_queries_whatever_there_is(employer, issuer, signed_in):
    client = signed_in(issuer)
    make_order(issuer, employer)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/supervision/rectification/")
        counts.append(len(asked))
        for number in range(3):
            make_order(officer(), make.make_employer("E01", region="350203001"), f"{number}")
    assert counts[0] == counts[1]


def test_the_paper_says_what_is_ordered(employer, issuer, signed_in):
    order = make_order(issuer, employer, "缺 2 人 #import $x$")
    answer = signed_in(issuer).get(f"/supervision/rectification/{order.pk}/?export=pdf")
    pages = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content))).pages
    text = "".join(page.extract_text() for page in pages).replace("\n", "")
    for words in (order.number, "厦门市思明区民政局", employer.name, "#import $x$", f"{DUE.month}月{DUE.day}日"):
        assert words in text


def test_a_city_and_each_district_inspect_within_the_months():
    planner = officer()
    assert outcome("inspections-regular", "350203") == outcome("inspections-regular", "3502") == "warning"
    plan = make_plan()
    Inspection.objects.filter(pk=plan.pk).update(started_on=months_later(TODAY, -14))
    assert outcome("inspections-regular", "350203") == "met", "on its way"
    Inspection.objects.filter(pk=plan.pk).update(closed_on=months_later(TODAY, -12))
    assert outcome("inspections-regular", "350203") == "met"
    Inspection.objects.filter(pk=plan.pk).update(closed_on=months_later(TODAY, -12) - timedelta(days=1))
    assert outcome("inspections-regular", "350203") == "warning"
    assert outcome("inspections-regular", "350203", on=TODAY - timedelta(days=1)) == "met"
    set_parameter(make.make_user("city_officer"), "inspection_interval_months", "24", TODAY, "新的办法")
    assert outcome("inspections-regular", "350203") == "met"
    assert outcome("inspections-regular", "3502") == "warning", "a district's is not the city's"
    assert not inspecting.plans(planner, Inspection(region_id="3502"))


def test_an_overdue_order_is_a_warning_of_its_area(employer, issuer, clerk):
    assert outcome("rectified-in-time", "350203") is None
    order = make_order(issuer, employer)
    assert outcome("rectified-in-time", "350203") == "met"
    RectificationOrder.objects.filter(pk=order.pk).update(
        issued_on=TODAY - timedelta(days=9), due_on=TODAY - timedelta(days=1)
    )
    assert outcome("rectified-in-time", "350203") == "warning"
    assert outcome("rectified-in-time", "350203", on=TODAY - timedelta(days=1)) == "met"
    assert outcome("rectified-in-time", "3502") is None
    answered(order, clerk)
    assert outcome("rectified-in-time", "350203") == "met"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_different_numbers():
    users = [officer() for _ in range(3)]
    employers = [make.make_employer("E01", region="350203001") for _ in users]
    by_user = dict(zip(users, employers, strict=True))
    assert at_once(lambda user: make_order(user, by_user[user]), users) == ["done"] * 3
    assert sorted(RectificationOrder.objects.values_list("serial", flat=True)) == [1, 2, 3]
    assert OrderCounter.objects.get().last == 3


@pytest.mark.django_db(transaction=True)
def test_two_at_once_close_once():
    employer = make.make_employer("E01", region="350203001")
    order = answered(make_order(officer(), employer), make.make_member(employer))
    eyes = [officer(), officer()]
    outcomes = at_once(lambda user: move(user, RECTIFICATION, order.pk, "close"), eyes)
    assert sorted(outcomes) == ["done", "told"]
    assert Notice.objects.filter(stage="closed").count() == 1
