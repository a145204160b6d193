"""Whatever stands in an address, there is an answer."""

import random
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.addresses import ELSEWHERE, FORMS, PAGES, PLAIN, POSTS, fill_addresses
from tests.daily_tests import count_examples, mark_each

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stock(stock_of_the_module):
    return stock_of_the_module


LISTS = [
    "/news/",
    "/xiangxi/news/",
    "/alerts/",
    "/hunan/alerts/",
    "/alerts/brushing_rebate/",
    "/xiangxi/news/tag/{tag}/",
    "/cities/",
    "/jobs/",
    "/xiangxi/jobs/",
    "/xiangxi/",
    "/",
]
HOSTILE = [
    "pay_min=abc&page=-1&q=%00",
    "q=%00%00&after=%00&initial=%00&province=%00&next=%00",
    "q=" + "%E6%B4%BE" * 1200,
    "after=" + "9" * 10_000,
    "after=-1-2&after=x",
    f"after={'9' * 30}-1",
    "q=%ED%A0%80%ED%BF%BF&after=%ED%A0%80&next=%ED%A0%80",
    "q=%FF%FE&after=%FF&district=%FF",
    "pay_min=%D9%A3%D9%A4&district=%D9%A3&after=%D9%A3-%D9%A4",
    "pay_min=1e999&district=1e9&pay_min=NaN&pay_min=-Infinity",
    "district=99999999999999999999&slots=9z&mode=&sort=%27",
    "q[]=1&q[a]=2&=&&&;&%",
    "q=%27%20OR%201=1--&after=1%27",
    "q=%5C%27%26%7C%21%3A*()%3C-%3E&part=results",
    "next=//evil.example/&next=https:evil.example&city=x",
    "csrfmiddlewaretoken=x&_method=DELETE",
]


@pytest.mark.parametrize("query", mark_each(2, HOSTILE))
def test_hostile_queries_get_a_page(client, stock, query):
    for address in LISTS:
        response = client.get(f"{address.format(**stock)}?{query}")
        assert response.status_code == 200, address
        is_part = address == "/cities/" and "part=results" in query
        assert response.content.decode().count("<h1") == (not is_part), address


NAMES = "q after next initial province part city page sort pay_min district slots x".split()
WORDS = st.text(max_size=60) | st.sampled_from(
    ["\0", "٣٤", "２２", "-1", "1-1", "9" * 400, "//x.example", "\\", "'", "<b>", "results", "F"]
)


@settings(
    max_examples=count_examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    address=st.sampled_from([a for a in LISTS if "/jobs/" not in a]),
    query=st.lists(st.tuples(st.sampled_from(NAMES), WORDS), max_size=6),
)
def test_any_query_gets_a_page(client, stock, address, query):
    asked = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in query)
    response = client.get(f"{address.format(**stock)}?{asked}")
    assert response.status_code == 200


@settings(
    max_examples=count_examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=st.text(max_size=80))
def test_any_path_gets_an_answer(client, path):
    for start in ("/", "/xiangxi/", "/news/tag/", "/xiangxi/jobs/", "/alerts/"):
        for end in ("", "/"):
            response = client.get(start + quote(path, errors="replace") + end)
            assert response.status_code in {200, 301, 302, 400, 404}


GENERATED = 3500
ODD = [
    *("\0", "٣٤", "-1", "9" * 400, "//x.example", "\\", "'", "<b>", "%", "..", "%2e%2e", "\ud800"),
    *("1-1", "派" * 500, "{{7}}", "null", "0x10", " ", ";", "\r\nX: y", "feed.atom", "1e999", "[]"),
]
# Headers that somebody may send with any of them.
HEADERS = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE",
           "HTTP_RANGE", "HTTP_COOKIE", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR")  # fmt: skip


def generate_request(dice, addresses):
    """(method, address, headers): of a public address with something odd in its path or its query."""
    path = dice.choice(addresses).partition("?")[0]
    parts = path.split("/")
    if dice.random() < 0.4:
        parts[dice.randrange(len(parts))] = quote(dice.choice(ODD), errors="replace")
    if dice.random() < 0.2:
        parts.insert(dice.randrange(len(parts) + 1), quote(dice.choice(ODD), errors="replace"))
    query = "&".join(
        f"{dice.choice(NAMES)}={quote(dice.choice(ODD), errors='replace')}"
        for _ in range(dice.randrange(4))
    )
    odd = dice.choice(ODD).encode("utf-8", "replace").decode("latin-1")
    headers = {dice.choice(HEADERS): odd} if dice.random() < 0.3 else {}
    return (
        dice.choice(("get", "get", "get", "post", "head")),
        f"/{'/'.join(parts).lstrip('/')}?{query}",
        headers,
    )


@pytest.mark.full
def test_thousands_of_generated_requests_are_answered(stock, record_property):
    seed = random.randrange(10**6)
    dice, statuses = random.Random(seed), {}
    addresses = fill_addresses(PAGES | FORMS | PLAIN | ELSEWHERE | POSTS, stock)
    client = Client(raise_request_exception=False)
    for _ in range(GENERATED):
        method, address, headers = generate_request(dice, addresses)
        with transaction.atomic():
            response = getattr(client, method)(address, **headers)
            for close in response._resource_closers:
                close()
            transaction.set_rollback(True)
        statuses.setdefault(response.status_code, []).append((method, address, headers))
    broken = {code: sent[:5] for code, sent in statuses.items() if code >= 500}
    assert broken == {}, f"seed {seed}"
    counted = ", ".join(f"{len(sent)} × {code}" for code, sent in sorted(statuses.items()))
    record_property("figure", f"{GENERATED} generated public requests: {counted}")
