"""Files made to harm: the process that opens them dies, the portal answers with one sentence and keeps its memory."""

import io
import re
import zipfile
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from tests import builders as make
from tests.exchange.files import checked, headers, text_file, workbook
from tests.exchange.memory import peak_growth
from xmsw.exchange import actions, staging, workbooks
from xmsw.exchange.models import Batch
from xmsw.exchange.reading import count_rows
from xmsw.exchange.refusals import Refused

pytestmark = pytest.mark.django_db
LITTLE = 150  # megabytes that a refusal may cost this process
POST = {"employer_code": "350203001001", "code": "SG-01", "name": "社工岗", "started_on": "2020-01-01"}


@pytest.fixture
def officer():
    return make.make_user("district_officer", region="350203")


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def posts_workbook(folder, rows=({},)):
    return workbook(folder / "posts.xlsx", "posts", [{**POST, **row} for row in rows])


def rewritten(path, change, member="xl/worksheets/sheet1.xml", to=None):
    """The workbook at `path` with one member changed, and moved to another name where told."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == member:
                new.writestr(to or member, change(data))
            elif to and info.filename.endswith((".rels", "[Content_Types].xml")):
                new.writestr(info.filename, data.replace(member.removeprefix("xl/").encode(), to[3:].encode()))
            else:
                new.writestr(info.filename, data)
    path.write_bytes(out.getvalue())
    return path


def with_cell(place: bytes, attributes: bytes = b"r=%b"):
    """Put one more cell, in a row of its own, at the end of a sheet."""
    number = re.search(rb"\d+", place)[0]

    def change(data: bytes) -> bytes:
        row = b"<row r='%b'><c %b t='str'><v>x</v></c></row></sheetData>" % (number, attributes % place)
        return data.replace(b"</sheetData>", row)

    return change


FAR = {
    "double quotes": (b'r="%b"', None),
    "single quotes": (b"r='%b'", None),
    "blanks": (b'r = "%b"', None),
    "another place": (b"r='%b'", "xl/other/elsewhere.xml"),
}


@pytest.mark.parametrize(("attributes", "to"), FAR.values(), ids=FAR.keys())
def test_a_far_cell_is_refused_however_it_is_written(tmp_path, posts, attributes, to):
    path = rewritten(posts_workbook(tmp_path), with_cell(b"XFD1048576", attributes), to=to)
    with peak_growth(LITTLE), pytest.raises(Refused, match="太大"):
        count_rows(path, path.name, posts)


@pytest.fixture
def posts():
    from xmsw.exchange import kinds

    return kinds.get("posts")


def test_a_workbook_whose_sheet_lies_elsewhere_is_read(tmp_path, posts):
    path = rewritten(posts_workbook(tmp_path), lambda data: data, to="xl/other/elsewhere.xml")
    assert count_rows(path, path.name, posts) == (1, [])


def test_a_long_string_repeated_a_million_times_costs_this_process_nothing(tmp_path, posts):
    path = posts_workbook(tmp_path)
    long = rewritten(path, lambda data: data.replace("社工岗".encode(), b"x" * 30_000), "xl/sharedStrings.xml")
    strings = zipfile.ZipFile(long).read("xl/sharedStrings.xml").split(b"<si>")
    at = next(number for number, text in enumerate(strings[1:]) if len(text) > 30_000)
    cells = b"".join(b"<row>" + b"<c t='s'><v>%d</v></c>" % at * 8 + b"</row>" for _ in range(20_000))
    path = rewritten(long, lambda data: data.replace(b"</sheetData>", cells + b"</sheetData>"))
    assert path.stat().st_size < 1_000_000
    with peak_growth(LITTLE), pytest.raises(Refused, match="太大"):
        count_rows(path, path.name, posts)


def test_a_row_of_a_million_columns_is_refused_by_its_width(tmp_path, posts):
    path = text_file(tmp_path / "p.csv", "posts", [POST])
    with path.open("a") as file:
        file.write("," * 10_000_000 + "\n")
    with peak_growth(LITTLE), pytest.raises(Refused, match="10000001 列"):
        count_rows(path, path.name, posts)


def test_limits_of_cells_rows_and_text(tmp_path, posts, settings):
    settings.IMPORT_MAX_CELL = 50
    path = text_file(tmp_path / "p.csv", "posts", [POST, {**POST, "name": "长" * 51}])
    with pytest.raises(Refused, match=r"第 3 行有一格超过 50 个字"):
        count_rows(path, path.name, posts)
    path = text_file(tmp_path / "p.csv", "posts", [POST] * 3)
    settings.IMPORT_MAX_ROWS = 2
    with pytest.raises(Refused, match="超过 2 行"):
        count_rows(path, path.name, posts)
    settings.IMPORT_MAX_ROWS, settings.IMPORT_MAX_TEXT = 3, 200
    with pytest.raises(Refused, match="文字太多"):
        count_rows(path, path.name, posts)


def test_a_reader_that_takes_too_long_is_ended(tmp_path, posts, settings):
    settings.IMPORT_READER_SECONDS = 1
    settings.IMPORT_MAX_ROWS = 10**9
    path = tmp_path / "p.csv"
    path.write_text(",".join(headers("posts").values()) + "\n" + "\n" * 40_000_000)
    with pytest.raises(Refused, match="没能读完"):
        count_rows(path, path.name, posts)


def test_the_answer_in_the_browser_is_one_sentence_and_nothing_is_left(officer, signed_in, tmp_path, settings):
    path = rewritten(posts_workbook(tmp_path), with_cell(b"XFD1048576", b"r='%b'"))
    file = SimpleUploadedFile("posts.xlsx", path.read_bytes())
    answer = signed_in(officer).post("/exchange/", {"kind": "posts", "file": file})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"] == [
        "这个文件太大或内容异常，系统没能读完。请把要导入的行复制到新下载的模板里再上传。"
    ]
    assert not Batch.objects.exists()
    assert not [each for each in settings.MEDIA_ROOT.rglob("*") if each.is_file()]


def test_long_unknown_headers_make_a_short_sentence(officer, tmp_path):
    path = text_file(tmp_path / "p.csv", "posts", [POST])
    head, rest = path.read_text("utf-8-sig").split("\n", 1)
    path.write_text(head.strip() + "".join(f",{number}{'长' * 300}" for number in range(12)) + "\n" + rest)
    batch = checked(officer, "posts", path)
    assert (batch.total, batch.errors) == (1, 0)
    assert len(batch.message) < 300
    assert "等 12 列" in batch.message


def test_no_sealed_file_is_left_when_the_batch_cannot_be_noted(officer, tmp_path, settings, monkeypatch):
    monkeypatch.setattr("xmsw.exchange.actions._ignored", lambda unknown: "长" * 500)
    path = posts_workbook(tmp_path)
    with pytest.raises(Exception, match="too long"):
        actions.receive(officer, "posts", path.name, path)
    assert not [each for each in settings.MEDIA_ROOT.rglob("*") if each.is_file()]


def test_problems_are_kept_up_to_a_number_and_the_report_says_so(officer, signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "MAX_PROBLEMS", 5)
    rows = [{"code": f"SG-{number}", "grade": "特级"} for number in range(1, 9)]
    batch = checked(officer, "posts", posts_workbook(tmp_path, rows))
    assert batch.problems.filter(level="error").count() == 5
    assert "只列出最前面的 5 处" in batch.message
    assert not batch.mergeable
    page = signed_in(officer).get(f"/exchange/{batch.pk}/")
    assert not page.context["mendable"]
    with pytest.raises(Refused, match="在文件里改好"):
        actions.mend(officer, batch.pk, {(row, "grade"): "初级" for row in range(2, 7)})


def test_problems_of_looking_up_are_kept_up_to_a_number(officer, tmp_path, monkeypatch):
    monkeypatch.setattr("xmsw.exchange.checking.MAX_PROBLEMS", 3)
    rows = [{"code": f"SG-{number}", "employer_code": "350206001001"} for number in range(1, 9)]
    batch = checked(officer, "posts", posts_workbook(tmp_path, rows))
    assert batch.problems.count() == 3
    assert batch.errors == 3


def test_a_report_has_some_comments_and_a_sheet_of_all_problems(officer, tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_COMMENTS", 2)
    rows = [{"code": f"SG-{number}", "grade": "特级"} for number in range(1, 6)]
    batch = checked(officer, "posts", posts_workbook(tmp_path, rows))
    with workbooks.marked(batch) as file:
        book = load_workbook(io.BytesIO(file.read()))
    data, listed = book["数据"], book["问题"]
    grade = list(headers("posts")).index("grade") + 1
    assert [data.cell(row, grade).comment is not None for row in range(2, 7)] == [True, True, False, False, False]
    assert all(data.cell(row, grade).fill.bgColor.rgb or data.cell(row, grade).fill.fgColor.rgb for row in range(2, 7))
    assert [data.cell(row, 2).value for row in range(2, 7)] == [f"SG-{number}" for number in range(1, 6)]
    assert "3 格太多" in listed.cell(1, 1).value
    assert [listed.cell(row, 1).value for row in range(3, 8)] == [2, 3, 4, 5, 6]


def test_fields_of_cells_whose_row_is_no_number_are_passed_over(officer, signed_in, tmp_path):
    batch = checked(officer, "posts", posts_workbook(tmp_path, [{"grade": "特级"}]))
    client = signed_in(officer)
    for row in ("²", "٣", "9" * 5_000, "", "-2"):
        body = urlencode({f"cell-{row}-grade": "初级"})
        answer = client.post(f"/exchange/{batch.pk}/mend/", body, "application/x-www-form-urlencoded")
        assert answer.status_code == 302
        assert client.get(f"/exchange/{batch.pk}/", {"after": row}).status_code == 200
    batch.refresh_from_db()
    assert (batch.state, batch.errors) == (Batch.State.CHECKED, 1)
    client.post(f"/exchange/{batch.pk}/mend/", {"cell-2-grade": "初级"})
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKING
