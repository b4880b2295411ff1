"""Paper: Chinese text that can be read back, page numbers, tags; and text that stays text, whatever it looks like."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import include, path

from posts.models import Employer
from tests.builders import make_employer, make_user
from xmsw.accounts.roles import Capability, Role
from xmsw.printing import PrintedList, PrintError, pdf
from xmsw.printing.lists import SHORT, shares, width
from xmsw.ui import listing as module
from xmsw.ui.listing import Choice, Column, ListingView, Text

HOSTILE = [
    '#import "x": *',
    '#read("/etc/passwd")',
    "$x^2$",
    "*粗* _斜_ `码`",
    "= 标题",
    "- 项",
    "[链接](http://a.example) <标签> @引用",
    "// 注释 /* 注释 */",
    "\\ \\u{41} ~ --- ...",
    '"直" ‘弯’',
    '{"json": 1}\u2028行',
]


def printed(rows: list[list[str]], columns: int = 2, **fields: str) -> pypdf.PdfReader:
    heads = [(f"第{at}列", False) for at in range(columns)]
    words = {"title": "未设岗单位", "place": "思明区 · 民政局", **fields}
    return pypdf.PdfReader(io.BytesIO(PrintedList(day=date(2026, 6, 30), columns=heads, rows=rows, **words).pdf()))


def text_of(page: pypdf.PageObject) -> str:
    return " ".join(page.extract_text().split())


def test_chinese_text_reads_back_and_every_page_has_number_and_head() -> None:
    reader = printed([["蜂巢山社区", f"第 {number} 号"] for number in range(120)], filters="类别：城市社区", unit="家")
    pages = [text_of(page) for page in reader.pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页 共 {len(pages)} 页" in page
        assert "第0列 第1列" in page and "未设岗单位 思明区 · 民政局 2026-06-30" in page
    assert "筛选：类别：城市社区" in pages[0] and "截至 2026-06-30 共 120 家" in pages[0]
    assert sum(page.count("蜂巢山社区") for page in pages) == 120
    assert reader.metadata.title == "未设岗单位"


def test_the_file_is_tagged_for_screen_readers() -> None:
    reader = printed([["甲", "乙"]])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "zh-CN"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_markup(text: str) -> None:
    reader = printed([[text, "尾"]], title=text, place=text, filters=text)
    assert len(reader.pages) == 1
    assert text_of(reader.pages[0]).replace(" ", "").count("".join(text.split())) >= 4


@pytest.mark.parametrize(("columns", "sideways"), [(6, False), (7, True)])
def test_wide_lists_lie_on_their_side(columns: int, sideways: bool) -> None:
    box = printed([["格"] * columns], columns=columns).pages[0].mediabox
    assert (box.width > box.height) == sideways


def test_the_own_font_has_every_usual_character() -> None:
    usual = "".join(
        bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)
    )
    text = usual + "—0123456789ABCxyz，。、；：？！「」『』（）《》〔〕“”·…％＋－■□①②"
    reader = printed([[text[at : at + 60], ""] for at in range(0, len(text), 60)])
    read = "".join(page.extract_text() for page in reader.pages)
    assert not [each for each in text if each not in read and each not in "—―"]
    fonts = {
        str(font.get_object()["/BaseFont"]) for page in reader.pages for font in page["/Resources"]["/Font"].values()
    }
    assert len(fonts) == 1 and "XMSWPrintSC" in fonts.pop()


def test_a_character_no_font_has_does_not_stop_the_paper() -> None:
    assert len(printed([["\U0001fbff\U000e0fff王\ue123", "乙"]]).pages) == 1


def test_a_wrong_template_is_an_error_that_names_it() -> None:
    with pytest.raises(PrintError, match=r"list: .*title"):
        pdf("list", {})


def test_short_columns_keep_their_width_and_long_ones_share_the_rest() -> None:
    assert (width("社区"), width("350203"), width("甲1")) == (4, 6, 3)
    found = shares([15, 60, 30, 8], 80)
    assert found[0] == 15 and found[3] == 8 and sum(found) <= 80
    assert found[1] > found[2] >= SHORT
    assert shares([10, 20], 80) == [10, 20]


class Employers(ListingView):
    title, name, unit = "测试名单", "测试名单", "家"
    capability = Capability.VIEW_COMPLIANCE
    columns = (
        Column("name", "单位", order="pinyin"),
        Column("region", "区划代码", "region_id"),
        Column("start", "起始", order="start"),
    )
    filters = (
        Choice("kind", "类别", [("C01", "中心"), ("C02", "社区")], lambda rows, value: rows.filter(kind=value)),
        Text("q", "单位", lambda rows, value: rows.filter(name__contains=value)),
    )
    default_sort = "name"

    def base_queryset(self) -> QuerySet:
        return Employer.objects.visible_to(self.request.user).in_force(self.request.on)


urlpatterns = [path("listed/", Employers.as_view()), path("", include("xmsw.urls"))]
on_list = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(make_user(Role.DISTRICT_OFFICER))
    return client


class TestListing:
    pytestmark = on_list

    def test_the_paper_holds_the_rows_and_columns_of_the_list(self, officer: Client) -> None:
        make_employer("C02", name="#滨海$社区", region="350203")
        answer = officer.get("/listed/?kind=C02&q=社区&cols=name&cols=region&sort=-name&export=pdf")
        assert answer["Content-Type"] == "application/pdf" and ".pdf" in answer["Content-Disposition"]
        reader = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content)))
        read = "".join(text_of(page) for page in reader.pages)
        rows = Employer.objects.filter(region__code__startswith="350203", kind="C02", name__contains="社区")
        assert rows.count() > 50 and all(f"{each.name} {each.region_id}" in read for each in rows)
        assert "起始" not in read and "筛选：类别：社区；单位：「社区」" in read and f"共 {rows.count()} 家" in read
        assert "思明区" in read

    def test_a_list_too_long_for_paper_is_refused_with_a_sentence(
        self, officer: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "PRINT_ROWS", 3)
        answer = officer.get("/listed/?kind=C02&export=pdf", follow=True)
        assert answer.redirect_chain == [("/listed/?kind=C02", 302)]
        assert "超过 3 行，印出来太长" in answer.content.decode()

    def test_the_button_stands_beside_the_others(self, officer: Client) -> None:
        assert "export=pdf" in officer.get("/listed/?kind=C02").content.decode()

    def test_who_may_not_see_the_list_gets_no_paper(self, client: Client) -> None:
        client.force_login(make_user(Role.EMPLOYER_STAFF))
        assert client.get("/listed/?export=pdf").status_code == 403
