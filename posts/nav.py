from xmsw.accounts.roles import Capability, Role
from xmsw.ui.navigation import item

item("工作台", "我的单位", "posts:mine", "home", roles=(Role.EMPLOYER_STAFF,))
item(
    "单位与岗位",
    "登记申请",
    "posts:registrations",
    "clipboard-list",
    Capability.APPLY,
    Capability.REVIEW_EMPLOYERS,
)
item("单位与岗位", "单位名单", "posts:list", "building-community", Capability.VIEW_COMPLIANCE)
item("单位与岗位", "需求评估", "posts:needs", "clipboard-check", Capability.APPLY, Capability.REVIEW_NEEDS)
item("单位与岗位", "纳入备案", "posts:inclusions", "file-certificate", Capability.APPLY, Capability.REVIEW_NEEDS)
item("单位与岗位", "补充配置计划", "posts:plans", "users-plus", Capability.PLAN_ALLOCATION)
item("单位与岗位", "孵化机构", "posts:incubations", "egg", Capability.VIEW_COMPLIANCE)
