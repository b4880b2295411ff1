"""The legal retirement age against rows of the official tables, in Python and in SQL."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from talents.models import SocialWorker
from talents.retirement import MEN, WOMEN, WOMEN_WORKERS, RetiresOn, retires_on, retires_on_sql
from tests import builders as make
from xmsw.policy.models import ParameterValue
from xmsw.policy.parameters import values_on

pytestmark = pytest.mark.django_db
TODAY = date.today()
# Born, age in years and months, retirement (year, month): 附表 1, 2 and 3 of the decision of 2024-09-13.
TABLE_1 = (
    ((1964, 12), (60, 0), (2024, 12)),
    ((1965, 1), (60, 1), (2025, 2)),
    ((1965, 4), (60, 1), (2025, 5)),
    ((1965, 5), (60, 2), (2025, 7)),
    ((1966, 1), (60, 4), (2026, 5)),
    ((1970, 12), (61, 6), (2032, 6)),
    ((1976, 8), (62, 11), (2039, 7)),
    ((1976, 9), (63, 0), (2039, 9)),
    ((1990, 6), (63, 0), (2053, 6)),
)
TABLE_2 = (
    ((1969, 12), (55, 0), (2024, 12)),
    ((1970, 1), (55, 1), (2025, 2)),
    ((1970, 5), (55, 2), (2025, 7)),
    ((1981, 8), (57, 11), (2039, 7)),
    ((1981, 9), (58, 0), (2039, 9)),
)
TABLE_3 = (
    ((1974, 12), (50, 0), (2024, 12)),
    ((1975, 1), (50, 1), (2025, 2)),
    ((1975, 2), (50, 1), (2025, 3)),
    ((1975, 3), (50, 2), (2025, 5)),
    ((1984, 10), (54, 11), (2039, 9)),
    ((1984, 11), (55, 0), (2039, 11)),
)
ROWS = [
    *(("1", False, MEN, *row) for row in TABLE_1),
    *(("2", False, WOMEN, *row) for row in TABLE_2),
    *(("2", True, WOMEN_WORKERS, *row) for row in TABLE_3),
]


def values(women_as_workers: bool):
    ParameterValue.objects.filter(parameter_id="women_retire_as_workers").update(value=women_as_workers)
    return values_on(TODAY)


@pytest.mark.parametrize(("sex", "as_workers", "schedule", "born", "age", "retires"), ROWS)
def test_rows_of_the_official_tables(sex, as_workers, schedule, born, age, retires):
    birth = date(*born, 15)
    known = values(as_workers)
    assert schedule.months(birth) == age[0] * 12 + age[1]
    found = retires_on(birth, sex, known)
    assert (found.year, found.month, found.day) == (*retires, 15)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {retires_on_sql('%(b)s::date', '%(s)s', known)}", {"b": birth, "s": sex})
        assert cursor.fetchone()[0] == found


@pytest.mark.parametrize("as_workers", [False, True])
def test_sql_and_python_agree_for_every_month_of_birth(as_workers):
    known = values(as_workers)
    births = [date(year, month, 28) for year in range(1955, 1996) for month in range(1, 13)]
    births += [date(1965, 8, 31), date(1968, 2, 29), date(1976, 12, 31)]
    statement = retires_on_sql("d.birth", "d.sex", known)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.birth, d.sex, {statement} FROM unnest(%s::date[]) AS b (birth), unnest(%s) AS s (sex), "
            "LATERAL (SELECT b.birth, s.sex) d",
            [births, ["0", "1", "2"]],
        )
        rows = cursor.fetchall()
    assert len(rows) == 3 * len(births)
    assert [row for row in rows if retires_on(row[0], row[1], known) != row[2]] == []


def test_as_an_expression_of_a_query():
    worker = make.make_worker(sex="2", birth_date=date(1970, 1, 31))
    row = SocialWorker.objects.annotate(r=RetiresOn("birth_date", "sex", values(False))).get(pk=worker.pk)
    assert row.r == date(2025, 2, 28)
