"""A field of the admin that looks up rows: with script while one types, without script when the form is sent."""

import pytest
from playwright.sync_api import expect

from tests.people import make_person, sign_in_browser_page
from tools.demo.factories import make_employer

ADD = "/admin/listings/listing/add/"


@pytest.fixture
def staff(open_page, live_server, transactional_db):
    make_employer("吉首晨光")
    make_employer("吉首小吃")
    user = make_person("admin", is_staff=True, is_superuser=True)
    return lambda **options: sign_in_browser_page(open_page(**options), user, live_server)


def test_what_is_typed_is_posted_and_offers_rows(staff):
    page, asked = staff(), []
    page.on(
        "request", lambda request: asked.append(request) if "autocomplete/" in request.url else None
    )
    page.goto(ADD)
    page.locator(".field-employer .select2-selection").click()
    page.keyboard.type("晨光")
    expect(page.locator(".select2-results__option")).to_have_text(["吉首晨光"])
    assert {request.method for request in asked} == {"POST"}
    assert not [request.url for request in asked if "?" in request.url], "nothing in an address"


def test_without_script_a_name_is_typed_and_one_of_several_chosen(staff):
    page = staff(java_script_enabled=False)
    page.goto(ADD)
    page.locator("[name=employer_typed]").fill("吉首")
    page.locator("[name=_save]").first.click()
    expect(page.locator(".field-employer .errorlist")).to_contain_text("没有对上唯一的一个")
    assert page.locator("[name=employer] option").all_inner_texts()[1:] == ["吉首小吃", "吉首晨光"]
    page.locator("[name=employer]").select_option(label="吉首晨光")
    page.locator("[name=_save]").first.click()
    expect(page.locator("[name=employer] option:checked")).to_have_text("吉首晨光")
    expect(page.locator(".field-employer .errorlist")).to_have_count(0)


def test_listings_are_filtered_by_a_place_that_is_looked_up(staff):
    page = staff()
    page.goto("/admin/listings/listing/")
    page.locator(".place-filter .select2-selection").click()
    page.keyboard.type("朝阳区")
    names = page.locator(".select2-results__option")
    expect(names).to_have_text(["北京朝阳区", "吉林长春朝阳区"])
    names.last.click()
    page.get_by_role("button", name="筛选").click()
    expect(page.locator(".place-filter [name=place] option:checked")).to_have_text("吉林长春朝阳区")


def test_without_script_listings_are_filtered_by_a_place_that_is_typed(staff):
    page = staff(java_script_enabled=False)
    page.goto("/admin/listings/listing/")
    place_filter = page.locator("form.place-filter")
    place_filter.locator("[name=place_typed]").fill("朝阳区")
    place_filter.locator("button").click()
    expect(place_filter.locator(".errornote")).to_contain_text("没有对上唯一的一个")
    place_filter.locator("[name=place]").select_option(label="吉林长春朝阳区")
    place_filter.locator("button").click()
    expect(place_filter.locator("[name=place] option:checked")).to_have_text("吉林长春朝阳区")
    expect(place_filter.locator(".errornote")).to_have_count(0)
    place_filter.get_by_role("link", name="不限").click()
    expect(page.locator(".place-filter a")).to_have_count(0)
