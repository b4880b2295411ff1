"""The policy library, anchors in the text, and new versions of parameters."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import builders as make
from xmsw.policy.actions import set_parameter
from xmsw.policy.models import Clause, ParameterValue
from xmsw.policy.parameters import values_on
from xmsw.policy.passages import passages

pytestmark = pytest.mark.django_db
TODAY = date.today()
CODE = "insurance_grace_days"


@pytest.fixture
def city():
    return make.make_user("city_officer")


def test_the_text_has_one_anchor_a_clause_around_its_words(signed_in):
    text = signed_in(make.make_user("employer_staff")).get("/policy/text/").content.decode()
    clauses = list(Clause.objects.all())
    assert all(text.count(f'id="{each.slug}"') == 1 for each in clauses)
    for each in clauses:
        start = text.index(f'id="{each.slug}"')
        words = re.sub(r"<[^>]+>|\s", "", text[text.index(">", start) + 1 :][:3000])
        assert words.startswith(each.quote), each.pk


def test_paragraphs_lose_no_word():
    document = Clause.objects.first().document
    shown = "".join(re.sub(r"<[^>]+>", "", each.html) for each in passages(document.text, document.clauses.all()))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", document.text)


def test_headings_are_headings():
    document = Clause.objects.first().document
    tags = [each.tag for each in passages(document.text, [])]
    assert tags.count("h2") == 4


def test_marks_in_the_text_are_escaped():
    clause = Clause(pk="x", order=1, start=3, end=6)
    (only,) = passages("<b>&甲乙</b>", [clause])
    assert only.html == "&lt;b&gt;&amp;甲乙&lt;/b&gt;".replace(
        "&amp;甲乙", '<span class="clause-span" id="c1" title="x">&amp;甲乙</span>'
    )


def test_the_library_tells_what_the_text_does_not(signed_in):
    client = signed_in(make.make_user("district_officer"))
    assert "未载明" in client.get("/policy/").content.decode()
    page = client.get("/policy/documents/民发〔2009〕44号/")
    assert "只有这份文件的题录" in page.content.decode()
    assert client.get("/policy/documents/没有/").status_code == 404


def test_a_new_version_closes_the_former_the_day_before(city):
    start = TODAY + timedelta(days=10)
    made = set_parameter(city, CODE, "45", start, "厦民〔2026〕1号")
    assert values_on(start - timedelta(days=1))[CODE] == 30
    assert values_on(start)[CODE] == 45
    assert made.set_by == city
    assert ParameterValue.objects.filter(parameter=CODE).count() == 2


@pytest.mark.parametrize(
    ("code", "value", "start", "source", "field"),
    [
        (CODE, "三十", TODAY, "x", "value"),
        (CODE, "1.5", TODAY, "x", "value"),
        (CODE, "-1", TODAY, "x", "value"),
        (CODE, "NaN", TODAY, "x", "value"),
        (CODE, "1e99", TODAY, "x", "value"),
        ("qualified_degree_counts", "也许", TODAY, "x", "value"),
        (CODE, "45", TODAY - timedelta(days=1), "x", "start"),
        (CODE, "45", TODAY, "  ", "source"),
    ],
)
def test_what_cannot_be_is_refused_in_a_chinese_sentence(city, code, value, start, source, field):
    with pytest.raises(ValidationError) as refused:
        set_parameter(city, code, value, start, source)
    (sentence,) = refused.value.message_dict[field]
    assert sentence.endswith("。")
    assert ParameterValue.objects.filter(parameter=code).count() == 1


def test_a_version_cannot_slip_in_before_a_later_one(city):
    set_parameter(city, CODE, "45", TODAY + timedelta(days=10), "x")
    with pytest.raises(ValidationError, match="已有一个"):
        set_parameter(city, CODE, "50", TODAY + timedelta(days=5), "x")


@pytest.mark.parametrize("value", ["0.55", "0.5005"])
def test_decimals_are_not_rounded(city, value):
    set_parameter(city, "principal_post_share", value, TODAY, "x")
    assert str(values_on(TODAY)["principal_post_share"]) == value


@pytest.mark.parametrize("role", ["district_officer", "employer_staff", "system_admin"])
def test_only_the_city_edits_parameters(signed_in, role):
    user = make.make_user(role)
    with pytest.raises(PermissionDenied):
        set_parameter(user, CODE, "45", TODAY, "x")
    client = signed_in(user)
    assert client.get(f"/policy/parameters/{CODE}/").status_code == 403
    assert "设新版本" not in client.get("/policy/parameters/").content.decode()


def test_the_form_saves_and_shows_what_is_wrong(signed_in, city):
    client = signed_in(city)
    address = f"/policy/parameters/{CODE}/"
    wrong = client.post(address, {"value": "1.5", "start": f"{TODAY:%Y-%m-%d}", "source": "x"})
    assert "请填整数。" in wrong.content.decode()
    right = client.post(address, {"value": "45", "start": f"{TODAY:%Y-%m-%d}", "source": "x"})
    assert right.status_code == 302
    text = client.get("/policy/parameters/").content.decode()
    assert "45 天" in text
    assert "非317号文件规定" in text


def test_a_past_day_shows_no_form_and_takes_none(signed_in, city):
    client = signed_in(city)
    client.get(f"/policy/?on={TODAY - timedelta(days=1):%Y-%m-%d}")
    assert "设新版本" not in client.get("/policy/parameters/").content.decode()
    assert client.post(f"/policy/parameters/{CODE}/", {}).status_code == 409


@pytest.mark.parametrize("address", ["", "text/", "parameters/"])
def test_pages_ask_a_fixed_number_of_queries(signed_in, city, address, django_assert_max_num_queries):
    client = signed_in(city)
    with django_assert_max_num_queries(15):
        assert client.get(f"/policy/{address}").status_code == 200


@pytest.mark.parametrize(("code", "value"), [("benchmark_min_cell", "0"), ("principal_post_share", "7")])
def test_a_value_outside_its_bounds_is_refused(city, code, value):
    with pytest.raises(ValidationError, match="应在"):
        set_parameter(city, code, value, TODAY, "x")


def test_what_the_policy_itself_says_is_not_edited(city):
    with pytest.raises(ValidationError, match="317 号文件规定"):
        set_parameter(city, "community_min_posts", "3", TODAY, "x")
