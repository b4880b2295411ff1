from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item(
    "数据交换",
    "导入",
    "exchange:home",
    "file-import",
    Capability.IMPORT_EMPLOYERS,
    Capability.IMPORT_POSTS,
    Capability.IMPORT_STAFF,
)
