"""The whole work of the three kinds of people on a phone: an employer proves itself and posts, a
moderator decides, a seeker finds, sees the contact, signs up; both are told, and rate each other."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from stdnum.cn import uscc

from accounts.models import Employer
from listings.models import Listing, Rating
from sitekit.models import TextMessage
from tests.listings.seeking import read_code
from tests.people import get_totp_code, make_person, sign_in

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
SHOPS, SEEKERS = "13900001111", "13800002222"
CONTACT = "19900001234"
_BASE = "92433101MA4L77770"
LICENCE = _BASE + uscc.calc_check_digit(_BASE)
TITLE = "周末粉馆帮工"


@pytest.fixture(
    params=[True, False],
    ids=["with script", "without script"],
)
def phones(request, open_page):
    """Makes the phone of another person, a browser of its own."""
    return lambda: open_page(**PHONE, java_script_enabled=request.param)


def press_button(page, name, within=None):
    with page.expect_navigation():
        (within or page.locator("main, #content")).get_by_role("button", name=name).first.click()


def get_heading(page):
    return page.locator("h1").first.inner_text()


def get_main_text(page):
    return page.locator("main, #content").first.inner_text()


def code_sent_to(number):
    message = TextMessage.objects.filter(to=f"+86{number}").order_by("-pk").first()
    return re.search(r"\d{6}", message.text)[0]


def come_in(page, number):
    """Sign up by phone, from whatever page asked for it."""
    page.locator("[name=contact]").fill(number)
    press_button(page, "发验证码")
    page.locator("[name=code]").fill(code_sent_to(number))
    press_button(page, "确定")
    page.locator("[name=agreed]").check()
    press_button(page, "注册")


def licence_picture():
    file = io.BytesIO()
    Image.new("RGB", (900, 600), "navy").save(file, "JPEG")
    return {"name": "licence.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def register_employer(page):
    page.goto("/employer/register/")
    come_in(page, SHOPS)
    assert get_heading(page) == "登记招聘单位"
    page.locator("[name=kind][value=individual_business]").check()
    page.locator("[name=name]").fill("吉首老街粉馆")
    page.locator("[name=licence_code]").fill(LICENCE.lower())
    page.locator("[name=region]").fill("吉首")
    page.locator("[name=contact_name]").fill("田大姐")
    page.locator("[name=contact_phone]").fill(SHOPS)
    page.locator("[name=agrees]").check()
    press_button(page, "登记，下一步交材料")


def hand_in_papers(page):
    assert get_heading(page) == "资料核验"
    form = page.locator("form", has=page.locator("[name=kind][value=licence]"))
    field, button = (
        form.locator("input[type=file]"),
        form.get_by_role("button", name="上传", exact=True),
    )
    if button.is_visible():  # without script
        field.set_input_files(licence_picture())
        press_button(page, "上传", form)
    else:
        with page.expect_navigation():
            field.set_input_files(licence_picture())
    page.locator("#licence img").wait_for()  # its owner sees what was sent
    press_button(page, "提交审核")
    assert Employer.objects.get().status == "pending"


def post_listing(page):
    page.goto("/employer/")
    press_button(page, "发一条兼职")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=category]").select_option("waiter")
    page.locator("[name=address]").fill("人民北路 12 号")
    page.locator("[name=headcount]").fill("１")
    page.locator("[name=duties]").fill("端粉、收碗、擦桌子，忙的时候帮着打包外卖。")
    page.locator("[name=requirements]").fill("手脚利索，男女不限。")
    page.locator("[name=term]").select_option("weekend")
    page.locator("summary", has_text="时段").click()
    page.locator("[name=slots][value='6m']").check()
    page.locator("[name=pay_min]").fill("18")
    page.locator("[name=pay_max]").fill("20")
    page.locator("[name=pay_unit]").select_option("hour")
    page.locator("[name=settlement]").select_option("daily")
    page.locator("[name=contact_name]").fill("田大姐")
    page.locator("[name=contact_phone]").fill(CONTACT)
    again = page.get_by_role("button", name="改好了，再看一遍", exact=True)
    if again.is_visible():  # without script; with it the page judges what is typed by itself
        press_button(page, "改好了，再看一遍")
    # what it lacks is named: the declaration
    press_button(page, "提交")
    assert "请先勾选承诺" in get_main_text(page)
    page.locator("[name=no_fee]").check()
    press_button(page, "提交")
    assert Listing.objects.get(title=TITLE).status == "pending"


def approve_employer_and_listing(page, listing):
    page.goto("/admin/desk/")
    page.locator("main").get_by_role("link", name="用密码登录").click()
    page.locator("[name=contact]").fill("moderator@example.com")
    page.locator("[name=password]").fill("Fengqiao-7316-Baihe")
    press_button(page, "登录")
    page.locator("[name=code]").fill(get_totp_code())
    press_button(page, "登录")
    page.goto(f"/admin/desk/employers/{listing.employer_id}/")
    press_button(page, "由我处理")
    papers = page.frame_locator("[name=papers]")
    papers.get_by_role("button", name="查看").first.click()
    papers.locator(".paper-sheet img").wait_for()
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        # The button of the case says what is still to be opened, as the page in the frame does.
        todo = papers.locator("[data-paper-todo]").text_content()
        expect(page.locator(".decide [data-paper-todo]")).to_have_text(todo)
        frame = page.locator(".papers-frame")
        assert frame.evaluate("frame => frame.style.blockSize").endswith("px")
    page.locator("[name=licence_done]").check()
    page.locator("[name=licence_name]").fill(listing.employer.name)
    page.locator("[name=licence_code]").fill(listing.employer.licence_code)
    page.locator("[name=licence_method]").select_option("只看了上传的照片")
    press_button(page, "通过认证")
    page.goto(f"/admin/desk/listings/{listing.pk}/")
    press_button(page, "由我处理")
    assert TITLE in get_main_text(page)
    press_button(page, "通过")
    listing.refresh_from_db()
    assert listing.status == "published"


@pytest.fixture
def moderator(transactional_db, client):
    user = make_person("moderator", is_staff=True, is_superuser=True)
    user.set_password("Fengqiao-7316-Baihe")
    user.save()
    sign_in(client, user)  # sets the second factor up
    return user


def find_and_reveal(page):
    page.goto("/xiangxi/jobs/?q=粉馆")
    page.get_by_role("link", name=TITLE).first.click()
    assert get_heading(page) == TITLE
    assert CONTACT not in page.content()
    page.get_by_role("link", name="看联系方式").first.click()
    assert CONTACT not in page.content()
    page.locator("[name=contact]").fill("mother@example.com")
    press_button(page, "发验证码")
    assert CONTACT not in page.content()
    page.locator("[name=code]").fill(read_code("mother@example.com"))
    press_button(page, "看联系方式")
    assert CONTACT in page.content().replace(" ", "")
    # back, nothing is asked twice
    page.go_back()
    assert "m***@example.com" in get_main_text(page) and CONTACT not in page.content()
    press_button(page, "看联系方式")
    assert CONTACT in page.content().replace(" ", "")


def sign_up(page, listing):
    page.goto(f"{listing.get_absolute_url()}apply/")
    come_in(page, SEEKERS)
    page.locator("[name=name]").fill("小石")
    page.locator("[name=birth_year]").fill("2001")
    for box in page.locator("main input[type=checkbox]:not([name=slots])").all():
        box.check()
    press_button(page, "报名")
    assert listing.applications.get().status == "applied"


def submit_rating(page):
    """From the page of the sign-up to the rating, all three questions answered with yes."""
    page.get_by_role("link", name="评价").last.click()
    for name in ("as_described", "on_time", "again"):
        page.locator(f"[name={name}][value=yes]").check()
    page.locator("[name=words]").fill("说的和做的一样。")
    with page.expect_navigation():
        page.locator("main form button.p").first.click()


@pytest.mark.full
def test_from_registering_to_rating(phones, moderator):
    shop, desk, seeker = phones(), phones(), phones()
    register_employer(shop)
    hand_in_papers(shop)
    post_listing(shop)
    listing = Listing.objects.get(title=TITLE)
    approve_employer_and_listing(desk, listing)
    find_and_reveal(seeker)
    assert listing.reveals.get().email == "mother@example.com"
    sign_up(seeker, listing)

    shop.goto(f"/employer/listings/{listing.pk}/applications/")
    press_button(shop, "录用")
    listing.refresh_from_db()
    assert listing.status == "filled"
    seeker.goto("/me/inbox/")
    assert "录用了" in get_main_text(seeker)
    shop.goto("/me/inbox/")
    assert "有人报名" in get_main_text(shop)

    shop.goto(f"/employer/listings/{listing.pk}/applications/")
    press_button(shop, "做完了")
    application = listing.applications.get()
    seeker.goto(f"/me/applications/{application.pk}/")
    submit_rating(seeker)
    submit_rating(shop)
    assert set(Rating.objects.values_list("by", flat=True)) == {"seeker", "employer"}
    seeker.goto(f"/employers/{listing.employer_id}/")
    assert "说的和做的一样。" in get_main_text(seeker)
