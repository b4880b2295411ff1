"""The own account of one invented person, and a request of that person's on its way."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from talents.actions import corrections
from talents.models import CorrectionRequest, SocialWorker, WorkerInvitation
from xmsw.accounts.models import User
from xmsw.accounts.roles import Role
from xmsw.synthetic.cases import hand_in as cases_of
from xmsw.synthetic.plan import PASSWORD, DemoAccount, Plan

USERNAME = "demo-worker"


def open_account(plan: Plan) -> None:
    """Somebody with a certificate at the demo community, else at any employer; none in a bulk load."""
    if plan.bulk or User.objects.filter(username=USERNAME).exists():
        return
    holders = SocialWorker.objects.filter(employments__end=None, certificates__isnull=False).order_by("pk")
    worker = holders.filter(employments__employer__members__user__username="demo-community").first() or holders.first()
    if worker is None:
        return
    account = User.objects.create(
        username=USERNAME, role=Role.SOCIAL_WORKER, display_name=worker.name, password=make_password(PASSWORD)
    )
    SocialWorker.objects.filter(pk=worker.pk).update(account=account, account_met=True)
    officer, now = User.objects.filter(username="demo-siming").first(), timezone.now()
    if officer is not None:
        WorkerInvitation.objects.create(worker=worker, code_hash=USERNAME, made_by=officer, expires_at=now, used_at=now)


def ask(plan: Plan) -> None:
    """The person asks for one correction."""
    worker = SocialWorker.objects.filter(account__username=USERNAME).first()
    if worker is None or plan.nation:
        return
    made = corrections.ask(worker.account, worker, "phone", worker, "14000009999", "换了手机号（演示）")
    CorrectionRequest.objects.filter(pk=made.pk).update(state="submitted")
    oneself = f"SELECT {worker.account_id}::bigint AS id, '' AS unit"
    plan.made("更正申请", cases_of(plan, "correction", _CASES, by=oneself))


def existing() -> list[DemoAccount]:
    """The account, when it is there."""
    found = User.objects.filter(username=USERNAME).first()
    return [DemoAccount(USERNAME, found.get_role_display(), "只看本人档案")] if found else []


_CASES = """
SELECT c.id, c.worker_id, e.region_id, c.state, %(today)s::date - 2
FROM talents_correctionrequest c JOIN posts_employer e ON e.id = c.employer_id
"""
