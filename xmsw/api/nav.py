from xmsw.accounts.models import OFFICERS
from xmsw.accounts.roles import Role
from xmsw.ui.navigation import item

item("系统", "接口说明", "api-docs", "book", roles=(*OFFICERS, Role.EMPLOYER_STAFF, Role.SYSTEM_ADMIN))
