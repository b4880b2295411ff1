"""Bad files get one clear sentence; nothing is stored."""

import io
import re
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import builders as make
from tests.exchange.files import headers, workbook
from xmsw.exchange.models import Batch

pytestmark = pytest.mark.django_db
TRACE = re.compile(r"Traceback|Error\b|Exception")


def book(fill) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as made:
        fill(made.add_worksheet())
    return data.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def header_row(sheet, extra=()):
    sheet.write_row(0, 0, [*headers("posts").values(), *extra])


def rows(sheet):
    header_row(sheet)
    sheet.write_row(1, 0, ["350203001001", "P1", "岗位"])


def formula(sheet):
    rows(sheet)
    sheet.write_formula(1, 3, "=1+1")


def wide(sheet):
    sheet.write_row(0, 0, [f"列{number}" for number in range(200)])
    sheet.write_row(1, 0, ["x"] * 200)


def tall(sheet):
    rows(sheet)
    sheet.write_string(1_000_000, 0, "350203001001")


def without_name(sheet):
    sheet.write_row(0, 0, ["单位代码", "随便"])
    sheet.write_row(1, 0, ["350203001001", "x"])


def only_header(sheet):
    header_row(sheet)


CASES = {
    "not a workbook": ("a.xlsx", b"hello, this is no workbook", "不是 Excel 工作簿"),
    "a zip of something else": ("a.xlsx", with_member(b"", "x.txt", b"x"), "不是 Excel 工作簿"),
    "cut off": ("a.xlsx", book(rows)[:-200], "不是 Excel 工作簿"),
    "macro file": ("a.xlsm", book(rows), "宏"),
    "hidden macro": ("a.xlsx", with_member(book(rows), "xl/vbaProject.bin", b"x"), "宏"),
    "zip bomb": ("a.xlsx", with_member(book(rows), "xl/media/x.xml", b"\0" * 60_000_000), "异常地大"),
    "200 columns": ("a.xlsx", book(wide), "200 列"),
    "1 M rows": ("a.xlsx", book(tall), "行"),
    "formula": ("a.xlsx", book(formula), "D2 是公式"),
    "missing column": ("a.xlsx", book(without_name), "缺少必填的列"),
    "only a header": ("a.xlsx", book(only_header), "没有数据"),
    "old format": ("a.xls", b"\xd0\xcf\x11\xe0", "另存为 .xlsx"),
    "another type": ("a.pdf", b"%PDF", "只能上传"),
    "empty": ("a.xlsx", b"", "文件是空的"),
    "workbook named csv": ("a.csv", book(rows), "改回 .xlsx"),
}


@pytest.mark.parametrize(("name", "data", "says"), CASES.values(), ids=CASES.keys())
def test_one_clear_sentence_and_nothing_stored(signed_in, settings, tmp_path, name, data, says):
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(make.make_user("district_officer"))
    answer = client.post("/exchange/", {"kind": "posts", "file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    errors = answer.context["form"].errors["file"]
    assert len(errors) == 1
    assert says in errors[0]
    assert errors[0].endswith("。")
    assert not TRACE.search(answer.content.decode())
    assert not Batch.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_of_another_kind_is_recognised(signed_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = signed_in(make.make_user("district_officer"))
    path = workbook(tmp_path / "pay.xlsx", "pay", [], keep=list(headers("pay")))
    answer = client.post("/exchange/", {"kind": "employers", "file": SimpleUploadedFile("pay.xlsx", path.read_bytes())})
    assert "薪酬" in answer.context["form"].errors["file"][0]
