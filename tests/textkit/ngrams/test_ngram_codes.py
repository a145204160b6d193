"""The index of the model's codes finds what a search through them finds."""

import numpy as np
import pytest

from textkit.ngrams.ngram_codes import CodeIndex, encode_characters, encode_ngrams


@pytest.mark.parametrize("count", [0, 1, 2, 7, 100, 1_000, 4_095, 4_096, 4_097, 60_000])
def test_each_code_is_found_and_no_other(count):
    chance = np.random.default_rng(count)
    codes = np.unique(chance.integers(0, 1 << 62, count).astype(np.uint64))
    index = CodeIndex(codes)
    assert (index.find_rows(codes) == np.arange(len(codes))).all()
    others = np.setdiff1d(chance.integers(0, 1 << 62, 5_000).astype(np.uint64), codes)
    assert (index.find_rows(others) == len(codes)).all()


def test_codes_that_differ_in_their_last_or_first_bits_only_are_found():
    rows = np.arange(30_000, dtype=np.uint64)
    for codes in (rows, rows << np.uint64(42), rows << np.uint64(21)):
        assert (CodeIndex(codes).find_rows(codes) == np.arange(len(codes))).all()


def test_runs_of_texts_are_found():
    text = "".join(chr(0x4E00 + place * 7 % 3000) for place in range(3000))
    codes = np.unique(np.concatenate(encode_ngrams(encode_characters(text))))
    assert (CodeIndex(codes).find_rows(codes) == np.arange(len(codes))).all()


def test_a_code_that_stands_there_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        CodeIndex(np.zeros(3, np.uint64))
