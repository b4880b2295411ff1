"""Where the clauses about the whole are worked on: the basis, year by year, clause by clause, outcomes."""

from supervision.selectors.screen import Screen
from xmsw.accounts.roles import Capability

_LEAD = (Capability.TAKE_SNAPSHOTS,)
SCREENS_YEARS: dict[str, Screen] = {
    "0-1": Screen("政策库", "policy:library"),
    "0-2": Screen("机构", "accounts:units"),
    "0-3": Screen("依据文件", "policy:library"),
    "一-1": Screen("年度统计", "supervision:years", needs=_LEAD),
    "一-5": Screen("核查规则", "supervision:rules"),
    "四(三)-3": Screen("条款达标", "supervision:indicators"),
    "四(三)-4": Screen("成效", "supervision:outcomes", needs=_LEAD),
}
