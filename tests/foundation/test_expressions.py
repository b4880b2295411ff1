"""Expressions mean the same in SQL and in Python, unknowns included."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xmsw.policy.expressions import Either, F, Literal, P

pytestmark = pytest.mark.django_db
NUMBERS = st.one_of(st.none(), st.integers(-3, 3))
FLAGS = st.one_of(st.none(), st.booleans())
a, b, flag, limit = F.a, F.b, F.flag, P.limit
EXPRESSIONS = [
    a < limit,
    (a + b) * 2 >= limit,
    ~(a == b),
    (a > 0) & flag,
    (a > 0) | flag,
    ~flag | (b != 1),
    a.in_(1, 2, 3),
    a.is_unknown() & ~b.is_unknown(),
    Either(flag, a, b) <= limit,
    Either(a > b, flag, Literal(True)),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=NUMBERS, second=NUMBERS, third=FLAGS, threshold=st.integers(-3, 3))
def test_sql_and_python_agree(first, second, third, threshold):
    listed = ", ".join(f"({expression.sql()})" for expression in EXPRESSIONS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {listed} FROM (SELECT %(a)s::int AS a, %(b)s::int AS b, %(flag)s::boolean AS flag) f",
            {"a": first, "b": second, "flag": third, "p_limit": threshold},
        )
        in_sql = cursor.fetchone()
    facts, params = {"a": first, "b": second, "flag": third}, {"limit": threshold}
    assert [expression.value(facts, params) for expression in EXPRESSIONS] == list(in_sql)


def test_a_literal_cannot_break_out_of_its_quotes():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {Literal(chr(39) + '; DROP TABLE x; %s').sql()}", {"unused": 1})
        assert cursor.fetchone()[0] == "'; DROP TABLE x; %s"


def test_an_expression_has_no_truth_of_its_own():
    with pytest.raises(TypeError):
        bool((a > 0) and (b > 0))
