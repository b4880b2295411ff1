"""What the REST interface offers of awards, honours and pools."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from awards.models import AwardCycle, AwardLevel, Expertise, Honour, PoolMember
from posts.api import ID, by_place, place
from posts.models import CertificateLevel
from xmsw.accounts.models import OFFICERS, User
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import visible
from xmsw.api.fields import Field, Type, masked
from xmsw.api.resources import PERSONNEL, Resource, resource
from xmsw.feed.sources import PUBLIC, Source, seats_at, source
from xmsw.feed.triggers import shown

READERS = (Capability.VIEW_AWARDS, Capability.RUN_AWARDS)  # as the pages
LEAST = [0, *CertificateLevel.values]
PERSON = Coalesce("worker__name", "name")


def _seats_of_rounds(rows: QuerySet[Any]) -> QuerySet[Any]:
    """A draft at its organiser's; what was called, everywhere."""
    draft = When(state=AwardCycle.State.DRAFT, then="region_id")
    return seats_at(rows, region=Case(draft, default=Value("")))


def _reads_rounds(user: User) -> Q:
    organiser = user.role in OFFICERS and user.is_lead and user.area_code
    return PUBLIC | Q(region_code=user.area_code) if organiser else PUBLIC


def _called(user: Any) -> QuerySet[AwardCycle]:
    return visible(AwardCycle, user).exclude(state=AwardCycle.State.DRAFT)


source(Source("awards", AwardCycle, _seats_of_rounds, _reads_rounds))
AWARDS = resource(
    Resource(
        key="awards",
        label="表彰周期",
        text="已发出通知的表彰，每届一条：名额、条件、各阶段日期。获奖人见「荣誉」。",
        model=AwardCycle,
        capability=READERS,
        rows=_called,
        clause="三(二)-1、三(二)-4、三(二)-5",
        fields=(
            ID,
            Field("title", "title", Type.TEXT, "名称", example="2026 年度社会工作领军人才"),
            Field("series", "series", Type.TEXT, "奖项", filters=("",), example="社会工作领军人才"),
            Field("level", "level", Type.TEXT, "级别", choices=AwardLevel, filters=("",)),
            Field("region", "region__code", Type.TEXT, "组织地的区划代码", filters=("", "_prefix"), example="350203"),
            Field("year", "year", Type.INTEGER, "年度", filters=("", "_gte", "_lte"), example=2026),
            Field("document", "document", Type.TEXT, "通知文号", example="厦民〔2026〕20号"),
            Field("quota", "quota", Type.INTEGER, "名额", example=10),
            Field("prize", "prize", Type.DECIMAL, "每人奖金（元）"),
            Field("certificate_min", "certificate_min", Type.INTEGER, "最低证书等级，0 为不要求", choices=LEAST),
            Field("years_min", "years_min", Type.DECIMAL, "最短从业年限", example="3.0"),
            Field(
                "state",
                "state",
                Type.TEXT,
                "阶段",
                choices=AwardCycle.State,
                filters=("", "_in"),
                example="call",
            ),
            Field("call_start", "call_start", Type.DAY, "申报开始", filters=("_gte", "_lte")),
            Field("call_end", "call_end", Type.DAY, "申报截止"),
            Field("recommend_end", "recommend_end", Type.DAY, "推荐截止"),
            Field("preliminary_end", "preliminary_end", Type.DAY, "初审截止"),
            Field("panel_end", "panel_end", Type.DAY, "评审截止"),
            Field("commended_on", "commended_on", Type.DAY, "表彰日期", null=True, filters=("_gte", "_lte")),
            Field("commended_by", "commended_by", Type.TEXT, "表彰文号"),
            Field("cancelled_because", "cancelled_because", Type.TEXT, "取消原因"),
        ),
        counted={
            "level": Field("level", "level", Type.TEXT, "级别", choices=AwardLevel),
            "year": Field("year", "year", Type.INTEGER, "年度"),
            "state": Field("state", "state", Type.TEXT, "阶段", choices=AwardCycle.State),
        },
    )
)
source(Source("honours", Honour, follows={shown("workers"): "worker"}))
HONOURS = resource(
    Resource(
        key="honours",
        label="荣誉",
        text="谁得了什么奖：本平台表彰的、登记的上级表彰、单位报告的表彰。employer 是当时的工作单位。",
        model=Honour,
        capability=READERS,
        clause="三(二)-1、三(二)-4 至 三(二)-6",
        fields=(
            ID,
            Field("worker", "worker_id", Type.INTEGER, "人员编号", filters=("", "_in"), example=2048),
            *place(),
            Field("level", "level", Type.TEXT, "级别", choices=AwardLevel, filters=("",)),
            Field("series", "series", Type.TEXT, "奖项", filters=("",), example="社会工作领军人才"),
            Field("title", "title", Type.TEXT, "荣誉称号", example="厦门市社会工作领军人才"),
            Field("awarded_by", "awarded_by", Type.TEXT, "颁奖单位", example="厦门市民政局"),
            Field("awarded_on", "awarded_on", Type.DAY, "表彰日期", filters=("_gte", "_lte"), order=True),
            Field("document", "document", Type.TEXT, "表彰文号"),
            Field("prize", "prize", Type.DECIMAL, "奖金（元）", example="5000.00"),
            Field("award", "cycle_id", Type.INTEGER, "表彰周期编号", null=True, filters=("",)),
            Field("number", "number", Type.TEXT, "证书编号", null=True),
            Field("revoked_on", "revoked_on", Type.DAY, "撤销日期", null=True),
        ),
        counted={
            "level": Field("level", "level", Type.TEXT, "级别", choices=AwardLevel),
            **by_place(),
        },
    )
)
source(Source("pool-members", PoolMember, follows={shown("workers"): "worker"}))
POOL_MEMBERS = resource(
    Resource(
        key="pool-members",
        label="人才库成员",
        text="实务人才库和专家库的成员，已出库和没有入库的以 state 区分。没有 workers:full 时姓名只留姓。",
        model=PoolMember,
        capability=(Capability.KEEP_POOLS,),
        clause="三(二)-2、三(二)-3",
        fields=(
            ID,
            Field("pool", "pool", Type.TEXT, "人才库", choices=PoolMember.Pool, filters=("",)),
            Field("region", "region__code", Type.TEXT, "管理地区的区划代码", filters=("", "_prefix"), example="3502"),
            Field("worker", "worker_id", Type.INTEGER, "人员编号（平台以外的没有）", null=True, filters=("", "_in")),
            Field("name", PERSON, Type.TEXT, "姓名", needs=PERSONNEL, instead=masked(PERSON), example="王敏"),
            Field("organisation", "organisation", Type.TEXT, "工作单位（平台以外的专家）"),
            Field("title", "title", Type.TEXT, "职务职称"),
            Field("expertise", "expertise", Type.TEXTS, "专长领域", choices=Expertise),
            Field("honour", "honour_id", Type.INTEGER, "来源荣誉编号", null=True, filters=("",)),
            Field("document", "document", Type.TEXT, "入库文件"),
            Field("start", "start", Type.DAY, "入库日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "聘期至", null=True, filters=("_gte", "_lte")),
            Field("state", "state", Type.TEXT, "状态", choices=PoolMember.State, filters=("", "_in")),
        ),
        counted={
            "pool": Field("pool", "pool", Type.TEXT, "人才库", choices=PoolMember.Pool),
            "state": Field("state", "state", Type.TEXT, "状态", choices=PoolMember.State),
        },
    )
)
