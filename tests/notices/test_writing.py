"""One place writes notices; every kind is declared; who may not receive a kind is told nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests import builders as make
from tests.notices.people import AT_ONCE, choose, confirmed, delivery, notify, states
from xmsw.accounts.roles import Role
from xmsw.notices.kinds import Way, kind, kind_of, kinds
from xmsw.notices.models import Notice
from xmsw.notices.writing import Told, tell, tell_selected

pytestmark = pytest.mark.django_db
APPS = ("posts", "talents", "payroll", "awards", "supervision", "xmsw")
HOME = Path("xmsw/notices")


def sources() -> list[tuple[Path, str]]:
    found = (path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py"))
    named = ((path.relative_to(settings.BASE_DIR), path) for path in found if "migrations" not in path.parts)
    return [(short, path.read_text("utf-8")) for short, path in named]


def test_notices_are_written_in_one_place():
    writes = re.compile(r"INSERT INTO notices_notice|\bNotice\.objects\.\w*create|\bNotice\(\s*user")
    assert [str(path) for path, text in sources() if writes.search(text) and HOME not in path.parents] == []


def test_every_kind_that_an_app_writes_is_declared():
    """Modules that write name kinds of their app's `kinds_of_notices`, and every kind there is written by some."""
    written = re.compile(r"\b(?:tell|write|tell_selected)\(\s*([A-Z_]+),|\b(?:for code in )\(([A-Z_, ]+)\)")
    declared = {app: set() for app in APPS}
    named = {app: set() for app in APPS}
    for path, text in sources():
        if path.name == "kinds_of_notices.py":
            declared[path.parts[0]] |= set(re.findall(r"^([A-Z_]+) = kind\(", text, re.MULTILINE))
        elif "xmsw.notices.writing import" in text and HOME not in path.parents:
            names = ", ".join(filter(None, (each for found in written.findall(text) for each in found)))
            assert names, f"{path} writes notices of kinds that nobody can read off"
            named[path.parts[0]] |= set(names.split(", "))
    assert named == declared
    assert sum(map(len, declared.values())) == len(kinds())


def test_an_undeclared_kind_is_not_written():
    with pytest.raises(LookupError, match="no app declares"):
        tell("nobody-knows-it", [])
    with pytest.raises(LookupError):
        tell_selected("nobody-knows-it", "SELECT 1, 1, '', '', '', ''", {})
    with pytest.raises(ValueError, match="two kinds"):
        kind(AT_ONCE, "另一种", Role.REVIEWER)


def test_only_roles_of_the_kind_and_active_accounts_are_told():
    clerk, reviewer = confirmed(), confirmed("reviewer")
    gone = confirmed(is_active=False)
    assert [notify(each) for each in (clerk, reviewer, gone)] == [1, 0, 0]
    assert Notice.objects.get().user == clerk
    assert Role.REVIEWER not in kind_of(AT_ONCE).roles


def test_nothing_is_told_or_mailed_twice_unless_told_anew():
    clerk = confirmed()
    said = Told(clerk.pk, 7, "ordered", "标" * 300, "", "/")
    assert tell(AT_ONCE, [said, said]) == 1
    assert tell(AT_ONCE, [said]) == 0
    assert len(Notice.objects.get().title) == 200
    row = delivery(clerk)
    row.state, row.attempts = "failed", 9
    row.save()
    Notice.objects.update(read_at="2026-01-01T00:00:00Z")
    assert tell(AT_ONCE, [Told(clerk.pk, 7, "ordered", "改后", "", "/")], again=True) == 1
    assert (Notice.objects.get().title, Notice.objects.get().read_at) == ("改后", None)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)


def test_mail_is_queued_for_confirmed_addresses_and_as_chosen():
    plain, digest, portal = make.make_user("employer_staff"), confirmed(), confirmed()
    choose(digest, AT_ONCE, "digest")
    choose(portal, AT_ONCE, "portal")
    for each in (plain, digest, portal):
        assert notify(each) == 1
    assert states(plain) == states(portal) == []
    assert delivery(digest).way == "digest"


def test_the_table_of_the_documentation_names_every_kind_and_its_way():
    """| `code`, `code` | whom | unless chosen |"""
    ways = {Way.NOW: "at once", Way.DIGEST: "digest", Way.PORTAL: "portal only"}
    lines = (settings.BASE_DIR / "docs/notices.md").read_text("utf-8").splitlines()
    rows = [line.split("|")[1:-1] for line in lines if line.startswith("| `") and line.count("|") == len("||||")]
    told = {code: way.strip() for codes, _, way in rows for code in re.findall("`(.+?)`", codes)}
    declared = "".join(text for path, text in sources() if path.name == "kinds_of_notices.py")
    assert told == {each.code: ways[each.way] for each in kinds() if f'"{each.code}"' in declared}
