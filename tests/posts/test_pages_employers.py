"""Employers' pages: list, search, record with its tabs, the staff's own page."""

from datetime import date, timedelta

import pytest

from tests import builders as make

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def home():
    return make.make_employer("A01", region="350203001", name="滨海养老院", synthetic=True)


@pytest.fixture
def officer(signed_in):
    return signed_in(make.make_user("district_officer"))


def found(client, text: str) -> set[str]:
    return {each.name for each in client.get("/posts/search/", {"q": text}).context["found"]}


@pytest.mark.parametrize("text", ["滨海养", "bin hai yang", "binhaiyang", "BINHAI yanglao"])
def test_search_by_name_and_pinyin(officer, home, text):
    assert home.name in found(officer, text)


def test_search_by_credit_code_and_community_code(officer, home):
    assert found(officer, home.credit_code.lower()) == {home.name}
    community = make.make_employer("C02", region="350203")
    assert community.name in found(officer, community.region_id)


def test_search_stays_inside_the_own_area(signed_in, home):
    client = signed_in(make.make_user("district_officer", region="350206"))
    assert not found(client, "滨海养")
    assert not found(client, home.credit_code)
    assert not found(signed_in(make.make_user("system_admin")), "滨海养")


def test_an_empty_search_finds_nothing_and_says_no_nonsense(officer):
    assert officer.get("/posts/search/").context["found"] == []
    assert "没有这个单位" in officer.get("/posts/search/?q=不存在的").content.decode()


def test_the_list_is_filtered_and_exported(officer, home):
    page = officer.get("/posts/?kind=A01")
    assert [each.name for each in page.context["page"].rows] == [home.name]
    assert officer.get("/posts/?kind=A01&export=xlsx").status_code == 200
    assert officer.get("/posts/?kind=A01&q=没有").context["page"].rows == []


def test_the_record_shows_key_facts_posts_and_that_data_is_made_up(officer, home):
    make.make_post(home, grade=None, name="照护社工")
    text = officer.get(f"/posts/employers/{home.pk}/").content.decode()
    for words in (home.name, "已登记", "演示数据", home.credit_code, "照护社工", "未定级", "老年人福利机构"):
        assert words in text
    assert f"/supervision/employers/{home.pk}/findings/" in text


def test_a_past_day_shows_the_posts_of_that_day(officer, home):
    make.make_post(home, name="新设岗位", start=TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert "新设岗位" not in officer.get(f"/posts/employers/{home.pk}/?on={yesterday:%Y-%m-%d}").content.decode()


def test_people_are_shown_masked_with_certificates_and_posts(officer, home):
    person = make.make_worker(name="李社工")
    make.make_certificate(person, level=2)
    make.make_employment(person, home)
    post = make.make_post(home)
    make.make_appointment(person, post)
    text = officer.get(f"/people/employers/{home.pk}/").content.decode()
    assert "李社工" in text
    assert "社会工作师" in text
    assert person.identity_mask in text
    assert person.identity not in text
    seats = officer.get(f"/people/employers/{home.pk}/holders/").content.decode()
    assert f'id="holder-{post.pk}"' in seats
    assert "李社工" in seats


def test_the_people_list_finds_persons_of_the_own_area(officer, signed_in, home):
    person = make.make_worker(name="王小明")
    make.make_employment(person, home)
    assert "王小明" in officer.get("/people/?person=王").content.decode()
    other = signed_in(make.make_user("district_officer", region="350206"))
    assert "王小明" not in other.get("/people/?person=王").content.decode()


def test_staff_begin_at_their_own_employer(signed_in, home):
    make.make_employer("A02", name="别家单位")
    client = signed_in(make.make_member(home))
    assert client.get("/").url == "/posts/mine/"
    text = client.get("/posts/mine/").content.decode()
    assert home.name in text
    assert "别家单位" not in text
    assert "演示数据" in text
    for address in (
        f"/posts/employers/{home.pk}/",
        f"/people/employers/{home.pk}/",
        f"/supervision/employers/{home.pk}/",
    ):
        assert client.get(address).status_code == 200


def test_an_account_without_employer_is_told_what_to_do(signed_in):
    assert "你还没有登记单位" in signed_in(make.make_user("employer_staff")).get("/posts/mine/").content.decode()


@pytest.mark.parametrize("address", ["/posts/", "/posts/search/?q=a", "/posts/mine/", "/people/"])
def test_pages_ask_a_fixed_number_of_queries(officer, home, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assert officer.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/posts/employers/{}/", "/people/employers/{}/", "/people/employers/{}/holders/"])
def test_tabs_ask_a_fixed_number_of_queries(officer, home, address, django_assert_max_num_queries):
    for _ in range(5):
        person = make.make_worker()
        make.make_certificate(person)
        make.make_employment(person, home)
        make.make_appointment(person, make.make_post(home))
    with django_assert_max_num_queries(15):
        assert officer.get(address.format(home.pk)).status_code == 200
