"""Columns of the import and export files of employers and posts."""

from posts.models import Activity, CertificateLevel, Duty, Employer, Grade, Kind, Post, Sector, ServiceField
from xmsw.accounts.models import Bureau
from xmsw.exchange.columns import Column, ImportResource, Sort
from xmsw.identifiers import Education


class EmployerCode(Column):
    """How every file names an employer; `path` is the attribute path from the exported object to it."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "单位代码",
            Sort.CODE,
            attribute=path,
            required=True,
            lengths=(9, 12, 18),
            help="统一社会信用代码（18 位）；社区也可以填社区代码（12 位），中心也可以填街道（镇）代码（9 位）",
            example="350203001001",
        )

    def written(self, value: Employer) -> str:
        """The credit code, or the community code where there is none."""
        return value.credit_code or value.region_id


class EmployerResource(ImportResource):
    name = Column("单位名称", attribute="name", required=True, max_length=120, pinyin=True, example="示例社区")
    kind = Column(
        "单位类别",
        Sort.CHOICE,
        attribute="kind",
        required=True,
        choices=dict(Kind.choices),
        coded=True,
        help="填代码或名称；城市社区 C02、农村社区 C03 是认定结果，须写明类别依据",
        example="C02 城市社区",
    )
    region = Column(
        "所在区划代码",
        Sort.CODE,
        attribute="region_id",
        required=True,
        lengths=(6, 9, 12),
        help="区 6 位、街道（镇）9 位、社区 12 位；城市、农村社区必须填 12 位",
        example="350203001001",
    )
    credit_code = Column(
        "统一社会信用代码",
        Sort.CODE,
        attribute="credit_code",
        lengths=(18,),
        help="18 位；社区和中心没有时可以空着，其他单位必填",
    )
    sector = Column(
        "领域", Sort.CHOICE, attribute="sector", choices=dict(Sector.choices), help="空着时按单位类别的默认领域"
    )
    bureau = Column(
        "主管部门",
        Sort.CHOICE,
        attribute="competent_bureau",
        choices=dict(Bureau.choices),
        help="空着时按单位类别的默认主管部门",
    )
    kind_source = Column("类别依据", attribute="kind_source", help="例如认定文件的文号", example="厦民〔2020〕1号")
    decided_on = Column("类别认定日期", Sort.DATE, attribute="kind_decided_on", example="2020-01-01")
    technical_posts = Column("专业技术岗位总数", Sort.NUMBER, attribute="technical_posts", least=0, most=100_000)
    address = Column("地址", attribute="address")
    contact = Column("联系人", attribute="contact", max_length=60)
    contact_phone = Column("联系电话", Sort.CODE, attribute="contact_phone", max_length=30)
    started_on = Column("起始日期", Sort.DATE, attribute="start", help="空着时为导入当天", example="2018-01-01")

    class Meta:
        model = Employer


class PostResource(ImportResource):
    employer_code = EmployerCode("employer")
    code = Column(
        "岗位编号", Sort.CODE, attribute="code", required=True, max_length=30, help="本单位内不重复", example="SG-01"
    )
    name = Column("岗位名称", attribute="name", required=True, max_length=80, example="社区社会工作岗")
    grade = Column("岗位等级", Sort.CHOICE, attribute="grade", choices=dict(Grade.choices), example="初级")
    institution_grade = Column(
        "事业单位岗位级别",
        Sort.NUMBER,
        attribute="institution_grade",
        least=1,
        most=13,
        help="只有事业单位填：1–7 级是高级，8–10 级是中级，11–13 级是初级",
    )
    duties = Column(
        "职责类别",
        Sort.MANY,
        attribute="duties",
        choices=dict(Duty.choices),
        help="可以多选，用逗号隔开，填序号或名称",
        example="1，3",
    )
    activities = Column(
        "直接服务内容",
        Sort.MANY,
        attribute="activities",
        choices=dict(Activity.choices),
        help="只在职责类别含「直接服务」时填；可以多选，用逗号隔开",
        example="1，4",
    )
    duty_text = Column("职责说明", attribute="duty_text", max_length=2_000, example="为困境家庭提供个案服务")
    coordinates = Column("承担协调职责", Sort.FLAG, attribute="coordinates", example="是")
    min_certificate = Column(
        "任职条件：证书",
        Sort.CHOICE,
        attribute="min_certificate",
        choices=dict(CertificateLevel.choices),
        example="助理社会工作师",
    )
    min_education = Column(
        "任职条件：学历",
        Sort.CHOICE,
        attribute="min_education",
        choices=dict(Education.choices),
        example="大学专科",
    )
    min_years = Column("任职条件：从业年限", Sort.NUMBER, attribute="min_years", least=0, most=50, example="0")
    need_basis = Column("设岗依据", attribute="need_basis", example="服务人口 5000 人")
    source = Column("人员来源", Sort.CHOICE, attribute="source", choices=dict(Post.Source.choices), example="公开招聘")
    principal = Column("主体岗位", Sort.FLAG, attribute="principal", example="否")
    frontline = Column("一线岗位", Sort.FLAG, attribute="frontline", example="是")
    service_field = Column(
        "服务领域",
        Sort.CHOICE,
        attribute="service_field",
        choices=dict(ServiceField.choices),
        help="空着时跟随单位类别",
    )
    started_on = Column("设立日期", Sort.DATE, attribute="start", required=True, example="2024-01-01")
    ended_on = Column("撤销日期", Sort.DATE, attribute="end", help="在设的岗位空着")

    class Meta:
        model = Post
