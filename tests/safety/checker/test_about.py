"""查一查: the page of a result that can be passed on."""

import pytest

from safety.checker.example_texts import EXAMPLES
from safety.checker.text_check import describe_check_verdict
from screening.fraud_types import FraudGroup, list_fraud_types
from screening.fraud_types.advice import get_advice
from tests.answers import words
from tests.safety.checking import ADDRESS, LONG_ENOUGH, headline, post

pytestmark = pytest.mark.django_db


ABOUT = [(level, kind) for level in ("medium", "high") for kind in list(list_fraud_types())]


def about(level, fraud_type=""):
    return f"/check/about/{level}/" + (f"{fraud_type}/" if fraud_type else "")


@pytest.mark.parametrize(
    ("level", "fraud_type"), [("low", ""), ("medium", ""), ("high", ""), ("forbidden", ""), *ABOUT]
)
def test_every_result_has_a_page_that_can_be_passed_on(client, level, fraud_type):
    response = client.get(about(level, fraud_type))
    page = words(response)
    assert response.status_code == 200 and "有人查了一条信息" in page
    assert headline(response) == describe_check_verdict(level, fraud_type).headline
    assert f"http://testserver{about(level, fraud_type)}</p>" in page and 'class="check-qr"' in page
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
    page = words(post(text=EXAMPLES["rebate"].text))
    assert 'href="/check/about/high/brushing_rebate/"' in page
    page = words(post(text=LONG_ENOUGH))
    assert 'href="/check/about/low/"' in page


def test_it_can_only_be_read(client):
    assert client.post(about("high")).status_code == 405
    assert client.delete(ADDRESS).status_code == 405


def test_helping_crimes_say_what_to_do_for_who_has_helped(client):
    for kind in list_fraud_types():
        page = words(client.get(about("high", kind)))
        helping = kind.group == FraudGroup.HELPING_CRIME
        assert ("已经做了，或者给了卡和账号" in page) == helping, kind
