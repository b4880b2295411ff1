"""Where the clauses of 四(一) are worked on."""

from supervision.selectors.screen import Screen
from xmsw.accounts.roles import Capability

_GUIDANCE = (Capability.RECORD_GUIDANCE, Capability.KEEP_PLANS)
# By rule, where a clause has several: its own screen.
OF_RULES: dict[str, Screen] = {
    "bureaus-have-contacts": Screen("部门联络员", "supervision:contacts"),
    "joint-tasks-on-time": Screen("联席任务", "supervision:meeting-tasks"),
}
# By rule: the part of the screen of which the verdict speaks, from its facts.
PARTS: dict[str, str] = {"post-targets-reached": "year={target_year}"}
SCREENS_DUTIES: dict[str, Screen] = {
    "四(一)-1": Screen("发展规划", "supervision:plans"),
    "四(一)-2": Screen("联席会议", "supervision:meetings"),
    "四(一)-3": Screen("条线工作台", "supervision:line", "bureau=governance"),
    "四(一)-4": Screen("条线工作台", "supervision:line"),
    "四(一)-4b": Screen("年度岗位目标", "supervision:targets"),
    "四(一)-4c": Screen("配套制度", "supervision:supporting-rules"),
    "四(一)-7": Screen("人社指导", "supervision:guidance", needs=_GUIDANCE),
    "四(一)-8": Screen("条线工作台", "supervision:line"),
    "四(一)-9": Screen("条线工作台", "supervision:line"),
}
