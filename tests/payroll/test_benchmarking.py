"""Benchmarks equal a plain computation over the same pay, and storing them touches only what differs."""

import itertools
import json
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from payroll.benchmarking import month_end, recompute, recompute_changed
from payroll.models import Benchmark, PayRecord
from payroll.tasks import benchmark
from posts.models import Employer
from tests import builders as make
from xmsw.celery import app
from xmsw.policy.models import ParameterValue

pytestmark = pytest.mark.django_db
MONTH = date(2026, 9, 1)
FIGURES = ("p10", "p25", "p50", "p75", "p90")
RUNGS = ("", "assistant_2", "assistant_1", "social_worker_3")


def pay(employer, amount="6000", form="contract", start=date(2020, 1, 1), end=None, **fields):
    employment = make.make_employment(make.make_worker(), employer, form=form, start=start, end=end)
    return make.make_pay(employment, **({"period": MONTH, "base": Decimal(amount)} | fields))


def cell(area="350203", sector=None, rung=None, period=MONTH) -> Benchmark:
    return Benchmark.objects.get(period=period, area_id=area, sector=sector, rung=rung)


def stored(period=MONTH) -> dict:
    """Row number and figures by peer group."""
    rows = Benchmark.objects.filter(period=period).values(
        "area_id", "sector", "rung", "pk", "n", *FIGURES, "suppression"
    )
    return {(r.pop("area_id"), r.pop("sector"), r.pop("rung")): tuple(r.values()) for r in rows}


@pytest.fixture
def town():
    """Four districts, three sectors, people of every rung in very different numbers."""
    rng = random.Random(7)
    kinds = {"E01": 3, "E03": 2, "A01": 1}
    for district, kind in itertools.product(("350203", "350205", "350206", "350211"), kinds):
        employer = make.make_employer(kind, region=f"{district}001")
        for rung in RUNGS:
            for _ in range(rng.randint(0, 4 * kinds[kind])):
                amount = Decimal(rng.randint(380_000, 1_500_000)) / 100
                pay(employer, amount, rung=rung, time_share=rng.choice([Decimal(1), Decimal(1), Decimal("0.5")]))


def percentile(values: list[Decimal], share: Decimal) -> Decimal:
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def test_figures_equal_a_plain_computation(town):
    groups = defaultdict(list)
    for record in PayRecord.objects.select_related("employment__employer"):
        employer = record.employment.employer
        amount = round(record.total / record.time_share, 2)
        areas = (employer.region_id[:6], employer.region_id[:4])
        for group in itertools.product(areas, (employer.sector, None), (record.rung, None)):
            groups[group].append(amount)
    assert recompute(MONTH) == len(groups) == Benchmark.objects.count() > 80
    shown = 0
    for each in Benchmark.objects.all():
        amounts = sorted(groups[each.area_id, each.sector, each.rung])
        if each.suppression:
            assert [each.n, *(getattr(each, name) for name in FIGURES)] == [None] * 6
            assert (each.suppression == "small") == (len(amounts) < 5)
            continue
        shown += 1
        assert each.n == len(amounts) >= 5
        for name in FIGURES:
            expected = percentile(amounts, Decimal(int(name[1:])) / 100)
            assert abs(getattr(each, name) - expected) <= Decimal("0.01"), (each, name)
    assert shown > 20
    assert Benchmark.objects.filter(suppression="complement").exists()


def test_a_second_computation_touches_nothing(town):
    recompute(MONTH)
    before = list(Benchmark.objects.order_by("pk").values_list("pk", "computed_at"))
    recompute(MONTH)
    assert list(Benchmark.objects.order_by("pk").values_list("pk", "computed_at")) == before


def test_only_what_differs_is_written(town):
    recompute(MONTH)
    before, dated = stored(), dict(Benchmark.objects.values_list("pk", "computed_at"))
    largest = max((key for key in before if key[2] is not None and before[key][1]), key=lambda key: before[key][1])
    record = PayRecord.objects.filter(rung=largest[2], employment__employer__region__code__startswith="350203").first()
    PayRecord.objects.filter(pk=record.pk).update(base=99_999)
    recompute(MONTH)
    after = stored()
    differing = {key for key in after if after[key] != before.get(key)}
    rewritten = {row.pk for row in Benchmark.objects.all() if row.computed_at != dated.get(row.pk)}
    assert rewritten == {after[key][0] for key in differing}
    assert 0 < len(differing) < len(after)
    assert {key[0] for key in differing} <= {"350203", "3502"}


def test_groups_that_are_gone_leave_and_other_months_stay(town):
    recompute(MONTH)
    october = make.make_employer("E05", region="350213001")
    for _ in range(6):
        pay(october, period=date(2026, 10, 1))
    recompute(date(2026, 10, 1))
    PayRecord.objects.filter(employment__employer__region__code__startswith="350211").delete()
    recompute(MONTH)
    assert not Benchmark.objects.filter(area_id="350211").exists()
    assert cell("350213", period=date(2026, 10, 1)).n == 6


def test_who_counts():
    """On the month's last day: employed, not 在编, paid, at an employer in force."""
    agency = make.make_employer("E01")
    for _ in range(6):
        pay(agency)
    pay(agency, form="established")
    pay(agency, base=Decimal(0))
    pay(agency, end=month_end(MONTH) - timedelta(days=1))
    pay(make.make_employer("E01", state=Employer.State.DRAFT))
    pay(make.make_employer("E01", end=MONTH, state=Employer.State.CLOSED))
    pay(agency, period=date(2026, 8, 1))
    recompute(MONTH)
    assert cell().n == 6
    pay(agency, end=month_end(MONTH))
    pay(make.make_employer("E01", end=month_end(MONTH), state=Employer.State.CLOSED))
    recompute(MONTH)
    assert cell().n == 8


def test_part_time_pay_counts_as_full_time():
    agency = make.make_employer("E01")
    for _ in range(5):
        pay(agency, "3000", time_share=Decimal("0.5"))
    recompute(MONTH)
    assert cell(sector="social", rung="assistant_2").p50 == 6000


def test_the_smallest_size_is_the_parameter_of_the_day():
    agency = make.make_employer("E01")
    for _ in range(4):
        pay(agency)
    recompute(MONTH)
    assert set(Benchmark.objects.values_list("suppression", flat=True)) == {"small"}
    assert set(Benchmark.objects.values_list("n", *FIGURES)) == {(None,) * 6}
    ParameterValue.objects.filter(parameter_id="benchmark_min_cell").update(value=4)
    recompute(MONTH)
    assert cell().n == 4


def test_employers_of_the_city_itself_count_in_the_city_and_stay_hidden():
    """Two people of a city-level body: no district holds them, so city less districts would."""
    for district in ("350203", "350206"):
        agency = make.make_employer("E01", region=f"{district}001")
        for _ in range(6 if district == "350203" else 9):
            pay(agency)
    recompute(MONTH)
    assert (cell("3502").n, cell("350203").n) == (15, 6)
    for _ in range(2):
        pay(make.make_employer("E01", region="3502"))
    recompute(MONTH)
    assert (cell("3502").n, cell("350203").suppression, cell("350206").n) == (17, "complement", 9)


def test_changed_pay_redoes_its_own_city_alone(town):
    recompute(MONTH)
    Benchmark.objects.filter(area_id="350203").delete()
    assert recompute_changed(MONTH, ["4403"]) == 0
    assert not Benchmark.objects.filter(area_id="350203").exists()
    assert Benchmark.objects.filter(area_id="3502").exists(), "another city's rows stay"
    assert recompute_changed(MONTH, ["350203001", "350206"]) == Benchmark.objects.count()
    assert Benchmark.objects.filter(area_id="350203").exists()


def test_the_task_takes_any_day_of_the_month_and_last_month_by_default(town):
    assert app.tasks["payroll.benchmark"] is not None
    assert benchmark("2026-09-15") == Benchmark.objects.filter(period=MONTH).count() > 0
    last = (date.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    agency = make.make_employer("E01")
    for _ in range(5):
        pay(agency, period=last)
    benchmark()
    assert cell(period=last).n >= 5


def test_the_command_reports_and_refuses_in_a_sentence(town):
    out = StringIO()
    call_command("benchmark", period="2026-09", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["cells"] == Benchmark.objects.count() == told["shown"] + told["small"] + told["complement"]
    call_command("benchmark", period="2026-09", stdout=out)
    assert f"公开 {told['shown']} 个" in out.getvalue()


@pytest.mark.parametrize(
    ("period", "sentence"),
    [("2026-13", "写法不对"), ("九月", "写法不对"), ("2999-01", "还没有到"), ("2019-01", "没有可以计算的薪酬记录")],
)
def test_the_command_refuses_a_month_it_cannot_compute(period, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("benchmark", period=period)


def test_a_worker_computes_it_in_the_background(live_worker, transactional_db):
    agency = make.make_employer("E01")
    for _ in range(5):
        pay(agency)
    result = app.send_task("payroll.benchmark", [MONTH.isoformat()], ignore_result=False)
    result.get(timeout=60)
    assert cell().n == 5
