"""Columns of the import and export files of staff (with certificates) and of appointments."""

from typing import Any

from posts.models import CertificateLevel
from posts.resources import EmployerCode
from talents.models import Appointment, Attendance, Employment, Registration, SupervisionSession
from talents.models.learning import HOURS_OF_A_DAY, LEAST_HOURS, MOST_HOURS, Delivery
from xmsw.exchange.columns import Column, ImportResource, Sort
from xmsw.identifiers import Degree, Education, Sex


class Masked(Column):
    """Personal data leaves in exports only as its mask."""

    def written(self, value: Any) -> str:
        return str(value)


def identity_column(path: str) -> Column:
    """The identity number; `path` leads to the person."""
    return Masked(
        "身份证号",
        Sort.IDENTITY,
        attribute=f"{path}identity_mask",
        required=True,
        help="18 位；这一列已设为文本格式，请不要改",
        example="11010519491231002X",
    )


class StaffResource(ImportResource):
    employer_code = EmployerCode("employer")
    identity = identity_column("worker__")
    name = Column("姓名", attribute="worker__name", required=True, max_length=60, pinyin=True, example="示例")
    sex = Column("性别", Sort.CHOICE, attribute="worker__sex", choices=dict(Sex.choices), help="空着时按身份证号推定")
    phone = Masked("手机号", Sort.PHONE, attribute="worker__phone_mask")
    education = Column(
        "学历", Sort.CHOICE, attribute="worker__education", choices=dict(Education.choices), example="大学本科"
    )
    degree = Column("学位", Sort.CHOICE, attribute="worker__degree", choices=dict(Degree.choices))
    social_work_education = Column(
        "社会工作专业学历",
        Sort.CHOICE,
        attribute="worker__social_work_education",
        choices=dict(Education.choices),
        help="没有社会工作专业学历时空着",
    )
    form = Column(
        "用工形式",
        Sort.CHOICE,
        attribute="form",
        required=True,
        choices=dict(Employment.Form.choices),
        example="劳动合同",
    )
    role = Column("现任职务", attribute="role", max_length=60, example="社区工作者")
    started_on = Column("入职日期", Sort.DATE, attribute="start", required=True, example="2020-01-01")
    ended_on = Column("离职日期", Sort.DATE, attribute="end", help="在职的空着")
    end_reason = Column("离职原因", attribute="end_reason", max_length=100)
    certificate_level = Column(
        "证书级别",
        Sort.CHOICE,
        choices=dict(CertificateLevel.choices),
        help="有几个证书就写几行，其他各列照抄",
        example="助理社会工作师",
    )
    certificate_number = Column("证书编号", Sort.CODE, max_length=40, example="20200000000001")
    certificate_issued = Column("证书签发日期", Sort.DATE, example="2020-10-10")

    class Meta:
        model = Employment


class AppointmentResource(ImportResource):
    employer_code = EmployerCode("post__employer")
    post_code = Column("岗位编号", Sort.CODE, attribute="post__code", required=True, max_length=30, example="SG-01")
    identity = identity_column("worker__")
    name = Column("姓名", attribute="worker__name", max_length=60, help="用来核对身份证号，可以空着", example="示例")
    started_on = Column("聘用日期", Sort.DATE, attribute="start", required=True, example="2021-01-01")
    ended_on = Column("聘期截止", Sort.DATE, attribute="end", help="没有期限的空着")
    full_time = Column("专职", Sort.FLAG, attribute="full_time", required=True, example="是")
    source = Column(
        "配置来源",
        Sort.CHOICE,
        attribute="source",
        choices=dict(Appointment.Source.choices),
        help="空着时为公开招聘",
        example="公开招聘",
    )
    prior_role = Column("转换前职务", attribute="prior_role", max_length=60, help="来源是转换提升时填")
    allocating_region = Column(
        "补充配置的区划代码",
        Sort.CODE,
        attribute="allocating_region_id",
        lengths=(6, 9),
        help="来源是补充配置时，填区（6 位）或街道、镇（9 位）代码",
    )
    title = Column("聘任职务", attribute="title", max_length=60)
    document = Column("聘用文件", attribute="document")
    end_reason = Column("结束原因", attribute="end_reason", max_length=100, help="提前结束聘用时填")

    class Meta:
        model = Appointment


class AttendanceResource(ImportResource):
    identity = identity_column("worker__")
    name = Column("姓名", attribute="worker__name", max_length=60, help="用来核对身份证号，可以空着", example="示例")
    title = Column("课程或内容", attribute="title", required=True, max_length=120, example="个案工作实务")
    provider = Column("举办单位", attribute="provider", required=True, max_length=120, example="厦门市社会工作协会")
    course_start = Column(
        "课程开始日期",
        Sort.DATE,
        attribute="course__start",
        help="登记在册的课程填；照课程页面填，其他内容空着",
        example="2026-03-01",
    )
    delivery = Column(
        "形式",
        Sort.CHOICE,
        attribute="delivery",
        choices=dict(Delivery.choices),
        help="在册的课程可以空着",
        example="培训班",
    )
    hours = Column(
        "学时",
        Sort.NUMBER,
        attribute="hours",
        least=LEAST_HOURS,
        most=MOST_HOURS,
        help="在册的课程空着时按课程的学时",
        example="16",
    )
    finished_on = Column(
        "完成日期", Sort.DATE, attribute="on", help="在册的课程空着时按课程的结束日期", example="2026-03-03"
    )

    class Meta:
        model = Attendance


class RegistrationResource(ImportResource):
    number = Column(
        "证书编号",
        Sort.CODE,
        attribute="certificate__number",
        required=True,
        max_length=40,
        help="照证书填",
        example="20200000000001",
    )
    name = Column(
        "姓名", attribute="certificate__worker__name", max_length=60, help="用来核对证书，可以空着", example="示例"
    )
    start = Column("登记日期", Sort.DATE, attribute="start", required=True, example="2024-03-01")
    ends_on = Column("有效期至", Sort.DATE, attribute="end", help="空着时按三年计", example="2027-02-28")

    class Meta:
        model = Registration


class SupervisionResource(ImportResource):
    supervisee = Column(
        "被督导者身份证号",
        Sort.IDENTITY,
        required=True,
        help="18 位；这一列已设为文本格式，请不要改",
        example="11010519491231002X",
    )
    supervisor_number = Column(
        "督导者证书编号",
        Sort.CODE,
        attribute="pair__supervisor_id",
        required=True,
        max_length=40,
        help="督导者任一证书的编号",
        example="20200000000001",
    )
    supervisor_name = Column(
        "督导者姓名", attribute="pair__supervisor__name", required=True, max_length=60, example="示例"
    )
    held_on = Column("督导日期", Sort.DATE, attribute="on", required=True, example="2026-03-01")
    hours = Column(
        "时长（小时）",
        Sort.NUMBER,
        attribute="hours",
        required=True,
        least=LEAST_HOURS,
        most=HOURS_OF_A_DAY,
        example="1.5",
    )
    form = Column(
        "形式",
        Sort.CHOICE,
        attribute="form",
        required=True,
        choices=dict(SupervisionSession.Form.choices),
        example="个别督导",
    )
    topic = Column(
        "主题",
        attribute="topic",
        required=True,
        max_length=120,
        help="团体督导的，各人写同一个主题",
        example="个案计划",
    )
    content = Column("内容与建议", attribute="content", max_length=2000, help="不写服务对象的姓名和能认出人的细节")

    class Meta:
        model = SupervisionSession
