"""How mail fares, in a sentence: for `manage.py health` and for whoever manages accounts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from xmsw.notices.models import Delivery

NOT_SET = "没有设置邮件（EMAIL_URL），提醒只在系统内"
STUCK = timedelta(hours=1)
LATELY = timedelta(days=1)
_S, _T = Delivery.State, Delivery.Trouble
_OURS = (_T.UNREACHABLE, _T.LOGIN, _T.DEFERRED, _T.UNSENDABLE)
MEND = "请核对 EMAIL_URL、邮件服务器和后台任务"


def mail_state() -> tuple[bool, str]:
    """Whether mail goes out, and a sentence. An address that its server refuses is its owner's trouble. One query."""
    if not settings.MAIL_ON:
        return True, NOT_SET
    now = timezone.now()
    sent = Q(state=_S.SENT, sent_at__gte=now - LATELY)
    failed = Q(state__in=(_S.FAILED, _S.UNCLEAR), tried_at__gte=now - LATELY)
    untried = Q(attempts=0, next_try_at__lte=now - STUCK)
    unreached = Q(error__in=(_T.UNREACHABLE, _T.LOGIN), first_tried_at__lte=now - STUCK)
    stuck = Q(state=_S.QUEUED) & (untried | unreached)
    found = Delivery.objects.filter(sent | failed | stuck).aggregate(
        sent=Count("pk", filter=sent),
        failed=Count("pk", filter=failed & Q(error__in=_OURS)),
        refused=Count("pk", filter=failed & Q(error=_T.REFUSED)),
        unclear=Count("pk", filter=failed & Q(state=_S.UNCLEAR)),
        stuck=Count("pk", filter=stuck),
    )
    told = f"近一天用邮件发出提醒 {found['sent']} 条，对方拒收 {found['refused']} 条，不确定 {found['unclear']} 条"
    if found["failed"] or found["stuck"]:
        return False, f"{told}，没有发出 {found['failed']} 条，积压 {found['stuck']} 条，{MEND}"
    return True, told
