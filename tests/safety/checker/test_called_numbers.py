"""The numbers at the top of the answer stand in 打给谁 too, and the form below it begins with its own words."""

import re

import pytest

from safety.checker.text_check import describe_check_verdict
from screening.fraud_types import list_fraud_types
from tests.answers import read_body

pytestmark = pytest.mark.django_db
DEPOSIT = "先交服装押金 300 元，离职的时候全额退还，今天就能上岗"


@pytest.mark.parametrize("fraud_type", ["", *list_fraud_types()])
def test_what_is_to_be_called_at_once_is_among_whom_to_call(fraud_type):
    verdict = describe_check_verdict("high", fraud_type)
    codes = [code for code, _words in verdict.calls]
    at_once = {"12333"} if verdict.is_unfair else {"110", "96110"}
    assert at_once <= {*codes} and len(codes) == len({*codes})


def test_the_page_names_the_same_numbers_twice(client):
    page = read_body(client.post("/check/", {"text": DEPOSIT}))
    top, below = page.partition("<h2>打给谁</h2>")[::2]
    numbers = re.findall(r'class="btn[^"]*" href="tel:(\d+)"', top)
    assert numbers == ["110", "96110"]
    for number in numbers:
        assert f'<a href="tel:{number}">{number}</a>' in below.partition("</ul>")[0]


def test_the_form_below_an_answer_does_not_begin_with_or(client):
    page = read_body(client.post("/check/", {"text": DEPOSIT}))
    assert "或者贴文字" not in page and ">贴文字<" in re.sub(r"\s", "", page)
