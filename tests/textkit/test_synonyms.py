"""Words for one kind of work, and words that sound alike."""

from collections import Counter
from itertools import chain
from pathlib import Path

from pypinyin import lazy_pinyin

from textkit import sounds, synonyms, tsearch

LINES = [
    line
    for line in Path(synonyms.__file__)
    .with_name("data")
    .joinpath("synonyms.txt")
    .read_text("utf-8")
    .splitlines()
    if not line.startswith("#")
]
WORDS = {"家教", "传单", "保安", "钟点工"}


def test_the_list_is_short_and_no_word_stands_in_two_groups():
    assert len(LINES) <= 90
    groups = [line.split("=")[0].split() for line in LINES]
    assert [word for word, times in Counter(chain.from_iterable(groups)).items() if times > 1] == []
    assert all(len(group) > 1 for group in groups)


def test_a_phrase_is_one_word_and_what_stands_for_two_is_two():
    assert tsearch.cut_query_words("想送外卖") == ["送外卖"]
    assert tsearch.cut_query_words("端盘子 包吃住") == ["端盘子", "包餐", "包住"]


def test_single_characters_side_by_side_are_one_word_and_else_count_only_alone():
    assert tsearch.cut_query_words("家叫") == ["家叫"]
    assert tsearch.cut_query_words("家教好") == ["家教"]
    assert tsearch.cut_query_words("茶") == ["茶"]


def test_a_synonym_counts_in_a_title_and_in_a_label_but_not_in_running_text():
    query = tsearch.build_word_query("派单")
    assert "'g:传单'" in query
    assert "('传单')" not in query
    tokens = tsearch.build_document_tokens("招人", "超市门口发海报", labels=["传单派发"])
    assert {"t:传单", "传单", "g:传单"} <= tokens
    assert "g:传单" not in tsearch.build_document_tokens("招人", "超市门口发传单")


def test_sounds_are_those_of_pypinyin():
    table = sounds._read_sounds()
    assert len(table) > 6000
    assert {c: s for c, s in table.items() if lazy_pinyin(c) != [s]} == {}


def test_what_sounds_like_a_word_is_written_as_that_word():
    by_sound = sounds.group_words_by_sound(sorted(WORDS))
    assert sounds.replace_by_sound("找家叫和穿单", by_sound) == "找家教和传单"
    assert sounds.replace_by_sound("钟点公", by_sound) == "钟点工"
    for text in ("保安家教", "abc 12", "", "仓库"):
        assert sounds.replace_by_sound(text, by_sound) == text
