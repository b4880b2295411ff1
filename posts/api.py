"""What the REST interface offers of employers, posts, needs and inclusions."""

from django.db.models import DateField, OuterRef, Q, Subquery
from django.db.models.functions import Left

from posts.models import (
    Activity,
    CertificateLevel,
    Employer,
    FilingState,
    Grade,
    Inclusion,
    NeedAssessment,
    Post,
    PostFreeze,
    ServiceField,
)
from posts.models.fields import field_in_sql
from posts.models.kinds import Kind, Sector
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.api.fields import TODAY, Field, Type
from xmsw.api.resources import Resource, resource
from xmsw.api.returned import returned_because
from xmsw.feed.sources import Source, source
from xmsw.identifiers import Education
from xmsw.regions.areas import DISTRICT_DIGITS

FILERS = (Capability.APPLY, Capability.REVIEW_NEEDS)  # as the pages of a filing
ID = Field("id", "pk", Type.INTEGER, "编号", filters=("_in",), example=1024)


def place(prefix: str = "employer__") -> tuple[Field, ...]:
    """Whose it is and where: employer, region, line, kind."""
    return (
        Field("employer", f"{prefix}pk", Type.INTEGER, "用人单位编号", filters=("", "_in"), example=512),
        Field("employer_name", f"{prefix}name", Type.TEXT, "用人单位", example="滨海社区居民委员会"),
        Field(
            "region", f"{prefix}region__code", Type.TEXT, "区划代码", filters=("", "_prefix"), example="350203001001"
        ),
        Field("bureau", f"{prefix}competent_bureau", Type.TEXT, "主管部门", choices=Bureau, filters=("",)),
        Field("sector", f"{prefix}sector", Type.TEXT, "领域", choices=Sector, filters=("",)),
        Field("kind", f"{prefix}kind", Type.TEXT, "单位类别", choices=Kind, filters=("", "_in", "_prefix")),
    )


def by_place(prefix: str = "employer__") -> dict[str, Field]:
    """What everything that has a place can be counted by: district, line, kind."""
    district = Left(f"{prefix}region__code", DISTRICT_DIGITS)
    return {
        "district": Field("district", district, Type.TEXT, "区划代码前六位（区）"),
        **{each.name: each for each in place(prefix) if each.name in ("kind", "bureau", "sector")},
    }


def _freeze(day: str) -> Subquery:
    """A day of the freeze that holds, or of the next one."""
    rows = PostFreeze.objects.filter(Q(end__isnull=True) | Q(end__gte=TODAY), post=OuterRef("pk"))
    return Subquery(rows.order_by("start").values(day)[:1], output_field=DateField(null=True))


SERVES = field_in_sql("service_field", "employer__kind")


source(Source("employers", Employer))
EMPLOYERS = resource(
    Resource(
        key="employers",
        label="用人单位",
        text="社区、服务中心、医院、学校、事业单位、社会组织等设岗用人的单位。",
        model=Employer,
        clause="二(一)-1 至 二(一)-11",
        fields=(
            ID,
            Field("name", "name", Type.TEXT, "单位名称", filters=("",), example="滨海社区居民委员会"),
            Field("kind", "kind", Type.TEXT, "单位类别", choices=Kind, filters=("", "_in", "_prefix")),
            Field("sector", "sector", Type.TEXT, "领域", choices=Sector, filters=("",)),
            Field("region", "region__code", Type.TEXT, "区划代码", filters=("", "_prefix"), example="350203001001"),
            Field("bureau", "competent_bureau", Type.TEXT, "主管部门", choices=Bureau, filters=("",)),
            Field("credit_code", "credit_code", Type.TEXT, "统一社会信用代码", null=True, filters=("",)),
            Field("parent", "parent_id", Type.INTEGER, "上级单位编号", null=True, filters=("",)),
            Field("technical_posts", "technical_posts", Type.INTEGER, "专业技术岗位总数", null=True),
            Field("address", "address", Type.TEXT, "地址"),
            Field("state", "state", Type.TEXT, "登记状态", choices=Employer.State, filters=("", "_in")),
            Field("start", "start", Type.DAY, "起始日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "注销日期", null=True, filters=("_gte", "_lte")),
        ),
        counted={
            **by_place(""),
            "state": Field("state", "state", Type.TEXT, "登记状态", choices=Employer.State),
        },
    )
)
source(Source("posts", Post))
POSTS = resource(
    Resource(
        key="posts",
        label="岗位",
        text=(
            "社会工作专业岗位。没有批准的也在内，以 state 区分；start 是设立日期，end 是撤销前最后一天。"
            "冻结中的 state 仍是 approved，看 frozen_from 和 frozen_until。"
        ),
        model=Post,
        clause="二(一)、二(三)",
        fields=(
            ID,
            *place(),
            Field("code", "code", Type.TEXT, "岗位编号", filters=("",), example="SG-001"),
            Field("name", "name", Type.TEXT, "岗位名称", example="社区社会工作者"),
            Field("grade", "grade", Type.INTEGER, "岗位等级", choices=Grade, null=True, filters=("",)),
            Field("institution_grade", "institution_grade", Type.INTEGER, "事业单位岗位级别（1–13）", null=True),
            Field("duties", "duties", Type.INTEGERS, "职责类别（二(三) 的六类）", example=[1]),
            Field("activities", "activities", Type.INTEGERS, "直接服务内容", choices=Activity),
            Field("duty_text", "duty_text", Type.TEXT, "职责说明", example="为社区老年人提供个案和小组服务"),
            Field("coordinates", "coordinates", Type.BOOLEAN, "承担协调职责", filters=("",)),
            Field("service_field", SERVES, Type.TEXT, "服务领域（没有填的按单位类别）", choices=ServiceField),
            Field("need_basis", "need_basis", Type.TEXT, "设岗依据", example="辖区常住人口 8,200 人"),
            Field("min_certificate", "min_certificate", Type.INTEGER, "证书要求", choices=CertificateLevel, null=True),
            Field("min_education", "min_education", Type.INTEGER, "学历要求", choices=Education, null=True),
            Field("min_years", "min_years", Type.INTEGER, "从业年限要求（年）", null=True),
            Field("source", "source", Type.TEXT, "人员来源", choices=Post.Source, filters=("",)),
            Field("principal", "principal", Type.BOOLEAN, "主体岗位", filters=("",)),
            Field("frontline", "frontline", Type.BOOLEAN, "一线岗位", filters=("",)),
            Field("state", "state", Type.TEXT, "状态", choices=Post.State, filters=("", "_in")),
            Field("start", "start", Type.DAY, "设立日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "撤销日期", null=True, filters=("_gte", "_lte")),
            Field("frozen_from", _freeze("start"), Type.DAY, "冻结日期：正在冻结的一次，没有则是下一次", null=True),
            Field("frozen_until", _freeze("end"), Type.DAY, "这次冻结的最后一天，null 为没有定", null=True),
        ),
        counted={
            **by_place(),
            "service_field": Field("service_field", SERVES, Type.TEXT, "服务领域", choices=ServiceField),
            "grade": Field("grade", "grade", Type.INTEGER, "岗位等级", choices=Grade, null=True),
            "state": Field("state", "state", Type.TEXT, "状态", choices=Post.State),
        },
    )
)
source(Source("need-assessments", NeedAssessment))
NEEDS = resource(
    Resource(
        key="need-assessments",
        label="需求评估",
        text="医院、学校等按需配备的单位评估出的需要人数；已备案的才算数。",
        model=NeedAssessment,
        clause="二(一)-5、二(二)-7",
        fields=(
            ID,
            *place(),
            Field("assessed_on", "assessed_on", Type.DAY, "评估日期", filters=("_gte", "_lte")),
            Field("headcount", "headcount", Type.INTEGER, "需要人数", example=2),
            Field("assessor", "assessor", Type.TEXT, "评估单位", example="区教育局"),
            Field("basis", "basis", Type.TEXT, "依据", example="在校生 2,400 人，留守儿童 60 人"),
            Field("state", "state", Type.TEXT, "状态", choices=FilingState, filters=("", "_in")),
            returned_because("need", capability=FILERS),
        ),
        counted={**by_place(), "state": Field("state", "state", Type.TEXT, "状态", choices=FilingState)},
    )
)
source(Source("inclusions", Inclusion))
INCLUSIONS = resource(
    Resource(
        key="inclusions",
        label="纳入备案",
        text="把社会工作岗位纳入专业技术岗位管理的备案。",
        model=Inclusion,
        clause="二(一)-5",
        fields=(
            ID,
            *place(),
            Field("included_on", "included_on", Type.DAY, "纳入日期", filters=("_gte", "_lte")),
            Field("document", "document", Type.TEXT, "文件", example="厦湖教〔2026〕12号"),
            Field("grade_from", "grade_from", Type.INTEGER, "最高岗位级别", example=5),
            Field("grade_to", "grade_to", Type.INTEGER, "最低岗位级别", example=13),
            Field("state", "state", Type.TEXT, "状态", choices=FilingState, filters=("", "_in")),
            returned_because("inclusion", capability=FILERS),
        ),
        counted={**by_place(), "state": Field("state", "state", Type.TEXT, "状态", choices=FilingState)},
    )
)
