"""Navigation: each role sees what it may use, in one order, and every entry opens."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.builders import make_user
from xmsw.accounts.roles import Role
from xmsw.ui import navigation
from xmsw.ui.navigation import SECTIONS, check_entries, item, menu

pytestmark = pytest.mark.django_db
OFFICERS = [Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.BUREAU_OFFICER]


def labels(role: str) -> list[str]:
    return [entry["label"] for section in menu(make_user(role), "/") for entry in section["entries"]]


@pytest.mark.parametrize("role", OFFICERS)
def test_officers_see_compliance_but_no_administration(role: str) -> None:
    assert {"落实情况", "无岗单位", "有岗无人", "核查结果"} <= set(labels(role))
    assert not {"我的单位", "账号管理"} & set(labels(role))


def test_employers_staff_see_their_own_and_the_policy() -> None:
    found = labels(Role.EMPLOYER_STAFF)
    assert {"我的单位", "政策文件"} <= set(found)
    assert not {"落实情况", "无岗单位", "核查结果", "核算", "账号管理"} & set(found)


def test_system_administrators_see_accounts_but_nobody_s_data() -> None:
    found = labels(Role.SYSTEM_ADMIN)
    assert "账号管理" in found
    assert not {"落实情况", "单位名单", "人员名单", "我的单位"} & set(found)


@pytest.mark.parametrize("role", Role.values)
def test_sections_come_in_their_order_and_none_is_empty(role: str) -> None:
    sections = menu(make_user(role), "/")
    assert [each["label"] for each in sections] == [
        name for name in SECTIONS if name in {each["label"] for each in sections}
    ]
    assert all(each["entries"] for each in sections)


@pytest.mark.parametrize("role", Role.values)
def test_every_entry_opens_for_whom_it_is_shown(client: Client, role: str) -> None:
    user = make_user(role)
    client.force_login(user)
    answers = {
        entry["url"]: client.get(entry["url"]).status_code
        for section in menu(user, "/")
        for entry in section["entries"]
    }
    assert answers
    assert set(answers.values()) == {200}, answers


def test_the_entry_of_the_page_is_marked_and_no_other(client: Client) -> None:
    client.force_login(make_user(Role.DISTRICT_OFFICER))
    text = client.get("/supervision/without-post/").content.decode()
    assert text.count('aria-current="page"') == 1
    assert '<a href="/supervision/without-post/" aria-current="page">' in text


@pytest.mark.parametrize(
    ("role", "start"),
    [
        *((role, "/supervision/") for role in OFFICERS),
        (Role.EMPLOYER_STAFF, "/posts/mine/"),
        (Role.SYSTEM_ADMIN, "/admin/"),
    ],
)
def test_the_day_begins_where_the_role_works(client: Client, role: str, start: str) -> None:
    client.force_login(make_user(role))
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [(start, 302)]
    assert answer.status_code == 200


def test_a_long_section_has_headings_and_every_entry_stands_under_one() -> None:
    section = next(each for each in menu(make_user(Role.CITY_OFFICER), "/") if each["label"] == "督查")
    assert [each["label"] for each in section["groups"]] == ["落实", "职责与经费", "核查整改"]
    under = [entry["label"] for group in section["groups"] for entry in group["entries"]]
    assert under == [entry["label"] for entry in section["entries"]]
    assert {"逐条落实", "经费预算", "整改台账"} <= set(under)


def test_a_heading_without_an_entry_for_the_role_is_not_shown(client: Client) -> None:
    clerk = make_user(Role.EMPLOYER_STAFF)
    section = next(each for each in menu(clerk, "/") if each["label"] == "督查")
    assert [each["label"] for each in section["groups"]] == ["职责与经费"]
    client.force_login(clerk)
    assert "核查整改" not in client.get("/posts/mine/").content.decode()


def test_an_unknown_section_or_address_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", [])
    with pytest.raises(ValueError, match="unknown section"):
        item("杂项", "某页", "home", "x")
    with pytest.raises(ValueError, match="needs a heading"):
        item("督查", "某页", "home", "x")
    with pytest.raises(ValueError, match="unknown heading"):
        item("督查", "某页", "home", "x", group="别的")
    item("系统", "某页", "nowhere:at-all", "x")
    assert [each.id for each in check_entries()] == ["ui.E001"]
