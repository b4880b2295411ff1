"""What members of the talent pools are told."""

from xmsw.accounts.roles import Role
from xmsw.notices.kinds import Way, kind

CALL_UP = kind("call-up", "抽调和抽调取消", Role.SOCIAL_WORKER, Role.REVIEWER, way=Way.NOW)
