"""Two clients of the demo and some days of their calls. Nobody knows their secrets: to try one, make a new one."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from xmsw.accounts.models import OrgUnit, User
from xmsw.clients.actions import Terms, create
from xmsw.clients.models import ApiCall, ApiClient
from xmsw.clients.scopes import all_scopes
from xmsw.synthetic.plan import Plan

ORDER = 91
MADE_BY = "demo-admin"
CLIENTS = (  # name, bureau, region, note
    ("演示·思明区社会治理平台", "civil_affairs", "350203", "每天夜里取变动"),
    ("演示·市教育局数据中心", "education", "3502", "学校社工岗位月报"),
)
DAYS, A_DAY = 6, 8


def load(plan: Plan) -> None:
    """Accounts come later."""


def open_accounts(plan: Plan) -> None:
    """The clients, with every scope of reading, and calls of the last days."""
    admin = User.objects.filter(username=MADE_BY).first()
    if admin is None or ApiClient.objects.exists():
        return
    scopes = [key for key in all_scopes() if key.endswith(":read")]
    for label, bureau, region, note in CLIENTS:
        unit = OrgUnit.objects.get(bureau=bureau, region_id=region, valid_to=None)
        client, _ = create(admin, Terms(label, scopes, [], 300, note), unit=unit)
        plan.made("接口调用", len(ApiCall.objects.bulk_create(_calls(client))))


def hand_in(plan: Plan) -> None:
    """Nothing waits."""


def _calls(client: ApiClient) -> list[ApiCall]:
    """Oldest first, as they would have come."""
    now = timezone.now()
    ages = [(day, each) for day in reversed(range(DAYS)) for each in reversed(range(A_DAY))]
    return [_call(client, now - timedelta(days=day, minutes=3 * each), each) for day, each in ages]


def _call(client: ApiClient, at: object, number: int) -> ApiCall:
    """A token first, then pages of posts; the last one too many for its minute."""
    told = {"client": client, "user_id": client.account_id, "at": at, "address": "192.0.2.17", "ms": 20 + 7 * number}
    if number == A_DAY - 1:
        return ApiCall(method="POST", route="token", path="/api/v1/token", status=200, bytes=180, **told)
    if number == 0:
        return ApiCall(method="GET", route="posts", path="/api/v1/posts", status=429, problem="throttled", **told)
    limit = {"rows": 100, "bytes": 41_300, "query": "limit=100"}
    return ApiCall(method="GET", route="posts", path="/api/v1/posts", status=200, **limit, **told)
