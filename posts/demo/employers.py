"""Employers: the real communities and centres take part, and invented ones of the other kinds stand beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from posts.models import Employer, Kind, Sector
from posts.models.kinds import DEFAULT_SECTOR
from posts.reference import BUREAUS, CENTRE_DEFAULT, FIRST_DAY, URBAN_DEFAULT
from xmsw.exchange.copying import copy_rows
from xmsw.identifiers import credit_code_check_digit
from xmsw.pinyin import sort_key
from xmsw.regions.models import Level, Region
from xmsw.synthetic.names import chinese_number
from xmsw.synthetic.plan import Plan

COLUMNS = (
    *("name", "pinyin", "kind", "kind_source", "kind_decided_on", "sector", "region_id", "competent_bureau"),
    *("credit_code", "technical_posts", "address", "contact", "contact_phone", "state", "start", "synthetic"),
)
# Kind: how many of a thousand invented employers, and what its name ends with.
MIXTURE = {
    Kind.A01: (48, "养老院"),
    Kind.A02: (22, "残疾人康复中心"),
    Kind.A03: (5, "儿童福利院"),
    Kind.A04: (8, "妇女儿童维权服务中心"),
    Kind.A05: (5, "困难职工帮扶中心"),
    Kind.A06: (5, "职工维权服务中心"),
    Kind.A07: (8, "婚姻家庭辅导中心"),
    Kind.A08: (11, "青少年活动中心"),
    Kind.A09: (4, "救助管理站"),
    Kind.A10: (4, "未成年人保护中心"),
    Kind.A11: (11, "光荣院"),
    Kind.B01: (35, "医院"),
    Kind.B02: (260, "学校"),
    Kind.B03: (4, "殡仪馆"),
    Kind.B04: (16, "计划生育服务站"),
    Kind.D01: (22, "综治中心"),
    Kind.D02: (32, "文化站"),
    Kind.D03: (32, "职工之家"),
    Kind.D04: (80, "人民调解委员会"),
    Kind.D05: (8, "社区矫正中心"),
    Kind.D06: (8, "安置帮教中心"),
    Kind.D07: (5, "禁毒服务站"),
    Kind.D08: (11, "救援队"),
    Kind.E01: (84, "社会工作服务中心"),
    Kind.E02: (162, "公益服务协会"),
    Kind.E03: (110, "实业公司"),
}
REGISTRARS = {
    Sector.GOVERNMENT: "11",
    Sector.INSTITUTION: "12",
    Sector.MASS: "81",
    Sector.SOCIAL: "52",
    Sector.ENTERPRISE: "91",
    Sector.COMMUNITY: "55",
}
SHARE_OF_REAL = 0.24  # in a data set smaller than the city
TECHNICAL = range(6, 80)  # technical posts of a public institution
BATCH = 100_000


def load(plan: Plan) -> None:
    """Add what is missing and leave the working table `demo_employer`."""
    if plan.nation:
        _list_nation(plan)
    real = Employer.objects.filter(state=Employer.State.LISTED).count()
    real = real if plan.employers > 4 * real or plan.nation else min(real, round(plan.employers * SHARE_OF_REAL))
    invented = max(plan.employers - real, 0)
    streets = list(Region.objects.at(Level.STREET).order_by("pk").values_list("pk", flat=True))
    districts = dict(Region.objects.at(Level.DISTRICT).values_list("pk", "name"))
    copy_rows("posts_employer", COLUMNS, _invented(plan, invented, streets, districts))
    plan.made("虚构单位", invented)
    plan.table("demo_employer", _TAKING_PART, real=real, **_posts_by_kind(NATION_WEALTH if plan.nation else 1))
    approved = plan.run(
        "UPDATE posts_employer e SET state = 'approved' FROM demo_employer d "
        "WHERE d.id = e.id AND d.posts > 0 AND e.state = 'listed'"
    )
    plan.made("已登记的真实社区和中心", approved)


def _list_nation(plan: Plan) -> None:
    known = set(Employer.objects.filter(kind__in=(Kind.C01, Kind.C02, Kind.C03)).values_list("region_id", flat=True))
    places = Region.objects.filter(level__in=(Level.STREET, Level.COMMUNITY)).exclude(pk__startswith="3502")
    rows = [_listed(place) for place in places.order_by("pk").iterator(BATCH) if place.pk not in known]
    copy_rows("posts_employer", COLUMNS, rows)
    plan.made("全国真实社区和中心", len(rows))


def _listed(place: Region) -> tuple:
    if place.level == Level.STREET:
        kind, name, source = Kind.C01, f"{place.name}社区服务中心", CENTRE_DEFAULT
    else:
        urban = place.name.endswith(("居委会", "居民委员会", "社区"))
        kind, name, source = Kind.C02 if urban else Kind.C03, place.short_name, URBAN_DEFAULT
    decided = (kind.value, source, FIRST_DAY, Sector.COMMUNITY.value, place.pk, BUREAUS[kind].value)
    return name, sort_key(name), *decided, None, None, "", "", "", Employer.State.LISTED.value, FIRST_DAY, False


def _invented(plan: Plan, number: int, streets: list[str], districts: dict[str, str]) -> Iterator[tuple]:
    """Rows of COLUMNS; names count up within a district and kind, so that each name stands once."""
    random = Random(plan.seed)
    kinds = random.choices(list(MIXTURE), [share for share, _ in MIXTURE.values()], k=number)
    counted: Counter[tuple[str, str]] = Counter()
    keys: dict[str, str] = {}
    for serial, kind in enumerate(kinds, start=1):
        street = streets[int(random.random() * len(streets))]
        counted[street[:6], kind] += 1
        parts = (districts[street[:6]], "第", chinese_number(counted[street[:6], kind]), "演示", MIXTURE[kind][1])
        key = " ".join(keys.get(part) or keys.setdefault(part, sort_key(part)) for part in parts)
        yield _row(random, plan.today, serial, kind, street, "".join(parts), key)


def _row(random: Random, today: date, serial: int, kind: Kind, street: str, name: str, key: str) -> tuple:
    sector = DEFAULT_SECTOR[kind]
    body = f"{REGISTRARS[sector]}{street[:6]}YY{serial:07d}"
    technical = random.choice(TECHNICAL) if sector == Sector.INSTITUTION else None
    start = FIRST_DAY
    if random.random() < 0.4:
        start += timedelta(days=int(random.random() * ((today - FIRST_DAY).days - 200)))
    decided = (kind.value, "演示数据", start, sector.value, street, BUREAUS[kind].value)
    code = body + credit_code_check_digit(body)
    return name, key, *decided, code, technical, "演示地址", "演示联系人", "", "approved", start, True


# Kind: share of employers that have posts, and the most posts of one.
_POSTS = {
    "A": (0.82, 4),
    "B": (0.42, 6),
    "C01": (0.72, 3),
    "C02": (0.62, 3),
    "C03": (0.14, 2),
    "D": (0.40, 3),
    "E01": (0.95, 14),
    "E": (0.30, 3),
}


NATION_WEALTH = 2.75  # further posts of one employer at nation scale, so that 1.2 M employers have 1.5 M posts


def _posts_by_kind(wealth: float) -> dict[str, list]:
    found = [next(_POSTS[prefix] for prefix in (kind, kind[0]) if prefix in _POSTS) for kind in Kind.values]
    mosts = [1 + round((most - 1) * wealth) for _, most in found]
    return {"kinds": Kind.values, "shares": [share for share, _ in found], "mosts": mosts}


# `since`: when its first post began; more and more of them as the years pass.
_TAKING_PART = """
SELECT k.id, k.key, k.kind, k.sector, k.region_id, k.synthetic,
       CASE WHEN pg_temp.chance(k.key, 11) < w.share THEN 1 + pg_temp.upto(k.key, 12, 1000) * w.most / 1000
            * pg_temp.upto(k.key, 13, 2) ELSE 0 END AS posts,
       f.first + floor(power(pg_temp.chance(k.key, 14), 0.8) * (%(today)s::date - 60 - f.first))::int AS since
FROM (SELECT e.*, substr(e.credit_code, 11, 7)::bigint AS key FROM posts_employer e WHERE e.synthetic
      UNION ALL
      (SELECT e.*, e.region_id::bigint AS key FROM posts_employer e WHERE e.state = 'listed'
       ORDER BY pg_temp.chance(e.region_id::bigint, 10), e.region_id LIMIT %(real)s)) k
JOIN unnest(%(kinds)s::text[], %(shares)s::float8[], %(mosts)s::int[]) AS w (kind, share, most) ON w.kind = k.kind
CROSS JOIN LATERAL (SELECT GREATEST(k.start, DATE '2017-07-01') AS first) f
"""
