"""Tokens and queries, asked of PostgreSQL itself: whatever was typed, a query is well-formed."""

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.daily_tests import count_examples
from textkit import tsearch

pytestmark = pytest.mark.django_db
ALL = settings(
    max_examples=count_examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# PostgreSQL holds neither NUL nor lone surrogates in text; neither gets past the query string.
TYPED = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60
)
SIGNS = st.text("'\\&|!:*()<-> \"%\t\n家教tjy", min_size=1, max_size=20)
EVIL = [
    "'",
    "\\",
    "\\'",
    "''",
    "a'b",
    "a\\",
    "a & b",
    "!a",
    "a:*",
    "a:A",
    "(a",
    "a <-> b",
    "%s",
    " ",
]


def is_query_matched(query, tokens):
    """Whether a document of these tokens is found by the query."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT array_to_tsvector(%s::text[]) @@ %s::tsquery", [tokens, query])
        return cursor.fetchone()[0]


def is_found(question, title, *texts):
    tokens = sorted(tsearch.build_document_tokens(title, *texts))
    queries = [tsearch.build_word_query(word) for word in tsearch.cut_query_words(question)]
    return is_query_matched(tsearch.match_all(queries), tokens)


@ALL
@given(TYPED | SIGNS | st.sampled_from(EVIL))
def test_a_quoted_token_finds_itself_and_nothing_else(token):
    token = token[: tsearch.MAX_TOKEN]
    assert is_query_matched(tsearch.quote_lexeme(token), [token])
    assert not is_query_matched(tsearch.quote_lexeme(token), [token + "x", "x" + token])


@ALL
@given(TYPED | SIGNS | st.sampled_from(EVIL))
def test_any_question_is_a_query(typed):
    queries = [tsearch.build_word_query(word) for word in tsearch.cut_query_words(typed)]
    if queries:
        is_query_matched(tsearch.match_all(queries), ["家教"])
        is_query_matched(tsearch.match_any(queries), ["家教"])


@ALL
@given(TYPED | SIGNS)
def test_any_word_alone_is_a_query(typed):
    is_query_matched(tsearch.build_word_query(typed), ["家教"])


@ALL
@given(TYPED, TYPED)
def test_any_document_becomes_tokens(title, text):
    tokens = tsearch.build_document_tokens(title, text)
    assert all(0 < len(token) <= tsearch.MAX_TOKEN for token in tokens)
    is_query_matched("'x'", sorted(tokens))


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("家教", "初中数学家教"),
        ("jiajiao", "初中数学家教"),
        ("fachuandan", "周末发传单"),
        ("FaChuanDan", "周末发传单"),
        ("周末 传单", "周末发传单，日结"),
        ("周末传单", "周末传单派发员"),
        ("數學", "初中数学家教"),
        ("ＡＰＰ", "App 推广"),
        ("发员", "周末传单派发员"),
        ("兼职 家教", "初中数学家教"),
    ],
)
def test_what_is_meant_is_found(question, title):
    assert is_found(question, title)


@pytest.mark.parametrize(
    ("question", "title"),
    [("家教", "周末发传单"), ("周末 家教", "周末发传单"), ("jiajiao", "家具搬运"), ("jia", "家教")],
)
def test_what_is_not_meant_is_not_found(question, title):
    assert not is_found(question, title)


def test_the_pinyin_of_the_title_counts_but_not_of_the_text():
    assert "y:zhouchuandan" not in tsearch.build_document_tokens("", "周末发传单")
    assert not [
        t for t in tsearch.build_document_tokens("招人", "端盘子洗碗") if t.startswith("y:duan")
    ]
    assert "y:duanpanzi" in tsearch.build_document_tokens("端盘子")


def test_single_characters_count_in_the_title_only():
    assert "茶" in tsearch.build_document_tokens("茶")
    assert "茶" not in tsearch.build_document_tokens("招人", "茶")


def test_a_token_too_long_to_be_a_word_is_left_out():
    fits, over = "a" * tsearch.MAX_TOKEN, "b" * (tsearch.MAX_TOKEN + 1)
    tokens = tsearch.build_document_tokens(f"{fits} {over}", over)
    assert fits in tokens
    assert over not in tokens


def test_words_that_say_nothing_are_left_out():
    assert tsearch.cut_query_words("我想找兼职") == []
    assert tsearch.cut_query_words("招聘 家教 家教") == ["家教"]


def test_a_very_long_text_becomes_tokens_too():
    for piece in ("周末传单", "a", "1 ", "a1", "，"):
        text = piece * (100_000 // len(piece))
        assert len(tsearch.build_document_tokens(text[:60], text)) < 1000
        tsearch.cut_query_words(text)
