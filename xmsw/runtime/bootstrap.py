"""Prepare a bare machine: virtual environment, locked Python packages, locked npm packages, and for tests a browser.

Run by make with any Python ≥ 3.11 and nothing else installed, so it uses the standard library only. Each step is
skipped while the lock file it follows is the one installed last.

    python3 xmsw/runtime/bootstrap.py [--dev]
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SetupError(Exception):
    """A step failed; the message says which and what to do."""


def fingerprint(*files: Path) -> str:
    """One digest of the contents of `files`."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def fresh(stamp: Path, wanted: str) -> bool:
    """Whether `stamp` holds `wanted`, the digest of the lock that was installed."""
    return stamp.is_file() and wanted in stamp.read_text().split()


def run(command: list[str], complaint: str, **options: object) -> None:
    """Run quietly; on failure raise SetupError with the end of what the command said."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        raise SetupError(f"{complaint}\n命令：{' '.join(command)}\n{done.stdout[-2000:]}")


def make_environment() -> str:
    """Make .venv unless it is there and works."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0:
        return "已就绪"
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", str(VENV)],
        "建立 Python 虚拟环境失败。请确认已安装 venv 模块（Debian/Ubuntu：apt-get install python3-venv）。",
    )
    return "新建 .venv"


def install_python(dev: bool) -> str:
    """Install the locked packages, hashes checked; `dev` adds the tools of tests."""
    locks = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]
    stamp = VENV / "installed-locks"
    plain, full = fingerprint(locks[0]), fingerprint(*locks)
    if fresh(stamp, full if dev else plain):
        return "未变"
    lock = locks[1] if dev else locks[0]
    run(
        [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "-q", "-r", str(lock)],
        "安装 Python 依赖失败。请检查网络或包镜像的设置，再运行一次。",
    )
    stamp.write_text(f"{plain}\n{full}\n" if dev else f"{plain}\n")
    return f"按 {lock.name}"


def npm_environment() -> dict[str, str]:
    """The environment in which `npm` is found: the machine's own, or Node.js from a wheel inside .venv."""
    if shutil.which("npm") and shutil.which("node"):
        return dict(os.environ)
    if not (VENV / "bin" / "npm").exists():
        lock = ROOT / "requirements-node.txt"
        run(
            [
                str(PYTHON),
                "-m",
                "pip",
                "install",
                "--require-hashes",
                "--disable-pip-version-check",
                "-q",
                "-r",
                str(lock),
            ],
            "本机没有 Node.js，从 Python 包安装它也失败了。请检查网络，或自行安装 Node.js 20 以上版本。",
        )
    return os.environ | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def install_frontend() -> str:
    """Install the locked npm packages; their scripts do not run."""
    wanted = fingerprint(ROOT / "package-lock.json")
    stamp = ROOT / "node_modules" / ".installed-lock"
    if fresh(stamp, wanted):
        return "未变"
    environment = npm_environment()
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1"],
        "安装前端依赖失败。请检查网络或 npm 镜像的设置，再运行一次。",
        env=environment,
    )
    stamp.write_text(wanted + "\n")
    return "按 package-lock.json"


def find_browser() -> str:
    """The Chromium that the browser tests drive: CHROMIUM, the machine's own, or Playwright's; empty when none is."""
    given = os.environ.get("CHROMIUM")
    if given and not Path(given).exists():
        raise SetupError(f"CHROMIUM 指向的 {given} 不存在。")
    found = given or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    question = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True).stdout.strip()
    return answer if answer and Path(answer).exists() else ""


def install_browser() -> str:
    """Install a Chromium where there is none: by the system's packages as root, else by Playwright."""
    if found := find_browser():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], capture_output=True, env=quiet)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
        run(command, "安装 Chromium 失败。", env=quiet)
    else:
        run(
            [str(PYTHON), "-m", "playwright", "install", "chromium"], "安装 Chromium 失败，也可用 CHROMIUM 指明已有的。"
        )
    found = find_browser()
    if not found:
        raise SetupError("仍然没有可用的 Chromium。请安装它，或用环境变量 CHROMIUM 指明它的路径。")
    return found


def step(number: int, total: int, title: str, work: Callable[[], str]) -> None:
    """Do `work` and print one line with its result and its seconds."""
    print(f"准备 {number}/{total}  {title} … ", end="", flush=True)
    begun = time.monotonic()
    note = work()
    print(f"{note}（{time.monotonic() - begun:.1f} 秒）", flush=True)


def main(arguments: list[str]) -> int:
    """All steps; 0 when the machine is ready."""
    if sys.version_info < OLDEST:
        print(f"需要 Python 3.11 以上，现在是 {sys.version.split()[0]}。用 PYTHON=python3.12 make up 指定另一个。")
        return 1
    dev = "--dev" in arguments
    steps = [
        ("Python 虚拟环境", make_environment),
        ("Python 依赖（首次约需一分钟）", lambda: install_python(dev)),
        ("前端依赖", install_frontend),
    ]
    if dev:
        steps.append(("测试用浏览器", install_browser))
    try:
        for number, (title, work) in enumerate(steps, 1):
            step(number, len(steps), title, work)
    except SetupError as error:
        print(f"失败\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已中断。再次运行会从这一步继续。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
