"""Patterns that are tried at some places only find what they find when tried at each."""

import random
import re

import pytest

from screening.contacts import (
    addresses,
    app_names,
    calls,
    id_scoring,
    messenger_ids,
    numbers,
    spelled_ids,
)
from screening.facts import discrimination, pay
from screening.linear_model.corpus import read_corpus
from screening.reading import folding_words
from screening.reading.folded_text import FoldedText
from screening.reading.word_file import Scanner
from screening.rules import denial

SCANNERS = {
    f"{module.__name__}.{name}": scanner
    for module in (addresses, app_names, calls, folding_words, pay)
    for name, scanner in vars(module).items()
    if isinstance(scanner, Scanner)
}
SCANNERS |= {read.__name__: scanner for scanner, read in spelled_ids._READERS}
SCANNERS |= {name: scanner for scanner, name in calls._CALLS}
PIECES = (
    "微信 vx abc_2024 q12345 id88888 uid1234567 一三八零零 13800138000 138-0013-8000 +86 138 日赚 300 元 "
    "每单5元 一天 200块 www.a.cn t.me/abc http://a.cn/b hr@163.com 网易邮箱 wei xin 微💗信 q.q 纸飞机 "
    "扫码进群 <手机号> l_i_n 0 3 2 1 _ . - x o 亻言 唯芯 同微信 全拼加上123 押💰"
).split(" ")


@pytest.fixture(scope="module")
def texts():
    chance = random.Random(4)
    mixed = ["".join(chance.choices([*PIECES, *"，。 \n/*"], k=60)) for _ in range(300)]
    # The mixed ones are not folded: folding finds its own in what it reads.
    spaced = ["加我 lulu ab 88 66 找活"]
    return [FoldedText(text.text).text for text in read_corpus()[::60]] + mixed + spaced


@pytest.mark.parametrize("name", SCANNERS)
def test_a_scanner_finds_what_its_pattern_finds(name, texts):
    scanner, match_count = SCANNERS[name], 0
    for text in texts:
        spans = [match.span() for match in scanner.pattern.finditer(text)]
        assert [match.span() for match in scanner.finditer(text)] == spans
        match_count += len(spans)
    assert match_count, "no text shows that it finds anything"


@pytest.mark.parametrize(
    ("scanner", "sign"), [(pay._RATE, pay._RATE_SIGN), (pay._TASK, pay._TASK_SIGN)]
)
def test_figures_far_from_a_sign_are_no_claims(scanner, sign, texts):
    for text in texts:
        near = [match.span() for match in pay._find_near(scanner, sign, text)]
        assert near == [match.span() for match in scanner.pattern.finditer(text)]


def test_figures_far_from_a_sign_are_no_ages(texts):
    scanner, age_count = discrimination.KINDS["age"].scanner, 0
    for text in texts:
        ages = [match.span() for match in scanner.pattern.finditer(text)]
        assert [match.span() for match in discrimination._find_ages(text)] == ages
        age_count += len(ages)
    assert age_count


def test_names_are_sounded_out_only_where_two_sounds_follow_each_other(texts):
    name_count = 0
    for text in texts:
        names = [*app_names._BY_SOUND.find_names(text.translate(app_names._TO_SYLLABLES))]
        places = app_names._list_sounding_places(text)
        assert [*app_names._find_sounding(text, places)] == names
        name_count += len(names)
    assert name_count


def test_names_begin_only_where_they_are_looked_for(texts):
    table = app_names._BY_LOOK
    for text in texts:
        done, names = 0, []
        for place in range(len(text)):
            if place >= done and (name := table.match_name(text, place)):
                names.append(name)
                done = name.end
        assert [*table.find_names(text)] == names


WORD_FILES = {
    module.__name__: module._FILE
    for module in (
        addresses, calls, denial, discrimination, folding_words, id_scoring, numbers, pay, messenger_ids, spelled_ids,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", WORD_FILES)
def test_no_alternative_is_torn_at_a_blank(name):
    """`[^,\\n]` with a real line break in it falls into two, which may well be a pattern together."""
    file = WORD_FILES[name]
    for entry, content in file._entries.items():
        for alternative in () if isinstance(content, dict) else file._list_alternatives(entry):
            try:
                re.compile(alternative)
            except re.PatternError as error:
                pytest.fail(f"{entry}: {alternative[:60]!r} {error}")
