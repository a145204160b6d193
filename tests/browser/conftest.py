"""A real Chromium against the live server. No page may talk to anybody else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler, StaticFilesHandlerMixin
from django.db import connections
from django.test import TransactionTestCase, modify_settings
from django.test.testcases import LiveServerThread

from tests import listing_rows

# The one without windows takes two thirds of the processor time of the other.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT = 15_000  # milliseconds: how long a slow machine may take, no demand on the site


def pytest_collection_modifyitems(items):
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))
            # Those that share one site only read it.
            is_kept = "kept_site" in item.fixturenames
            item.add_marker(pytest.mark.django_db(transaction=not is_kept))


def report_missing_program(what):
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"{what} is missing: in CI the browser tests must run")
    pytest.skip(f"{what} is missing (Debian: apt install chromium fonts-noto-cjk)")


@pytest.fixture(scope="module")
def chromium():
    """For one file: what runs after it in this process must not find Playwright's loop running."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        report_missing_program("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        report_missing_program("playwright")
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django takes that for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()
        # Beside that loop Django keeps connections of its own, which nobody could close later.
        connections.close_all()
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def strangers():
    """Addresses of other hosts that pages asked for, or would have but for the security policy."""
    return []


class Watcher:
    """Opens pages and notes what none of them may do."""

    def __init__(self, browser: Any, url: str, strangers: list[str] | None = None) -> None:
        self.browser, self.url, self.contexts = browser, url, []
        self.strangers: list[str] = [] if strangers is None else strangers
        self.errors: list[str] = []

    def open(self, width: int = 1280, height: int = 900, **options: Any) -> Any:
        # What goes through a service worker is seen by no `route`; one test opens with it.
        options = {"service_workers": "block"} | options
        context = self.browser.new_context(
            base_url=self.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            **options,
        )
        self.contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return context.new_page()

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def require_no_faults(self) -> None:
        strangers, errors = [*self.strangers], [*self.errors]
        self.strangers.clear()
        self.errors.clear()
        assert strangers == [], "requests to other hosts"
        assert errors == [], "errors in scripts, or against the security policy"

    def _note_request(self, request: Any) -> None:
        url = urlsplit(request.url)
        is_own = url.netloc == urlsplit(self.url).netloc
        if url.scheme in {"http", "https", "ws", "wss"} and not is_own:
            self.strangers.append(request.url)

    def _note_console(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)


@pytest.fixture
def open_page(chromium, live_server, strangers):
    """Make pages: `open_page(width=390, height=844, java_script_enabled=False)`."""
    watcher = Watcher(chromium, live_server.url, strangers)
    yield watcher.open
    watcher.close()
    watcher.require_no_faults()


@pytest.fixture(scope="session", autouse=True)
def static_files_are_cached():
    """The test server asks browsers to keep style sheets: otherwise each page asks for 20 files."""
    serve = StaticFilesHandlerMixin.serve

    def serve_to_keep(handler: StaticFilesHandler, request: Any) -> Any:
        response = serve(handler, request)
        response.headers["Cache-Control"] = "max-age=3600"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandlerMixin, "serve", serve_to_keep)
        yield


@contextmanager
def _kept_tables() -> Iterator[None]:
    """What is committed inside is there for several tests; at the end all tables have the template's rows."""

    class Kept(TransactionTestCase):
        pass

    Kept.setUpClass()
    try:
        yield
    finally:
        Kept(methodName="__init__")._post_teardown()
        Kept.tearDownClass()
        Kept.doClassCleanups()


@pytest.fixture(scope="module")
def kept_site(django_db_setup, django_db_blocker, chromium):
    """A live server whose data stay for all tests of the module; these only read."""
    server = LiveServerThread("localhost", static_handler=StaticFilesHandler)
    server.daemon = True
    with (
        django_db_blocker.unblock(),
        _kept_tables(),
        modify_settings(ALLOWED_HOSTS={"append": "localhost"}),
    ):
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        watcher = Watcher(chromium, f"http://{server.host}:{server.port}")
        yield watcher
        watcher.close()
        server.terminate()


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def phone(open_page):
    return open_page(width=390, height=844, is_mobile=True, has_touch=True, device_scale_factor=2)


@pytest.fixture(autouse=True)
def places(transactional_db):
    """A live server needs committed data."""


@pytest.fixture
def stock(publish, place):
    return listing_rows.make_page_rows(publish, place)
