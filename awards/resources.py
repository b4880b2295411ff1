"""Columns of the import file of honours."""

from awards.models import AwardLevel, Honour
from posts.resources import EmployerCode
from talents.resources import identity_column
from xmsw.exchange.columns import Column, ImportResource, Sort


class HonourResource(ImportResource):
    employer_code = EmployerCode("employer")
    identity = identity_column("worker__")
    name = Column("姓名", attribute="worker__name", max_length=60, help="用来核对身份证号，可以空着", example="示例")
    level = Column(
        "级别",
        Sort.CHOICE,
        attribute="level",
        required=True,
        choices=dict(AwardLevel.choices),
        help="民政填国家级、省级、市级、区级；用人单位只填「单位」",
        example="省级",
    )
    series = Column(
        "奖项",
        attribute="series",
        required=True,
        max_length=60,
        help="同一奖项每届写法要相同",
        example="优秀社会工作者",
    )
    title = Column("荣誉称号", attribute="title", required=True, max_length=120, example="福建省优秀社会工作者")
    awarded_by = Column(
        "颁奖单位", attribute="awarded_by", max_length=120, help="单位表彰的可以空着", example="福建省民政厅"
    )
    awarded_on = Column("表彰日期", Sort.DATE, attribute="awarded_on", required=True, example="2025-03-20")
    document = Column(
        "表彰文号", attribute="document", max_length=100, help="单位表彰的可以空着", example="闽民〔2025〕1号"
    )
    form = Column(
        "表彰形式", attribute="form", max_length=100, help="单位表彰的要填：奖金、证书、通报、休假、培训机会等"
    )
    prize = Column(
        "奖金",
        Sort.MONEY,
        attribute="prize",
        least=0,
        most=9_999_999,
        help="元，税前；没有的空着",
        example="5000",
    )

    class Meta:
        model = Honour
