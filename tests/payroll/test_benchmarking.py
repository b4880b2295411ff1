"""Published benchmarks equal a plain computation over the same pay, and only what satisfies the rule is shown."""

import itertools
import json
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import numpy
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from payroll.benchmarking import Month, month_end, months_back
from payroll.models import Benchmark, PayRecord
from payroll.peers import PATTERNS, RUNG_LEVELS, Cell, dimensions_of
from payroll.publishing import Published, publish
from posts.models import Employer
from tests import builders as make
from xmsw.policy.models import ParameterValue

pytestmark = pytest.mark.django_db
MONTH, CLOSED = date(2026, 9, 1), date(2026, 10, 21)
FIGURES = ("p10", "p25", "p50", "p75", "p90")
RUNGS = ("", "assistant_2", "assistant_1", "social_worker_3")


def pay(employer, amount="6000", form="contract", start=date(2020, 1, 1), end=None, **fields):
    employment = make.make_employment(make.make_worker(), employer, form=form, start=start, end=end)
    return make.make_pay(employment, **({"period": MONTH, "base": Decimal(amount)} | fields))


def cell(area="350203", period=MONTH, **group) -> Benchmark:
    """The group told by just what is named; a rung by its level too."""
    if group.get("rung"):
        group["level"] = RUNG_LEVELS[group["rung"]]
    return Benchmark.objects.get(period=period, **Cell(area, **group)._asdict())


def agencies(count=6, region="350203001", **fields):
    """So many employers, with one person each."""
    return [pay(make.make_employer("E01", region=region), **fields).employment.employer for _ in range(count)]


def published(period=MONTH, today=CLOSED, **given) -> Published:
    return publish(period, today, reason="测试", **given)


@pytest.fixture
def town():
    """Four districts, four kinds of three sectors, several employers of each, people very different in everything."""
    rng = random.Random(7)
    kinds = {"E01": 3, "E02": 2, "E03": 2, "A01": 1}
    for district, kind in itertools.product(("350203", "350205", "350206", "350211"), kinds):
        for _ in range(rng.randint(2, 6)):
            employer = make.make_employer(kind, region=f"{district}001")
            for rung in RUNGS:
                for _ in range(rng.randint(0, kinds[kind])):
                    amount = Decimal(rng.randint(380_000, 1_500_000)) / 100
                    person = make.make_worker(sex=rng.choice("01229"))
                    if rng.random() < 0.3:
                        make.make_certificate(person, level=2)
                    make.make_pay(
                        make.make_employment(person, employer, start=date(rng.randint(2014, 2025), 10, 1)),
                        period=MONTH,
                        base=amount,
                        rung=rung,
                        time_share=rng.choice([Decimal(1), Decimal(1), Decimal("0.5")]),
                        factor_post=rng.choice([None, 1, 1, 2]),
                        factor_seniority=rng.choice([None, Decimal("2.9"), Decimal(3), Decimal("11.5")]),
                    )


def cents(value: float) -> Decimal:
    """As the database rounds."""
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def told(record: PayRecord) -> dict:
    """What the record's person is told by, in plain words of the page."""
    employment = record.employment
    level = RUNG_LEVELS.get(record.rung)
    if level is None:
        level = max((each.level for each in employment.worker.certificates.all()), default=0)
    served = record.factor_seniority
    if served is None:
        served = MONTH.year - employment.start.year  # all began on the first of October: full years to 30 September
    return {
        "sector": employment.employer.sector,
        "kind": employment.employer.kind,
        "level": int(level),
        "rung": record.rung,
        "grade": record.factor_post or 0,
        "years": max(band for band in (0, 3, 6, 10) if band <= served),
        "sex": employment.worker.sex.replace("9", "0"),
    }


def test_figures_equal_a_plain_computation(town):
    """Every group of every published table; percentiles as numpy's «linear» method, the mean to the cent."""
    groups, held = defaultdict(list), defaultdict(Counter)
    for record in PayRecord.objects.select_related("employment__employer", "employment__worker"):
        employer, about = record.employment.employer, told(record)
        amount = round(record.total / record.time_share, 2)
        for area, pattern in itertools.product((employer.region_id[:6], employer.region_id[:4]), PATTERNS):
            group = Cell(area, **{name: about[name] for name in pattern})
            groups[group].append(amount)
            held[group][employer.pk] += 1
    assert published().cells == len(groups) == Benchmark.objects.count() > 600
    shown = Counter()
    for each in Benchmark.objects.all():
        group = Cell(each.area_id, *(getattr(each, name) for name in Cell._fields[1:]))
        amounts, largest = groups[group], max(held[group].values())
        small = len(amounts) < 5
        dominant = not small and (len(held[group]) < 3 or len(amounts) - largest < 5)
        if each.suppression:
            assert [each.n, each.mean, *(getattr(each, name) for name in FIGURES)] == [None] * 7
            assert (each.suppression == "small") == small
            assert (each.suppression == "dominant") == dominant
            continue
        shown[dimensions_of(group)] += 1
        assert not small
        assert not dominant
        assert each.n == len(amounts)
        assert each.mean == cents(sum(amounts) / len(amounts))
        expected = numpy.percentile([float(each) for each in amounts], [10, 25, 50, 75, 90], method="linear")
        for name, value in zip(FIGURES, expected, strict=True):
            assert abs(getattr(each, name) - Decimal(float(value))) <= Decimal("0.0051"), (each, name)
    assert min(shown[frozenset(pattern)] for pattern in PATTERNS) > 0, shown
    assert set(Benchmark.objects.values_list("suppression", flat=True)) == {"", "small", "dominant", "complement"}


@pytest.mark.parametrize(
    ("group", "condition"),
    [
        ({}, "TRUE"),
        ({"years": 0}, "coalesce(factor_seniority, EXTRACT(YEAR FROM age('2026-10-01', m.start))) < 3"),
        ({"grade": 1}, "factor_post = 1"),
        ({"sex": "2"}, "sex = '2'"),
        ({"level": 1, "rung": "assistant_1"}, "rung = 'assistant_1'"),
    ],
    ids=str,
)
def test_figures_equal_percentile_cont_of_the_database(town, group, condition):
    published()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(ARRAY[0.1, 0.25, 0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY pay), round(avg(pay), 2) "
            "FROM (SELECT round(total / time_share, 2) AS pay FROM payroll_payrecord r "
            "JOIN talents_employment m ON m.id = r.employment_id JOIN talents_socialworker w ON w.id = m.worker_id "
            f"WHERE period = %s AND {condition}) p",
            [MONTH],
        )
        figures, mean = cursor.fetchone()
    total = cell("3502", **group)
    assert [getattr(total, name) for name in FIGURES] == [cents(each) for each in figures]
    assert total.mean == mean


def test_a_level_is_that_of_the_rung_or_else_of_the_certificate():
    """Levels are sums of their rungs, also where somebody is paid by a rung of another certificate."""
    for employer in agencies(6, rung="social_worker_3"):
        without = pay(employer, rung="")
        make.make_certificate(without.employment.worker, level=1)
    published()
    assert cell(level=2).n == cell(rung="social_worker_3").n == 6
    assert cell(level=1).n == cell(level=1, rung="").n == 6


def test_who_counts():
    """On the month's last day: employed for three full months, not 在编, paid, at an employer in force."""
    agency, *_ = agencies(10)
    pay(agency, form="established")
    pay(agency, base=Decimal(0))
    pay(agency, end=month_end(MONTH) - timedelta(days=1))
    pay(agency, start=date(2026, 7, 2))
    pay(make.make_employer("E01", state=Employer.State.DRAFT))
    pay(make.make_employer("E01", end=MONTH, state=Employer.State.CLOSED))
    pay(agency, period=date(2026, 8, 1))
    published()
    assert cell().n == 10
    pay(agency, end=month_end(MONTH))
    pay(agency, start=date(2026, 7, 1))
    pay(make.make_employer("E01", end=month_end(MONTH), state=Employer.State.CLOSED))
    published()
    assert cell().n == 13


@pytest.mark.parametrize(("months", "since"), [(3, date(2026, 7, 1)), (12, date(2025, 10, 1)), (0, date(2026, 9, 30))])
def test_the_shortest_employment_is_the_parameter_of_the_day(months, since):
    ParameterValue.objects.filter(parameter_id="benchmark_min_tenure_months").update(value=months)
    assert Month.of(date(2026, 9, 17)).since == since


def test_months_are_counted_over_the_turn_of_the_year():
    assert [months_back(date(2026, 2, 1), back) for back in (0, 1, 2, 14)] == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2024, 12, 1),
    ]


def test_part_time_pay_counts_as_full_time():
    agencies(6, amount="3000", time_share=Decimal("0.5"))
    published()
    assert cell(sector="social", rung="assistant_2").p50 == 6000


def test_the_smallest_size_is_the_parameter_of_the_day():
    agencies(5)
    published()
    assert set(Benchmark.objects.values_list("suppression", flat=True)) == {"dominant"}
    assert set(Benchmark.objects.values_list("n", "mean", *FIGURES)) == {(None,) * 7}
    ParameterValue.objects.filter(parameter_id="benchmark_min_cell").update(value=4)
    published()
    assert cell().n == 5


def test_fewest_employers_are_the_parameter_of_the_day():
    for employer in agencies(3):
        for _ in range(5):
            pay(employer)
    published()
    assert cell().n == 18
    ParameterValue.objects.filter(parameter_id="benchmark_min_contributors").update(value=4)
    published()
    assert set(Benchmark.objects.values_list("suppression", flat=True)) == {"dominant"}


def test_one_large_employer_does_not_show_the_few_others():
    """Twenty of one employer and four of four: whoever has the twenty could take them out."""
    others = agencies(4)
    large = make.make_employer("E01", region="350203001")
    for _ in range(20):
        pay(large)
    published()
    assert set(Benchmark.objects.values_list("suppression", flat=True)) == {"dominant"}
    pay(others[0])
    published()
    assert cell().n == 25


def test_an_employer_counts_once_over_its_rungs():
    """Each rung has one person of each of two employers; all rungs together still are two employers."""
    for employer in agencies(2, rung=""):
        for rung in RUNGS[1:]:
            for _ in range(3):
                pay(employer, rung=rung)
    published()
    assert set(Benchmark.objects.values_list("suppression", flat=True)) == {"small", "dominant"}


def test_employers_of_the_city_itself_count_in_the_city_and_stay_hidden():
    """Two people of a city-level body: no district holds them, so city less districts would."""
    agencies(7)
    agencies(9, region="350206001")
    published()
    assert (cell("3502").n, cell("350203").n) == (16, 7)
    agencies(2, region="3502")
    published()
    assert (cell("3502").n, cell("350203").suppression, cell("350206").n) == (18, "complement", 9)


def test_the_command_publishes_and_reports(town):
    out = StringIO()
    call_command("benchmark", period="2026-09", json=True, stdout=out)
    told = json.loads(out.getvalue())
    withheld = told["small"] + told["dominant"] + told["complement"]
    assert told["cells"] == Benchmark.objects.count() == told["shown"] + withheld
    assert told["cities"] == 1
    call_command("benchmark", period="2026-09", stdout=out)
    assert f"公开 {told['shown']} 个" in out.getvalue()
    assert "0 个城市有了新版本" in out.getvalue()


@pytest.mark.parametrize(
    ("period", "sentence"),
    [("2026-13", "写法不对"), ("九月", "写法不对"), ("2999-01", "还没有到"), ("2019-01", "没有可以计算的薪酬记录")],
)
def test_the_command_refuses_a_month_it_cannot_publish(period, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("benchmark", period=period)


def test_the_command_refuses_a_month_that_has_not_closed():
    with pytest.raises(CommandError, match="之后才能发布"):
        call_command("benchmark", period=f"{date.today():%Y-%m}")
