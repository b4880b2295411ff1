"""Where the clauses 一-2, -3, -4 and -6 are worked on."""

from supervision.selectors.screen import Screen
from xmsw.accounts.roles import Capability

SCREENS_COVERAGE: dict[str, Screen] = {
    "一-2": Screen("覆盖情况", "supervision:coverage"),
    "一-3": Screen("没有设岗依据或薪酬标准的岗位", "supervision:need-and-band"),
    "一-4": Screen("空岗和人选", "talents:matching", needs=(Capability.VIEW_PERSONNEL,)),
    "一-6": Screen("一线与稳定", "supervision:frontline"),
}
