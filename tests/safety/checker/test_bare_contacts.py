"""A bare number or id: the checker says whether a fraud had it."""

import pytest

from safety.checker.text_check import UNKNOWN_CONTACT_LEAD
from screening.contacts.extraction import find_contacts
from screening.contacts.known_contacts import learn_contacts
from tests.answers import read_body

pytestmark = pytest.mark.django_db
CONTACTS = ["13800138765", "微信xiaolong2024", "VX：xiaolong2024"]


def post_check(client, text):
    return read_body(client.post("/check/", {"text": text}))


@pytest.mark.parametrize("text", CONTACTS)
def test_an_unknown_contact_is_said_to_be_unknown(client, text):
    assert UNKNOWN_CONTACT_LEAD in post_check(client, text)


@pytest.mark.parametrize("text", CONTACTS)
def test_a_contact_of_a_fraud_is_named_as_such(client, text):
    learn_contacts(find_contacts(text), "brushing_rebate", source=7)
    page = post_check(client, text)
    assert UNKNOWN_CONTACT_LEAD not in page and "出现过" in page


@pytest.mark.parametrize("text", ["加我微信", "你好", "http"])
def test_without_a_contact_nothing_is_said_of_one(client, text):
    assert UNKNOWN_CONTACT_LEAD not in post_check(client, text)
