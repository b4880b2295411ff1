from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("人才", "人员名单", "talents:list", "users", Capability.VIEW_PERSONNEL)
