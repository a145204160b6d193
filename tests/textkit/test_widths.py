"""Marks, letters and digits are read in one width."""

import pytest

from textkit.widths import fold_widths


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ('[提醒]警方:谨防"刷单",别信!', "【提醒】警方：谨防“刷单”，别信！"),
        ("能退费,押金能要回吗?能.", "能退费，押金能要回吗？能。"),
        ("(记者 王一)他说'好'; ｢走｣､｢停｣｡", "（记者 王一）他说‘好’； 「走」、「停」。"),
        ("１２名ＱＱ用户", "12名QQ用户"),
        # Inside numbers, addresses and foreign words a mark is no Chinese one.
        ("1,730元,12:30前,3.5万", "1,730元，12:30前，3.5万"),
        ("见 http://a.cn/?x=1;b", "见 http://a.cn/?x=1;b"),
        ("Mr. X said: it's", "Mr. X said： it's"),
        # One mark alone opens nothing.
        ('屏幕5"起,"大"促', '屏幕5"起，"大"促'),
        ("", ""),
    ],
)
def test_marks_are_wide_and_letters_narrow(written, folded):
    assert fold_widths(written) == folded
    assert len(folded) == len(written)


def test_a_long_text_is_folded_at_once():
    assert fold_widths(",字" * 100_000) == "，字" * 100_000
