"""Reading a post takes a time that grows with its length, whatever it is made of."""

import datetime
import math

import pytest

from listings.paste_posting.findings import _drop_overlapping
from listings.post_reader import post_text
from listings.post_reader.post_reading import read_post
from tests import linear_time
from tests.daily_tests import mark_each
from textkit.marked_text import MarkSpan

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 28)
# Clauses without end; many places; rows of what a pattern skips; words that can be read in two ways.
PIECES = [
    "，元", "号\n", "元/", "点-", "1、", "：", "1元 ", "的\n", "KTV,", "，在", "在吉首", "在龙山县",
    "吉首市", "湘西州，", "工资", "工资:", "时薪 ", "1元押", "限女，", " ", "\n", "微信 ", "电话(", "周一、",
    "的小伙伴", "的3人", "有意联系", "报名 ", "面议：",
]  # fmt: skip


@pytest.fixture
def short_texts(monkeypatch):
    """Texts of 2,000 and 8,000 characters; of a longer post than is taken nothing is cut off."""
    monkeypatch.setattr(linear_time, "LENGTH", 2_000)
    monkeypatch.setattr(post_text, "LONGEST_POST", 9_000)


@pytest.mark.parametrize("piece", mark_each(4, PIECES))
def test_reading_grows_with_the_post_and_no_faster(piece, place, short_texts):
    home = place("xiangxi")
    assert linear_time.is_linear(lambda text: read_post(f"{text}x", home, TODAY), piece)


def test_marking_what_was_read_compares_each_word_with_few_others():
    class CountedSpan(MarkSpan):
        start_reads = 0

        @property
        def start(self):
            CountedSpan.start_reads += 1
            return self[0]

    spans = [CountedSpan(start, start + 1, 1) for start in range(8_000)]
    assert _drop_overlapping(spans) == spans
    assert CountedSpan.start_reads < len(spans) * 2 * math.log2(len(spans))


def test_places_without_end_are_read(place):
    reading = read_post("吉首市" * 1300, place("xiangxi"), TODAY)
    assert reading.fields["place"].values == ["吉首"]
