"""Where the clauses of 四(二) and 文末 are worked on."""

from supervision.selectors.screen import Screen
from xmsw.accounts.roles import Capability

_BUDGETS = (Capability.VIEW_COMPLIANCE, Capability.KEEP_BUDGETS)
SCREENS_MONEY: dict[str, Screen] = {
    "四(一)-5": Screen("预算执行", "supervision:execution", needs=_BUDGETS),
    "四(二)-1": Screen("经费预算", "supervision:budgets", needs=_BUDGETS),
    "四(二)-2": Screen("预算执行", "supervision:execution", needs=_BUDGETS),
    "四(二)-3": Screen("薪酬问题台账", "supervision:pay-issues"),
    "四(二)-4": Screen("社会资金", "supervision:social-funding"),
    "四(二)-5": Screen("优惠政策", "supervision:policies"),
    "四(二)-6": Screen("收费项目", "supervision:fees"),
    "文末": Screen("上报材料", "supervision:upward-reports", needs=(Capability.KEEP_PLANS,)),
}
