"""An employer with a phone in the hand: from a city's page to a submitted listing, counted in taps."""

import datetime

import pytest
from playwright.sync_api import expect

from listings.models import Listing
from listings.publication.transitions import move_listing
from tests.accounts.registration import LICENCE
from tests.browser.walks import Walk, require_figures
from tests.listings.seeking import read_code
from tests.people import sign_in_browser_page

POST = """招周末发传单的，乾州万达一楼。周六周日下午2点到6点，20一小时，当天结。
主要是发试饮券，介绍新口味，带人到店里。能站得住，学生也行。打 13800000031 找小田"""
OTHER_POST = """招洗碗工，吉首人民北路米粉店，每天上午10点到下午2点，18一小时，周结，长期。
洗碗、收碗、擦桌子，忙的时候打包。手脚利索，能吃苦。电话 13800000031 找小田"""
PHONE = "13800000031"
FIRST = (
    "from the home of a city to a first listing that is submitted, with a phone and a pasted post"
)
SECOND = "a second listing from another post"
COPY = "an earlier listing is published again, from the employer's desk"
MAX_FIRST, MAX_SECOND, MAX_COPY = 15, 6, 6


def require_tap_limit(task, walk, most, scripted):
    """The table has the figures with script; without, a press more shows what is found."""
    assert walk.taps <= most
    if scripted:
        require_figures(task, walk, most)


def paste_posting_text(page, walk, post):
    walk.type(page.get_by_label("招人的文字"), post)
    walk.tap(page.get_by_role("button", name="读出来"))
    page.wait_for_url("**/employers/post/*")


@pytest.mark.parametrize("scripted", [True, pytest.param(False, marks=pytest.mark.full)])
def test_a_first_listing_in_fifteen_taps_and_a_second_in_six(open_page, scripted):
    page = open_page(
        width=390, height=844, is_mobile=True, has_touch=True, java_script_enabled=scripted
    )
    walk = Walk(page)
    page.goto("/xiangxi/")
    walk.tap(page.locator("nav.tabs").get_by_role("link", name="招人"))
    page.wait_for_url("**/xiangxi/employers/")
    paste_posting_text(page, walk, POST)
    # what the post does not say is named, and judged as it is typed
    walk.tap(page.locator("#send").get_by_role("link", name="招几个人"))
    walk.type(page.get_by_label("人数"), "4")
    walk.tap(page.get_by_role("checkbox", name="不向求职者收任何费用"))
    if not scripted:
        walk.tap(page.get_by_role("button", name="再看一遍").last)
    walk.tap(page.get_by_role("button", name="提交", exact=True))
    field = page.get_by_label("手机号或邮箱")
    assert field.input_value().replace(" ", "") == PHONE, "it stands in the listing"
    walk.tap(page.get_by_role("button", name="发验证码"))
    page.get_by_label("验证码").wait_for()
    walk.copy_code(page.get_by_label("验证码"), read_code(f"+86{PHONE}"))
    walk.tap(page.get_by_role("button", name="确定"))
    walk.tap(page.get_by_role("checkbox"))
    walk.tap(page.get_by_role("button", name="注册"))
    page.wait_for_url("**/employer/register/*")
    walk.tap(page.get_by_role("radio", name="个体"))
    walk.type(page.get_by_label("名称", exact=True), "吉首示例小吃铺")
    walk.type(page.get_by_label("统一社会信用代码"), LICENCE)
    assert page.get_by_label("联系手机").input_value() == PHONE, "it was proved at the sign-in"
    walk.tap(page.get_by_role("checkbox", name="同意"))
    walk.tap(page.get_by_role("button", name="登记"))
    page.wait_for_url("**/employers/post/*")
    walk.tap(page.get_by_role("button", name="提交", exact=True))
    page.wait_for_url("**/employer/papers/*")
    assert Listing.objects.get().status == "pending"
    require_tap_limit(FIRST, walk, MAX_FIRST, scripted)

    walk = Walk(page)
    page.goto("/employer/")
    walk.tap(page.get_by_role("link", name="粘贴发布"))
    paste_posting_text(page, walk, OTHER_POST)
    walk.type(page.get_by_label("人数"), "2")
    if scripted:
        page.get_by_text("没有必须改的").wait_for()
    else:
        walk.tap(page.get_by_role("button", name="再看一遍").last)
    walk.tap(page.get_by_role("checkbox", name="不向求职者收任何费用"))
    walk.tap(page.get_by_role("button", name="提交", exact=True))
    page.wait_for_url("**/employer/papers/*")
    assert Listing.objects.count() == 2
    require_tap_limit(SECOND, walk, MAX_SECOND, scripted)


@pytest.mark.parametrize("scripted", [True, pytest.param(False, marks=pytest.mark.full)])
def test_an_earlier_listing_is_published_again_in_six_taps(
    open_page, live_server, owner, publish, today, scripted
):
    over = today - datetime.timedelta(9)
    earlier = publish(title="周末试饮派发", slots=4, start_date=over, end_date=over)
    move_listing(earlier.pk, "filled", owner)
    page = open_page(
        width=390, height=844, is_mobile=True, has_touch=True, java_script_enabled=scripted
    )
    page = sign_in_browser_page(page, owner, live_server)
    walk = Walk(page)
    page.goto("/employer/")
    walk.tap(page.get_by_role("button", name="再发一条"))
    page.wait_for_url("**/employers/post/*")
    expect(page.locator("#says-time")).to_contain_text("已顺延到")
    walk.tap(page.get_by_role("checkbox", name="不向求职者收任何费用"))
    walk.tap(page.get_by_role("button", name="提交", exact=True))
    page.wait_for_url("**/employer/listings/*/")
    fresh = Listing.objects.exclude(pk=earlier.pk).get()
    assert (fresh.status, fresh.start_date) == ("published", over + datetime.timedelta(14))
    require_tap_limit(COPY, walk, MAX_COPY, scripted)


def test_what_is_typed_is_judged_beside_the_field(open_page, live_server, owner):
    page = sign_in_browser_page(open_page(width=1280), owner, live_server)
    page.goto("/xiangxi/employers/")
    page.get_by_label("招人的文字").fill(POST + "，招3个人")
    page.get_by_role("button", name="读出来").click()
    expect(page.get_by_text("没有发现要改的地方")).to_be_visible()
    page.get_by_label("做什么").fill("在一楼发试饮券，带人到店里。服装押金100，走的时候退。")
    expect(page.locator("#says-duties")).to_contain_text("押金")
    expect(page.locator("#send")).to_contain_text("还差 1 处")
    page.get_by_label("标题").fill("周末一楼试饮派发")
    expect(page.locator("#preview .job h3")).to_have_text("周末一楼试饮派发")
    page.get_by_role("button", name="删掉这句").click()
    expect(page.get_by_label("做什么")).to_have_value("在一楼发试饮券，带人到店里。走的时候退。")
    expect(page.get_by_text("没有发现要改的地方")).to_be_visible()


def test_a_kind_is_taken_as_it_is_picked(open_page):
    """A whole name from the list, as a click there types it; half a name changes nothing."""
    page = open_page(width=390, height=844)
    page.goto("/xiangxi/employers/")
    paste_posting_text(page, Walk(page), POST)
    words, kind = page.get_by_label("搜类别"), page.locator("select[name=category]")
    assert kind.input_value() == "flyer"
    words.fill("家")
    assert kind.input_value() == "flyer"
    words.fill("家教")
    assert kind.input_value() == "tutor"
    expect(page.locator(".pill.on")).to_have_text("家教")
    kind.select_option(label="服务员")
    assert words.input_value() == "", "else it would win when the form is sent"
