"""The annual report: its numbers are those of the queries behind the screens, in every form."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from posts.models import Post
from supervision.figures import Told, read
from supervision.figures.declared import BY_KEY
from supervision.flows.rectification import RECTIFICATION
from supervision.models import ReportText, UpwardReport
from supervision.report.content import _worded, annual_report, material
from supervision.report.document import Number, Report, Section, Table
from supervision.report.files import FORMS
from supervision.runs import execute_here, start_run
from supervision.selectors import clause_states
from supervision.selectors.implementation import implementation
from supervision.selectors.measures_inspections import measures_inspections
from talents.models import Certificate, Employment
from tests import builders as make
from tests.supervision import registers as rows_of
from tests.supervision.inspections import make_order, officer
from xmsw.regions.models import Region
from xmsw.ui.templatetags.ui import wan
from xmsw.workflow.actions import move
from xmsw.workflow.registry import Decision

pytestmark = pytest.mark.django_db
TODAY = date.today()
CITY, SIMING = "3502", "350203"


@pytest.fixture
def city():
    """A city with something of most kinds, judged today."""
    employer = make.make_employer("C02", region=SIMING)
    post = make.make_post(employer)
    make.make_post(make.make_employer("C02", region="350206"), grade=None)
    make.make_appointment(make.make_staff(employer, level=2), post)
    for pays in ((5000, 9000), (6000, 7000, 8000), (6500, 7000, 7500)):
        agency = make.make_employer("E01")
        for base in pays:
            make.make_pay(make.make_staff(agency, level=1).employments.get(), base=base)
    rows_of.make_budget(amount=1234)
    rows_of.make_year_end(CITY, posts=1)
    execute_here(start_run(day=TODAY, present=True, reason="request", dispatch=False))
    return Region.objects.get(pk=CITY)


def table(report, title: str) -> dict[str, list[str]]:
    """Rows of a table by their first cell."""
    found = next(each for each in report.tables() if each.title == title)
    return {row[0]: row for row in found.texts()}


def test_each_number_is_that_of_the_query_behind_the_screen(city):
    report = annual_report(city, TODAY.year, TODAY)
    seats = table(report, "岗位与人员")
    assert seats["在设社工岗位（个）"][2:4] == ["1", f"{Post.objects.active(TODAY).count():,}"]
    employed = Employment.objects.in_force(TODAY)
    assert seats["在职社会工作者（人）"][3] == str(employed.values("worker").distinct().count())
    certified = Certificate.objects.filter(worker__employments__in=employed).values("worker").distinct().count()
    assert seats["持证在职人员（人）"][3] == str(certified)
    assert table(report, "薪酬与保障")["折合全职月薪平均"][3] == "¥7,000.00"
    assert table(report, "经费")["当年预算"][3] == "¥1,234.00"
    districts = table(report, "分区情况")
    assert [districts[name][1] for name in ("思明区", "湖里区", "厦门市")] == ["1", "1", "2"]


def test_a_past_year_nobody_calculated_says_why_figures_are_missing(city, signed_in):
    client, year = signed_in(make.make_user("city_officer", region=CITY)), TODAY.year - 2
    page = client.get(f"/supervision/report/?year={year}").content.decode()
    assert f"{reverse('supervision:overview')}?area={CITY}&amp;on={year}-12-31" in page
    assert "还没有核算过" in annual_report(city, year, TODAY).basis
    for told in (TODAY.year, TODAY.year - 1):  # today is calculated, last year was confirmed
        assert "还没有核算过" not in annual_report(city, told, TODAY).basis


def test_each_chart_draws_its_own_data(city, signed_in):
    text = signed_in(make.make_user("city_officer", region=CITY)).get("/supervision/report/").content.decode()
    drawn, given = re.findall(r'data-chart="([^"]+)"', text), re.findall(r'<script id="(chart-[^"]+)"', text)
    assert len(drawn) > 1
    assert drawn == given and len(set(drawn)) == len(drawn)


def test_an_order_taken_back_counts_nowhere(city):
    issuer = officer()
    make_order(issuer, make.make_employer("E01", region=SIMING))
    taken_back = make_order(issuer, make.make_employer("E01", region=SIMING))
    move(issuer, RECTIFICATION, taken_back.pk, "cancel", Decision(opinion="查无此事"))
    told = {"四(三)-2": f"{TODAY.year} 年发出整改通知 1 件（撤销的不算），销号 0 件"}
    assert measures_inspections(None, TODAY).items() >= told.items()
    assert read(TODAY, CITY).told("orders", CITY).text == "1"


def test_all_86_clauses_stand_with_the_counts_of_the_screen(city):
    report = annual_report(city, TODAY.year, TODAY)
    rows = table(report, "逐条落实情况")
    assert list(rows) == [each["id"] for each in clause_states(None)]
    found = implementation(None, CITY, TODAY)
    for clause, by_area in found.found.items():
        counts = by_area[CITY].counts
        told = [f"{counts.met:,}", f"{counts.total:,}"] if counts.total else ["—", "—"]
        assert rows[clause][2:5] == [by_area[CITY].label, *told], clause


def test_pdf_word_and_workbook_carry_every_number_of_the_tables(city):
    report = annual_report(city, TODAY.year, TODAY)
    reader = pypdf.PdfReader(io.BytesIO(FORMS["pdf"].made(report)))
    pages = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    word = Document(io.BytesIO(FORMS["docx"].made(report)))
    written = [[[cell.text for cell in row.cells] for row in each.rows][1:] for each in word.tables]
    assert written == [each.texts() for each in report.tables()]
    numbers = [cell.text for each in report.tables() for row in each.rows for cell in row if not isinstance(cell, str)]
    assert len(numbers) > 100
    assert [each for each in numbers if each.replace(" ", "") not in pages] == []
    book = load_workbook(io.BytesIO(FORMS["xlsx"].made(report)))
    assert book["岗位与人员"]["D2"].value == 2
    assert len(book.worksheets) == 1 + sum(block.kind != "words" for part in report.sections for block in part.blocks)


def test_a_whole_number_of_the_workbook_has_no_point_behind_it():
    values = (2, Decimal("12.0000"), Decimal("12.001"), Decimal("12.5"), Decimal("6512.34"))
    rows = tuple((Number(str(value), value),) for value in values)
    report = Report("厦门市", CITY, TODAY.year, TODAY, "", False)
    report.sections = [Section("一", [Table("数", (("数", True),), rows)])]
    sheet = load_workbook(io.BytesIO(FORMS["xlsx"].made(report)))["数"]
    assert [cell.number_format for cell in sheet["A"][1:]] == ["#,##0", "#,##0", "#,##0", "#,##0.##", "#,##0.##"]


@pytest.mark.parametrize(
    ("amount", "said"),
    [("86000000", "8,600 万元"), ("12345678.90", "1,234.57 万元"), ("9999.50", "9,999.50 元"), ("100", "100 元")],
)
def test_money_in_sentences_is_rounded_to_what_people_say(amount, said):
    assert wan(Decimal(amount)) == said


def test_sentences_tell_money_as_people_say_it(city):
    rows_of.make_budget(amount=86_000_000, region="350206")
    words = [block.text for part in annual_report(city, TODAY.year, TODAY).sections for block in part.blocks
             if block.kind == "words"]  # fmt: skip
    assert f"{TODAY.year} 年安排预算 8,600.12 万元" in "".join(words)


def test_a_confirmed_year_is_told_from_its_year_end(city):
    report = annual_report(city, TODAY.year - 1, TODAY)
    assert "年末统计（第 1 版）" in report.basis
    make.make_post(make.make_employer("C02", region="350205"), start=date(2018, 1, 1))
    assert table(annual_report(city, TODAY.year - 1, TODAY), "岗位与人员")["在设社工岗位（个）"][2] == "1"


def test_a_day_before_a_year_was_over_is_not_told_from_its_year_end(city, tmp_path):
    last_year, june = TODAY.year - 1, date(TODAY.year - 1, 6, 1)
    found = annual_report(city, last_year, june)
    assert found.day == june
    assert found.basis.startswith(f"本报告按 {june} 平台里的数据编写，年末统计还没有确认。") and found.uncalculated
    assert table(found, "岗位与人员")["在设社工岗位（个）"][2:] == ["2"], "of that day, and no year end before it"
    assert "年末统计（第 1 版）" in annual_report(city, last_year, date(last_year, 12, 31)).basis
    call_command("report", "--area", CITY, "--on", f"{june}", "--form", "xlsx", "--out", str(tmp_path), verbosity=0)
    book = load_workbook(next(tmp_path.iterdir()))
    assert [cell.value for cell in book["岗位与人员"][1]][2:] == [f"{june}"]


def test_a_change_names_the_year_it_is_measured_from(city):
    """No year end of last year: the one before last is what the change is against."""
    siming = Region.objects.get(pk=SIMING)
    rows_of.make_year_end(SIMING, year=TODAY.year - 2, posts=5)
    found = annual_report(siming, TODAY.year, TODAY)
    seats = next(each for each in found.tables() if each.title == "岗位与人员")
    assert seats.columns[-1][0] == f"比 {TODAY.year - 2} 年末"
    assert "上年" not in "".join(label for each in found.tables() for label, _ in each.columns)


def words(report) -> str:
    return "\n".join(block.text for part in report.sections for block in part.blocks if block.kind == "words")


def test_sentences_carry_their_units_and_leave_out_what_is_not_told(city):
    rows_of.make_year_end(CITY, year=TODAY.year - 2, posts=3)
    said = words(annual_report(city, TODAY.year, TODAY))
    assert f"与 {TODAY.year - 1} 年末相比，岗位数增加 1 个。" in said, "nothing of what that year did not know"
    fewer = material(city, TODAY.year - 1, date(TODAY.year - 1, 12, 31))
    assert fewer.all_changed(("岗位数", "posts"), ("持证人员", "certified")) == "岗位数减少 2 个"
    empty = annual_report(Region.objects.get(pk="350211"), TODAY.year, TODAY)
    for each in (said, words(empty)):
        assert "—" not in each and "不变 " not in each and "None" not in each


@pytest.mark.parametrize(
    ("key", "now", "before", "said"),
    [
        ("posts", 12, 10, "增加 2 个"),
        ("posts", 10, 12, "减少 2 个"),
        ("posts", 10, 10, "不变"),
        ("posts", 10, None, ""),
        ("pay_mean", 5700, 6000, "减少 300.00 元（-5.0%）"),
    ],
)
def test_a_change_in_words(key, now, before, said):
    figure = BY_KEY[key]
    earlier = Told(figure, None if before is None else Decimal(before))
    assert _worded(Told(figure, Decimal(now)).change(earlier), figure) == said


def test_officers_add_words_and_note_that_it_went_up(city, signed_in):
    client = signed_in(make.make_user("city_officer", region=CITY))
    assert client.post("/supervision/report/text/?part=done", {"text": "一是抓培训。\n二是抓督导。"}).status_code == 302
    page = client.get("/supervision/report/")
    assert "二是抓督导。" in page.content.decode()
    assert ReportText.objects.get().recorded_by is not None
    sent = {"recipient": "province", "title": "年度报告", "document": "", "on": f"{TODAY:%Y-%m-%d}"}
    assert client.post("/supervision/report/send/", sent).status_code == 302
    row = UpwardReport.objects.get()
    kept = b"".join(client.get(f"/supervision/upward-reports/{row.pk}/file/").streaming_content)
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(kept)).pages)
    assert "二是抓督导" in text


def test_signs_that_nobody_sees_keep_no_report_from_being_written(city, signed_in):
    client = signed_in(make.make_user("city_officer", region=CITY))
    pasted = "一是抓培训。\x01\x0b\ufffe\n二是抓\x1f督导。"
    assert client.post("/supervision/report/text/?part=done", {"text": pasted}).status_code == 302
    assert ReportText.objects.get().text.splitlines() == ["一是抓培训。", "二是抓督导。"]
    ReportText.objects.update(text=pasted)
    for form in FORMS:
        assert client.get(f"/supervision/report/?form={form}").status_code == 200


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_a_button_gives_each_form(city, signed_in, form):
    client = signed_in(make.make_user("district_officer"))
    answer = client.get(f"/supervision/report/?form={form}")
    assert answer["Content-Type"] == FORMS[form].media_type
    assert b"".join(answer.streaming_content)[:2] in (b"%P", b"PK")


def test_a_command_gives_all_forms_or_says_why_not(city, tmp_path):
    call_command("report", "--area", SIMING, "--out", str(tmp_path), verbosity=0)
    assert sorted(each.suffix for each in tmp_path.iterdir()) == [".docx", ".pdf", ".xlsx"]
    with pytest.raises(CommandError, match="没有代码是"):
        call_command("report", "--area", "9999")
    with pytest.raises(CommandError, match="还没有开始"):
        call_command("report", "--area", CITY, "--year", str(TODAY.year + 1))
