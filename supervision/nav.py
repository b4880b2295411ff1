from xmsw.accounts.roles import Capability, Role
from xmsw.ui.navigation import item

item("工作台", "落实情况", "supervision:overview", "layout-dashboard", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "无岗单位", "supervision:without-post", "briefcase-off", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "有岗无人", "supervision:without-holder", "user-off", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "名单与进度", "supervision:rolls", "list-details", Capability.VIEW_COMPLIANCE)
item("督查", "核查结果", "supervision:findings", "list-check", Capability.VIEW_COMPLIANCE)
item("督查", "逐条落实", "supervision:clauses", "checklist", Capability.VIEW_COMPLIANCE)
item("督查", "市区职责", "supervision:areas", "building-community", Capability.VIEW_COMPLIANCE)
item("督查", "督促核查", "supervision:inspections", "clipboard-list", Capability.PLAN_INSPECTIONS, Capability.INSPECT)
item("督查", "整改台账", "supervision:ledger", "tool", Capability.VIEW_COMPLIANCE)
item("工作台", "我的核查", "supervision:my-inspections", "clipboard-text", Capability.INSPECT)
item("工作台", "整改通知", "supervision:ledger", "tool", roles=(Role.EMPLOYER_STAFF,))
item("督查", "核算", "supervision:runs", "refresh", Capability.VIEW_COMPLIANCE)
item("政策库", "核查规则", "supervision:rules", "ruler-2")
