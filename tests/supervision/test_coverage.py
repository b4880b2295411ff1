"""Coverage of service fields (一-2): worked by hand, as of a day, own area and line, each number as long as its list."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payroll.models import PurchaseProject
from posts.models import PostFreeze, ServiceField
from posts.models.fields import FIELD_OF_KIND
from posts.models.kinds import Kind
from supervision.selectors.coverage import coverage
from tests import builders as make
from tests.supervision.test_pages_lists import exported

pytestmark = pytest.mark.django_db
TODAY = date.today()
SIMING, HULI = "350203", "350206"


def make_project(place: str, service: str = "", **fields) -> PurchaseProject:
    """A project in force, bought by a city, a district or (nine digits) a street of it."""
    agency = make.make_employer("E01", region=f"{SIMING}001")
    about = {"title": "项目", "buyer": "购买方", "amount": 1, "start": make.LONG_AGO, "end": TODAY + timedelta(days=90)}
    about |= {"region_id": place[:6], "street_id": place if len(place) == 9 else None, "service_field": service}
    return PurchaseProject.objects.create(provider=agency, **(about | fields))


@pytest.fixture
def world():
    """思明: a home for the elderly with two posts (one for health), one holder; 湖里: a school with a post; projects."""
    home = make.make_employer("A01", region=f"{SIMING}001")
    held = make.make_post(home)
    make.make_post(home, service_field="health", start=TODAY - timedelta(days=10))
    make.make_appointment(make.make_staff(home, 1), held)
    make.make_post(make.make_employer("B02", region=f"{HULI}001"))
    make_project(f"{SIMING}001", "elderly")
    make_project(HULI, "elderly")
    make_project("3502", "drugs")
    return home


def numbers(found, service: str, place: str) -> tuple[int, int, int]:
    one = found.cell(service, place)
    return one.posts, one.people, one.projects


def test_every_kind_has_a_field():
    assert set(FIELD_OF_KIND) == set(Kind.values)
    assert set(FIELD_OF_KIND.values()) == set(ServiceField), "no field that no kind leads to"


def test_a_city_by_hand(world):
    """思明 老年人 1 post 1 person 1 project, 医疗 1 post; 湖里 学校 1 post, 老年人 1 project; the city itself 禁毒 1."""
    found = coverage(None, "3502", TODAY)
    assert numbers(found, "elderly", SIMING) == (1, 1, 1)
    assert numbers(found, "health", SIMING) == (1, 0, 0)
    assert numbers(found, "school", HULI) == (1, 0, 0)
    assert numbers(found, "elderly", HULI) == (0, 0, 1)
    assert numbers(found, "drugs", "3502") == (0, 0, 1)
    assert [code for code, _ in found.places][-1] == "3502", "what is of no district stands last"
    assert (found.total.posts, found.total.people, found.total.projects) == (3, 1, 3)
    assert found.fields == 4, "老年人、医疗、学校、禁毒"
    # 18 fields × 6 districts, four cells of districts have something.
    assert len(found.blank) == 18 * 6 - 4


def test_a_district_by_its_streets(world):
    found = coverage(None, SIMING, TODAY)
    assert numbers(found, "elderly", f"{SIMING}001") == (1, 1, 1)
    assert found.total.projects == 1, "what the city or another district buys is none of this one's"
    assert numbers(coverage(None, HULI, TODAY), "elderly", HULI) == (0, 0, 1), "bought by the district, by no street"


def test_the_day_counts(world):
    past = coverage(None, "3502", TODAY - timedelta(days=11))
    assert past.of_field("health").empty, "the post came ten days ago"
    PostFreeze.objects.create(post=world.posts.get(service_field="health"), start=TODAY, reason="-")
    assert coverage(None, "3502", TODAY).of_field("health").empty, "a frozen post serves nobody"


def test_a_person_with_two_posts_counts_once(world):
    other = make.make_post(make.make_employer("B02", region=f"{HULI}002"))
    worker = make.make_staff(other.employer, 1)
    make.make_appointment(worker, other, full_time=False, start=date(2019, 1, 1))
    make.make_appointment(worker, make.make_post(world, service_field="disabled"), full_time=True)
    found = coverage(None, "3502", TODAY)
    assert found.cell("disabled", SIMING).people == 1, "the full-time post"
    assert found.of_place(HULI).people == 0
    assert found.total.people == 2


def test_other_districts_and_lines_stay_out(world):
    siming = make.make_user("district_officer")
    assert coverage(siming, SIMING, TODAY).total.posts == 2
    assert coverage(siming, HULI, TODAY).total.weight == 0
    education = make.make_user("bureau_officer", bureau="education", region=HULI)
    line = coverage(education, HULI, TODAY)
    assert (line.total.posts, line.total.projects) == (1, 0)


@pytest.mark.parametrize(("role", "area"), [("city_officer", ""), ("city_officer", SIMING), ("district_officer", "")])
def test_each_number_is_as_long_as_its_list(world, signed_in, role, area):
    user = make.make_user(role)
    client = signed_in(user)
    page = client.get(f"/supervision/coverage/?area={area}")
    found = coverage(user, area or user.area_code, TODAY)
    links = {(told.group(1), told.group(2)): told.group(0) for told in _links(page.content.decode())}
    for service in ServiceField.values:
        for place, _ in found.places:
            for kind, n in zip(("posts", "people", "projects"), numbers(found, service, place), strict=True):
                rows = [each for key, each in page.context["links"].items() if key == (kind, service, place)]
                assert bool(rows) == bool(n)
                for address in rows:
                    assert client.get(address).context["count"] == str(n), address
    assert links


def _links(text: str):
    return re.finditer(r'href="[^"]*field=(\w+)[^"]*area=([\d-]+)', text)


def test_the_page_asks_a_fixed_number_of_queries(world, signed_in):
    client = signed_in(make.make_user("city_officer"))
    client.get("/supervision/coverage/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/supervision/coverage/")
    for region in (f"{SIMING}002", f"{HULI}002", "350205001"):
        make.make_post(make.make_employer("A02", region=region))
    with CaptureQueriesContext(connection) as many:
        client.get("/supervision/coverage/")
    assert len(many) == len(few)


def test_the_file_says_what_the_page_says(world, signed_in):
    rows = exported(signed_in(make.make_user("city_officer")).get("/supervision/coverage/?export=xlsx"))
    assert rows[0][:5] == ("服务领域", "地区", "在设岗位", "在岗人员", "执行中的项目")
    assert ("老年人", "思明区", 1, 1, 1) in [row[:5] for row in rows]
    assert ("学校", "思明区", 0, 0, 0, "空白") in [row[:6] for row in rows]


def test_whoever_has_no_compliance_to_look_after_gets_no_page(world, signed_in):
    assert signed_in(make.make_member(world)).get("/supervision/coverage/").status_code == 403
    assert signed_in(make.make_user("district_officer")).get(f"/supervision/coverage/?area={HULI}").status_code == 404


def test_the_field_follows_the_kind_until_it_is_chosen(world):
    post = world.posts.get(service_field="")
    assert post.field == "elderly"
    post.service_field = "culture"
    assert post.field.label == "文化"
