"""Finding people: name, pinyin, initials, certificate number, whole identity number."""

import pytest
from django.test import Client

from talents.models import SocialWorker
from talents.search import person_condition
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> dict[str, SocialWorker]:
    employer = make.make_employer("A01")
    people = {name: make.make_staff(employer, name=name) for name in ("张三", "张珊珊", "李四", "赵树")}
    make.make_certificate(people["李四"])
    return people


def names(text: str, **asked: bool) -> set[str]:
    return set(SocialWorker.objects.filter(person_condition(text, **asked)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张三", {"张三"}),
        ("张", {"张三", "张珊珊"}),
        ("zhangsan", {"张三"}),
        ("Zhang San", {"张三"}),
        ("zhangs", {"张三", "张珊珊"}),
        ("zs", {"张三", "张珊珊", "赵树"}),
        ("zss", {"张珊珊"}),
        ("ls", {"李四"}),
        ("san", set()),
        ("王", set()),
    ],
)
def test_by_name_pinyin_and_initials(staff, text, found):
    assert names(text) == found


def test_by_certificate_number_and_by_the_whole_identity_number_only(staff):
    number = staff["李四"].certificates.get().number
    assert names(number) == names(number.lower()) == names(number[:8]) == {"李四"}
    identity = SocialWorker.objects.get(pk=staff["张三"].pk).identity
    assert names(identity, identity=True) == names(f" {identity.lower()} ", identity=True) == {"张三"}
    assert names(identity) == set(), "only where it was asked for by POST"
    assert names(identity[:17], identity=True) == names(identity[:10], identity=True) == set()


def test_a_new_name_is_found_by_its_new_pinyin(staff):
    SocialWorker.objects.filter(name="李四").update(name="王五", pinyin="wang wu")
    assert names("ww") == names("wangwu") == {"王五"}
    assert names("ls") == set()


def test_the_search_page_shows_people_of_the_own_area_alone(staff):
    theirs = make.make_employer("A01", region="350206001")
    make.make_staff(theirs, name="张三丰")
    client = Client()
    client.force_login(make.make_user("district_officer"))
    page = client.get("/posts/search/?q=张三")
    assert "/people/found/?q=%E5%BC%A0%E4%B8%89" in page.content.decode()
    text = client.get("/people/found/?q=张三").content.decode()
    assert f"/people/{staff['张三'].pk}/" in text
    assert "张三丰" not in text
    assert "张三" in client.get("/people/?person=zs").content.decode()


def test_an_identity_number_is_asked_for_by_post(staff):
    client = Client()
    client.force_login(make.make_user("district_officer"))
    identity = SocialWorker.objects.get(pk=staff["张三"].pk).identity
    page = client.post("/posts/search/", {"q": identity}).content.decode()
    assert 'hx-post="/people/found/"' in page
    assert f"?q={identity}" not in page
    assert "张三" in client.post("/people/found/", {"q": identity}).content.decode()


def test_no_name_makes_the_search_fail(staff):
    client = Client()
    client.force_login(make.make_user("district_officer"))
    for text in ("'", "%", "_", "\\", "²", "a" * 300, "(", "０１２３"):
        assert client.get("/people/found/", {"q": text}).status_code == 200, text
        assert client.get("/people/", {"person": text}).status_code == 200, text
