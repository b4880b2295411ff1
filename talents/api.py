"""What the REST interface offers of people, their certificates, employments and appointments.

Names come in three measures: with `workers:counts` numbers alone, with `workers:read` masked names, with `workers:full`
whole ones. A whole identity number is shown only to `workers:identity`, when asked for with a purpose, and every look
is written where the person reads it.
"""

from django.db.models import CharField, DateField, IntegerField, Max, OuterRef, Subquery, Value

from posts.api import ID, by_place, place
from posts.models import CertificateLevel
from posts.models.employers import EMPLOYER_SCOPE
from talents.models import Appointment, BenefitApplication, Certificate, Employment, SocialWorker
from xmsw.accounts.models import Bureau
from xmsw.accounts.roles import Capability
from xmsw.api.fields import TODAY, Field, Type, masked
from xmsw.api.resources import IDENTITY, PERSONNEL, Resource, resource
from xmsw.api.returned import returned_because
from xmsw.feed.sources import Source, seats_by, source
from xmsw.feed.triggers import shown
from xmsw.identifiers import Degree, Education, Sex

SEEN = (Capability.VIEW_PERSONNEL,)
OF_BENEFITS = (
    Capability.OWN_RECORD,
    Capability.APPLY,
    Capability.HANDLE_BENEFITS,
    Capability.RECORD_TALENT,
)  # as the page
NO_DAY = Value(None, output_field=DateField())
# As `talents.registration.highest` has it: held from the day of issue on, whoever looked at the paper or not.
HIGHEST = Subquery(
    Certificate.objects.held_on(TODAY)
    .filter(worker=OuterRef("pk"))
    .values("worker")
    .annotate(most=Max("level"))
    .values("most"),
    output_field=IntegerField(null=True),
)

LEVEL = Field(
    "certificate_level",
    HIGHEST,
    Type.INTEGER,
    "今天持有的最高证书级别（签发日期在今天以后的不算，未核验和存疑的算）",
    choices=CertificateLevel,
    null=True,
)

# Whoever sees one of a person's employers, former ones included, sees the person.
source(Source("workers", SocialWorker, seats=seats_by(EMPLOYER_SCOPE.under("employments__employer__"))))
WORKERS = resource(
    Resource(
        key="workers",
        label="人员",
        text="在单位工作过的社会工作专业人才。没有 workers:full 时姓名只留姓，出生日期为空。",
        model=SocialWorker,
        beyond=SocialWorker.objects.visible_beyond,
        capability=SEEN,
        clause="二(二)、二(四)",
        fields=(
            ID,
            Field("name", "name", Type.TEXT, "姓名", needs=PERSONNEL, instead=masked("name"), example="王敏"),
            Field("identity_mask", "identity_mask", Type.TEXT, "身份证号（遮盖）", example="3502••••••••••001X"),
            Field(
                "identity_number",
                "identity",
                Type.TEXT,
                "身份证号",
                needs=IDENTITY,
                instead=Value(None, output_field=CharField()),
                asked=True,
                capability=(Capability.REVEAL_IDENTITY,),
            ),
            Field("sex", "sex", Type.TEXT, "性别", choices=Sex, filters=("",)),
            Field("birth_date", "birth_date", Type.DAY, "出生日期", needs=PERSONNEL, instead=NO_DAY),
            Field("education", "education", Type.INTEGER, "学历", choices=Education, null=True, filters=("",)),
            Field("degree", "degree", Type.INTEGER, "学位", choices=Degree, null=True),
            Field(
                "social_work_education",
                "social_work_education",
                Type.INTEGER,
                "社会工作专业学历",
                choices=Education,
                null=True,
            ),
            LEVEL,
            Field("merged_into", "merged_into_id", Type.INTEGER, "已并入的人员编号", null=True),
        ),
        counted={
            "certificate_level": LEVEL,
            "education": Field("education", "education", Type.INTEGER, "学历", choices=Education, null=True),
            "sex": Field("sex", "sex", Type.TEXT, "性别", choices=Sex),
        },
    )
)
source(
    Source(
        "certificates",
        Certificate,
        seats=seats_by(EMPLOYER_SCOPE.under("worker__employments__employer__")),
        follows={shown("workers"): "worker"},
    )
)
CERTIFICATES = resource(
    Resource(
        key="certificates",
        label="职业水平证书",
        text="社会工作者职业水平证书。签发之日起一直有效；state 说明是否核验过。",
        model=Certificate,
        capability=SEEN,
        clause="二(二)-3、二(四)",
        fields=(
            ID,
            Field("worker", "worker_id", Type.INTEGER, "人员编号", filters=("", "_in"), example=2048),
            Field("level", "level", Type.INTEGER, "级别", choices=CertificateLevel, filters=("",)),
            Field(
                "number",
                "number",
                Type.TEXT,
                "证书编号",
                needs=PERSONNEL,
                instead=Value(None, output_field=CharField()),
                filters=("",),
                example="20250035020001",
            ),
            Field("issued_on", "issued_on", Type.DAY, "签发日期", filters=("_gte", "_lte")),
            Field("state", "state", Type.TEXT, "核验", choices=Certificate.State, filters=("",)),
            Field("verified_on", "verified_on", Type.DAY, "核验日期", null=True),
        ),
        counted={
            "level": Field("level", "level", Type.INTEGER, "级别", choices=CertificateLevel),
            "state": Field("state", "state", Type.TEXT, "核验", choices=Certificate.State),
        },
    )
)
source(Source("appointments", Appointment, follows={shown("workers"): "worker", shown("posts"): "post"}))
APPOINTMENTS = resource(
    Resource(
        key="appointments",
        label="聘用",
        text="某人聘在某个岗位上。filed 和 ended 的算数；start 当天所持证书决定能不能聘（二(四)-6 至 -8）。",
        model=Appointment,
        capability=SEEN,
        clause="二(四)",
        fields=(
            ID,
            Field("post", "post_id", Type.INTEGER, "岗位编号", filters=("", "_in"), example=4096),
            Field("worker", "worker_id", Type.INTEGER, "人员编号", filters=("", "_in"), example=2048),
            *place("post__employer__"),
            Field("full_time", "full_time", Type.BOOLEAN, "专职", filters=("",)),
            Field("source", "source", Type.TEXT, "配置来源", choices=Appointment.Source, filters=("",)),
            Field("prior_role", "prior_role", Type.TEXT, "转换前职务（转换提升的）", example="社区主任助理"),
            Field("allocation", "allocation_id", Type.INTEGER, "补充配置计划项的编号", null=True, filters=("",)),
            Field(
                "allocating_region",
                "allocating_region__code",
                Type.TEXT,
                "补充配置的区、街道的区划代码",
                null=True,
                filters=("", "_prefix"),
            ),
            Field("title", "title", Type.TEXT, "聘任职务", example="中级社会工作者"),
            Field("document", "document", Type.TEXT, "聘用文件", example="滨海居聘〔2026〕3号"),
            Field("rung", "rung__name", Type.TEXT, "职级（单位职级体系里的名称）", null=True, example="二级社工"),
            Field("rung_since", "rung_since", Type.DAY, "任现职级日期", null=True, filters=("_gte", "_lte")),
            Field("state", "state", Type.TEXT, "状态", choices=Appointment.State, filters=("", "_in")),
            returned_because("appointment", needs=PERSONNEL),
            Field("start", "start", Type.DAY, "聘用日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "聘期截止", null=True, filters=("_gte", "_lte")),
            Field("end_reason", "end_reason", Type.TEXT, "结束原因"),
        ),
        counted={
            **by_place("post__employer__"),
            "source": Field("source", "source", Type.TEXT, "配置来源", choices=Appointment.Source),
            "state": Field("state", "state", Type.TEXT, "状态", choices=Appointment.State),
        },
    )
)
source(Source("employments", Employment))
EMPLOYMENTS = resource(
    Resource(
        key="employments",
        label="任职单位",
        text="某人在某单位从哪天到哪天任职，有没有岗位都在内。",
        model=Employment,
        capability=SEEN,
        clause="二(二)",
        fields=(
            ID,
            Field("worker", "worker_id", Type.INTEGER, "人员编号", filters=("", "_in"), example=2048),
            *place(),
            Field("form", "form", Type.TEXT, "用工形式", choices=Employment.Form, filters=("",)),
            Field("role", "role", Type.TEXT, "现任职务", example="社区主任助理"),
            Field("start", "start", Type.DAY, "入职日期", filters=("_gte", "_lte")),
            Field("end", "end", Type.DAY, "离职日期", null=True, filters=("_gte", "_lte")),
        ),
        counted={**by_place(), "form": Field("form", "form", Type.TEXT, "用工形式", choices=Employment.Form)},
    )
)
source(Source("benefits", BenefitApplication, follows={shown("benefit-types"): "type"}))
BENEFITS = resource(
    Resource(
        key="benefits",
        label="优惠待遇申请",
        text="高层次人才申请的优惠待遇：哪一项、由哪个部门受理、办到哪一步、结果。",
        model=BenefitApplication,
        capability=OF_BENEFITS,
        clause="三(一)-10",
        fields=(
            ID,
            Field("worker", "worker_id", Type.INTEGER, "人员编号", filters=("", "_in"), example=2048),
            *place(),
            Field("benefit", "type__name", Type.TEXT, "待遇", example="住房保障"),
            Field("handling_bureau", "type__bureau", Type.TEXT, "受理部门", choices=Bureau, filters=("",)),
            Field("recognition", "tag_id", Type.INTEGER, "高层次人才认定编号", example=64),
            Field(
                "statement",
                "statement",
                Type.TEXT,
                "申请说明",
                needs=PERSONNEL,
                instead=Value(None, output_field=CharField()),
                example="子女今年秋季入学",
            ),
            Field("state", "state", Type.TEXT, "状态", choices=BenefitApplication.State, filters=("", "_in")),
            returned_because("benefit", needs=PERSONNEL),
            Field("result", "result", Type.TEXT, "结果", example="已安排"),
            Field("result_on", "result_on", Type.DAY, "结果日期", null=True, filters=("_gte", "_lte")),
        ),
        counted={
            **by_place(),
            "benefit": Field("benefit", "type__name", Type.TEXT, "待遇"),
            "state": Field("state", "state", Type.TEXT, "状态", choices=BenefitApplication.State),
        },
    )
)
