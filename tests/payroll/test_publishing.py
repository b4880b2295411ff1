"""A closed month is published once. Nothing that an employer does changes it; a new version is somebody's decision."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from payroll import actions
from payroll.benchmarking import Month
from payroll.models import Benchmark, FormerBenchmark, PayRecord, Publication
from payroll.peers import Cell
from payroll.publishing import NotClosed, publish
from payroll.tasks import benchmark
from tests import builders as make
from tests.exchange.files import merged, workbook
from xmsw.celery import app
from xmsw.exchange import actions as exchange
from xmsw.policy.models import ParameterValue
from xmsw.policy.recheck import RecheckRequest
from xmsw.regions.models import Level, Region

pytestmark = pytest.mark.django_db
MONTH, CLOSES, CLOSED = date(2026, 9, 1), date(2026, 10, 20), date(2026, 10, 21)


def staff(employer, amount=6000, period=MONTH, **fields):
    employment = make.make_employment(make.make_worker(**fields), employer)
    return make.make_pay(employment, period=period, base=Decimal(amount))


def town(region="350203001", count=8, period=MONTH):
    """Employers with a person each; the last one is returned."""
    rng = random.Random(region)
    for _ in range(count):
        employer = make.make_employer("E01", region=region)
        staff(employer, rng.randint(5000, 9000), period)
    return employer


@pytest.fixture
def fuzhou():
    """A district of another city."""
    Region.objects.create(code="3501", name="福州市", level=Level.CITY)
    return Region.objects.create(code="350102", name="鼓楼区", level=Level.DISTRICT).code


def published() -> list[tuple]:
    """Every figure that anybody outside can see."""
    fields = [each.name for each in Benchmark._meta.get_fields() if each.name != "id"]
    return sorted(Benchmark.objects.values_list(*fields), key=str)


def invented(employer, period, tmp_path, count=4, amount="99999"):
    """A file of pay for the employer's own people; the worst they can put in."""
    rows = []
    for _ in range(count):
        identity = make.make_identity()
        make.make_employment(make.make_worker(identity=identity), employer)
        row = {"employer_code": employer.credit_code, "identity": identity, "period": f"{period:%Y-%m}", "base": amount}
        rows.append(row | {"rung": "助理社会工作师二级"})
    return workbook(tmp_path / f"pay{amount}.xlsx", "pay", rows)


def test_importing_looking_undoing_and_looking_shows_the_same_figures(tmp_path, monkeypatch):
    """The attack: invented pay goes in, the month's beat passes, it comes out again; every look is the same."""
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args=(), **_: app.tasks[name](*args))
    today = date.today()
    period = actions.last_closed(today)
    employer = town(period=period)
    member = make.make_member(employer)
    benchmark()
    first = published()
    assert any(each for each in Benchmark.objects.filter(suppression="")), "there is something to look at"
    batch = merged(member, "pay", invented(employer, period, tmp_path))
    assert PayRecord.objects.filter(base=99_999).count() == 4, "the pay did go in"
    assert published() == first
    benchmark()
    assert published() == first
    exchange.undo(member, batch.pk)
    assert not PayRecord.objects.filter(base=99_999).exists(), "and came out again"
    assert published() == first
    benchmark()
    assert published() == first
    assert Publication.objects.count() == 1


def test_without_the_publication_the_attack_would_show(tmp_path):
    """The same pay does change what a computation yields: only that nobody computes keeps the figures."""
    period = actions.last_closed(date.today())
    employer = town(period=period)
    publish(period, date.today(), reason="测试")
    first = published()
    merged(make.make_member(employer), "pay", invented(employer, period, tmp_path))
    publish(period, date.today(), reason="更正")
    assert published() != first


def test_a_month_is_published_after_its_last_day_for_handing_in():
    town()
    for day in (date(2026, 9, 15), date(2026, 10, 1), CLOSES):
        with pytest.raises(NotClosed, match="2026-10-20 为止"):
            publish(MONTH, day, reason="测试")
    assert not Benchmark.objects.exists()
    assert publish(MONTH, CLOSED, reason="测试").cities == ["3502"]
    ParameterValue.objects.filter(parameter_id="benchmark_reporting_days").update(value=30)
    assert Month.of(MONTH).closes == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        (date(2026, 11, 1), date(2026, 9, 1)),
        (date(2026, 11, 20), date(2026, 9, 1)),
        (date(2026, 11, 21), date(2026, 10, 1)),
        (date(2027, 1, 5), date(2026, 11, 1)),
    ],
    ids=str,
)
def test_the_newest_closed_month(today, newest):
    assert actions.last_closed(today) == newest


def test_the_schedule_publishes_once_and_only_cities_that_have_not(fuzhou):
    today = date(2026, 10, 25)
    town()
    assert actions.publish_first(today).cities == ["3502"]
    first = published()
    town("350206001")
    town(fuzhou)
    assert actions.publish_first(today).cities == ["3501"]
    assert set(first) <= set(published()), "more pay of the city changes nothing"
    assert Benchmark.objects.filter(area__code__startswith="3502").count() == len(first)
    assert actions.publish_first(today).cities == []


def test_the_same_figures_make_no_new_version():
    town()
    assert publish(MONTH, CLOSED, reason="一").cities == ["3502"]
    RecheckRequest.objects.all().delete()
    assert publish(MONTH, CLOSED, reason="二").cities == []
    assert Publication.objects.get().reason == "一"
    assert not RecheckRequest.objects.exists()


def test_an_officers_new_version_tells_who_and_why_and_keeps_what_was():
    city = make.make_user("city_officer")
    employer = town()
    publish(MONTH, CLOSED, reason="按月发布")
    before = {(str(row), row.mean): row.p50 for row in Benchmark.objects.all()}
    assert actions.publish_anew(city, MONTH, "漏报", CLOSED) is None, "nothing differs"
    staff(employer, 50_000)
    new = actions.publish_anew(city, MONTH, "思明漏报一家单位", CLOSED)
    assert (new.version, new.reason, new.published_by) == (2, "思明漏报一家单位", city)
    former = FormerBenchmark.objects.filter(publication__version=1)
    assert {(str(row), row.mean): row.p50 for row in former} == before
    assert Benchmark.objects.get(**Cell("3502")._asdict()).n == 9


def test_a_new_version_of_one_city_leaves_the_others(fuzhou):
    town()
    far = town(fuzhou)
    publish(MONTH, CLOSED, reason="一")
    staff(far, 50_000)
    assert actions.publish_anew(make.make_user("city_officer"), MONTH, "更正", CLOSED) is None
    assert set(Publication.objects.values_list("city_id", "version")) == {("3501", 1), ("3502", 1)}


def test_groups_that_are_gone_leave_and_other_months_stay():
    october = date(2026, 10, 1)
    town("350213001", period=october)
    publish(october, date(2026, 11, 21), reason="一")
    town()
    town("350211001")
    publish(MONTH, CLOSED, reason="一")
    PayRecord.objects.filter(period=MONTH, employment__employer__region__code__startswith="350211").delete()
    publish(MONTH, CLOSED, reason="二")
    assert not Benchmark.objects.filter(area_id="350211").exists()
    assert Benchmark.objects.filter(area_id="350213", period=october).exists()


def test_what_is_published_is_never_rewritten():
    town()
    publish(MONTH, CLOSED, reason="一")
    for change in (
        lambda: Benchmark.objects.update(p50=1),
        lambda: Publication.objects.update(reason="x"),
        lambda: Publication.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_worker_publishes_in_the_background(live_worker, transactional_db):
    town(period=actions.last_closed(date.today()))
    app.send_task("payroll.benchmark", [], ignore_result=False).get(timeout=60)
    assert Benchmark.objects.filter(suppression="").exists()
