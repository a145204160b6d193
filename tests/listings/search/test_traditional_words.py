"""A search in traditional characters is read as one in simplified ones."""

import pytest
from django.http import QueryDict

from listings.search.search_request import parse_search_request

pytestmark = pytest.mark.django_db  # of the directory of places


@pytest.mark.parametrize(
    ("typed", "simplified"),
    [
        ("時薪21", "时薪21"),
        ("週結 家教", "周结 家教"),
        ("週末發傳單", "周末发传单"),
        ("下班後有空的", "下班后有空的"),
        ("無需經驗 家教", "无需经验 家教"),
        ("不要傳單 線上", "不要传单 线上"),
        ("鳳凰 時薪21", "凤凰 时薪21"),
        ("不交押金的傳單", "不交押金的传单"),
    ],
)
def test_traditional_characters_are_read_as_the_simplified_ones(place, typed, simplified):
    parsed, expected = (
        parse_search_request(QueryDict(f"q={text}"), place("xiangxi"))
        for text in (typed, simplified)
    )
    assert (parsed.key, parsed.place) == (expected.key, expected.place)
    assert parsed.keyword_query == expected.keyword_query
    assert parsed.typed_text == typed, "the search field holds what was typed"
    assert parsed.filters.values != {} or parsed.forbidden_words


def test_characters_that_both_scripts_have_stay_as_they_were_typed(place):
    parsed = parse_search_request(QueryDict("q=乾州 時薪21"), place("xiangxi"))
    assert parsed.keyword_query.typed_words == "乾州"
