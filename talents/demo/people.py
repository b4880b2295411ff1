"""Persons: invented names and identity numbers that nobody can hold, sealed like real ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.db import connection

from xmsw.audit.sealed import lookup_hash, masked, seal
from xmsw.exchange.copying import copy_rows
from xmsw.identifiers import sex_of
from xmsw.synthetic.names import Identities, People
from xmsw.synthetic.plan import Plan

COLUMNS = (
    *("id", "name", "pinyin", "identity", "identity_hash", "identity_mask", "phone", "phone_hash"),
    *("sex", "birth_date", "education", "degree", "social_work_education", "synthetic"),
)
BATCH = 50_000


def load(plan: Plan) -> None:
    """One person for each row of `demo_staff`, born when it says, by COPY in batches."""
    people, identities = People(plan.seed), Identities()
    made = 0
    with connection.connection.cursor("demo_births") as births:
        births.itersize = BATCH
        births.execute("SELECT worker_id, born, education, degree, social_work FROM demo_staff ORDER BY n")
        while rows := births.fetchmany(BATCH):
            copy_rows("talents_socialworker", COLUMNS, _persons(rows, people, identities, made))
            made += len(rows)
            if made % (10 * BATCH) == 0:
                plan.say(f"人员 {made:,} …")
    plan.made("人员", made)


def _persons(rows: list[tuple], people: People, identities: Identities, done: int) -> Iterator[tuple]:
    for number, (worker, born, education, degree, social_work) in zip(itertools.count(done), rows, strict=False):
        name, key = people.draw()
        identity = identities.draw(born)
        phone = f"140{number:08d}"  # 140 is no personal number range
        birth_date = f"{identity[6:10]}-{identity[10:12]}-{identity[12:14]}"
        sealed = seal(identity), lookup_hash(identity), masked(identity), seal(phone), lookup_hash(phone)
        yield worker, name, key, *sealed, sex_of(identity), birth_date, education, degree, social_work, "t"
