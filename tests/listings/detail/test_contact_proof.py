"""Before a contact is shown, the mailbox or phone of the viewer is proved by a code, once on a browser."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ProofCode, User
from listings.detail import contact_proof
from listings.models import ContactReveal
from sitekit.models import Mail, TextMessage
from tests.answers import read_body
from tests.at_once import at_once
from tests.conftest import build_listing_publisher, tea_shop
from tests.listings.seeking import make_proved_seeker, post_guest_contact, read_code
from tests.people import sign_in

PHONE, READER = "0743-5550178", "reader@example.com"


@pytest.fixture
def listing(publish):
    return publish(contact_phone=PHONE)


@pytest.fixture
def page(listing):
    return f"{listing.get_absolute_url()}contact/"


def is_in(response):
    return response.status_code == 200 and PHONE in read_body(response)


def build_wrong_code(code):
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.django_db
def test_from_the_warning_to_the_contact_and_to_the_next_one_with_one_tap(client, page, publish):
    first = read_body(client.get(page))
    assert "不先交钱" in first and 'name="contact"' in first and 'name="code"' not in first
    sent = client.post(page, {"contact": READER})
    assert (sent.status_code, sent.url) == (302, page) and not ContactReveal.objects.exists()
    second = read_body(client.get(page))
    assert 'name="code"' in second and READER in second and "重新发送" in second
    shown = client.post(page, {"code": read_code(READER)})
    assert is_in(shown) and "如果它后来被查实涉诈，我们会告诉你" in read_body(shown)
    row = ContactReveal.objects.get()
    assert (row.user, row.email, row.phone) == (None, READER, "")

    back = read_body(client.get(page))
    assert 'name="contact"' not in back and 'name="code"' not in back
    assert "r***@example.com" in back and READER not in back, "others may use this browser"
    another = publish(title="另一份", contact_phone="0743-5550199")
    assert "0743-5550199" in read_body(client.post(f"{another.get_absolute_url()}contact/"))
    assert ContactReveal.objects.filter(email=READER).count() == 2
    assert Mail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Reader@Example.com", (READER, "")),
        ("ｒｅａｄｅｒ＠ｅｘａｍｐｌｅ。com", (READER, "")),
        ("138 0013 8000", ("", "+8613800138000")),
        ("１３８００１３８０００", ("", "+8613800138000")),
        ("+86 138-0013-8000", ("", "+8613800138000")),
    ],
)
def test_a_mailbox_or_a_number_however_it_is_written(client, page, typed, kept):
    client.post(page, {"contact": typed})
    assert is_in(client.post(page, {"code": read_code("".join(kept))}))
    row = ContactReveal.objects.get()
    assert (row.user, (row.email, row.phone)) == (None, kept)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "x", "12345", "a@", "@b.cn", "0743-8222222", "+19005551234", "9" * 300, "a\0b"]
)
def test_where_no_code_can_go_nothing_is_sent_and_what_was_typed_stays(client, page, typed):
    shown = client.post(page, {"contact": typed})
    assert shown.status_code == 200 and 'id="id_contact_error"' in read_body(shown)
    assert f'value="{typed}"' in read_body(shown) or typed in ("", "a\0b")
    assert not (Mail.objects.exists() or TextMessage.objects.exists() or ProofCode.objects.exists())


def test_a_phone_is_the_usual_case_with_its_keyboard_and_a_mailbox_one_tap_away(client, page):
    field = re.compile(r'<input type="(\w+)" name="contact"([^>]*)>')
    shown = read_body(client.get(page))
    kind, attributes = field.search(shown).groups()
    assert kind == "text" and 'inputmode="tel"' in attributes and 'autocomplete="tel"' in attributes
    assert "你的手机号" in shown and 'href="?by=mail"' in shown
    for address, typed in ((f"{page}?by=mail", None), (page, {"contact": "reader@"})):
        shown = read_body(client.post(address, typed) if typed else client.get(address))
        kind, attributes = field.search(shown).groups()
        assert kind == "email" and 'autocomplete="email"' in attributes
        assert "你的邮箱" in shown and 'href="?by=phone"' in shown


@pytest.mark.django_db
def test_a_wrong_code_shows_nothing_and_five_end_it(client, page):
    client.post(page, {"contact": READER})
    code = read_code(READER)
    for _ in range(5):
        wrong = client.post(page, {"code": build_wrong_code(code)})
        assert 'id="id_code_error"' in read_body(
            wrong
        ) and f'value="{build_wrong_code(code)}"' in read_body(wrong)
    assert "重新要一个" in read_body(wrong)
    assert not is_in(client.post(page, {"code": code})) and not ContactReveal.objects.exists()
    assert "contact_proof" not in client.cookies


@pytest.mark.django_db
def test_an_expired_code_and_another_one(client, page):
    client.post(page, {"contact": READER})
    code = read_code(READER)
    assert client.post(page, {"action": "again"}).status_code == 429, "one a minute"
    ProofCode.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert "重新要一个" in read_body(client.post(page, {"code": code}))


@pytest.mark.django_db
def test_sent_again_only_the_newer_code_works(client, page, monkeypatch):
    client.post(page, {"contact": READER})
    code = read_code(READER)
    later = timezone.now() + timedelta(seconds=61)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "又发了一个" in read_body(client.post(page, {"action": "again"}))
    newer = read_code(READER)
    assert code == newer or not is_in(client.post(page, {"code": code}))
    assert is_in(client.post(page, {"code": newer}))


@pytest.mark.django_db
def test_too_many_codes_are_refused_and_what_was_typed_stays(client, page):
    assert client.post(page, {"contact": READER}).status_code == 302
    too_often = Client().post(page, {"contact": READER})
    assert too_often.status_code == 429 and f'value="{READER}"' in read_body(too_often)
    assert "秒后可以重发" in read_body(too_often) and Mail.objects.count() == 1


@pytest.mark.django_db
def test_the_form_pressed_twice_sends_one_code(client, page):
    for _ in range(2):
        assert client.post(page, {"contact": READER, "once": "0123456789abcdef"}).url == page
    assert Mail.objects.count() == 1


def test_the_code_pressed_twice_at_the_same_moment_is_one_row(committed):
    """Both presses carry the cookie of before; the browser shows the answer to the second."""
    listing = build_listing_publisher(tea_shop())(contact_phone=PHONE)
    page = f"{listing.get_absolute_url()}contact/"
    client = Client()
    client.post(page, {"contact": READER})
    code, cookie = read_code(READER), client.cookies["contact_code"].value

    def press():
        presser = Client()
        presser.cookies["contact_code"] = cookie
        return is_in(presser.post(page, {"code": code}))

    assert at_once(press, press) == [True, True]
    assert ContactReveal.objects.count() == 1


@pytest.mark.django_db
def test_the_code_is_of_no_use_to_another_browser_or_later(client, page):
    client.post(page, {"contact": READER})
    code = read_code(READER)
    stranger = Client()
    stranger.post(page, {"contact": "stranger@example.com"})
    assert not is_in(stranger.post(page, {"code": code}))
    cookie = client.cookies["contact_code"].value
    assert is_in(client.post(page, {"code": code}))
    ProofCode.objects.update(until=timezone.now())
    late = Client()
    late.cookies["contact_code"] = cookie
    assert not is_in(late.post(page, {"code": code}))


@pytest.mark.django_db
def test_another_contact_is_typed_before_and_after_the_proof(client, page):
    client.post(page, {"contact": "raeder@example.com"})
    assert client.post(page, {"contact": READER}).url == page, "back, and typed once more"
    assert READER in read_body(client.get(page))
    assert client.post(page, {"action": "change"}).url == page
    assert 'name="contact"' in read_body(client.get(page))
    assert is_in(post_guest_contact(client, page, "third@example.com"))
    client.post(page, {"action": "change"})
    assert not is_in(client.post(page)) and 'name="contact"' in read_body(client.get(page))
    assert ContactReveal.objects.get().email == "third@example.com"


@pytest.mark.django_db
def test_the_cookie_is_read_by_the_server_only_and_ends_after_a_month(client, page, monkeypatch):
    post_guest_contact(client, page)
    cookie = client.cookies["contact_proof"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 30 * 24 * 3600 and "reader" not in cookie.value
    assert client.cookies["contact_code"].value == ""
    for wrong in (cookie.value[:-4] + "AAA=", "x", "ü", "é±¼", "gAAAAA"):
        forged = Client()
        forged.cookies["contact_proof"] = forged.cookies["contact_code"] = wrong
        assert forged.post(page).status_code == 200 and not is_in(forged.post(page))
    swapped = Client()
    swapped.post(page, {"contact": "unproved@example.com"})
    swapped.cookies["contact_proof"] = swapped.cookies["contact_code"].value
    assert not is_in(swapped.post(page)), "a contact that only waits for its code is no proof"
    copied = Client()
    post_guest_contact(copied, page, "fourth@example.com")
    monkeypatch.setattr(contact_proof, "PROOF_LASTS", timedelta(seconds=-1))
    assert not is_in(copied.post(page))


@pytest.mark.django_db
def test_who_signs_in_later_is_known_by_the_account(client, page):
    post_guest_contact(client, page)
    user = make_proved_seeker()
    sign_in(client, user)
    assert is_in(client.post(page))
    row = ContactReveal.objects.latest("pk")
    assert (row.user, row.email) == (user, "") and User.objects.count() == 1


@pytest.mark.django_db
def test_it_costs_few_queries(client, page, django_assert_num_queries):
    """The listing, the places, the alert; with the proof also a transaction with the lock, the row of
    just now, the counts of person, network, range and listing, the revision and the new row."""
    client.get(page)
    with django_assert_num_queries(3):
        client.get(page)
    post_guest_contact(client, page)
    ContactReveal.objects.all().delete()
    with django_assert_num_queries(13):
        client.post(page)
