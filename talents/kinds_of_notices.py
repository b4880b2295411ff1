"""What people and their employers are told of certificates and of their own record."""

from talents.models import SocialWorker
from xmsw.accounts.roles import Role
from xmsw.notices.kinds import Way, kind
from xmsw.notices.known import known_where

ENDS = kind("registration-ends", "证书登记快到期、已失效", Role.SOCIAL_WORKER, Role.EMPLOYER_STAFF)
FIRST = kind("first-registration", "证书还没有首次登记", Role.SOCIAL_WORKER, Role.EMPLOYER_STAFF)
DIGEST = kind("registration-digest", "本地证书登记到期概况", Role.CITY_OFFICER, Role.DISTRICT_OFFICER)
CORRECTION = kind("correction", "更正申请的结果", Role.SOCIAL_WORKER, way=Way.NOW)
STORY = kind("story", "写你的事迹", Role.SOCIAL_WORKER, way=Way.NOW)

# An account opened with an employer's code may be anybody's until an officer has met the person.
known_where(Role.SOCIAL_WORKER, lambda user: SocialWorker.objects.filter(account=user, account_met=True).exists())
