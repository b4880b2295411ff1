"""What the REST interface offers of supervision: findings, tallies, inspections, rectification, budgets."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from posts.api import ID, by_place, place
from posts.models import Kind, Sector
from posts.models.employers import EMPLOYER_SCOPE
from supervision.models import (
    BudgetItem,
    Finding,
    Inspection,
    InspectionUnit,
    OrderItem,
    RectificationOrder,
    Tally,
    UnitInspector,
)
from supervision.models.tallies import OUTCOME_COLUMNS
from xmsw.accounts.models import OFFICERS, Bureau, User
from xmsw.accounts.roles import Capability
from xmsw.accounts.scope import visible
from xmsw.api.fields import Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.feed.sources import Source, in_city, reads_seats, seats_at, seats_by, source
from xmsw.policy import rules
from xmsw.policy.outcomes import Outcome
from xmsw.regions.areas import in_area

COMPLIANCE = (Capability.VIEW_COMPLIANCE,)
OWN_TOO = (Capability.VIEW_COMPLIANCE, Capability.APPLY)  # employers' people see what is said of their own
FOUND = {each.code: each for each in Outcome if each != Outcome.MET}
SAID = "结果：" + "、".join(f"`{code}` {each.label}" for code, each in FOUND.items())
OUTCOME = Case(*(When(outcome=each.value, then=Value(code)) for code, each in FOUND.items()), output_field=CharField())


def _reads_inspections(user: User) -> Q | None:
    """Besides the plans of the area, those in which an officer inspects."""
    condition = reads_seats(user)
    if condition is None or user.role not in OFFICERS:
        return None
    return condition | Q(object_id__in=UnitInspector.objects.filter(user=user).values("unit__inspection"))


def _seats_of_orders(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Where the employer is seen, and at 民政 of the area that issued it."""
    issuing = seats_at(rows, region="region_id", bureau=Value(Bureau.CIVIL_AFFAIRS.value))
    return seats_by(EMPLOYER_SCOPE.under("employer__"))(rows).union(issuing)


def _reads_budgets(user: User) -> Q | None:
    """财政 sees every line of its area."""
    if user.role in OFFICERS and user.area_code and user.can(Capability.KEEP_BUDGETS):
        return in_city(user.area_code) & in_area("region_code", user.area_code)
    return reads_seats(user)


CODES = [each.code for each in rules.rules()]


def _code(number: int) -> str:
    return rules.by_number(number).code


def _number(code: str) -> int:
    return rules.by_code(code).number


class About(TextChoices):
    """What a finding is of: the subjects of rules that bind employers."""

    EMPLOYER = "employer", "用人单位"
    POST = "post", "岗位"
    EMPLOYMENT = "employment", "任职"
    APPOINTMENT = "appointment", "聘用"
    PROJECT = "project", "购买服务项目"


def _numbers_about(subject: str) -> list[int]:
    return [each.number for each in rules.rules(subject)]


def _rule(**more: Any) -> tuple[Field, ...]:
    """The rule by its permanent name, its title, and the clause it cites."""
    return (
        Field("rule", "rule", Type.TEXT, "规则代码", choices=CODES, shown=_code, read=_number, **more),
        Field(
            "rule_title", F("rule"), Type.TEXT, "规则名称", shown=lambda number: rules.by_number(number).title,
            example="以社会工作服务为主的事业单位先行设置岗位",
        ),
        Field(
            "clause", F("rule"), Type.TEXT, "条款", shown=lambda number: rules.by_number(number).clause,
            example="二(二)-2",
        ),
    )  # fmt: skip


def _open_first(user: Any) -> QuerySet[Finding]:
    """With `open`, in the very form of the partial index on open findings; `about` is the rule, for its subject."""
    return visible(Finding, user).annotate(open=Q(closed_on__isnull=True), about=F("rule"))


source(Source("findings", Finding))
FINDINGS = resource(
    Resource(
        key="findings",
        label="核查结果",
        text=(
            "规则对某个对象的结果，从哪天发现到哪天消除；达标的没有。closed_on 为 null 的现在仍在。"
            "结果变了，旧的一条消除、新开一条。"
        ),
        model=Finding,
        capability=OWN_TOO,
        rows=_open_first,
        clause="四(三)-1",
        fields=(
            ID,
            *_rule(filters=("", "_in")),
            Field(
                "subject", "about", Type.TEXT, "对象的种类", choices=About, filters=("",),
                shown=lambda number: rules.by_number(number).subject, read=_numbers_about, example="employer",
            ),
            Field(
                "subject_id", "subject_id", Type.INTEGER, "对象编号，种类见 subject", filters=("", "_in"), example=512
            ),
            *place(),
            Field(
                "outcome", "outcome", Type.TEXT, SAID,
                choices=list(FOUND), filters=("", "_in"), shown=lambda number: Outcome(number).code, read=FOUND.get,
                example="violation",
            ),
            Field("open", "open", Type.BOOLEAN, "还没有消除", filters=("",)),
            Field("opened_on", "opened_on", Type.DAY, "发现日期", filters=("_gte", "_lte")),
            Field("closed_on", "closed_on", Type.DAY, "消除日期", null=True, filters=("_gte", "_lte")),
        ),
        counted={
            "outcome": Field("outcome", OUTCOME, Type.TEXT, "结果", choices=list(FOUND)),
            "open": Field("open", "open", Type.BOOLEAN, "还没有消除"),
            **by_place(),
        },
    )
)  # fmt: skip


def _present(user: Any) -> QuerySet[Tally]:
    return visible(Tally, user).filter(day=None)


TALLIES = resource(
    Resource(
        key="tallies",
        label="核查统计",
        text="最近一次核算：每个街道、部门、领域、单位类别和规则各有多少对象达标、违反等。",
        model=Tally,
        capability=COMPLIANCE,
        rows=_present,
        clause="四(三)-1、四(三)-3",
        fields=(
            ID,
            Field("region", "street", Type.TEXT, "街道的区划代码", filters=("", "_prefix"), example="350203001"),
            Field("bureau", "bureau", Type.TEXT, "主管部门", choices=Bureau, filters=("",)),
            Field("sector", "sector", Type.TEXT, "领域", choices=Sector, filters=("",)),
            Field("kind", "kind", Type.TEXT, "单位类别", choices=Kind, filters=("", "_in", "_prefix")),
            *_rule(filters=("", "_in")),
            *(
                Field(name, name, Type.INTEGER, f"{Outcome[name.upper()].label}的对象数", example=3)
                for name in OUTCOME_COLUMNS
            ),
        ),
    )
)


def _units(**where: Any) -> Coalesce:
    """How many units of a plan."""
    rows = InspectionUnit.objects.filter(inspection=OuterRef("pk"), **where).order_by().values("inspection")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


source(Source("inspections", Inspection, reads=_reads_inspections))
INSPECTIONS = resource(
    Resource(
        key="inspections",
        label="督促核查",
        text="核查计划：范围、怎样选单位、抽取名单的规模和校验值、核查进度。",
        model=Inspection,
        capability=(Capability.PLAN_INSPECTIONS, Capability.INSPECT),
        clause="四(三)-1",
        fields=(
            ID,
            Field("title", "title", Type.TEXT, "名称", example="2026 年度督促核查"),
            Field("document", "document", Type.TEXT, "通知文号"),
            Field("region", "region__code", Type.TEXT, "组织地的区划代码", filters=("", "_prefix"), example="350203"),
            Field("start", "start", Type.DAY, "开始日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "结束日期", filters=("_gte", "_lte")),
            Field("kinds", "kinds", Type.TEXTS, "单位类别，空为全部", choices=Kind, example=["E01"]),
            Field("sectors", "sectors", Type.TEXTS, "领域，空为全部", choices=Sector, example=["community"]),
            Field("places", "places", Type.TEXTS, "区划代码，空为全部", example=["350203001"]),
            Field(
                "rules", "rules", Type.TEXTS, "核查规则的代码，空为全部", example=["leading-posts"],
                shown=lambda numbers: [_code(number) for number in numbers],
            ),
            Field("method", "method", Type.TEXT, "怎样选单位", choices=Inspection.Method),
            Field("strata", "strata", Type.TEXT, "分层", choices=Inspection.Strata),
            Field("share", "share", Type.INTEGER, "抽取比例（%）", example=10),
            Field("draw_on", "draw_on", Type.DAY, "抽取日"),
            Field("frame_size", "frame_size", Type.INTEGER, "抽取名单的单位数", null=True),
            Field("frame_hash", "frame_hash", Type.TEXT, "抽取名单的 SHA-256"),
            Field("units", _units(), Type.INTEGER, "被核查的单位数", example=12),
            Field("units_done", _units(state=InspectionUnit.State.DONE), Type.INTEGER, "已完成的单位数", example=5),
            Field("state", "state", Type.TEXT, "状态", choices=Inspection.State, filters=("", "_in")),
            Field("started_on", "started_on", Type.DAY, "开始核查日期", null=True),
            Field("closed_on", "closed_on", Type.DAY, "结束核查日期", null=True),
            Field("cancelled_on", "cancelled_on", Type.DAY, "取消日期", null=True),
        ),
        counted={"state": Field("state", "state", Type.TEXT, "状态", choices=Inspection.State)},
    )
)  # fmt: skip
ITEMS = ArraySubquery(
    OrderItem.objects.filter(order=OuterRef("pk"))
    .order_by("place")
    .values(
        told=JSONObject(
            place="place", clause="clause_id", rule="rule", finding="finding_id", problem="problem", remedy="remedy",
            response="response",
        )
    )
)  # fmt: skip


def _items(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each | {"rule": each["rule"] and _code(each["rule"])} for each in found]


source(Source("rectifications", RectificationOrder, _seats_of_orders))
RECTIFICATIONS = resource(
    Resource(
        key="rectifications",
        label="责令整改",
        text="责令整改通知书和要整改的事项、单位的回复。逾期由 due_on 看出，不是一种状态。",
        model=RectificationOrder,
        capability=OWN_TOO,
        clause="四(三)-2",
        fields=(
            ID,
            Field("number", "number", Type.TEXT, "文号", example="厦思民改〔2026〕3号"),
            *place(),
            Field(
                "issued_by_region",
                "region__code",
                Type.TEXT,
                "签发地的区划代码",
                filters=("", "_prefix"),
                example="350203",
            ),
            Field("inspection", "unit__inspection_id", Type.INTEGER, "督促核查编号", null=True),
            Field("text", "text", Type.TEXT, "说明"),
            Field("issued_on", "issued_on", Type.DAY, "签发日期", filters=("_gte", "_lte")),
            Field("due_on", "due_on", Type.DAY, "整改期限", filters=("_gte", "_lte")),
            Field("state", "state", Type.TEXT, "状态", choices=RectificationOrder.State, filters=("", "_in")),
            Field("asked_until", "asked_until", Type.DAY, "申请延到", null=True),
            Field("responded_on", "responded_on", Type.DAY, "回复日期", null=True),
            Field("closed_on", "closed_on", Type.DAY, "销号日期", null=True, filters=("_gte", "_lte")),
            Field("cancelled_on", "cancelled_on", Type.DAY, "撤销日期", null=True),
            Field("cancelled_because", "cancelled_because", Type.TEXT, "撤销原因"),
            Field(
                "items",
                ITEMS,
                Type.OBJECTS,
                "事项：place 顺序，clause 条款，rule 规则，finding 核查结果，problem 问题，remedy 要求，response 回复",
                shown=_items,
                example=[
                    {
                        "place": 1,
                        "clause": "二(二)-2",
                        "rule": "leading-posts",
                        "finding": 8192,
                        "problem": "没有设岗",
                        "remedy": "设岗并备案",
                        "response": "",
                    }
                ],
            ),
        ),
        counted={
            "state": Field("state", "state", Type.TEXT, "状态", choices=RectificationOrder.State),
            **by_place(),
        },
    )
)
source(Source("budgets", BudgetItem, reads=_reads_budgets))
BUDGETS = resource(
    Resource(
        key="budgets",
        label="经费预算",
        text="预算项目，金额都是元：预算、上年结转、已拨付、已支出（冲回的已减去）。",
        model=BudgetItem,
        capability=(Capability.VIEW_COMPLIANCE, Capability.KEEP_BUDGETS),
        clause="四(一)-5、四(二)-1、四(二)-2",
        fields=(
            ID,
            Field("name", "name", Type.TEXT, "项目名称", example="社区社会工作者薪酬"),
            Field("region", "region__code", Type.TEXT, "市或区的区划代码", filters=("", "_prefix"), example="350203"),
            Field("bureau", "bureau", Type.TEXT, "部门", choices=Bureau, filters=("",)),
            Field("year", "year", Type.INTEGER, "年度", filters=("", "_gte", "_lte"), example=2026),
            Field("used_for", "purpose", Type.TEXT, "用途", choices=BudgetItem.Purpose, filters=("",)),
            Field("document", "document", Type.TEXT, "文号或依据"),
            Field("amount", "amount", Type.DECIMAL, "预算金额（元）", example="1200000.00"),
            Field("carried", "carried", Type.DECIMAL, "上年结转（元）", example="0.00"),
            Field("appropriated", "appropriated", Type.DECIMAL, "已拨付（元）", example="800000.00"),
            Field("spent", "spent", Type.DECIMAL, "已支出（元）", example="620000.00"),
            Field("approved_on", "approved_on", Type.DAY, "批复日期", filters=("_gte", "_lte")),
        ),
        counted={
            "year": Field("year", "year", Type.INTEGER, "年度"),
            "used_for": Field("used_for", "purpose", Type.TEXT, "用途", choices=BudgetItem.Purpose),
            "bureau": Field("bureau", "bureau", Type.TEXT, "部门", choices=Bureau),
        },
    )
)
