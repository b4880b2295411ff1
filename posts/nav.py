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
