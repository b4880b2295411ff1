"""Who is told of a newly published guidance standard."""

from xmsw.accounts.roles import Role
from xmsw.notices.kinds import kind

ISSUED = kind("standard-issued", "新的薪酬指导标准", Role.DISTRICT_OFFICER)
BELOW = kind("standard-below", "本单位有人低于新的薪酬指导标准", Role.EMPLOYER_STAFF)
