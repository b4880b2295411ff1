"""Demo data: made once, the same each time, valid and plausibly wrong; a bulk load leaves the database as it was."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Sum

from payroll.models import PayRecord
from posts.models import Employer, Post
from talents.models import SocialWorker
from tests.builders import make_employer, make_post
from xmsw.feed.models import Touched
from xmsw.policy.recheck import RecheckRequest
from xmsw.regions.models import Region
from xmsw.synthetic.names import Identities, chinese_number
from xmsw.ui.demo import KEY

TODAY = date(2026, 6, 30)
DEFINITIONS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
ORDER BY 1, 2, 3
"""


@pytest.fixture(autouse=True)
def _forget_the_notice() -> Iterator[None]:
    """Pages of other tests must not say that there is demo data."""
    yield
    cache.delete(KEY)


def demo(**options: object) -> dict:
    """Run the command with JSON output and give what it says."""
    said = io.StringIO()
    call_command("demo", "--json", stdout=said, **({"size": 60, "on": TODAY} | options))
    return json.loads(said.getvalue())


def fingerprint() -> list[tuple]:
    """What the same seed must give again, whatever the ids."""
    people = SocialWorker.objects.order_by("identity_hash").values_list("identity_hash", "name", "education")
    posts = Post.objects.order_by("employer__name", "code").values_list("employer__name", "code", "grade", "start")
    pay = PayRecord.objects.order_by("employment__worker__identity_hash", "period").values_list(
        "period", "total", "rung"
    )
    return [*people, *posts, *pay]


def definitions() -> list[tuple]:
    """Every constraint, index and trigger, without casts: PostgreSQL writes those of «IN (…)» anew each time."""
    with connection.cursor() as cursor:
        cursor.execute(DEFINITIONS)
        return [(*names, re.sub(r"::(character varying|text)(\[\])?|[()]", "", text)) for *names, text in cursor]


@pytest.mark.django_db
def test_it_loads_once() -> None:
    first = demo()
    before = fingerprint()
    assert first["loaded"] and first["rows"]["人员"] == 288
    assert demo() == {"loaded": False}
    assert fingerprint() == before


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_data_and_another_seed_does_not() -> None:
    prints = []
    for seed in (317, 317, 318):
        with transaction.atomic():
            demo(seed=seed)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


@pytest.mark.django_db
def test_a_database_in_use_is_refused() -> None:
    make_post(make_employer())
    with pytest.raises(CommandError, match="已有登记的岗位或人员"):
        demo()
    assert not SocialWorker.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_bulk_load_brings_every_index_constraint_and_trigger_back() -> None:
    before = definitions()
    done = demo(factor=2)
    assert done["rows"]["人员"] == 2 * 288
    assert definitions() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM talents_socialworkerevent")
        assert cursor.fetchone()[0] == 0
    waiting = dict(Touched.objects.values_list("resource").annotate(Sum("size")))
    assert waiting["workers"] == SocialWorker.objects.count()
    assert waiting["employers"] == Employer.objects.count()
    make_post(Employer.objects.filter(synthetic=True).first())
    assert RecheckRequest.objects.exclude(employer_id=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_nation_is_read_from_its_five_files(tmp_path: Path) -> None:
    files = {
        "provinces": "code,name\n11,北京市\n",
        "cities": "code,name,provinceCode\n1101,市辖区,11\n",
        "areas": "code,name\n110101,东城区\n",
        "streets": "code,name\n110101001,东华门街道\n",
        "villages": "code,name\n110101001001,多福巷社区居委会\n110101001002,演示村村委会\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    demo(scale="nation", size=650, villages=str(tmp_path / "villages.csv"))
    kinds = dict(
        Employer.objects.filter(region__code__startswith="11", synthetic=False).values_list("region_id", "kind")
    )
    assert kinds == {"110101001": "C01", "110101001001": "C02", "110101001002": "C03"}
    assert Region.objects.get(pk="110101001001").parent_id == "110101001"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (3, "三"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1003, "一千零三"),
        (10_020, "一万零二十"),
        (25_000, "二万五千"),
        (120_000, "十二万"),
    ],
)
def test_numerals(number: int, words: str) -> None:
    assert chinese_number(number) == words


def test_identity_numbers_of_a_year_never_repeat() -> None:
    identities = Identities()
    drawn = [identities.draw(1990) for _ in range(5_000)]
    assert len(set(drawn)) == len(drawn)
    assert {number[6:10] for number in drawn} == {"1990"}
