"""The walk every newcomer takes, in a browser; and the guard that watches all such walks."""

import pytest


def test_home_has_one_heading_and_no_sideways_scroll_on_a_phone(phone):
    answer = phone.goto("/")
    assert answer.status == 200
    assert phone.locator("h1").count() == 1
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_home_reads_without_script(open_page):
    page = open_page(java_script_enabled=False)
    assert page.goto("/").status == 200
    assert page.locator("h1").is_visible()


@pytest.mark.xfail(strict=True, reason="the guard must fail a page that asks another host")
def test_guard_notices_another_host(guarded_stranger):
    guarded_stranger.goto("/healthz")
    guarded_stranger.evaluate("fetch('http://127.0.0.2:9/').catch(() => null)")
