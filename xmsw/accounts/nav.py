from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("系统", "账号管理", "admin:accounts_user_changelist", "user-cog", Capability.MANAGE_ACCOUNTS)
item("政策库", "机构", "accounts:units", "building-bank", Capability.VIEW_COMPLIANCE)
