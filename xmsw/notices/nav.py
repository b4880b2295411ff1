from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item("系统", "邮件发送", "notices:deliveries", "mail-cog", Capability.MANAGE_ACCOUNTS)
