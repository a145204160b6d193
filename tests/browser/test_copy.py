"""What is to be kept is copied by a button; without script the words stand there to be marked."""

import re

import pytest

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}


@pytest.mark.parametrize("scripted", [True, pytest.param(False, marks=pytest.mark.full)])
def test_the_code_of_a_report_is_copied_with_one_tap(open_page, stock, scripted):
    page = open_page(
        **PHONE,
        java_script_enabled=scripted,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.goto(f"/report/listing/{stock['listing']}/")
    page.locator("[name=reason]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="提交举报").click()
    ticket = page.locator(".ticket").inner_text().strip()
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}", ticket)
    button = page.get_by_role("button", name="复制查询码")
    assert button.is_visible() is scripted
    if scripted:
        button.tap()
        page.get_by_role("button", name="已复制").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == ticket
