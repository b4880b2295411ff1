"""Kinds of employer (code lists A–E of the policy text; A, B, D end in 等 and stay extensible) and sectors."""

from django.db import models


class Kind(models.TextChoices):
    A01 = "A01", "老年人福利机构"
    A02 = "A02", "残疾人福利和服务机构"
    A03 = "A03", "儿童福利机构"
    A04 = "A04", "妇女儿童援助机构"
    A05 = "A05", "困难职工帮扶机构"
    A06 = "A06", "职工权益维护机构"
    A07 = "A07", "婚姻家庭服务机构"
    A08 = "A08", "青少年服务机构"
    A09 = "A09", "救助管理机构"
    A10 = "A10", "未成年人保护机构"
    A11 = "A11", "优抚安置服务保障机构"
    B01 = "B01", "医院"
    B02 = "B02", "学校"
    B03 = "B03", "殡仪服务机构"
    B04 = "B04", "人口计生服务机构"
    C01 = "C01", "街道（镇）社区服务中心"
    C02 = "C02", "城市社区"
    C03 = "C03", "农村社区"
    D01 = "D01", "街道（镇）综治中心"
    D02 = "D02", "基层文化服务机构"
    D03 = "D03", "群团组织服务阵地"
    D04 = "D04", "基层人民调解组织"
    D05 = "D05", "社区矫正机构"
    D06 = "D06", "安置帮教机构"
    D07 = "D07", "禁毒戒毒机构"
    D08 = "D08", "灾害救援组织"
    E01 = "E01", "民办社会工作服务机构"
    E02 = "E02", "其他社会组织"
    E03 = "E03", "企业"
    E04 = "E04", "基层党政机关"
    E05 = "E05", "群团组织"
    E06 = "E06", "行业组织"


A_KINDS = tuple(kind for kind in Kind.values if kind.startswith("A"))
B_KINDS = tuple(kind for kind in Kind.values if kind.startswith("B"))
D_KINDS = tuple(kind for kind in Kind.values if kind.startswith("D"))
COMMUNITY_KINDS = (Kind.C02, Kind.C03)


class Sector(models.TextChoices):
    """Fields of 一-5 and 三(一)-2: rules are selected by sector and kind, never one rule for all."""

    GOVERNMENT = "government", "基层党政机关"
    MASS = "mass", "群团组织"
    INSTITUTION = "institution", "事业单位"
    COMMUNITY = "community", "城乡社区"
    SOCIAL = "social", "社会组织"
    ENTERPRISE = "enterprise", "企业"


DEFAULT_SECTOR: dict[str, str] = {
    **dict.fromkeys(A_KINDS + B_KINDS, Sector.INSTITUTION),
    **dict.fromkeys((Kind.C01, Kind.C02, Kind.C03), Sector.COMMUNITY),
    Kind.D01: Sector.GOVERNMENT,
    Kind.D02: Sector.INSTITUTION,
    Kind.D03: Sector.MASS,
    Kind.D04: Sector.SOCIAL,
    Kind.D05: Sector.GOVERNMENT,
    Kind.D06: Sector.GOVERNMENT,
    Kind.D07: Sector.INSTITUTION,
    Kind.D08: Sector.SOCIAL,
    Kind.E01: Sector.SOCIAL,
    Kind.E02: Sector.SOCIAL,
    Kind.E03: Sector.ENTERPRISE,
    Kind.E04: Sector.GOVERNMENT,
    Kind.E05: Sector.MASS,
    Kind.E06: Sector.SOCIAL,
}
