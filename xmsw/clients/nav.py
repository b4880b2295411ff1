from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("系统", "接口客户端", "clients:list", "api", Capability.VIEW_API_LOG)
item("系统", "接口调用记录", "clients:calls", "list-details", Capability.VIEW_API_LOG)
