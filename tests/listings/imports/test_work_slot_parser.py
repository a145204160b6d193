"""Bulk upload: the words people have for hours."""

import pytest

from listings.imports.cell_parsers import CellUnreadable
from listings.imports.work_slot_parser import parse_slot_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ""),
        ("时间不限", ""),
        ("周六上午", "6m"),
        ("周六、周日上午", "6m 7m"),
        ("星期天晚上", "7e"),
        ("周末全天", "6m 6a 6e 7m 7a 7e"),
        ("周六", "6m 6a 6e"),
        ("周六全天、夜间", "6m 6a 6e 6n"),
        ("周一至周三晚上", "1e 2e 3e"),
        ("周五到周一 下午", "1a 5a 6a 7a"),
        ("每天夜间", "1n 2n 3n 4n 5n 6n 7n"),
        ("周一三五上午", "1m 3m 5m"),
        ("周六上午；周日下午、晚上", "6m 7a 7e"),
        ("工作日晚上", "1e 2e 3e 4e 5e"),
        ("下午", "1a 2a 3a 4a 5a 6a 7a"),
    ],
)
def test_hours_are_read(text, codes):
    assert parse_slot_codes(text) == codes.split()


@pytest.mark.parametrize("text", ["看心情", "周六上午看情况", "9点到5点", "周八"])
def test_hours_that_are_none_are_said_to_be_so(text):
    with pytest.raises(CellUnreadable):
        parse_slot_codes(text)
