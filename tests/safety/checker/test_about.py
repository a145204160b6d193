"""查一查: the page of a result that can be passed on, and the way to the checker."""

import pytest

from safety.checker.example_texts import EXAMPLES
from safety.checker.text_check import describe_check_verdict
from screening.fraud_types import FraudGroup, list_fraud_types
from screening.fraud_types.advice import get_advice
from tests.answers import read_body
from tests.safety.checking import ADDRESS, LONG_ENOUGH, get_headline, post_check

pytestmark = pytest.mark.django_db


ABOUT = [(level, kind) for level in ("medium", "high") for kind in list(list_fraud_types())]


def get_about_url(level, fraud_type=""):
    return f"/check/about/{level}/" + (f"{fraud_type}/" if fraud_type else "")


@pytest.mark.parametrize(
    ("level", "fraud_type"), [("low", ""), ("medium", ""), ("high", ""), ("forbidden", ""), *ABOUT]
)
def test_every_result_has_a_page_that_can_be_passed_on(client, level, fraud_type):
    response = client.get(get_about_url(level, fraud_type))
    page = read_body(response)
    assert response.status_code == 200 and "有人查了一条信息" in page
    assert get_headline(response) == describe_check_verdict(level, fraud_type).headline
    assert (
        f"http://testserver{get_about_url(level, fraud_type)}</p>" in page
        and 'class="check-qr"' in page
    )
    assert 'href="/check/"' in page
    assert '<meta name="robots" content="noindex">' in page
    if level in ("medium", "high"):
        for line in (*get_advice(fraud_type).signs, *get_advice(fraud_type).continues):
            assert line in page


@pytest.mark.parametrize(
    "path",
    [
        "low/upfront_fee/",
        "unclear/",
        "foreign/",
        "nonsense/",
        "high/nonsense/",
        "HIGH/",
        "low/%00/",
    ],
)
def test_what_is_no_result_has_no_page(client, path):
    assert client.get(f"/check/about/{path}").status_code in {400, 404}


def test_the_answer_leads_to_it_and_nothing_of_the_text_goes_along():
    page = read_body(post_check(text=EXAMPLES["rebate"].text))
    assert 'href="/check/about/high/brushing_rebate/"' in page
    page = read_body(post_check(text=LONG_ENOUGH))
    assert 'href="/check/about/low/"' in page


def test_it_can_only_be_read(client):
    assert client.post(get_about_url("high")).status_code == 405
    assert client.delete(ADDRESS).status_code == 405


def test_helping_crimes_say_what_to_do_for_who_has_helped(client):
    for kind in list_fraud_types():
        page = read_body(client.get(get_about_url("high", kind)))
        helping = kind.group == FraudGroup.HELPING_CRIME
        assert ("已经做了，或者给了卡和账号" in page) == helping, kind


def test_the_bar_at_the_bottom_and_the_header_lead_there(client):
    for address in ("/", "/xiangxi/", "/about/"):
        page = read_body(client.get(address))
        around = page.partition("<main")[0] + page.partition("</main>")[2]
        assert around.count('<a href="/check/">') == 2, address
    assert read_body(client.get(ADDRESS)).count('<a href="/check/" aria-current="page">') == 2
