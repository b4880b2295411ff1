"""Coverage of service fields (一-2): worked by hand, as of a day, own line, each number as long as its list."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payroll.models import PurchaseProject
from posts.models import PostFreeze, ServiceField
from posts.models.fields import FIELD_OF_KIND
from posts.models.kinds import Kind
from supervision.selectors import rolls
from supervision.selectors.clauses import clause_board
from supervision.selectors.coverage import coverage
from supervision.selectors.measures_coverage import measures_coverage, seated_at_once
from tests import builders as make
from tests.supervision.test_pages_lists import exported
from xmsw.regions.models import Level, Region

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
    """思明: a home for the elderly with two posts, one for health, one holder; 湖里: a school; projects."""
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
    """思明 老年人 1 post 1 person 1 project, 医疗 1 post; 湖里 学校 1 post, 老年人 1 project; city 禁毒 1."""
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
    client = signed_in(make.make_user(role))
    page = client.get(f"/supervision/coverage/?area={area}")
    cells = [cell for row in page.context["grid"] for cell in (*row["cells"], row["sum"])]
    parts = [part for cell in (*cells, *page.context["whole"]) for part in cell["parts"]]
    assert len({part["name"] for part in parts if part["n"]}) == 3, "posts, people and projects"
    for part in parts:
        assert bool(part["n"]) == bool(part["url"])
        if part["n"]:
            assert client.get(part["url"]).context["count"] == str(part["n"]), part["url"]


def test_the_page_asks_a_fixed_number_of_queries(world, signed_in):
    client = signed_in(make.make_user("city_officer"))
    client.get("/supervision/coverage/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/supervision/coverage/")
    for street in Region.objects.at(Level.STREET)[:30:10]:
        make.make_post(make.make_employer("A02", region=street.pk))
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


def test_posts_without_basis_or_band_are_listed(signed_in):
    """城乡社区 has a standard for juniors only: an intermediate post has no band, a school's post is not guided."""
    make.make_standard("community")
    community = make.make_employer("C02", region=f"{SIMING}001")
    whole = make.make_post(community)
    both = make.make_post(community, grade=2, min_certificate=2, need_basis="")
    band = make.make_post(community, grade=None)
    school = make.make_employer("B02", region=f"{SIMING}001")
    need = make.make_post(school, grade=2, need_basis="")
    make.make_post(school, grade=3)
    user = make.make_user("district_officer")
    found = {post.pk: post.lacks for post in rolls.need_and_band(user, TODAY)}
    assert found == {both.pk: "both", band.pk: "band", need.pk: "need"}
    assert whole.pk not in found
    client = signed_in(user)
    assert client.get("/supervision/rolls/need-and-band/?stage=band").context["count"] == "1"
    told = measures_coverage(user, TODAY)["一-3"]
    assert told == "在设岗位 5 个，没有设岗依据 2 个，对不上薪酬标准 2 个"


def test_a_standard_counts_from_its_first_day():
    make.make_standard("community", start=TODAY)
    make.make_post(make.make_employer("C02", region=f"{SIMING}001"))
    user = make.make_user("district_officer")
    assert not rolls.need_and_band(user, TODAY).exists()
    assert rolls.need_and_band(user, TODAY - timedelta(days=1)).get().lacks == "band"


@pytest.mark.parametrize(
    ("able", "wanted", "pairs"),
    [
        ({1: 2}, {1: 1}, 1),
        ({1: 1}, {2: 1}, 0),
        ({2: 1, 1: 1}, {2: 1, 1: 1}, 2),
        ({3: 2}, {1: 1, 2: 1, 3: 1}, 2),
        ({}, {1: 4}, 0),
    ],
    ids=["one post", "too low", "each its own", "a higher one serves lower posts", "nobody"],
)
def test_pairs_that_can_sit_at_once(able, wanted, pairs):
    assert seated_at_once(Counter(able), Counter(wanted)) == pairs


def test_the_board_counts_people_against_vacancies_of_their_district():
    """思明: a vacant post and a person for it; 湖里: a person and no post."""
    home = make.make_employer("A01", region=f"{SIMING}001")
    make.make_post(home)
    make.make_staff(home, 1)
    make.make_staff(make.make_employer("A01", region=f"{HULI}001"), 2)
    city, huli = make.make_user("city_officer"), make.make_user("district_officer", region=HULI)
    assert measures_coverage(city, TODAY)["一-4"] == "持证未在岗 2 人，空岗 1 个，同区最多可配 1 对"
    assert measures_coverage(huli, TODAY)["一-4"] == "持证未在岗 1 人，空岗 0 个，同区最多可配 0 对"


def test_the_clauses_have_screens_and_words(world, signed_in):
    board = {each["clause"].pk: each for each in clause_board(make.make_user("city_officer"))}
    assert all(board[clause]["screen"] for clause in ("一-2", "一-3", "一-4", "一-6"))
    assert board["一-2"]["measure"].startswith("18 个服务领域中 4 个有岗位或项目：在设岗位 3 个，执行中的项目 3 个")
    assert board["一-6"]["measure"].startswith("在岗 1 人，一线 1 人（100.0%）")
    assert measures_coverage(None, TODAY)["一-2"] == board["一-2"]["measure"], "everywhere, by district as well"
    client = signed_in(make.make_user("city_officer"))
    for clause in ("一-2", "一-3", "一-4", "一-6"):
        assert client.get(board[clause]["screen"].url).status_code == 200
