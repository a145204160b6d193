"""A real Chromium against the live server. No page may talk to anybody else."""

import os
import shutil
from urllib.parse import urlsplit

import pytest
from django.db import connections

from tests import listing_rows

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
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.timeout(600))


def lacking(what):
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"{what} is missing: in CI the browser tests must run")
    pytest.skip(f"{what} is missing (Debian: apt install chromium fonts-noto-cjk)")


@pytest.fixture(scope="module")
def chromium():
    """For one file: what runs after it in this process must not find Playwright's loop running."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        lacking("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking("playwright")
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


@pytest.fixture
def open_page(chromium, live_server, strangers):
    """Make pages: `open_page(width=390, height=844, java_script_enabled=False)`."""
    contexts, errors = [], []
    own = urlsplit(live_server.url).netloc

    def note_request(request):
        url = urlsplit(request.url)
        if url.scheme in {"http", "https", "ws", "wss"} and url.netloc != own:
            strangers.append(request.url)

    def note_console(message):
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    def make(width=1280, height=900, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        context.on("request", note_request)
        context.on("console", note_console)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert strangers == [], "requests to other hosts"
    assert errors == [], "errors in scripts, or against the security policy"


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
    return listing_rows.make(publish, place)
