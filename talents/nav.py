from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("人才", "人员名单", "talents:list", "users", Capability.VIEW_PERSONNEL)
item("人才", "应晋升人员", "talents:promotions", "stairs-up", Capability.VIEW_PERSONNEL)
item("人才", "证书与职务对应", "talents:titles", "arrows-exchange", Capability.VIEW_COMPLIANCE)
