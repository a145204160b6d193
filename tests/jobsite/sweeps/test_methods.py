"""What public addresses answer to GET, HEAD and POST."""

import pytest

from tests.addresses import FORMS, PAGES, PLAIN, POSTS, fill_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stock(stock_of_the_module):
    return stock_of_the_module


def test_reading_pages_cannot_be_posted_to(client, stock):
    answers = {a: client.post(a).status_code for a in fill_addresses(PAGES | PLAIN, stock)}
    assert {a: code for a, code in answers.items() if code != 405} == {}


def test_posting_addresses_cannot_be_read(client, stock):
    for address in fill_addresses(POSTS, stock):
        assert client.get(address).status_code == 405


def test_head_answers_like_get(client, stock):
    for address in fill_addresses(PAGES | FORMS | PLAIN, stock):
        response = client.head(address)
        assert (response.status_code, response.content) == (200, b""), address
