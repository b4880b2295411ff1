"""What administrators are told about webhooks."""

from xmsw.accounts.roles import Role
from xmsw.notices.kinds import Way, kind

GIVEN_UP = kind("webhook", "变更通知送不到", Role.SYSTEM_ADMIN, way=Way.NOW)
