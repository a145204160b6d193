"""The chain that protects people, on phones: two report that money was asked, the listing is held at
once, a moderator removes it, everybody who had its contact is warned and takes the evidence along,
and the address says which kind of fraud it was."""

import re

import pytest
from django.core.management import call_command

from accounts.models import Notice
from safety.evidence.pack_verification import find_pack_faults
from safety.models import FraudCase
from screening.models import KnownContact
from sitekit.models import Mail, TextMessage
from tests.conftest import build_listing_publisher, tea_shop
from tests.listings.seeking import read_code
from tests.people import make_person, sign_in_browser_page
from tests.safety.desks import get_stored_status, make_moderator_user

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
TITLE = "在家点赞日结"


@pytest.fixture
def listing():
    shop = tea_shop()
    shop.memberships.create(user=make_person("owner"), role="owner")
    return build_listing_publisher(shop)(
        title=TITLE, contact_phone="13900001111", duties="给商品点赞。"
    )


@pytest.fixture
def phone(open_page, live_server):
    """The phone of another person, a browser of its own."""

    def made(user=None):
        page = open_page(**PHONE, accept_downloads=True)
        return sign_in_browser_page(page, user, live_server) if user else page

    return made


def press_button(page, name, exact=False):
    with page.expect_navigation():
        page.locator("main, #content").get_by_role("button", name=name, exact=exact).first.click()


def get_heading(page):
    return page.locator("h1").last.inner_text()


def see_the_contact(page, listing, left=""):
    page.goto(f"{listing.get_absolute_url()}contact/")
    if left:
        page.locator("[name=contact]").fill(left)
        press_button(page, "发验证码")
        page.locator("[name=code]").fill(read_code(f"+86{left}" if left.isdigit() else left))
    press_button(page, "看联系方式")
    assert "13900001111" in page.locator("main").inner_text().replace(" ", "")


def submit_listing_report(page, listing, words, network):
    """Each from a network of their own, as two people are."""
    page.set_extra_http_headers({"X-Forwarded-For": network})
    page.goto(f"/report/listing/{listing.pk}/")
    page.locator("[name=reason][value=asked_fee]").check()
    page.locator("[name=words]").fill(words)
    press_button(page, "举报")


def remove_as_fraud(page, listing):
    page.goto(f"/admin/desk/listings/{listing.pk}/")
    press_button(page, "由我处理")
    page.locator("#id_reason").fill("让人先垫钱，有两份聊天记录。")
    press_button(page, "涉诈下架…", exact=True)
    assert get_heading(page) == f"涉诈下架「{TITLE}」" and get_stored_status(listing) == "held"
    page.locator("[name=fraud_type]").select_option("brushing_rebate")
    page.locator("[name=sure]").check()
    press_button(page, "涉诈下架", exact=True)


def download_evidence_pack(page, tmp_path, name):
    """The path of the pack that the page gives."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载证据包").click()
    path = tmp_path / name
    download.value.save_as(path)
    return path


def test_from_two_reports_to_the_warning_and_the_tombstone(listing, phone, settings, tmp_path):
    settings.BEHIND_PROXY = True
    seeker, mod = make_person("seeker", wants_mail=False), make_moderator_user()
    theirs, visitors, texters = phone(seeker), phone(), phone()
    see_the_contact(theirs, listing)
    see_the_contact(visitors, listing, left="visitor@example.com")
    see_the_contact(texters, listing, left="13700007777")

    submit_listing_report(visitors, listing, "让我先交三百押金。", "198.51.100.1")
    assert get_stored_status(listing) == "published", "one alone holds nothing"
    submit_listing_report(texters, listing, "说要垫钱才结。", "203.0.113.2")
    assert get_stored_status(listing) == "held"
    theirs.goto(listing.get_absolute_url())
    assert get_heading(theirs) == "这条信息正在核查"

    desk = phone(mod)
    remove_as_fraud(desk, listing)
    assert get_stored_status(listing) == "removed_fraud"
    case = FraudCase.objects.get()
    assert (case.reveals, case.warned) == (3, 3) and KnownContact.objects.exists()

    theirs.goto("/me/inbox/")
    assert f"你看过联系方式的「{TITLE}」因涉诈下架" in theirs.locator("main").inner_text()
    press_button(theirs, "看怎么办、拿证据")
    assert get_heading(theirs) == f"你看过联系方式的「{TITLE}」因涉诈下架"
    path = download_evidence_pack(theirs, tmp_path, "account.zip")
    call_command("verify_evidence", str(path))

    mail = Mail.objects.get(to="visitor@example.com", key__startswith="fraud-")
    visitors.goto(re.search(r"http://[^/]+(/evidence/\S+)", mail.text)[1])
    assert find_pack_faults(download_evidence_pack(visitors, tmp_path, "visitor.zip")) == []
    text = TextMessage.objects.get(to="+8613700007777", key__startswith="fraud-")
    texters.goto(re.search(r"http://[^/]+(/evidence/\S+)", text.text)[1])
    assert "刷单返利" in texters.locator("main").inner_text()
    assert Mail.objects.filter(to=seeker.email, key__startswith="fraud-").exists()
    assert Notice.objects.get(user=seeker, key__startswith="fraud-").read_at

    assert texters.goto(listing.get_absolute_url()).status == 410
    words = texters.locator("main").inner_text()
    assert "骗局类型：刷单返利" in words and TITLE not in words
