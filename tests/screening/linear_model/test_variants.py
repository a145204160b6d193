"""Texts of the corpus once more: which ones, and what stands in them."""

import random

import pytest

from screening.linear_model.corpus import FRAGMENTS, HONEST, SCAM, CorpusText
from screening.linear_model.variants import break_lines_at_clauses, insert_signs, make_variants

FILLER = ["周末双休。", "包午餐。", "五险一金。", "带薪年假。", "节日礼品。"]


def make_texts(label, author="a", number=40):
    return [
        CorpusText(f"第{n}条，先交三百再上岗", label, "", "x", "sms", author) for n in range(number)
    ]


@pytest.mark.parametrize("label", [SCAM, HONEST])
def test_some_texts_stand_once_more_between_honest_sentences(label):
    texts = make_texts(label)
    variants = make_variants(texts, FILLER)
    padded = [v for v in variants if any(v.text != t.text and t.text in v.text for t in texts)]
    assert 8 <= len(padded) < len(texts)
    assert any("\n周末双休。" in v.text or v.text.startswith("周末双休。") for v in padded)
    assert {v.label for v in variants} == {label}
    assert variants == make_variants(texts, FILLER)


def test_work_that_may_not_be_offered_and_composed_advertisements_have_no_variants():
    assert make_variants(make_texts("forbidden"), FILLER) == []
    assert make_variants(make_texts(HONEST, author=FRAGMENTS), FILLER) == []


def test_torn_texts_keep_their_characters():
    torn = [v.text for v in make_variants(make_texts(SCAM, number=200), [])]
    assert any("，\n" in text for text in torn)
    assert any(" " in text or "📌" in text for text in torn)
    assert all("先交三百再上岗" in "".join(c for c in t if c not in " 🌟🎈📌\n") for t in torn)


def test_honest_advertisements_are_joined_to_long_ones():
    ads = [CorpusText(f"第{n}家店招人", HONEST, "", "x", "board_ad", "a") for n in range(60)]
    joined = [v.text for v in make_variants(ads, []) if v.text.count("家店招人") > 1]
    assert 6 <= len(joined) <= 30
    assert {text.count("\n") for text in joined} <= {1, 2, 3}


def test_signs_stand_between_chinese_characters_only():
    assert insert_signs("加v信abc", random.Random(1), 1, "*") == "加*v信*abc"
    assert break_lines_at_clauses("工资日结，来；走") == "工资日结，\n来；\n走"
