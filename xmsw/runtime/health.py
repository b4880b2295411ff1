"""Is the installation well? One check a part, each with a sentence; `manage.py health` and /healthz ask here."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from xmsw.celery import app
from xmsw.notices.state import mail_state

from .tasks import age

BEAT_LATE = 120  # seconds: four heartbeats
DISK_LOW = 1 << 30  # bytes


@dataclass(frozen=True)
class Check:
    """One part's state: `ok`, and a sentence for the operator."""

    name: str
    ok: bool
    message: str


class Unwell(Exception):
    """A part is not as it should be; the message says how to mend it."""


def database() -> str:
    """PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]} 应答正常"


def migrations() -> str:
    """Every migration is applied."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        raise Unwell(f"有 {len(pending)} 个数据库迁移没有执行，请运行 manage.py prepare")
    return "数据库结构是最新的"


def broker() -> str:
    """Valkey or Redis answers."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3) as client:
        client.ping()
    return "消息队列应答正常"


def worker() -> str:
    """At least one worker answers a ping."""
    answers = app.control.ping(timeout=1.0)
    if not answers:
        raise Unwell("没有后台任务进程应答，请查看 var/log/worker.log")
    return f"{len(answers)} 个后台任务进程应答正常"


def beat() -> str:
    """Beat sent its heartbeat lately."""
    seconds = age("beat")
    if seconds is None:
        raise Unwell("定时任务进程还没有发出过心跳，请等半分钟，或查看 var/log/beat.log")
    if seconds > BEAT_LATE:
        raise Unwell(f"定时任务进程已 {seconds:.0f} 秒没有心跳，请查看 var/log/beat.log")
    return f"定时任务进程 {seconds:.0f} 秒前有心跳"


def disk() -> str:
    """The disk that holds var/ has room."""
    free = shutil.disk_usage(settings.VAR if settings.VAR.exists() else settings.BASE_DIR).free
    if free < DISK_LOW:
        raise Unwell(f"磁盘只剩 {free >> 20} MB，请清理或扩容")
    return f"磁盘剩余 {free >> 30} GB"


def mail() -> str:
    """Mails go out, or none are meant to."""
    well, told = mail_state()
    if not well:
        raise Unwell(told)
    return told


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database", database),
    ("migrations", migrations),
    ("broker", broker),
    ("worker", worker),
    ("beat", beat),
    ("disk", disk),
    ("mail", mail),
)
ESSENTIAL = ("database", "broker")
TROUBLE = (DatabaseError, redis.RedisError, OperationalError, OSError)


def look(names: tuple[str, ...] | None = None) -> list[Check]:
    """The checks in `names` (all when None), none of which raises."""
    found = []
    for name, check in CHECKS:
        if names is None or name in names:
            found.append(_one(name, check))
    return found


def _one(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except Unwell as finding:
        return Check(name, False, str(finding))
    except TROUBLE as error:
        return Check(name, False, f"没有应答：{str(error).strip() or type(error).__name__}")
