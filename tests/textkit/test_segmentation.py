"""One spelling for what reads the same, and words that stay whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from textkit import segmentation

LONG = 100_000  # characters: what a careless paste may hold; nothing here may choke on it


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("ｶﾞ", "ガ"),
        ("①②", "12"),
        ("兼職", "兼职"),
        ("湘西傳單", "湘西传单"),
        ("ＰＴ兼職，日結", "pt兼职,日结"),
        ("㎡", "m2"),
        ("", ""),
    ],
)
def test_one_spelling(written, read):
    assert segmentation.normalise_text(written) == read


@given(st.text(max_size=80))
@settings(deadline=None)
def test_what_is_normal_stays_so(text):
    once = segmentation.normalise_text(text)
    assert once == once.lower()
    assert segmentation.normalise_text(once) == once


@pytest.mark.parametrize("word", ["刷单", "日结", "地推", "家教", "传单", "服务员"])
def test_the_words_of_the_trade_stay_whole(word):
    assert word in segmentation.read_field_words()
    assert word in segmentation.segment_words(f"急招{word}两名")


def test_words_stand_in_reading_order_without_punctuation():
    assert segmentation.segment_words("周末，传单！（日结）") == ["周末", "传单", "日结"]
    assert segmentation.segment_words("！？，。 … 😀") == []
    assert segmentation.segment_words("") == []


def test_traditional_and_full_width_text_is_cut_like_plain_text():
    assert segmentation.segment_words("週末　傳單派發 ＡＰＰ") == segmentation.segment_words(
        "周末 传单派发 app"
    )


def test_parts_hold_the_words_and_the_shorter_ones_inside():
    parts = segmentation.segment_for_index("中华人民共和国")
    assert "中华人民共和国" in parts
    assert {"人民", "共和国"} <= set(parts)


def test_an_added_word_is_kept_whole():
    odd = "岜沙溪坨寨"
    assert odd not in segmentation.segment_words(f"在{odd}找活")
    segmentation.add_words([odd])
    assert odd in segmentation.segment_words(f"在{odd}找活")


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_cut_into_pieces_of_itself(text):
    plain = segmentation.normalise_text(text)
    at = 0
    for word in segmentation.segment_words(text):
        at = plain.index(word, at) + len(word)
    assert set(segmentation.segment_words(text)) <= set(segmentation.segment_for_index(text))


@pytest.mark.parametrize("piece", ["周末传单", "a", "1", "\0", "，", "\U00020000", "a1周 ", "😀"])
def test_a_very_long_text_is_cut_too(piece):
    text = piece * (LONG // len(piece))
    words = segmentation.segment_words(text)
    assert bool(words) == bool(segmentation.WORD.search(piece))
    segmentation.segment_for_index(text)


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("家教", "jiajiao"),
        ("保安", "baoan"),
        ("发传单", "fachuandan"),
        ("重庆", "chongqing"),
        ("银行", "yinhang"),
        ("app推广", "apptuiguang"),
        ("24小时", "24xiaoshi"),
        ("", ""),
    ],
)
def test_pinyin(word, sound):
    assert segmentation.spell_pinyin(word) == sound


def test_words_are_known_by_their_pinyin():
    known = segmentation.group_words_by_pinyin()
    assert "保安" in known["baoan"]
    assert sum(len(words) for words in known.values()) == len(segmentation.read_field_words())


def test_the_pinyin_of_the_trade_s_words_stands_ready_and_is_right():
    ready = segmentation._field_pinyin()
    asked = {
        word: "".join(lazy_pinyin(word, errors=lambda rest: rest))
        for word in segmentation.read_field_words()
    }
    assert {word: sound for word, sound in asked.items() if ready.get(word) != sound} == {}
    assert set(ready) <= set(asked)
