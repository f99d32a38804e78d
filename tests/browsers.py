"""A real browser over a real server: Debian's chromium, or the one playwright brought, steered by playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

PATIENCE_MS = 30_000
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser. It is named by $RAG_CHROMIUM, found among the programs, or playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("RAG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        if found is None and not os.path.exists(playwright.chromium.executable_path):
            pytest.fail(
                "no browser: install Debian's chromium, run 'playwright install chromium', or name one by RAG_CHROMIUM"
            )
        # Nothing outside can be reached from here: what the page asks of elsewhere is to be seen, not to be answered.
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


class Visit:
    """One reader: a context of their own, and everything that the page asked for or complained of."""

    def __init__(self, browser: Browser, url: str, *, locale: str = "vi-VN", **options: Any) -> None:
        self.url = url
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.dialogs: list[str] = []
        self.context: BrowserContext = browser.new_context(locale=locale, **{**DESKTOP, **options})
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.follow(self.context.new_page())

    def follow(self, page: Page) -> Page:
        """Write down what a page does."""
        page.on("request", lambda request: self.requests.append(_address(request)))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.problems.append(message.text))

        def dismiss(dialog: Any) -> None:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        return page

    def complaints(self) -> list[str]:
        """List what the page complained of, but for streams that a page breaks off as it is left."""
        return [problem for problem in self.problems if "AbortError" not in problem and "errored out" not in problem]

    def foreign(self) -> list[str]:
        """List what was asked of anywhere but the page's own origin."""
        return [
            address
            for address in self.requests
            if not address.startswith((f"{self.url}/", "data:", f"blob:{self.url}/"))
        ]

    def open(self, path: str = "/") -> Page:
        """Open the chat and wait until a question can be typed."""
        self.page.goto(self.url + path)
        self.page.locator("#question textarea").wait_for()
        return self.page

    def ask(self, question: str) -> Any:
        """Ask, and give the turn with its answer once it is there."""
        turns = self.page.locator(".turn.answered, .turn.abstained, .turn.failed")
        before = turns.count()
        self.page.locator("#question textarea").fill(question)
        self.page.locator("#question textarea").press("Enter")
        turns.nth(before).wait_for()
        return self.page.locator("#now .turn")

    def close(self) -> None:
        self.context.close()


def _address(request: Request) -> str:
    return request.url


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Visit]:
    """Let a reader come and go."""
    visit = Visit(browser, url, **options)
    try:
        yield visit
    finally:
        visit.close()


def is_in_view(page: Page, selector: str) -> bool:
    """Say whether an element, or its head where it is tall, is seen: within the window and what scrolls in it."""
    return bool(
        page.evaluate(
            """selector => {
              const element = document.querySelector(selector);
              if (!element) return false;
              const box = element.getClientRects()[0];
              const seen = document.elementFromPoint(box.left + 2, box.top + box.height / 2);
              return box.top >= 0 && box.top < innerHeight && (seen === element || element.contains(seen));
            }""",
            selector,
        )
    )
