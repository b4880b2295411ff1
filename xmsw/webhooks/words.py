"""Subscriptions and messages in words, for the pages."""

from __future__ import annotations

from xmsw.api import resources
from xmsw.webhooks.models import Delivery, Subscription
from xmsw.webhooks.telling import RESYNC


def labels(subscription: Subscription) -> str:
    """«岗位、聘用»."""
    return "、".join(map(_label, subscription.resources))


def message(delivery: Delivery) -> str:
    """«岗位有 3 处变更»."""
    if not delivery.resource:
        return "试发"
    if delivery.resource == RESYNC:
        return "请重新读取全部"
    return f"{_label(delivery.resource)} {delivery.body['data']['count']:,} 处变更"


def standing(subscription: Subscription) -> str:
    """How it is with a subscription."""
    if subscription.stopped_at is not None:
        return "已停止"
    return f"连续失败 {subscription.failures} 次" if subscription.failures else "正常"


def _label(key: str) -> str:
    return next((each.label for each in resources.resources() if each.key == key), key)
