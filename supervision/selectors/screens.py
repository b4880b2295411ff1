"""Where each clause is worked on: the screen behind a row of the board. A clause without one leads to its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supervision.selectors.screen import Screen
from supervision.selectors.screens_coverage import SCREENS_COVERAGE
from supervision.selectors.screens_duties import SCREENS_DUTIES
from supervision.selectors.screens_inspections import SCREENS_INSPECTIONS
from supervision.selectors.screens_money import SCREENS_MONEY
from supervision.selectors.screens_years import SCREENS_YEARS
from talents.views.benefits import READERS as BENEFIT_READERS
from talents.views.publicity import READERS as STORY_READERS
from xmsw.accounts.roles import Capability

if TYPE_CHECKING:
    from xmsw.accounts.models import User


def _findings(label: str, rule: str) -> Screen:
    return Screen(label, "supervision:findings", f"rule={rule}")


_PAY, _PUBLIC = (Capability.VIEW_PAY,), (Capability.RECORD_PUBLICITY,)
_ALLOWANCES = (Capability.RECOMMEND_ALLOWANCE, Capability.OWN_RECORD)
_SPECIALISTS = (Capability.CONFIRM_SPECIALISTS, Capability.VERIFY_CERTIFICATES)
_AWARDS, _POOLS, _FUNDS = (Capability.VIEW_AWARDS,), (Capability.KEEP_POOLS,), (Capability.KEEP_FUNDS,)
_DUTIES = Screen("岗位职责统计", "supervision:duties")
SCREENS: dict[str, Screen] = {
    "二(四)-2": Screen("职级体系", "supervision:ladders"),
    "二(四)-3": Screen("应晋升人员", "talents:promotions"),
    "二(四)-4": Screen("证书与职务对应", "talents:titles"),
    "二(二)-4": Screen("转换提升", "talents:conversions", "source=conversion"),
    "二(四)-5": Screen("证而未聘", "talents:unappointed"),
    "二(一)-1": Screen("先行设置进度", "supervision:leading"),
    "二(一)-2": _findings("先行设置岗位的配备情况", "leading-post-staffed"),
    "二(一)-3": _findings("承担协调职责的情况", "coordination-duty"),
    "二(一)-4": Screen("主体岗位进度", "supervision:principal"),
    "二(一)-5": Screen("纳入专业技术岗位管理", "supervision:inclusion"),
    "二(一)-6": Screen("购买服务项目", "payroll:projects", "replaces=yes"),
    "二(二)-1": Screen("无岗的中心", "supervision:without-post", "kind=C01"),
    "二(二)-2": Screen("无岗的城市社区", "supervision:without-post", "kind=C02"),
    "二(二)-3": Screen("有岗无人", "supervision:without-holder"),
    "二(二)-5": Screen("补充配置计划", "posts:plans"),
    "二(二)-6": Screen("农村社区进度", "supervision:rural"),
    "二(二)-7": Screen("按需配备情况", "supervision:staffing"),
    "二(二)-8": Screen("孵化机构", "posts:incubations"),
    "二(二)-9": Screen("购买服务项目", "payroll:projects"),
    **{f"二(三)-{number}": _DUTIES for number in range(1, 7)},
    "二(三)-5": Screen("专业督导", "talents:pairs"),
    "二(三)-7": Screen("无职责或任职条件的岗位", "supervision:undescribed"),
    "二(四)-1": Screen("未定级岗位", "supervision:ungraded"),
    "二(四)-6": _findings("高级岗位的证书", "certificate-for-senior"),
    "二(四)-7": _findings("中级岗位的证书", "certificate-for-intermediate"),
    "三(三)-1": Screen("政治安排统计", "talents:standing-counts"),
    "三(三)-2": Screen("政治安排统计", "talents:standing-counts"),
    "三(三)-3": Screen("招录与选拔", "talents:notices", "preferred=no", _PUBLIC),
    "三(三)-4": Screen("政治安排统计", "talents:standing-counts"),
    "三(三)-5": Screen("宣传", "talents:publicity", needs=_PUBLIC),
    "三(三)-6": Screen("人物事迹", "talents:stories", needs=STORY_READERS),
    "三(一)-1": _findings("在编人员的国家工资标准", "national-pay-scale"),
    "三(一)-2": Screen("薪酬结构", "payroll:structure", needs=_PAY),
    "三(一)-3": Screen("同类人员薪酬参照", "payroll:benchmarks"),
    "三(一)-5": Screen("低于指导标准的人员", "payroll:below", needs=_PAY),
    "三(一)-6": Screen("经济指标与审议", "payroll:indicators"),
    "三(一)-4": Screen("欠缴与未参保名单", "payroll:arrears"),
    "三(一)-7": Screen("成本核算", "payroll:costs", needs=_PAY),
    "三(一)-8": Screen("成本核算", "payroll:costs", "low=yes", _PAY),
    "三(一)-9": Screen("高层次人才", "talents:high-level"),
    "三(一)-10": Screen("优惠待遇申请", "talents:benefits", needs=BENEFIT_READERS),
    "三(一)-11": Screen("政府特殊津贴推荐", "talents:allowances", needs=_ALLOWANCES),
    "三(二)-1": Screen("国家级、省级推荐", "awards:cycles", "level=province", _AWARDS),
    "三(二)-2": Screen("没有纳入人才库的获奖者", "awards:honours", "pool=no", _AWARDS),
    "三(二)-3": Screen("长期没有参与的成员", "awards:pools", "activity=idle", _POOLS),
    "三(二)-4": Screen("市级表彰", "awards:cycles", "level=city", _AWARDS),
    "三(二)-5": Screen("区级表彰", "awards:district-awards", needs=(Capability.RUN_AWARDS,)),
    "三(二)-6": Screen("单位表彰", "awards:employer-awards", needs=(Capability.RUN_AWARDS,)),
    "三(二)-7": Screen("没有登记依据的奖励基金", "awards:funds", "basis=missing", _FUNDS),
    "三(二)-8": Screen("奖励基金", "awards:funds", needs=_FUNDS),
    "四(一)-6": Screen("专技人员纳入", "talents:specialists", "file=no", _SPECIALISTS),
    **SCREENS_COVERAGE,
    **SCREENS_DUTIES,
    **SCREENS_MONEY,
    "二(四)-8": _findings("初级岗位的证书", "certificate-for-junior"),
    **SCREENS_INSPECTIONS,
    **SCREENS_YEARS,
}


def screen_for(clause: str, user: User | None) -> Screen | None:
    """The screen of a clause that the account may open."""
    found = SCREENS.get(clause)
    return found if found and found.opens(user) else None
