from xmsw.accounts.roles import Capability, Role
from xmsw.ui.navigation import item

_GUIDANCE = (Capability.RECORD_GUIDANCE, Capability.KEEP_PLANS, Capability.APPLY)
item("工作台", "落实情况", "supervision:overview", "layout-dashboard", Capability.VIEW_COMPLIANCE)
item("工作台", "覆盖情况", "supervision:coverage", "layout-grid", Capability.VIEW_COMPLIANCE)
item("工作台", "一线与稳定", "supervision:frontline", "users", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "无岗单位", "supervision:without-post", "briefcase-off", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "有岗无人", "supervision:without-holder", "user-off", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "名单与进度", "supervision:rolls", "list-details", Capability.VIEW_COMPLIANCE)
item("督查", "核查结果", "supervision:findings", "list-check", Capability.VIEW_COMPLIANCE, group="落实")
item("督查", "逐条落实", "supervision:clauses", "checklist", Capability.VIEW_COMPLIANCE, group="落实")
item("督查", "条款达标", "supervision:indicators", "chart-dots", Capability.VIEW_COMPLIANCE, group="落实")
item("督查", "年度统计", "supervision:years", "calendar-stats", Capability.TAKE_SNAPSHOTS, group="落实")
item("督查", "成效", "supervision:outcomes", "trending-up", Capability.TAKE_SNAPSHOTS, group="落实")
item("督查", "年度报告", "supervision:report", "report", Capability.TAKE_SNAPSHOTS, group="落实")
item("督查", "市区职责", "supervision:areas", "building-community", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "条线工作台", "supervision:line", "layout-board", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "发展规划", "supervision:plans", "map", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "年度岗位目标", "supervision:targets", "target", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "联席会议", "supervision:meetings", "users-group", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "联席任务", "supervision:meeting-tasks", "checkbox", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "人社指导", "supervision:guidance", "message-2", *_GUIDANCE, group="职责与经费")
item("督查", "配套制度", "supervision:supporting-rules", "file-text", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "经费预算", "supervision:budgets", "report-money", Capability.VIEW_COMPLIANCE, group="职责与经费")
item("督查", "薪酬问题台账", "supervision:pay-issues", "cash-off", Capability.VIEW_COMPLIANCE, group="职责与经费")
item(
    "督查", "社会资金", "supervision:social-funding", "heart-handshake", Capability.VIEW_COMPLIANCE, group="职责与经费"
)
item(
    "督查",
    "优惠政策",
    "supervision:policies",
    "discount",
    Capability.VIEW_COMPLIANCE,
    Capability.APPLY,
    group="职责与经费",
)
item(
    "督查", "收费项目", "supervision:fees", "receipt", Capability.VIEW_COMPLIANCE, Capability.APPLY, group="职责与经费"
)
item("督查", "上报材料", "supervision:upward-reports", "send", Capability.KEEP_PLANS, group="落实")
item(
    "督查",
    "督促核查",
    "supervision:inspections",
    "clipboard-list",
    Capability.PLAN_INSPECTIONS,
    Capability.INSPECT,
    group="核查整改",
)
item("督查", "整改台账", "supervision:ledger", "tool", Capability.VIEW_COMPLIANCE, group="核查整改")
item("工作台", "我的核查", "supervision:my-inspections", "clipboard-text", Capability.INSPECT)
item("工作台", "整改通知", "supervision:ledger", "tool", roles=(Role.EMPLOYER_STAFF,))
item("督查", "核算", "supervision:runs", "refresh", Capability.VIEW_COMPLIANCE, group="落实")
item("政策库", "核查规则", "supervision:rules", "ruler-2")
