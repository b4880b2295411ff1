"""The measurements. Each yields lines; nothing here asserts, and no test depends on a stopwatch."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from django.test.utils import CaptureQueriesContext

from payroll.benchmarking import Month
from payroll.models import GUIDED_SECTORS, Benchmark, PayRecord, RungCode
from payroll.publishing import publish
from payroll.scenarios import Scenario, impacts
from posts.models import Employer, Post
from supervision.models import Run
from supervision.recheck import drain
from supervision.runs import execute_here, start_run
from tests.benchmarks import handwritten
from tests.benchmarks.finding import measure_finding as measure_finding
from tests.benchmarks.importing import measure_import as measure_import
from tests.benchmarks.interface import measure_api as measure_api
from xmsw.accounts.models import User
from xmsw.policy.parameters import values_on
from xmsw.policy.recheck import RecheckRequest

HELPER = "import django; django.setup(); from supervision.models import Run; from supervision.runs import execute_here"
LEFT_BEHIND = ("supervision_finding", "supervision_employerfacts", "supervision_tally", "supervision_shard")
PAGES = (
    "/supervision/",
    "/supervision/without-post/",
    "/supervision/without-holder/",
    "/supervision/findings/",
    "/supervision/clauses/",
    "/posts/",
    "/people/",
    "/payroll/benchmarks/",
)


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _forget_results() -> None:
    Run.objects.filter(state__in=(Run.State.QUEUED, Run.State.RUNNING)).update(state=Run.State.FAILED)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(LEFT_BEHIND)}")
        cursor.execute("SET max_parallel_workers_per_gather = 0")


def _planned() -> Run:
    return start_run(day=date.today(), present=True, reason=Run.Reason.REQUEST, dispatch=False)


def _with_a_second_process(run: Run) -> None:
    command = [sys.executable, "-c", f"{HELPER}; execute_here(Run.objects.get(pk={run.pk}))"]
    other = subprocess.Popen(command, cwd=settings.BASE_DIR)
    execute_here(run)
    other.wait()


def _by_hand() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(handwritten.STATEMENT, {"on": date.today()})


def measure_recalculation() -> Iterator[str]:
    """A first full run and an unchanged one, against the hand-written statement; then with a second process."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute(handwritten.SETUP)
        cursor.execute("SELECT count(*) FROM posts_employer")
        yield f"{cursor.fetchone()[0]:,} employers; parallel query off"
    by_hand = _timed(_by_hand)
    _forget_results()
    first = _timed(lambda: execute_here(_planned()))
    with connection.cursor() as cursor:
        cursor.execute(handwritten.AGREES)
        differing = cursor.fetchone()[0]
    again = _timed(lambda: execute_here(_planned()))
    _forget_results()
    two = _timed(lambda: _with_a_second_process(_planned()))
    yield f"by hand {by_hand:.1f} s; first run {first:.1f} s, ratio {first / by_hand:.2f}; rows that differ {differing}"
    yield f"run without changes {again:.1f} s, ratio {again / by_hand:.2f}"
    yield f"first run with a second process {two:.1f} s, {two / first:.2f} of one"
    yield f"peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def measure_incremental() -> Iterator[str]:
    """One edit of one post, rechecked: work of the database and the process together."""
    RecheckRequest.objects.all().delete()
    times = []
    for post in Post.objects.filter(state="approved").order_by("-id")[:11]:
        Post.objects.filter(pk=post.pk).update(grade=None if post.grade else 1)
        times.append(_timed(drain))
        Post.objects.filter(pk=post.pk).update(grade=post.grade)
        drain()
    yield f"one edit rechecked in {median(times) * 1000:.0f} ms (median of {len(times)}, worst {max(times) * 1000:.0f})"


def measure_benchmark() -> Iterator[str]:
    """Peer-pay benchmarks of the last month, suppression and publication included, against the percentiles by hand."""
    period = PayRecord.objects.aggregate(last=Max("period"))["last"]
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("DROP TABLE IF EXISTS bench_benchmark")
        cursor.execute("CREATE TABLE bench_benchmark (LIKE payroll_benchmark INCLUDING ALL)")
        Benchmark.objects.filter(period=period).delete()
        month = Month.of(period)
        given = {"period": period, "on": month.on, "since": month.since}
        memory = settings.RECALCULATION_WORK_MEM  # as much as `publish` takes
        cursor.execute("SELECT set_config('work_mem', %s, false)", [memory])
        by_hand = _timed(lambda: cursor.execute(handwritten.PERCENTILES, given))
    publishing = partial(publish, period, month.closes + timedelta(days=1), reason="measured")
    first, again = _timed(publishing), _timed(publishing)
    yield f"by hand {by_hand:.2f} s; first {first:.2f} s, ratio {first / by_hand:.2f}; again {again / by_hand:.2f}"


def measure_what_if() -> Iterator[str]:
    """One what-if, and three side by side, over everybody with pay, against one by hand; the same people below."""
    on, shares = date.today(), {code: Decimal("0.7") + Decimal("0.1") * at for at, code in enumerate(RungCode.values)}
    sectors = tuple(sector.value for sector in GUIDED_SECTORS)
    asked = Scenario("-", sectors, Decimal(90_000), shares, Decimal("0.1"))
    given = {"on": on, "months": values_on(on)["recent_pay_months"], "area": "%", "rungs": list(shares)}
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT set_config('work_mem', %s, false)", [settings.RECALCULATION_WORK_MEM])
        given["annual"] = [asked.annual(rung) for rung in shares]
        by_hand = median(_timed(lambda: cursor.execute(handwritten.WHAT_IF, given)) for _ in range(3))
        whole = next(row for row in cursor.fetchall() if row[0] is None and row[1] is None)
    (found,) = impacts([asked], "", on)
    one = median(_timed(lambda: impacts([asked], "", on)) for _ in range(3))
    three = _timed(lambda: impacts([asked] * 3, "", on))
    agrees = (found.total.people, found.total.below, found.total.gap, found.total.paid) == tuple(whole[2:])
    yield f"{whole[2]:,} people; by hand {by_hand:.2f} s; one {one:.2f} s, ratio {one / by_hand:.2f}; agrees {agrees}"
    yield f"three side by side {three:.2f} s, ratio {three / by_hand:.2f}"


def measure_pages() -> Iterator[str]:
    """Queries and time of the main pages as a city and as a district officer."""
    settings.ALLOWED_HOSTS = ["*"]
    yield f"{Employer.objects.count():,} employers"
    for user in User.objects.filter(username__in=("demo-city", "demo-siming")):
        client = Client()
        client.force_login(user)
        for page in PAGES:
            client.get(page)
            times = [_timed(partial(client.get, page)) for _ in range(5)]
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(page)
            yield f"{user.username} {page} {answer.status_code} {len(queries)} queries {median(times) * 1000:.0f} ms"
