"""`manage.py up`: servers, preparation, worker, beat and web under one supervisor, in the foreground.

Environment: DATABASE_URL and REDIS_URL replace the servers it would start; BIND, PORT, WEB_WORKERS, WEB_THREADS,
TASK_WORKERS, DEMO, XMSW_VAR are explained in docs/operations.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import urlopen

import redis
from celery import Celery
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import OperationalError

from xmsw.runtime import keys
from xmsw.runtime.installation import Installation, beat, web, worker
from xmsw.runtime.process import ServerError
from xmsw.runtime.servers import Postgres, Valkey
from xmsw.runtime.supervisor import Lock, Stop, Supervisor, free_port


class Command(BaseCommand):
    """Start everything, say what happens, stay until Ctrl-C."""

    help = "启动整个系统：数据库、消息队列、后台任务、定时任务和网站"
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGINT or SIGTERM; exit status 1 with a sentence when something cannot start."""
        self.begun = time.monotonic()
        self.supervisor = Supervisor(self.say)
        lock = None
        try:
            self.place = Installation.from_environment(settings.VAR, settings.BASE_DIR)
            lock = Lock(self.place.var, f"进程 {os.getpid()}，{self.place.address}")
            self.supervisor.catch_signals()
            self.start()
            self.supervisor.watch()
        except Stop:
            self.say("\n正在停止 …")
        except ServerError as error:
            raise CommandError(str(error)) from error
        finally:
            if lock is not None:
                self.stop(lock)

    def say(self, text: str) -> None:
        """One line for the person at the terminal, at once."""
        self.stdout.write(text)
        self.stdout.flush()

    def start(self) -> None:
        """Every step in order."""
        place = self.place
        free_port(place.host, place.port)
        place.secrets = keys.ensure(place.var / "secrets.env")
        steps: list[tuple[str, Callable[[], None]]] = []
        if not place.database_url:
            steps.append(("数据库 PostgreSQL", self.start_postgres))
        if not place.redis_url:
            steps.append(("消息队列 Valkey", self.start_valkey))
        steps += [
            ("结构、参考数据、演示数据、静态文件", self.prepare),
            ("后台任务与定时任务", self.start_background),
            ("首次测算", self.recalculate),
            ("网站", self.start_web),
        ]
        for number, (title, work) in enumerate(steps, 1):
            self.say(f"启动 {number}/{len(steps)}  {title} …")
            begun = time.monotonic()
            work()
            self.say(f"          完成（{time.monotonic() - begun:.1f} 秒）")
        self.greet()

    def start_postgres(self) -> None:
        """Our own PostgreSQL, its address left for other commands."""
        server = Postgres(self.place.var)
        self.supervisor.start(server)
        self.place.database_url = server.url()
        self.place.leave_address("DATABASE_URL", server.url())
        if server.home != self.place.var:
            self.say(f"          账号 {server.account.name} 进不了项目目录，数据放在 {server.home}")

    def start_valkey(self) -> None:
        """Our own Valkey, its address left for other commands."""
        server = Valkey(self.place.var)
        self.supervisor.start(server)
        self.place.redis_url = server.url()
        self.place.leave_address("REDIS_URL", server.url())

    def manage(self, *arguments: str) -> None:
        """Run another command of this project in its production environment; its output goes to the terminal."""
        command = [sys.executable, str(self.place.root / "manage.py"), *arguments]
        if subprocess.run(command, env=self.place.environment(), cwd=self.place.root).returncode:
            raise ServerError(f"manage.py {arguments[0]} 失败，原因见上。改正后请再次运行 make up。")

    def prepare(self) -> None:
        """Bring database and static files up to date; learn what is still to do."""
        self.manage("prepare", "--report", str(self.place.report))

    def start_background(self) -> None:
        """Worker and beat; the worker must answer before work is handed out."""
        url = self.place.redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
        self.worker = worker(self.place, lambda: pings(url))
        self.supervisor.launch(self.worker)
        self.supervisor.launch(beat(self.place))

    def recalculate(self) -> None:
        """The first full recalculation, on the first start only."""
        if json.loads(self.place.report.read_text("utf-8"))["recalculate"]:
            self.worker.await_answer()
            self.manage("prepare", "--recalculate")

    def start_web(self) -> None:
        """The web server; ready when it answers."""
        program = web(self.place, lambda: replies(self.place.local_address + "/healthz"))
        self.supervisor.launch(program)
        program.await_answer()
        self.worker.await_answer()

    def greet(self) -> None:
        """Address, demo accounts, and how to stop."""
        self.say(f"\n启动完成，用时 {time.monotonic() - self.begun:.1f} 秒。请在浏览器打开：{self.place.address}\n")
        accounts = json.loads(self.place.report.read_text("utf-8"))["accounts"]
        if accounts:
            self.say("演示账号（数据纯属虚构）：")
        for account in accounts:
            self.say("  " + "  ".join(str(value) for value in account.values()))
        self.say(f"\n日志在 {self.place.var / 'log'}。按 Ctrl-C 停止，数据会保留。")

    def stop(self, lock: Lock) -> None:
        """Stop the children and give the claim up."""
        self.supervisor.stop_all()
        (self.place.var / "servers.env").unlink(missing_ok=True)
        lock.release()
        self.say("已停止。")


def pings(url: str) -> bool:
    """Whether a worker answers on the broker at `url`."""
    try:
        return bool(Celery("probe", broker=url).control.ping(timeout=0.5))
    except (OperationalError, redis.RedisError, OSError):
        return False


def replies(url: str) -> bool:
    """Whether anything answers HTTP at `url`, whatever it says."""
    try:
        with urlopen(url, timeout=5):
            return True
    except HTTPError:
        return True
    except OSError:
        return False
