"""Declared lists: paging by key, sorting by what is declared, exports that hold what the page shows."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import include, path

from posts.models import Employer, Kind
from tests.builders import make_employer, make_user
from xmsw.accounts.roles import Capability, Role
from xmsw.ui import listing as module
from xmsw.ui.listing import Choice, Column, ListingView, Text
from xmsw.ui.sheets import guarded


class Employers(ListingView):
    title, name, unit = "测试名单", "测试名单", "家"
    capability = Capability.VIEW_COMPLIANCE
    page_size = 7
    columns = (
        Column("name", "单位", order="pinyin", link=lambda row: f"/posts/employers/{row.pk}/"),
        Column("kind", "类别", "get_kind_display", order="kind"),
        Column("region", "区划代码", "region_id"),
        Column("posts", "专业技术岗位", "technical_posts", numeric=True),
        Column("start", "起始", order="start", chosen=False),
    )
    filters = (
        Choice("kind", "类别", Kind.choices, lambda rows, value: rows.filter(kind=value)),
        Text("q", "单位", lambda rows, value: rows.filter(name__contains=value), hint="名称"),
    )
    default_sort = "name"

    def base_queryset(self) -> QuerySet:
        return Employer.objects.visible_to(self.request.user).in_force(self.request.on)


urlpatterns = [path("listed/", Employers.as_view()), path("", include("xmsw.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(make_user(Role.DISTRICT_OFFICER))
    return client


def seen() -> QuerySet:
    return Employer.objects.filter(region__code__startswith="350203")


def rows_of(answer: object) -> list[list[str]]:
    return [[cell["text"] for cell in line["cells"]] for line in answer.context["lines"]]


def walked(client: Client, query: str) -> list[object]:
    """Every page of the list, following «next»."""
    pages = [client.get(f"/listed/?{query}")]
    while pages[-1].context["page"].next:
        pages.append(client.get(f"/listed/{pages[-1].context['page'].next}"))
    return pages


def everything(client: Client, query: str) -> list[list[str]]:
    return [row for answer in walked(client, query) for row in rows_of(answer)]


@pytest.mark.parametrize(("sort", "order"), [("kind", ("kind", "pk")), ("-kind", ("-kind", "-pk"))])
def test_rows_with_equal_keys_appear_once_each_in_the_order_of_the_sort(
    officer: Client, sort: str, order: tuple
) -> None:
    pages = walked(officer, f"sort={sort}")
    listed = [row.pk for answer in pages for row in answer.context["page"].rows]
    assert len(pages) > 3
    assert listed == list(seen().order_by(*order).values_list("pk", flat=True))


@pytest.mark.parametrize("sort", ["start", "-start"])
def test_a_cursor_carries_dates(officer: Client, sort: str) -> None:
    listed = [row.pk for answer in walked(officer, f"sort={sort}") for row in answer.context["page"].rows]
    assert len(listed) == len(set(listed)) == seen().count()


@pytest.mark.parametrize("sort", ["region", "credit_code", "members__user__password", "-", "?", "name,kind"])
def test_only_declared_columns_sort(officer: Client, sort: str) -> None:
    assert rows_of(officer.get("/listed/", {"sort": sort})) == rows_of(officer.get("/listed/"))


def test_a_cursor_changed_by_hand_or_of_another_sort_leads_to_the_first_page(officer: Client) -> None:
    first = officer.get("/listed/?sort=start")
    cursor = re.search(r"after=([^&]+)", first.context["page"].next).group(1)
    by_kind = rows_of(officer.get("/listed/?sort=kind"))
    assert rows_of(officer.get(f"/listed/?sort=kind&after={cursor}")) == by_kind
    assert rows_of(officer.get(f"/listed/?sort=start&after={cursor}x")) == rows_of(first)
    assert rows_of(officer.get(f"/listed/?sort=start&after={cursor}")) != rows_of(first)


def test_filters_narrow_and_stay_in_the_links(officer: Client) -> None:
    answer = officer.get("/listed/?kind=C01")
    assert {row.kind for row in answer.context["page"].rows} == {"C01"}
    assert "kind=C01" in answer.context["page"].next
    assert all("kind=C01" in each["query"] for each in answer.context["listing"].headers() if each["query"])
    assert "kind=C01" in answer.context["export_query"]


def test_a_value_that_is_no_choice_filters_nothing(officer: Client) -> None:
    assert rows_of(officer.get("/listed/?kind=C01'--")) == rows_of(officer.get("/listed/"))


def test_text_with_a_nul_is_no_server_error(officer: Client) -> None:
    assert officer.get("/listed/", {"q": "\x00思明"}).status_code == 200


@pytest.mark.parametrize("query", ["sort=-kind", "kind=C02&sort=-name", "kind=C02&q=社区&cols=name&cols=region"])
def test_exports_hold_the_rows_and_columns_that_the_pages_show(officer: Client, query: str) -> None:
    shown = everything(officer, query)
    header = [each.label for each in officer.get(f"/listed/?{query}").context["listing"].columns]
    text = b"".join(officer.get(f"/listed/?{query}&export=csv").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(officer.get(f"/listed/?{query}&export=xlsx").streaming_content)))
    assert text.startswith(b"\xef\xbb\xbf")
    for exported in (list(csv.reader(io.StringIO(text.decode("utf-8-sig")))), list(book.active.values)):
        assert list(exported[0]) == header
        assert [[cell or "—" for cell in row] for row in exported[1:]] == shown
    assert len(shown) > Employers.page_size


def test_an_export_from_a_later_page_holds_the_whole_list(officer: Client) -> None:
    later = officer.get("/listed/").context["page"].next
    text = b"".join(officer.get(f"/listed/{later}&export=csv").streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == seen().count() + 1


def test_what_looks_like_a_formula_is_exported_as_text(officer: Client) -> None:
    name = '=HYPERLINK("http://example.org","点我")'
    employer = make_employer("C02", name=name)
    assert employer.region_id.startswith("350203")
    query = {"q": "HYPERLINK", "cols": ["name", "region"]}
    text = b"".join(officer.get("/listed/", {**query, "export": "csv"}).streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1] == [f"'{name}", employer.region_id]
    content = b"".join(officer.get("/listed/", {**query, "export": "xlsx"}).streaming_content)
    cell, code = next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", name, None)
    assert (code.data_type, code.value) == ("s", employer.region_id)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_every_start_of_a_formula_is_guarded(start: str) -> None:
    assert guarded(f"{start}1") == f"'{start}1"


def test_numbers_are_not_guarded() -> None:
    assert (guarded(-1), guarded(None), guarded("二(二)-1")) == (-1, "", "二(二)-1")


def test_a_list_too_long_for_excel_is_refused_with_a_sentence(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXCEL_ROWS", 3)
    answer = officer.get("/listed/?kind=C02&export=xlsx", follow=True)
    assert answer.redirect_chain == [("/listed/?kind=C02", 302)]
    assert "一张 Excel 表放不下" in answer.content.decode()


def test_one_address_serves_the_page_and_its_fragment(officer: Client) -> None:
    page = officer.get("/listed/").content.decode()
    fragment = officer.get("/listed/", headers={"HX-Request": "true"}).content.decode()
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in page and "<html" not in fragment and 'id="listing"' in fragment
    assert "<html" in officer.get("/listed/", headers=restored).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    officer: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    monkeypatch.setattr(Employers, "page_size", 500)
    officer.get("/listed/")
    with django_assert_max_num_queries(8):
        assert len(officer.get("/listed/").context["page"].rows) > 50


def test_who_lacks_the_capability_is_refused(client: Client) -> None:
    client.force_login(make_user(Role.EMPLOYER_STAFF))
    assert client.get("/listed/").status_code == 403
    assert client.get("/listed/?export=csv").status_code == 403


def test_only_reading(officer: Client) -> None:
    assert officer.post("/listed/").status_code == 405


def test_an_empty_list_says_so_and_offers_a_way_back(officer: Client) -> None:
    text = officer.get("/listed/?q=没有这样的名字").content.decode()
    assert "没有符合条件的记录" in text and 'href="/listed/"' in text and "导出" not in text
