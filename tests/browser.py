"""A real browser on the live server: Chromium driven by Playwright, cut off from every other host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """CHROMIUM, else the machine's own; None leaves it to the one that Playwright installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A running browser; fails loudly where there is none."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        except Error as error:
            raise RuntimeError(f"no browser: run `make install-dev`, or set CHROMIUM\n{error}") from error
        yield browser
        browser.close()


class Complaints(list[str]):
    """What the browser and the server complained about while a page was used."""

    def listen(self, page: Page) -> None:
        """Note script errors, console errors and failing answers of `page`."""
        page.on("pageerror", lambda error: self.append(f"script: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("response", lambda answer: answer.status >= 500 and self.append(f"{answer.status} {answer.url}"))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.append(f"console: {text}")


def sign_in(context: BrowserContext, user: object, url: str) -> None:
    """Give the browser a session of `user` on the server at `url`."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def accessibility(page: Page, *, impacts: tuple[str, ...] = ("serious", "critical")) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    script = (settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
    page.evaluate(script)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{each['id']}: {each['help']} {[node['html'][:160] for node in each['nodes'][:5]]}"
        for each in found
        if each["impact"] in impacts
    ]
