"""Many people at once: set-based, each with an employment at one of the city's employers, two of three with a
certificate. The triggers of the database do their part."""

from __future__ import annotations

from django.db import connection

from xmsw.audit.sealed import seal

_PEOPLE = """
INSERT INTO talents_socialworker
    (name, pinyin, identity, identity_hash, identity_mask, phone_hash, sex, birth_date, education, synthetic)
SELECT '测' || chr(19968 + i %% 3000) || chr(19968 + i %% 2000), 'ce shi', %(sealed)s,
       encode(sha256(i::text::bytea), 'hex'), '3502••••••••••' || lpad((i %% 10000)::text, 4, '0'), '',
       (ARRAY['F', 'M'])[1 + i %% 2], DATE '1960-01-01' + i %% 14000, (ARRAY[20, 30, NULL])[1 + i %% 3], TRUE
FROM generate_series(1, %(count)s) i RETURNING id
"""
# In the order of the list neighbours work in different districts.
_CROWD = f"""
WITH people AS ({_PEOPLE}), places AS (
    SELECT array_agg(id ORDER BY reverse(region_id), id) AS ids FROM posts_employer WHERE region_id LIKE '3502%%'
), employed AS (
    INSERT INTO talents_employment (worker_id, employer_id, form, role, start, end_reason)
    SELECT people.id, ids[1 + people.id %% cardinality(ids)], 'contract', '', DATE '2020-01-01', ''
    FROM people CROSS JOIN places
)
INSERT INTO talents_certificate (worker_id, level, number, issued_on)
SELECT id, 1 + id %% 2, 'T' || id, DATE '2019-10-10' FROM people WHERE id %% 3 > 0
"""


def crowd(count: int) -> None:
    """`count` people, and statistics of the tables for the planner."""
    with connection.cursor() as cursor:
        cursor.execute(_CROWD, {"count": count, "sealed": seal("350203199001010010")})
        cursor.execute("ANALYZE talents_socialworker, talents_employment, talents_certificate, posts_employer")
