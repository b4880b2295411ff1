"""Which figures there are: label, unit, clause, where each comes from and on which screen it is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posts.models import ServiceField

SEATS, DUTY, PAY, HONOUR, MONEY, WORK = "岗位与人员", "设岗与管理", "薪酬与保障", "表彰与地位", "经费", "履职与督查"
FIELDS = "服务领域"
GROUPS = (SEATS, DUTY, PAY, HONOUR, MONEY, WORK, FIELDS)


@dataclass(frozen=True)
class Figure:
    """One figure. `part`, `whole`: columns of the sources (supervision/figures/sources.py); a `whole` makes a share.

    wished: +1 where more is better, -1 where less is, 0 where neither. by_sector: told for each sector besides (一-5).
    flow: adds up over the calendar year.
    """

    key: str
    label: str
    unit: str
    clause: str
    group: str
    part: str
    whole: str = ""
    wished: int = 1
    by_sector: bool = False
    flow: bool = False

    @property
    def share(self) -> bool:
        return bool(self.whole)


def _count(key: str, label: str, clause: str, group: str, *, unit: str = "个", **told: Any) -> Figure:
    return Figure(key, label, unit, clause, group, key, **told)


def _judged(key: str, label: str, clause: str) -> Figure:
    """A share of what rules judge: met ÷ all, those not yet assessed among all (trap 8)."""
    group = PAY if clause.startswith("三") else DUTY
    return Figure(key, label, "%", clause, group, f"{key}_met", f"{key}_all", by_sector=True)


# The rules behind each judged share.
JUDGED: dict[str, tuple[str, ...]] = {
    "posted": ("centre-has-post", "community-has-post"),
    "staffed": ("full-time-professional",),
    "as_needed": ("inclusion", "staffed-as-needed"),
    "described": ("duties-and-conditions",),
    "graded": ("post-grade",),
    "laddered": ("rank-ladder",),
    "matched": ("certificate-for-senior", "certificate-for-intermediate", "certificate-for-junior"),
    "guided": ("guidance-standard",),
    "insured": ("insurance-and-fund",),
}

FIGURES: tuple[Figure, ...] = (
    _count("posts", "在设社工岗位", "一-1", SEATS, by_sector=True),
    _count("filled", "有人在岗的岗位", "一-1", SEATS, by_sector=True),
    Figure("filled_share", "到岗率", "%", "一-4", SEATS, "filled", "posts", by_sector=True),
    _count("workers", "在职社会工作者", "一-1", SEATS, unit="人", by_sector=True),
    _count("certified", "持证在职人员", "一-1", SEATS, unit="人", by_sector=True),
    _count("assistants", "其中助理社会工作师", "一-1", SEATS, unit="人", by_sector=True),
    _count("social_workers", "其中社会工作师", "一-1", SEATS, unit="人", by_sector=True),
    _count("seniors", "其中高级社会工作师", "一-1", SEATS, unit="人", by_sector=True),
    Figure("certified_share", "持证率", "%", "一-1", SEATS, "certified", "workers", by_sector=True),
    Figure("frontline_share", "一线人员占在岗人员", "%", "一-6", SEATS, "frontline", "seated", by_sector=True),
    Figure("turnover", "12 个月离职率", "%", "一-6", SEATS, "leavers", "mean_seated", wished=-1, by_sector=True),
    Figure("retained", "1 年留任率", "%", "一-6", SEATS, "stayed", "began", by_sector=True),
    _judged("posted", "中心和城市社区设岗", "二(二)-1"),
    _judged("staffed", "配备专职专业人员", "二(二)-3"),
    _judged("as_needed", "按需配备和纳入管理", "二(二)-7"),
    _judged("described", "职责和任职条件明确", "二(三)-7"),
    _judged("graded", "岗位定级", "二(四)-1"),
    _judged("laddered", "建立职级体系", "二(四)-2"),
    _judged("matched", "证书与岗位匹配", "二(四)-6"),
    _count("paid", "有近期薪酬记录的人员（不含在编）", "三(一)-2", PAY, unit="人", wished=0, by_sector=True),
    Figure("pay_mean", "折合全职月薪平均", "元", "四(三)-4", PAY, "pay_mean", by_sector=True),
    Figure("pay_median", "折合全职月薪中位数", "元", "四(三)-4", PAY, "pay_median", by_sector=True),
    _judged("guided", "不低于薪酬指导标准", "三(一)-5"),
    _judged("insured", "社保公积金齐全", "三(一)-4"),
    _count("pool_members", "人才库成员", "三(二)-2", HONOUR, unit="人"),
    _count("honours_higher", "当年国家级、省级获奖", "三(二)-1", HONOUR, unit="人次", flow=True),
    _count("honours_city", "当年市级表彰", "三(二)-4", HONOUR, unit="人次", flow=True),
    _count("honours_district", "当年区级表彰", "三(二)-5", HONOUR, unit="人次", flow=True),
    _count("honours_employer", "当年单位表彰", "三(二)-6", HONOUR, unit="人次", flow=True),
    _count("high_level", "有效认定的高层次人才", "三(一)-9", HONOUR, unit="人"),
    _count("congress", "人大代表（最近公布的年末数）", "三(三)-2", HONOUR, unit="人"),
    _count("consultative", "政协委员（最近公布的年末数）", "三(三)-2", HONOUR, unit="人"),
    Figure("budget_total", "当年预算", "元", "四(二)-1", MONEY, "budget_total"),
    Figure("budget_spent", "当年支出", "元", "四(二)-2", MONEY, "budget_spent", flow=True),
    Figure("executed", "当年预算执行率", "%", "四(二)-2", MONEY, "budget_spent", "budget_usable", flow=True),
    Figure("social_money", "当年社会资金", "元", "四(二)-4", MONEY, "social_money", flow=True),
    _count("projects", "执行中的购买服务项目", "三(一)-7", MONEY),
    Figure("projects_amount", "执行中项目的合同金额", "元", "三(一)-7", MONEY, "projects_amount"),
    _count("plans_in_force", "现行的发展规划", "四(一)-1", WORK, unit="份"),
    _count("bureaus_with_contact", "有联络员的部门", "四(一)-2", WORK),
    _count("meetings", "当年联席会议", "四(一)-2", WORK, unit="次", flow=True),
    _count("overdue_tasks", "逾期的联席任务", "四(一)-2", WORK, unit="项", wished=-1),
    _count("inspected", "当年结束的督促核查", "四(三)-1", WORK, unit="次", flow=True),
    _count("orders", "当年整改通知", "四(三)-2", WORK, unit="件", wished=0, flow=True),
    _count("orders_closed", "当年销号的整改", "四(三)-2", WORK, unit="件", flow=True),
    _count("open_orders", "没有销号的整改", "四(三)-2", WORK, unit="件", wished=-1),
    _count("overdue_orders", "逾期的整改通知", "四(三)-2", WORK, unit="件", wished=-1),
    *(_count(f"field_{each.value}", f"{each.label}领域的岗位", "一-2", FIELDS, wished=0) for each in ServiceField),
    _count("fields_covered", "有岗位或购买项目的服务领域", "一-2", FIELDS),
)
BY_KEY = {each.key: each for each in FIGURES}
