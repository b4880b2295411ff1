"""Pages of clients: who makes them, what is shown once, who sees which; and an account that is nobody's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from posts.models import Membership
from tests import builders as make
from tests.clients.conftest import READ, WRITE, unit_of
from tests.forms import post_form
from xmsw.accounts.models import User
from xmsw.clients.models import ApiCall, ApiClient, ClientSecret

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"xmsw_[\w-]{43}")


def form(**told: object) -> dict[str, object]:
    """A valid form of a new client."""
    return {"label": "区平台", "unit": unit_of().pk, "scopes": [READ], "rate": 300, **told}


class TestMaking:
    def test_the_secret_is_shown_by_the_answer_alone_and_opens(self, signed_in, admin, client):
        browser = signed_in(admin)
        answer = browser.post(reverse("clients:new"), form(networks="127.0.0.0/8\n10.1.2.3", note="张三"))
        secret = SECRET.search(answer.content.decode())[0]
        made = ApiClient.objects.get()
        assert "no-store" in answer.headers["Cache-Control"]
        assert made.networks == ["127.0.0.0/8", "10.1.2.3/32"] and made.made_by == admin
        asked = {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret}
        assert post_form(client, "/api/v1/token", asked).status_code == 200
        shown = browser.get(reverse("clients:client", args=[made.pk])).content.decode()
        assert secret not in shown and secret[-4:] in shown

    def test_loading_the_answer_again_makes_no_second_client_and_no_second_secret(self, signed_in, admin):
        browser = signed_in(admin)
        browser.post(reverse("clients:new"), form())
        again = browser.post(reverse("clients:new"), form())
        assert again.status_code == 422 and not SECRET.search(again.content.decode())
        made = ApiClient.objects.get()
        told = {"newest": made.secrets.get().pk}
        first = browser.post(reverse("clients:rotate", args=[made.pk]), told)
        assert SECRET.search(first.content.decode()) and "no-store" in first.headers["Cache-Control"]
        again = browser.post(reverse("clients:rotate", args=[made.pk]), told, follow=True)
        assert "密钥已经换过" in again.content.decode() and made.secrets.count() == 2

    @pytest.mark.parametrize(
        ("bureau", "region", "role"),
        [
            ("civil_affairs", "3502", "city_officer"),
            ("civil_affairs", "350203", "district_officer"),
            ("education", "3502", "bureau_officer"),
            ("health", "350206", "bureau_officer"),
        ],
    )
    def test_line_and_area_are_those_of_the_unit(self, signed_in, admin, bureau, region, role):
        signed_in(admin).post(reverse("clients:new"), form(unit=unit_of(bureau, region).pk))
        account = ApiClient.objects.get().account
        assert (account.role, account.org_unit.bureau, account.org_unit.region_id) == (role, bureau, region)

    def test_an_employer_is_named_by_its_number_or_its_whole_name(self, signed_in, admin):
        named, numbered = make.make_employer("A01"), make.make_employer("A01")
        browser = signed_in(admin)
        for number, told in enumerate((named.name, numbered.credit_code.lower())):
            browser.post(reverse("clients:new"), form(label=f"单位{number}", unit="", employer=f" {told} "))
        held = set(Membership.objects.filter(user__is_service=True).values_list("employer", flat=True))
        assert held == {named.pk, numbered.pk}

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"unit": ""}, "请选一个部门"),
            ({"employer": "某某中心"}, "只能选一样"),
            ({"unit": "", "employer": "没有的单位"}, "没有找到「没有的单位」"),
            ({"networks": "10.0.0.0/99"}, "「10.0.0.0/99」不是网络地址"),
            ({"scopes": ["all"]}, "没有「all」这项权限"),
            ({"scopes": []}, "至少勾一项"),
            ({"rate": 0}, "至少为 1"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_half_made(self, signed_in, admin, told, said):
        answer = signed_in(admin).post(reverse("clients:new"), form(**told))
        assert answer.status_code == 422 and said in answer.content.decode()
        assert not ApiClient.objects.exists() and not User.objects.filter(is_service=True).exists()

    @pytest.mark.parametrize("role", ["city_officer", "district_officer", "employer_staff"])
    def test_nobody_else_makes_or_changes_any(self, signed_in, calling, role):
        own = calling().client
        browser = signed_in(make.make_user(role))
        assert browser.get(reverse("clients:new")).status_code == 403
        assert browser.post(reverse("clients:new"), form(label="又一个")).status_code == 403
        for each in ("edit", "rotate", "stop", "resume"):
            told = {"newest": own.secrets.get().pk}
            assert browser.post(reverse(f"clients:{each}", args=[own.pk]), told).status_code == 403
        stop = reverse("clients:secret-stop", args=[own.pk, own.secrets.get().pk])
        assert browser.post(stop).status_code == 403
        assert ApiClient.objects.get().secrets.live(timezone.now()).count() == 1


class TestKeeping:
    def test_terms_are_changed_and_history_keeps_the_old_ones(self, signed_in, admin, calling):
        own = calling().client
        told = {"label": "新名", "scopes": [READ, WRITE], "networks": "10.0.0.0/8", "rate": 60, "note": ""}
        signed_in(admin).post(reverse("clients:edit", args=[own.pk]), told)
        own.refresh_from_db()
        assert (own.label, own.scopes, own.networks, own.rate) == ("新名", [READ, WRITE], ["10.0.0.0/8"], 60)
        events = ApiClient.pgh_event_models["update"].objects.order_by("pgh_id")
        assert list(events.values_list("label", flat=True)) == ["区平台", "新名"]

    def test_stopping_and_resuming_by_buttons(self, signed_in, admin, calling):
        own, browser = calling().client, signed_in(admin)
        page = browser.post(reverse("clients:stop", args=[own.pk]), follow=True).content.decode()
        assert "已停用" in page and ApiClient.objects.get().stopped_at
        browser.post(reverse("clients:resume", args=[own.pk]))
        assert ApiClient.objects.get().stopped_at is None
        secret = own.secrets.get()
        browser.post(reverse("clients:secret-stop", args=[own.pk, secret.pk]))
        secret.refresh_from_db()
        assert secret.stopped_at

    def test_officers_see_the_clients_and_calls_of_their_line_and_area(self, signed_in, calling):
        inside, outside = make.make_employer("A01"), make.make_employer("A01", region="350206001")
        seen = [
            calling(unit_of("education"), label="思明教育").client,
            calling(employer=inside.credit_code, label="思明单位").client,
        ]
        unseen = [
            calling(unit_of(region="350206"), label="湖里民政").client,
            calling(unit_of(region="3502"), label="市民政").client,
            calling(employer=outside.credit_code, label="湖里单位").client,
        ]
        for each in (*seen, *unseen):
            ApiCall.objects.create(client=each, method="GET", path="/api/v1/posts", status=200, ms=1)
        browser = signed_in(make.make_user("district_officer"))
        for address in ("clients:list", "clients:calls"):
            page = browser.get(reverse(address)).content.decode()
            assert [each.label for each in seen if each.label not in page] == []
            assert [each.label for each in unseen if each.label in page] == []
        assert browser.get(reverse("clients:client", args=[seen[1].pk])).status_code == 200
        assert browser.get(reverse("clients:client", args=[unseen[0].pk])).status_code == 404

    def test_calls_are_filtered_by_client_result_and_day(self, signed_in, admin, calling):
        one, other = calling(label="甲").client, calling(label="乙").client
        ApiCall.objects.create(client=one, method="GET", path="/api/v1/fine", status=200, ms=1)
        ApiCall.objects.create(client=other, method="GET", path="/api/v1/refused", status=403, ms=1)
        browser, today = signed_in(admin), timezone.localdate()
        queries = {
            f"client={one.pk}": (True, False),
            "client=乙": (False, True),
            "status=4": (False, True),
            f"day={today}": (True, True),
            f"day={today - timedelta(days=1)}": (False, False),
            "day=x": (False, False),
        }
        for query, expected in queries.items():
            page = browser.get(f"{reverse('clients:calls')}?{query}").content.decode()
            assert ("/api/v1/fine" in page, "/api/v1/refused" in page) == expected, query

    @pytest.mark.parametrize("pages", ["clients:list", "clients:calls"])
    def test_lists_ask_as_much_for_many_rows_as_for_few(
        self, signed_in, admin, calling, pages, django_assert_max_num_queries
    ):
        for number in range(6):
            each = calling(label=f"平台{number}").client
            ApiCall.objects.create(client=each, method="GET", path="/api/v1/posts", status=200, ms=1)
        browser = signed_in(admin)
        with django_assert_max_num_queries(12):
            browser.get(reverse(pages))


class TestServiceAccounts:
    def test_it_never_signs_in_whatever_password_it_is_given(self, client, calling):
        account = calling().client.account
        account.set_password("pass-for-tests")
        account.save()
        told = {"username": account.username, "password": "pass-for-tests"}
        assert client.post("/accounts/login/", told).status_code == 200 and "_auth_user_id" not in client.session
        client.force_login(account)
        assert client.get("/accounts/profile/").status_code == 302

    @pytest.mark.parametrize("switch", ["is_active", "is_staff", "is_superuser"])
    def test_the_database_keeps_it_switched_off(self, calling, switch):
        account = calling().client.account
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=account.pk).update(**{switch: True})

    def test_it_is_not_among_the_accounts_of_people(self, signed_in, admin, calling):
        account = calling().client.account
        browser = signed_in(admin)
        assert account.username not in browser.get("/admin/accounts/user/").content.decode()
        assert browser.get(f"/admin/accounts/user/{account.pk}/change/").status_code == 302
        assert not User.objects.filter(is_active=True, pk=account.pk).exists()

    def test_an_employers_own_people_are_counted_without_it(self, signed_in, calling):
        employer = make.make_employer("A01")
        person, account = make.make_member(employer), calling(employer=employer.credit_code).client.account
        browser = signed_in(person)
        assert account.username not in browser.get(reverse("posts:colleagues", args=[employer.pk])).content.decode()
        for each in (account, person):
            browser.post(reverse("posts:colleague-remove", args=[employer.pk]), {"user": each.pk})
        assert Membership.objects.filter(employer=employer).count() == 2

    def test_what_was_given_to_a_client_is_not_taken_over_by_another(self, calling):
        one, other = calling().client, calling(label="另一个").client
        refused = (
            lambda: ApiClient.objects.filter(pk=one.pk).update(account=make.make_user("city_officer")),
            lambda: ClientSecret.objects.filter(client=one).update(client=other),
            lambda: ClientSecret.objects.filter(client=one).update(hash="0" * 64),
            lambda: ClientSecret.objects.filter(client=one).delete(),
        )
        for each in refused:
            with pytest.raises(InternalError), transaction.atomic():
                each()
        ClientSecret.objects.filter(client=one).update(stopped_at=timezone.now())
        with pytest.raises(InternalError), transaction.atomic():
            ClientSecret.objects.filter(client=one).update(stopped_at=None)
