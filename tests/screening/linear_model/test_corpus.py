"""The corpus: well-formed, of many schemes and authors, and nothing twice."""

from collections import Counter
from itertools import pairwise

import pytest

from screening.forbidden_work import load_forbidden_work
from screening.fraud_types import is_fraud_type
from screening.linear_model.corpus import (
    FORBIDDEN,
    HONEST,
    SCAM,
    CorpusError,
    compose_ads,
    read_corpus,
    read_corpus_file,
)

TEXTS = read_corpus()
REGISTERS = {"board_ad", "sms", "chat", "group_post", "one_liner", "hr_polite", "company_ad"}


def test_it_is_large_enough_and_of_many_schemes():
    labels = Counter(text.label for text in TEXTS)
    assert labels[SCAM] >= 1000 and labels[HONEST] >= 1000
    assert len({text.scheme for text in TEXTS if text.label == SCAM}) >= 35
    assert {text.register for text in TEXTS} == REGISTERS
    assert len({text.author for text in TEXTS}) >= 10


def test_every_kind_is_known():
    for text in TEXTS:
        if text.label == SCAM:
            assert is_fraud_type(text.kind), text
        elif text.label == FORBIDDEN:
            assert text.kind in load_forbidden_work(), text
        else:
            assert not text.kind or is_fraud_type(text.kind) or text.kind in load_forbidden_work()


# Short lines that two writers of test batches wrote alike; the batches are kept as they were measured.
TWICE = {"谁跟我换周日早班", "夜班还缺人不"}


def test_no_text_stands_there_twice():
    numbers = Counter(text.text for text in TEXTS)
    assert {text for text, number in numbers.items() if number > 1} == TWICE


def test_each_kind_of_forbidden_work_has_twenty_texts_each_way():
    numbers = Counter((text.label, text.kind) for text in TEXTS)
    for kind in load_forbidden_work():
        assert numbers[FORBIDDEN, kind] >= 20
        assert numbers[HONEST, kind] >= 20


def test_long_honest_ads_are_of_forty_trades_and_always_the_same():
    ads = compose_ads()
    assert len({ad.scheme for ad in ads}) >= 40
    assert ads == compose_ads()
    lengths = sorted(len(ad.text) for ad in ads if ad.register == "long_ad")
    assert lengths[len(lengths) // 2] >= 150
    assert all(text.text != other.text for text, other in pairwise(ads))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("文字", "line 1: a text before"),
        ("== scam upfront_fee x\n文字", "line 1: not LABEL"),
        ("== scam a b sms\n甲\n== spam a b sms", "line 3: not LABEL"),
    ],
)
def test_a_faulty_file_is_named_with_its_line(tmp_path, written, words):
    path = tmp_path / "someone.txt"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(CorpusError, match=f"someone.txt, {words}"):
        list(read_corpus_file(path))


def test_a_line_is_a_text_under_its_heading(tmp_path):
    path = tmp_path / "someone.txt"
    path.write_text("# remark\n== honest none tutor sms\n甲\\n乙\n\n丙\n", encoding="utf-8")
    first, second = read_corpus_file(path)
    assert (first.text, first.label, first.kind, first.author) == ("甲\n乙", HONEST, "", "someone")
    assert second.text == "丙"
