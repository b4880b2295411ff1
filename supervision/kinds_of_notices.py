"""What inspectors, employers under an order, those who issued it, and officers at the turn of a year are told."""

from xmsw.accounts.roles import Role
from xmsw.notices.kinds import Way, kind

INSPECTION = kind(
    "inspection", "派给你的现场核查", Role.CITY_OFFICER, Role.DISTRICT_OFFICER, Role.BUREAU_OFFICER, way=Way.NOW
)
RECTIFICATION = kind(
    "rectification", "责令整改", Role.EMPLOYER_STAFF, Role.CITY_OFFICER, Role.DISTRICT_OFFICER, way=Way.NOW
)
YEAR_END = kind("year-end", "年末统计待确认", Role.CITY_OFFICER, Role.DISTRICT_OFFICER)
