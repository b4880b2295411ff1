"""Accounts are kept by system administrators, by capability."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.builders import make_user
from xmsw.accounts.models import LoginFailure, OrgUnit, User
from xmsw.accounts.roles import Role

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/accounts/user/", "/admin/accounts/user/add/"
PASSWORD = "Xm-2026-岗位"


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    return client


def new(**fields: object) -> dict[str, object]:
    data = {"username": "chen", "display_name": "陈某", "role": Role.DISTRICT_OFFICER, "usable_password": "true"}
    return {**data, "password1": PASSWORD, "password2": PASSWORD, **fields}


def test_an_administrator_makes_an_officer_who_can_sign_in(administrator: Client) -> None:
    unit = OrgUnit.objects.get(bureau="civil_affairs", region_id="350203", valid_to=None)
    assert administrator.post(ADD, new(org_unit=unit.pk)).status_code == 302
    made = User.objects.get(username="chen")
    assert (made.role, made.org_unit, made.is_staff, made.is_superuser) == (Role.DISTRICT_OFFICER, unit, False, False)
    assert Client().login(username="chen", password=PASSWORD)


def test_an_officer_without_a_unit_is_refused_with_a_sentence(administrator: Client) -> None:
    assert "干部账号要选所在机构" in administrator.post(ADD, new()).content.decode()
    assert not User.objects.filter(username="chen").exists()


@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.DISTRICT_OFFICER])
def test_officers_of_civil_affairs_sit_on_its_units_alone(administrator: Client, role: str) -> None:
    school = OrgUnit.objects.get(bureau="education", region_id="350203", valid_to=None)
    answer = administrator.post(ADD, new(role=role, org_unit=school.pk))
    assert "民政干部要选民政部门" in answer.content.decode()
    assert administrator.post(ADD, new(role=Role.BUREAU_OFFICER, org_unit=school.pk)).status_code == 302
    made = User.objects.get(username="chen")
    with pytest.raises(IntegrityError, match="civil affairs"), transaction.atomic():
        User.objects.filter(pk=made.pk).update(role=role)
    with pytest.raises(IntegrityError, match="civil affairs"), transaction.atomic():
        User.objects.create(username="yang", role=role, org_unit=school)


def test_only_system_administrators_become_staff(administrator: Client) -> None:
    administrator.post(ADD, new(role=Role.SYSTEM_ADMIN, is_superuser="on", is_staff=""))
    made = User.objects.get(username="chen")
    assert (made.is_staff, made.is_superuser) == (True, False)


def test_a_superuser_is_out_of_reach(administrator: Client) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD, role=Role.SYSTEM_ADMIN)
    other = {"password1": "Other-2026-岗位", "password2": "Other-2026-岗位", "usable_password": "true"}
    assert administrator.post(f"{LIST}{root.pk}/password/", other).status_code == 403
    root.refresh_from_db()
    assert root.check_password(PASSWORD)


def test_unlocking_forgets_the_failures_of_the_chosen(administrator: Client) -> None:
    locked, other = make_user(Role.DISTRICT_OFFICER), make_user(Role.DISTRICT_OFFICER)
    for user in (locked, other):
        LoginFailure.objects.create(username=user.username, address="10.0.0.1")
    administrator.post(LIST, {"action": "unlock", "_selected_action": [locked.pk]})
    assert list(LoginFailure.objects.values_list("username", flat=True)) == [other.username]


def test_accounts_are_not_deleted_here(administrator: Client) -> None:
    officer = make_user(Role.DISTRICT_OFFICER)
    assert administrator.post(f"{LIST}{officer.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("staff", [False, True])
@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.EMPLOYER_STAFF])
def test_others_stay_outside_even_when_marked_as_staff(client: Client, role: str, staff: bool) -> None:
    client.force_login(make_user(role, is_staff=staff))
    assert client.get(LIST).status_code in (302, 403)


@pytest.mark.parametrize("path", ["/admin/", LIST, ADD, "/admin/accounts/orgunit/"])
def test_the_pages_open(administrator: Client, path: str) -> None:
    assert administrator.get(path).status_code == 200


def test_units_are_not_edited_here(administrator: Client) -> None:
    assert administrator.get("/admin/accounts/orgunit/add/").status_code == 403
