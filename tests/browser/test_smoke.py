"""The walk every newcomer takes, in a browser; and the guard that watches all such walks."""


def test_home_has_one_heading_and_no_sideways_scroll_on_a_phone(phone):
    answer = phone.goto("/")
    assert answer.status == 200
    assert phone.locator("h1").count() == 1
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_home_reads_without_script(open_page):
    page = open_page(java_script_enabled=False)
    assert page.goto("/").status == 200
    assert page.locator("h1").is_visible()


def test_guard_notices_another_host(page, strangers):
    page.goto("data:text/html,<img src='http://127.0.0.2:9/pixel.png'>")
    assert strangers == ["http://127.0.0.2:9/pixel.png"]
    strangers.clear()
