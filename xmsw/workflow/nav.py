from xmsw.accounts.roles import Capability
from xmsw.ui.navigation import item

item(
    "工作台",
    "待我办理",
    "workflow:desk",
    "inbox",
    Capability.REVIEW_EMPLOYERS,
    Capability.REVIEW_POSTS,
    Capability.REVIEW_NEEDS,
)
