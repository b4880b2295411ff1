"""What the REST interface offers of pay: guidance standards, published benchmarks, and how many people were paid.

Nothing here is an amount of one employer. A group of one employer's people is sensitive by the portal's own rule,
however many they are (docs/benchmarks.md: fewest contributors), and two months of it differ by whoever came or left.
So pay itself is told by `benchmarks` alone; `pay-aggregates` tells numbers of people.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject, Round

from payroll.models import Benchmark, DistrictFloat, GuidanceRung, GuidanceStandard, PayRecord, RungCode
from payroll.models.benchmarks import areas_open_to
from payroll.models.standards import ISSUED
from payroll.peers import YEARS
from posts.api import ID, by_place, place
from posts.models import CertificateLevel, Employer, Grade, Kind, Sector
from xmsw.accounts.models import User
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import visible
from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.feed.sources import PUBLIC, Source, in_city, seats_at, source
from xmsw.identifiers import Sex

MONTHS = 36  # of an employer, as many as its page offers
BENCHMARKED = (Capability.VIEW_COMPLIANCE, Capability.VIEW_PAY)  # as the page


def _seats_of_standards(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A draft in its city; what was issued, everywhere."""
    return seats_at(rows, region=Case(When(state__in=ISSUED, then=Value("")), default="city_id"))


def _reads_standards(user: User) -> Q:
    maker = user.area_code and user.can(Capability.EDIT_STANDARDS)
    return PUBLIC | Q(region_code=user.area_code[:4]) if maker else PUBLIC


def _reads_benchmarks(user: User) -> Q | None:
    """Cells are anonymous: lines do not narrow them."""
    condition = areas_open_to(user, "region_code")
    return condition and (in_city(user.area_code) & condition if user.area_code else condition)


def _issued(user: Any) -> QuerySet[GuidanceStandard]:
    return visible(GuidanceStandard, user).filter(state__in=ISSUED)


def _money(amount: Any) -> Any:
    """Yuan to the cent as text, so that JSON keeps them exact."""
    return Cast(Round(amount, 2), TextField())


# Annual pay of each rung, as `GuidanceRung.annual` reckons it.
RUNGS = ArraySubquery(
    GuidanceRung.objects.filter(standard=OuterRef("pk"))
    .order_by("pk")
    .values(
        told=JSONObject(
            rung="rung",
            annual=_money(Coalesce("amount", F("share") * F("standard__base_wage"))),
            share=Cast("share", TextField()),
        )
    )
)
FLOATS = ArraySubquery(
    DistrictFloat.objects.filter(standard=OuterRef("pk"))
    .order_by("district", "start")
    .values(
        told=JSONObject(
            region="district_id", rate=Cast("rate", TextField()), document="document", start="start", end="end"
        )
    )
)
source(Source("standards", GuidanceStandard, _seats_of_standards, _reads_standards))
STANDARDS = resource(
    Resource(
        key="standards",
        label="薪酬指导标准",
        text="已发布的薪酬指导标准，每个领域每版一条，带各档年薪（元）和各区浮动比例。",
        model=GuidanceStandard,
        rows=_issued,
        clause="三(一)-5、三(一)-6",
        fields=(
            ID,
            Field("region", "city__code", Type.TEXT, "适用城市的区划代码", filters=("", "_prefix"), example="3502"),
            Field("sector", "sector", Type.TEXT, "领域", choices=Sector, filters=("",)),
            Field("document", "document", Type.TEXT, "文号", example="厦民〔2017〕279号"),
            Field("base_year", "base_year", Type.INTEGER, "基准年", example=2016),
            Field("base_wage", "base_wage", Type.DECIMAL, "基准年平均工资（元/年）"),
            Field("float_down", "float_down", Type.DECIMAL, "区可下浮比例", example="0.1000"),
            Field("float_up", "float_up", Type.DECIMAL, "区可上浮比例", example="0.1000"),
            Field("state", "state", Type.TEXT, "状态：`published` 已发布、`superseded` 已被替代", choices=list(ISSUED)),
            Field("start", "start", Type.DAY, "施行日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "废止日期", null=True, filters=("_gte", "_lte")),
            Field(
                "rungs",
                RUNGS,
                Type.OBJECTS,
                "各档：rung 档级，annual 年薪（元），share 占基准工资的比例（按数额定的为 null）",
                example=[{"rung": "assistant_2", "annual": "71400.00", "share": "1.0000"}],
            ),
            Field(
                "floats",
                FLOATS,
                Type.OBJECTS,
                "各区浮动：region 区划代码，rate 比例（上浮为正），document 文号，start、end 施行和废止日期",
                example=[{"region": "350203", "rate": "0.0500", "document": "-", "start": "2026-01-01", "end": None}],
            ),
        ),
    )
)


def _figure(name: str, text: str) -> Field:
    return Field(name, name, Type.DECIMAL, text, null=True, example="6250.00")


def _dimension(name: str, type: Type, text: str, codes: Any, **more: Any) -> Field:
    """A dimension of a group; null gathers all of it."""
    return Field(name, name, type, f"{text}；null 为不分", choices=codes, null=True, filters=("",), **more)


WITHHELD = ExpressionWrapper(~Q(suppression=""), output_field=BooleanField())
source(Source("benchmarks", Benchmark, lambda rows: seats_at(rows, region="area_id"), _reads_benchmarks))
BENCHMARKS = resource(
    Resource(
        key="benchmarks",
        label="同类人员薪酬参照",
        text="已发布的折合全职月薪（元），每个月份、地区、人群一条。人数过少或须保护的，人数和金额都是 null。",
        model=Benchmark,
        capability=BENCHMARKED,
        clause="三(一)-3",
        fields=(
            ID,
            Field("period", "period", Type.DAY, "月份，当月第一天", filters=("", "_gte", "_lte")),
            Field("region", "area__code", Type.TEXT, "市或区的区划代码", filters=("", "_prefix"), example="350203"),
            _dimension("sector", Type.TEXT, "领域", Sector),
            _dimension("kind", Type.TEXT, "单位类别", Kind),
            _dimension("level", Type.INTEGER, "证书等级，0 为未取证", [0, *CertificateLevel.values]),
            _dimension("rung", Type.TEXT, "薪酬档级，空串为没有填", [*RungCode.values, ""], example="assistant_2"),
            _dimension("grade", Type.INTEGER, "岗位等级，0 为没有填", [0, *Grade.values]),
            _dimension("years", Type.INTEGER, "工作年限一段的起点（满几年）", YEARS),
            _dimension("sex", Type.TEXT, "性别", Sex),
            Field("withheld", WITHHELD, Type.BOOLEAN, "人数过少或须保护，没有数字", example=False),
            Field("n", "n", Type.INTEGER, "人数", null=True, example=42),
            _figure("mean", "平均数"),
            _figure("p10", "P10"),
            _figure("p25", "P25"),
            _figure("p50", "中位数"),
            _figure("p75", "P75"),
            _figure("p90", "P90"),
        ),
        counted={
            "period": Field("period", "period", Type.DAY, "月份"),
            "region": Field("region", "area_id", Type.TEXT, "市或区的区划代码"),
        },
    )
)
PAID = ArraySubquery(
    PayRecord.objects.filter(employment__employer=OuterRef("pk"), total__gt=0)
    .values("period")
    .annotate(people=Count("employment__worker", distinct=True))
    .order_by("-period")
    .values(told=JSONObject(period="period", people="people"))[:MONTHS]
)
PAY_AGGREGATES = resource(
    Resource(
        key="pay-aggregates",
        label="发薪人数",
        text=(
            f"每个单位近 {MONTHS} 个有记录的月份各有多少人发了薪酬，id 是用人单位编号。"
            "没有金额：一家单位的平均数或合计会让人算出个人的薪酬，金额见「同类人员薪酬参照」。"
        ),
        model=Employer,
        capability=(Capability.VIEW_PAY,),
        clause="三(一)-1 至 三(一)-3",
        fields=(
            ID,
            *place("")[1:],
            Field(
                "months",
                PAID,
                Type.OBJECTS,
                "月份由近到远：period 当月第一天，people 发薪人数",
                example=[{"period": "2026-05-01", "people": 12}],
            ),
        ),
        counted=by_place(""),
    )
)
