"""A real Chromium for the tests of pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 120_000
"""Milliseconds that are never reached."""
NONE = "there is no chromium on this machine; `make browser` installs it"


class Opened:
    """A page, and everything that it should not have done."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        self.said.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)

    @property
    def detail(self) -> str:
        """What is shown of the finding that was chosen."""
        return self.page.locator("#detail").inner_text()

    @property
    def count(self) -> str:
        return self.page.locator("#count").inner_text()

    def choose(self, number: int) -> None:
        """Click on a finding of those in the table, from 0."""
        self.page.locator("#rows tbody button").nth(number).click()

    def accessibility(self) -> list[str]:
        """What axe finds wrong, in short."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        found: Any = self.page.evaluate("axe.run(document)")
        return [
            f"{one['id']}: {node['html'][:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser. While it runs, nothing else of asyncio can in its thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, path: Path, *, width: int = 1280, dark: bool = False, anchor: str = ""
) -> Iterator[Opened]:
    """The page at `path`."""
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
    )
    page.set_default_timeout(PATIENCE)
    try:
        shown = Opened(page)
        page.goto(path.as_uri() + anchor)
        yield shown
    finally:
        page.close()
