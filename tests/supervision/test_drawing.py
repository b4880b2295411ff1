"""The lot: the same seed and day give the same sample anywhere; every stratum gives its share, one at least."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Employer
from supervision import drawing, inspecting
from supervision.drawing import Framed
from supervision.forms.inspections import InspectionForm
from supervision.models import Inspection, InspectionUnit
from tests import builders as make
from tests.supervision.inspections import SEED, TODAY, drawn, make_plan, officer, published
from xmsw.workflow.refusals import Refused

# Ten units of fixed codes, and what «厦门317» draws of them; reckoned apart with sha256sum.
CODES = [make.make_credit_code(9_000_000 + number) for number in range(10)]
SHARE = 30
EXPECTED = ["52350203MJ9000003P", "52350203MJ9000009A", "52350203MJ9000002L"]
EXPECTED_PLACE = "f74ebd4cee1d028df461f67137914182173b2637dc107dfd5b8dba1c3b986556"


def by_hand(codes: list[str], number: int, seed: str = "厦门317") -> list[str]:
    """The lot as docs/inspections.md words it, written anew."""
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}:inspection:{code}".encode()).hexdigest())[:number]


def test_the_sample_is_fixed_by_seed_and_keys_alone():
    frame = [Framed(pk, code, "E01") for pk, code in enumerate(CODES)]
    other = [Framed(pk * 7 + 1000, code, "E01") for pk, code in enumerate(reversed(CODES))]
    taken = [each.key for each in drawing.drawn(frame, SEED, SHARE)]
    assert taken == [each.key for each in drawing.drawn(other, SEED, SHARE)] == by_hand(CODES, 3)
    assert taken == EXPECTED
    assert [each.key for each in drawing.drawn(frame, "别的种子", SHARE)] != taken


def test_the_place_of_a_unit_is_known_beforehand():
    assert drawing.place_of("厦门317", "350203001001-C02") == EXPECTED_PLACE


@pytest.mark.parametrize(
    ("units", "share", "size"), [(1, 1, 1), (10, 10, 1), (11, 10, 2), (100, 33, 33), (7, 50, 4), (3, 100, 3)]
)
def test_a_stratum_gives_its_share_rounded_up(units, share, size):
    assert drawing.size_of(units, share) == size


def test_every_stratum_is_in_the_sample():
    frame = [Framed(n, f"a{n}", "A01") for n in range(20)] + [Framed(99, "b", "B01")]
    taken = drawing.drawn(frame, SEED, 10)
    assert [each.stratum for each in taken] == ["A01", "A01", "B01"]


def test_the_hash_is_that_of_the_file():
    frame = [Framed(1, "b", "E01"), Framed(2, "a", "E01"), Framed(3, "z", "A01")]
    assert drawing.frame_text(frame) == "A01 z\nE01 a\nE01 b"
    assert drawing.frame_hash("A01 z") == hashlib.sha256(b"A01 z").hexdigest()


def test_those_without_code_are_told_apart_by_name_where_they_must_be():
    keys = [("350203001-A01", "甲"), ("350203001-A01", "乙"), ("350203003-A01", "丙")]
    assert drawing.told_apart(keys) == ["350203001-A01-甲", "350203001-A01-乙", "350203003-A01"]


@pytest.mark.django_db
def test_the_frame_is_who_counts_on_the_day_in_the_scope():
    planner = officer()
    inside = make.make_employer("E01", region="350203001")
    for fields in ({"region": "350206001"}, {"start": TODAY + timedelta(days=1)}, {"state": "draft"}):
        make.make_employer("E01", **({"region": "350203001"} | fields))
    make.make_employer("A01", region="350203001")
    plan = drawn(planner)
    assert [each.employer_id for each in plan.units.all()] == [inside.pk]
    assert (plan.frame_size, plan.frame.lines) == (1, f"E01 {inside.credit_code}")
    assert plan.frame_hash == hashlib.sha256(plan.frame.lines.encode()).hexdigest()


@pytest.mark.django_db
def test_other_primary_keys_give_the_same_sample():
    samples = []
    for codes in (CODES, list(reversed(CODES))):
        for code in codes:
            make.make_employer("E01", region="350203001", credit_code=code)
        plan = drawn(officer(), share=SHARE)
        samples.append(sorted(plan.units.values_list("key", flat=True)))
        InspectionUnit.objects.all().delete()
        Employer.objects.filter(credit_code__in=CODES).delete()
    assert samples[0] == samples[1] == sorted(by_hand(CODES, 3, "厦门317:白鹭"))


@pytest.mark.django_db
def test_strata_of_districts_each_give_one_at_least():
    for region in ("350203001", "350203003", "350206001"):
        make.make_employer("E01", region=region)
    plan = drawn(officer("3502"), strata="district", share=10)
    assert sorted(plan.units.values_list("stratum", flat=True)) == ["350203", "350206"]


@pytest.mark.django_db
def test_a_seed_is_fixed_before_and_nobody_draws_again():
    planner = officer()
    make.make_employer("E01", region="350203001")
    with pytest.raises(Refused, match="先固定随机种子"):
        inspecting.draw(planner, make_plan())
    plan = published(planner)
    with pytest.raises(Refused, match="已经固定"):
        inspecting.fix_seed(planner, plan)
    with pytest.raises(Refused, match="不能再改"):
        inspecting.save(planner, Inspection.objects.get(pk=plan.pk))
    inspecting.draw(planner, plan)
    with pytest.raises(Refused, match="已确定单位"):
        inspecting.draw(planner, plan)


@pytest.mark.django_db
def test_a_missing_seed_is_generated_and_a_coming_day_waits():
    planner = officer()
    make.make_employer("E01", region="350203001")
    plan = inspecting.fix_seed(planner, make_plan(seed="", draw_on=TODAY + timedelta(days=1)))
    assert len(plan.seed) == 16
    with pytest.raises(Refused, match="还没有到"):
        inspecting.draw(planner, plan)


@pytest.mark.django_db
def test_a_seed_is_fixed_on_a_day_before_the_lot():
    planner = officer()
    make.make_employer("E01", region="350203001")
    with pytest.raises(Refused, match="抽取日以前固定"):
        inspecting.fix_seed(planner, make_plan(draw_on=TODAY))
    plan = published(planner)
    Inspection.objects.filter(pk=plan.pk).update(seed_fixed_at=timezone.now())
    with pytest.raises(Refused, match="不是在抽取日以前公布"):
        inspecting.draw(planner, plan)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=9)])
def test_without_a_lot_nobody_is_asked_for_a_seed_or_a_day(signed_in, day):
    planner = officer()
    make.make_employer("E01", region="350203001")
    plan = make_plan(draw_on=day, method="all", seed="")
    with pytest.raises(Refused, match="直接确定单位"):
        inspecting.fix_seed(planner, plan)
    client, address = signed_in(planner), f"/supervision/inspections/{plan.pk}/"
    page = client.get(address)
    assert page.context["hindrances"] == [] and "种子" not in page.content.decode()
    client.post(f"{address}draw/")
    plan.refresh_from_db()
    assert (plan.state, plan.draw_on, plan.units.count()) == ("drawn", TODAY, 1)


@pytest.mark.django_db
def test_a_step_that_would_be_refused_says_so_beforehand(signed_in):
    planner = officer()
    tomorrow = TODAY + timedelta(days=1)
    lot, whole = make_plan(draw_on=tomorrow), make_plan(method="all")
    whole.items.all().delete()
    client = signed_in(planner)
    held = 'disabled aria-describedby="why-not"'
    assert held not in client.get(f"/supervision/inspections/{lot.pk}/").content.decode()
    inspecting.fix_seed(planner, lot)
    for plan, why in ((lot, "还没有到"), (whole, "还没有核查项目")):
        page = client.get(f"/supervision/inspections/{plan.pk}/").content.decode()
        assert why in page and held in page
        with pytest.raises(Refused, match=why):
            inspecting.draw(planner, plan)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "missing"), [("draw", True), ("all", False), ("findings", False)])
def test_the_form_asks_for_a_day_only_of_a_lot(method, missing):
    given = {"title": "核查", "start": TODAY, "end": TODAY, "method": method, "strata": "kind", "share": 10}
    form = InspectionForm(officer(), given)
    assert form.is_valid() != missing
    assert list(form.errors) == (["draw_on"] if missing else [])
    assert missing or form.cleaned_data["draw_on"] == TODAY


@pytest.mark.django_db
def test_nobody_can_try_seeds_the_draw_mixes_in_a_secret_bound_beforehand(signed_in):
    planner = officer()
    for code in CODES:
        make.make_employer("E01", region="350203001", credit_code=code)
    tomorrow = TODAY + timedelta(days=1)
    plans = [inspecting.fix_seed(planner, make_plan(draw_on=tomorrow, share=SHARE)) for _ in range(2)]
    assert plans[0].seed == plans[1].seed == SEED
    assert plans[0].secret != plans[1].secret, "the same seed tells nothing"
    address = f"/supervision/inspections/{plans[0].pk}/"
    page = signed_in(planner).get(address).content.decode()
    assert hashlib.sha256(plans[0].secret.encode()).hexdigest() in page
    assert plans[0].secret not in page
    Inspection.objects.filter(pk=plans[0].pk).update(draw_on=TODAY, seed_fixed_at=timezone.now() - timedelta(days=1))
    inspecting.draw(planner, plans[0])
    assert plans[0].secret in signed_in(planner).get(address).content.decode()
    drawn_units = set(plans[0].units.values_list("key", flat=True))
    assert drawn_units == set(by_hand(CODES, 3, f"{SEED}:{plans[0].secret}"))


@pytest.mark.django_db
def test_the_page_tells_how_to_draw_again_and_the_file_is_the_frame(signed_in):
    planner = officer()
    for _ in range(4):
        make.make_employer("E01", region="350203001")
    plan = drawn(planner)
    client = signed_in(planner)
    page = client.get(f"/supervision/inspections/{plan.pk}/").content.decode()
    assert plan.frame_hash in page
    assert "厦门317:白鹭:inspection" in page
    file = client.get(f"/supervision/inspections/{plan.pk}/frame/").content
    assert hashlib.sha256(file).hexdigest() == plan.frame_hash
    ordered = [line.split(" ")[1] for line in file.decode().split("\n")]
    assert set(by_hand(ordered, 2, "厦门317:白鹭")) == set(plan.units.values_list("key", flat=True))
