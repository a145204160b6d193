"""The position of the browser: asked for by a press, kept in the tab, told to nobody."""

import pytest
from playwright.sync_api import expect

JISHOU = {"latitude": 28.2812, "longitude": 109.7041}  # as a phone gives it


@pytest.fixture
def requests():
    return []


def test_a_press_orders_by_the_own_position_and_sends_it_to_nobody(open_page, stock, requests):
    page = open_page(width=390, height=844, geolocation=JISHOU, permissions=["geolocation"])
    page.on("request", lambda request: requests.append(f"{request.url} {request.post_data or ''}"))
    page.goto("/xiangxi/jobs/")
    # given nobody was asked before anything is pressed
    assert page.locator(".away").count() == 0
    page.locator(".near > summary").click()
    # when the button is pressed
    page.get_by_role("button", name="用我现在的位置").click()
    # then the list begins at the nearest county, and distances are from the position itself
    page.wait_for_url("**sort=near*near=jishou")
    expect(page.locator("[data-near-note]")).to_contain_text("从你现在的位置算起")
    expect(page.locator(".away").first).to_contain_text("公里")
    # and a listing says so as well
    page.locator("li.job[data-at] h3 a").first.click()
    expect(page.locator("[data-travel]")).to_contain_text("公里")
    # and the position stood in no request
    assert requests
    assert not [line for line in requests if "28.2" in line or "109.7" in line]
    # when another place is typed, then it is meant
    page.goto("/xiangxi/jobs/")
    page.locator(".near > summary").click()
    page.get_by_label("从哪里算").fill("凤凰")
    page.get_by_role("button", name="看距离").click()
    expect(page.locator("[data-near-note]")).to_contain_text("从凤凰县的中心算起")


@pytest.mark.full
def test_a_refusal_is_said_and_a_place_can_still_be_named(open_page, stock):
    page = open_page()
    page.goto("/xiangxi/jobs/")
    page.locator(".near > summary").click()
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator("[data-locate-words]")).to_contain_text("请写一个地方")
