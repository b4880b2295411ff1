"""Columns of the import and export files of pay, of enrolment in social insurance and of its monthly bases."""

from decimal import Decimal

from payroll.models import ITEMS, InsuranceEnrolment, InsuranceMonth, PayRecord, Performance, RungCode
from posts.models import CertificateLevel, Grade
from posts.resources import EmployerCode
from talents.resources import identity_column
from xmsw.exchange.columns import Column, ImportResource, Sort
from xmsw.identifiers import Education

LEAST = Decimal("0.01")


def _money(header: str, name: str, example: str = "") -> Column:
    return Column(header, Sort.MONEY, attribute=name, least=0, most=9_999_999, help="元，税前", example=example)


def _whose() -> Column:
    return Column(
        "姓名", attribute="employment__worker__name", max_length=60, help="用来核对身份证号，可以空着", example="示例"
    )


def _enrolled(item: str) -> Column:
    help = "从哪天起参保；没有参保就空着"
    return Column(f"{ITEMS[item]}参保日期", Sort.DATE, attribute=item, help=help, example="2024-01-05")


def _base(item: str) -> Column:
    help = "元；这个月没有缴就空着"
    return Column(
        f"{ITEMS[item]}缴费基数", Sort.MONEY, attribute=item, least=LEAST, most=9_999_999, help=help, example="6200"
    )


class PayResource(ImportResource):
    employer_code = EmployerCode("employment__employer")
    identity = identity_column("employment__worker__")
    name = _whose()
    period = Column("月份", Sort.MONTH, attribute="period", required=True, help="写成 2024-01", example="2024-01")
    base = Column(
        "基本工资",
        Sort.MONEY,
        attribute="base",
        required=True,
        least=0,
        most=9_999_999,
        help="元，税前",
        example="4500",
    )
    post_pay = _money("岗位工资", "post_pay", "800")
    performance_pay = _money("绩效工资", "performance_pay", "600")
    allowance = _money("津贴补贴", "allowance", "300")
    bonus = _money("奖金", "bonus", "0")
    time_share = Column(
        "工时比例",
        Sort.NUMBER,
        attribute="time_share",
        least=0,
        most=1,
        help="全职填 1，半职填 0.5；空着为 1",
        example="1",
    )
    rung = Column(
        "薪酬档级", Sort.CHOICE, attribute="rung", choices=dict(RungCode.choices), example="助理社会工作师二级"
    )
    pay_scale = Column("国家工资标准依据", attribute="pay_scale", max_length=100, help="在编人员填写")
    factor_certificate = Column(
        "因素：职业水平等级",
        Sort.CHOICE,
        attribute="factor_certificate",
        choices={0: "未取证", **dict(CertificateLevel.choices)},
        help="确定薪酬时考虑的五个因素（三（一）-2）",
        example="助理社会工作师",
    )
    factor_education = Column(
        "因素：学历", Sort.CHOICE, attribute="factor_education", choices=dict(Education.choices), example="大学本科"
    )
    factor_seniority = Column(
        "因素：资历（年）", Sort.NUMBER, attribute="factor_seniority", least=0, most=60, example="3"
    )
    factor_performance = Column(
        "因素：业绩", Sort.CHOICE, attribute="factor_performance", choices=dict(Performance.choices), example="良好"
    )
    factor_post = Column(
        "因素：岗位", Sort.CHOICE, attribute="factor_post", choices=dict(Grade.choices), example="初级"
    )

    class Meta:
        model = PayRecord


class EnrolmentResource(ImportResource):
    employer_code = EmployerCode("employment__employer")
    identity = identity_column("employment__worker__")
    name = _whose()
    pension, medical, unemployment, injury, maternity, housing_fund = map(_enrolled, ITEMS)

    class Meta:
        model = InsuranceEnrolment


class InsuranceMonthResource(ImportResource):
    employer_code = EmployerCode("employment__employer")
    identity = identity_column("employment__worker__")
    name = _whose()
    period = Column("月份", Sort.MONTH, attribute="period", required=True, help="写成 2024-01", example="2024-01")
    pension, medical, unemployment, injury, maternity, housing_fund = map(_base, ITEMS)

    class Meta:
        model = InsuranceMonth
