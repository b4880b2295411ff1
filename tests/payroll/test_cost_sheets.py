"""Cost sheets: written by one officer and approved by another, edited only as drafts, printed, judged, and who sees."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from decimal import Decimal as D

import openpyxl
import pypdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from payroll import cost_sheets
from payroll.models import CostLine, CostSheet
from supervision.selectors.measures import measures
from tests import builders as make
from tests.payroll.sheets import (
    TODAY,
    approved,
    make_guidance,
    make_project,
    make_sheet,
    move,
    other,
    person,
    started,
)
from xmsw.workflow.models import Waiting
from xmsw.workflow.refusals import Overtaken, Refused

pytestmark = pytest.mark.django_db


def sent(people=(), others=(), do="save", **head):
    """What the form posts: rows as dictionaries."""
    data = {"priced_on": f"{TODAY:%Y-%m-%d}", "note": "", "do": do, **head}
    for prefix, rows in (("people", people), ("others", others)):
        data |= {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
        data |= {f"{prefix}-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}
    return data


WORKERS = {"title": "驻点社工", "rung": "social_worker_3", "heads": "2", "months": "12", "pay": ""}
EVENT = {"category": "activity", "title": "小组活动", "quantity": "", "unit": "", "price": "1234.5"}
BLANK = {"title": "", "rung": "", "heads": "", "months": "", "pay": ""}


def test_a_sheet_is_written_in_the_browser_without_a_script(signed_in, writer, project):
    client = signed_in(writer)
    address = f"/payroll/projects/{project.pk}/costs/new/"
    assert client.get(address).status_code == 200
    more = client.post(address, sent([WORKERS, {**WORKERS, "title": "不要", "remove": "on"}], [EVENT], "add-people"))
    assert [row.initial.get("title", "") for row in more.context["tables"]["people"]] == ["驻点社工", "", ""]
    assert not CostSheet.objects.exists()
    tried = client.post(address, sent([WORKERS], [EVENT], "price"))
    assert "312,458.16" in tried.content.decode()
    assert not CostSheet.objects.exists()
    done = client.post(address, sent([WORKERS, BLANK], [EVENT]))
    sheet = CostSheet.objects.get()
    assert done.url == f"/payroll/costs/{sheet.pk}/"
    # 2 × 12 × 13,019.09 (test_costing) and 1 × 1,234.50
    assert [line.amount for line in sheet.lines.all()] == [D("312458.16"), D("1234.50")]
    edited = client.post(f"/payroll/costs/{sheet.pk}/edit/", sent([{**WORKERS, "heads": "1"}], []))
    assert edited.status_code == 302
    assert [line.amount for line in sheet.lines.all()] == [D("156229.08")]


@pytest.mark.parametrize(
    ("people", "others", "sentence"),
    [
        ([{**WORKERS, "heads": ""}], [], "请填人数"),
        ([{**WORKERS, "heads": "0"}], [], "1"),
        ([{**WORKERS, "rung": "senior"}], [], "没有规定高级社会工作师的数额"),
        ([], [{**EVENT, "category": ""}], "请填类别"),
        ([], [{**EVENT, "quantity": "99999.99", "price": "9999999999"}], "金额太大"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_and_nothing_is_stored(signed_in, writer, project, people, others, sentence):
    answer = signed_in(writer).post(f"/payroll/projects/{project.pk}/costs/new/", sent(people, others))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CostSheet.objects.exists()


def test_who_hands_in_does_not_approve_and_approving_supersedes(writer, approver, project):
    sheet = started(writer, project)
    with pytest.raises(Overtaken):
        move(approver, sheet, "approve")
    move(writer, sheet, "submit")
    assert Waiting.objects.get(flow="cost-sheet").subject_id == sheet.pk
    with pytest.raises(Refused, match="另一个人审定"):
        move(writer, sheet, "approve")
    sheet = move(approver, sheet, "approve")
    assert sheet.approved_on == TODAY
    second = cost_sheets.new_version(writer, sheet)
    assert (second.version, second.state) == (2, "draft")
    assert [line.amount for line in second.lines.all()] == [line.amount for line in sheet.lines.all()]
    move(writer, second, "submit")
    move(approver, second, "approve")
    assert dict(CostSheet.objects.values_list("version", "state")) == {1: "superseded", 2: "approved"}
    assert not Waiting.objects.exists()


def test_returned_with_a_reason_it_can_be_mended_and_withdrawn(writer, approver, project):
    sheet = started(writer, project)
    move(writer, sheet, "submit")
    with pytest.raises(Refused, match="写明意见"):
        move(approver, sheet, "return")
    move(approver, sheet, "return", "明细要说明")
    cost_sheets.store(writer, sheet.pk, TODAY, "已说明", [person(heads=1)])
    move(writer, sheet, "abandon")
    with pytest.raises(Overtaken, match="已撤销"):
        cost_sheets.store(writer, sheet.pk, TODAY, "", [person()])
    assert started(writer, project).version == 2


@pytest.mark.parametrize(("lines", "sentence"), [([], "没有任何明细"), ([other()], "没有人员薪酬福利的明细")])
def test_without_a_labour_line_it_is_not_handed_in(writer, project, lines, sentence):
    sheet = cost_sheets.start(writer, project, TODAY, "", lines)
    with pytest.raises(Refused, match=sentence):
        move(writer, sheet, "submit")


def test_an_approved_sheet_is_not_edited_and_only_one_is_open(signed_in, writer, approver, project):
    sheet = approved(writer, approver, project)
    with pytest.raises(Overtaken):
        cost_sheets.store(writer, sheet.pk, TODAY, "", [person()])
    client = signed_in(writer)
    assert client.post(f"/payroll/costs/{sheet.pk}/edit/", sent([WORKERS])).status_code == 302
    assert sheet.lines.count() == 2
    copied = client.post(f"/payroll/costs/{sheet.pk}/copy/")
    draft = CostSheet.objects.get(version=2)
    assert copied.url == f"/payroll/costs/{draft.pk}/edit/"
    total = f"¥{sum(line.amount for line in draft.lines.all()):,.2f}"
    assert total in client.get(copied.url).content.decode(), "what the new version comes to is there at once"
    for each in (sheet, draft):
        page = client.get(f"/payroll/costs/{each.pk}/").content.decode()
        beside = page.split('id="beside"', 1)[1].split("</section>", 1)[0]
        assert "第 1 版 →" in beside and f'href="/payroll/costs/{draft.pk}/"' in beside
        assert beside.count(total) >= 2, "the same lines by the same standard"
    client.post(f"/payroll/costs/{sheet.pk}/copy/")
    assert CostSheet.objects.count() == 2
    with pytest.raises(Refused, match="已有一份在编的"):
        started(writer, project)
    assert client.get(f"/payroll/projects/{project.pk}/costs/new/").url == f"/payroll/costs/{draft.pk}/"


def test_a_new_version_follows_the_new_standard_where_the_old_one_was_followed(writer, approver, project):
    yesterday = TODAY - timedelta(days=1)
    sheet = approved(writer, approver, project, person(), person("assistant_2", pay=D("8000")))
    old = sheet.standard
    type(old).objects.filter(pk=old.pk).update(state="superseded", end=yesterday)
    make_guidance(None, base_wage=D("120000"), start=TODAY, document="新标准")
    first, second = cost_sheets.new_version(writer, sheet).lines.all()
    # 120,000 × 1.10 ÷ 12 = 11,000.00, no float of the district on the new standard yet
    assert (first.pay, second.pay) == (D("11000.00"), D("8000.00"))
    assert sheet.lines.first().pay == D("9743.83")


def test_the_database_holds_a_line_to_its_factors(writer, project):
    line = started(writer, project).lines.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        CostLine.objects.filter(pk=line.pk).update(amount=line.amount + D("0.01"))


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_leave_one_approved(writer, approver, project):
    third = make.make_user("district_officer", region="350203")
    before = approved(writer, approver, project)
    sheet = cost_sheets.new_version(writer, before)
    move(writer, sheet, "submit")
    barrier, told = threading.Barrier(2), []

    def decide(user) -> None:
        barrier.wait()
        try:
            move(user, sheet, "approve")
        except Overtaken as refusal:
            told.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(user,)) for user in (approver, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(CostSheet.objects.values_list("version", "state")) == {1: "superseded", 2: "approved"}
    assert len(told) == 1
    assert "不能再审定" in told[0]


@pytest.mark.django_db(transaction=True)
def test_two_drafts_started_at_once_leave_one(writer, approver, project):
    barrier, told = threading.Barrier(2), []

    def begin(user) -> None:
        barrier.wait()
        try:
            started(user, project)
        except Refused as refusal:
            told.append(refusal.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(user,)) for user in (approver, writer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CostSheet.objects.count() == 1
    assert told == ["这个项目已有一份在编的成本核算表，请在它上面修改。"]


def test_the_page_traces_each_figure_and_says_what_to_look_at(
    signed_in, writer, project, django_assert_max_num_queries
):
    sheet = started(writer, project, person(), person("assistant_2"), other("activity", "400000"))
    client = signed_in(writer)
    with django_assert_max_num_queries(40):
        page = client.get(f"/payroll/costs/{sheet.pk}/").content.decode()
    for words in (
        "111,358.02",
        "+5%",
        "区文件",
        "测试标准",
        "9,000.00 × 16% = ¥1,440.00",
        "厦民〔2022〕20号",
        "高于 30%",
    ):
        assert words in page, words
    assert f"/payroll/standards/{sheet.standard_id}/" in page


def test_paper_and_table_hold_the_figures(signed_in, writer, project):
    sheet = started(writer, project)
    client = signed_in(writer)
    paper = b"".join(client.get(f"/payroll/costs/{sheet.pk}/?export=pdf").streaming_content)
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(paper)).pages)
    for words in ("政府购买社会工作服务成本核算表", "312,458.16", "313,458.16", "9,743.83", "99.68%", project.title):
        assert words in text, words
    book = b"".join(client.get(f"/payroll/costs/{sheet.pk}/?export=xlsx").streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).active.values)
    assert rows[1][-1] == pytest.approx(312458.16)
    assert rows[-1][2] == "合计"
    assert rows[-1][-1] == pytest.approx(313458.16)


def test_on_a_past_day_the_version_approved_by_then_counts(writer, approver, project):
    """Approved ten days ago, superseded today: the clause tells of the first one until yesterday."""
    first = approved(writer, approver, project)
    CostSheet.objects.filter(pk=first.pk).update(approved_on=TODAY - timedelta(days=10))
    second = cost_sheets.new_version(writer, first)
    move(writer, second, "submit")
    move(approver, second, "approve")
    officer = make.make_user("city_officer")
    for days, n in ((11, 0), (10, 1), (1, 1), (0, 1)):
        told = measures(officer, TODAY - timedelta(days=days))
        assert told["三(一)-7"].endswith(f"有审定成本核算表的 {n} 个"), days
        assert told["三(一)-8"].startswith(f"审定的成本核算表 {n} 份"), days


def test_the_list_shows_totals_and_filters_by_the_ratio(signed_in, writer, project):
    make_sheet(project, [person(), other("activity", "400000")])
    fine = make_project(title="占比够的", provider=project.provider)
    make_sheet(fine, [person()])
    client = signed_in(writer)
    listed = client.get("/payroll/costs/?low=yes").context["page"].rows
    assert [each.project.title for each in listed] == [project.title]
    assert "100.00%" in client.get("/payroll/costs/?low=no&sort=-total").content.decode()
    assert client.get("/payroll/costs/?export=xlsx").status_code == 200


def test_who_sees_a_sheet(signed_in, writer, approver, project):
    sheet = approved(writer, approver, project)
    clerk = make.make_member(project.provider)
    others = {
        "another provider's clerk": make.make_member(make.make_employer("E01", region="350203001")),
        "another district": make.make_user("district_officer", region="350206"),
        "a bureau's officer": make.make_user("bureau_officer", bureau="civil_affairs", region="350203"),
        "a person": make.make_account(make.make_staff(project.provider)),
    }
    address = f"/payroll/costs/{sheet.pk}/"
    page = signed_in(clerk).get(address)
    assert page.status_code == 200
    assert not page.context["editable"]
    assert not page.context["may_copy"]
    assert "新版本" not in page.content.decode()
    assert signed_in(clerk).get("/payroll/projects/").status_code == 200
    assert signed_in(clerk).get(f"{address}edit/").status_code == 403
    with pytest.raises(PermissionDenied):
        cost_sheets.new_version(clerk, sheet)
    with pytest.raises(PermissionDenied):
        move(clerk, sheet, "approve")
    for who, user in others.items():
        assert signed_in(user).get(address).status_code in (403, 404), who
