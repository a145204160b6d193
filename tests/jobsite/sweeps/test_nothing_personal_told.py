"""One walk through the site with everything written down: no log and no address says who or what."""

import logging
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from listings.models import Application
from safety.models import Appeal, Report
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail, TextMessage
from tests.accounts import registration
from tests.accounts.sign_in_pages import AGREEMENT
from tests.conftest import build_listing_publisher, tea_shop
from tests.listings import posting, seeking
from tests.people import make_person, sign_in
from tests.safety.appealing import move_listing_to_status
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
PASSWORD = "long-pass-phrase-7391"
PHONE, OTHER_PHONE, SHOPS_PHONE = "13800138765", "13900139876", "13700137654"
SECRETS = {
    "phone": PHONE,
    "phone left to be warned": OTHER_PHONE,
    "contact": SHOPS_PHONE,
    "address": "xiaolong.private@example.com",
    "address left by a reporter": "reporter.private@example.com",
    "password": PASSWORD,
    "wechat": "wechat_of_xiaolong",
    "words": "他要我交八百块押金",
}


class Walker(Client):
    """Notes where it goes and is sent."""

    addresses: list[str] = []

    def request(self, **asked):
        answer = super().request(**asked)
        query = asked.get("QUERY_STRING", "")
        self.addresses.append(f"{asked['PATH_INFO']}?{query} {answer.get('Location', '')}")
        return answer


@pytest.fixture
def walked(caplog):
    Walker.addresses = []
    caplog.set_level(logging.DEBUG)
    return caplog


def get_sms_code():
    return re.search(r"\d{6}", TextMessage.objects.latest("pk").text)[0]


def come_in(client):
    client.post("/accounts/signup/?next=/me/", {"contact": PHONE, **AGREEMENT})
    given = get_sms_code()
    client.post("/accounts/login/code/", {"code": "000000"})
    assert client.post("/accounts/login/code/", {"code": given}).status_code == 302
    client.post("/accounts/password/", {"password": PASSWORD})
    client.post("/accounts/email/", {"contact": SECRETS["address"]})
    letter = Mail.objects.get(to=SECRETS["address"]).text
    client.post("/accounts/email/code/", {"code": re.search(r"\d{6}", letter)[0]})
    client.post("/accounts/logout/")
    client.post("/accounts/login/password/", {"contact": PHONE, "password": "wrong " + PASSWORD})
    client.post("/accounts/login/password/", {"contact": PHONE, "password": PASSWORD})
    user = User.objects.get(phone="+86" + PHONE)
    assert user.email == SECRETS["address"]
    return user, [given, re.search(r"\d{6}", letter)[0]]


def do_everything(client, shop):
    """What leaves numbers, addresses and words behind; gives the codes of its reports."""
    listing = build_listing_publisher(shop)(contact_phone=SHOPS_PHONE, contact_name="陈店长")
    start = listing.get_absolute_url()
    client.post(f"{start}contact/")
    visitor = Walker()
    visitor.post(f"{start}contact/", {"contact": OTHER_PHONE})
    visitor.get(f"{start}contact/")
    seen = visitor.post(f"{start}contact/", {"code": seeking.read_code(f"+86{OTHER_PHONE}")})
    assert SHOPS_PHONE in seen.content.decode()
    form = seeking.FORM | {"phone": PHONE, "wechat": SECRETS["wechat"]}
    client.post(f"{start}apply/", form)
    client.get("/me/applications/")
    visitor.get(f"/report/listing/{listing.pk}/")
    report_fields = {
        "reason": "asked_fee",
        "words": SECRETS["words"],
        "email": SECRETS["address left by a reporter"],
    }
    visitor.post(f"/report/listing/{listing.pk}/", report_fields)
    visitor.get("/report/thanks/")
    ticket = Report.objects.get().ticket
    visitor.post("/report/status/", {"code": ticket})
    boss = Walker()
    posting.sign_in_member(boss, shop, "boss.private")
    boss.post(f"/employer/applications/{Application.objects.get().pk}/move/", {"to": "accepted"})
    boss.post("/employer/phone/", {"phone": SHOPS_PHONE})
    boss.post("/employer/phone/", {"code": get_sms_code()})
    boss.post("/employer/members/", {"email": "guest.private@example.com", "role": "recruiter"})
    paper = SimpleUploadedFile(
        f"{PHONE}.jpg", registration.build_picture_file(), content_type="image/jpeg"
    )
    boss.post("/employer/papers/", {"kind": "licence", "file": paper})
    mod = make_moderator_user()
    move_listing_to_status(listing, "removed", mod)
    boss.post(f"/appeal/listing/{listing.pk}/", {"words": "没有收过任何人的钱，押金是租房的。"})
    appeal = Appeal.objects.get().ticket
    boss.get(f"/appeal/listing/{listing.pk}/", follow=True)
    desk = Walker()
    sign_in(desk, mod)
    desk.get("/admin/desk/reports/")
    desk.get(f"/admin/desk/reports/{Report.objects.get().pk}/")
    desk.get(f"/admin/accounts/employer/{shop.pk}/change/")
    office = Walker()
    sign_in(office, make_person("office", is_staff=True, is_superuser=True))
    for looked_for in (PHONE, SECRETS["address"]):
        users = office.post("/admin/lists/accounts/user/search/", {"q": looked_for}, follow=True)
        assert users.context["cl"].result_count == 1
    return [ticket, appeal]


def test_nothing_personal_stands_in_a_log_or_an_address(walked):
    client = Walker()
    _user, codes = come_in(client)
    tickets = do_everything(client, tea_shop())
    deliver_due()
    logs = "\n".join(f"{r.name} {r.getMessage()} {r.exc_text or ''}" for r in walked.records)
    addresses = "\n".join(Walker.addresses)
    assert len(Walker.addresses) > 25
    secrets = SECRETS | {f"code {c}": c for c in codes} | {f"ticket {t}": t for t in tickets}
    secrets |= {"a boss": "boss.private", "a guest": "guest.private"}
    assert {what for what, words in secrets.items() if words in logs} == set()
    assert {what for what, words in secrets.items() if words in addresses} == set()
