"""Phone numbers as people write them."""

import pytest

from sitekit.forms.phone_numbers import format_phone, mask_phone, normalise_phone


@pytest.mark.parametrize(
    "written",
    [
        *("13800138000", " 138 0013 8000 ", "138-0013-8000", "+8613800138000", "008613800138000"),
        *(
            "+86 138 0013 8000",
            "１３８００１３８０００",
            "＋８６１３８００１３８０００",
            "8613800138000",
        ),
    ],
)
def test_any_way_of_writing_is_one_number(written):
    assert normalise_phone(written) == "+8613800138000"


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "1380013800", "138001380001", "abc", "手机", "12800138000", "+", "+86", "110"),
        *("' OR 1=1 --", "<b>13800138000</b>x", "1" * 5000, "+999999999999", "😀", "\0"),
        *("13800138000;ext=5", "138001380a0"),
    ],
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError, match=r"手机号|座机"):
        normalise_phone(written)


def test_a_landline_gets_no_messages():
    with pytest.raises(ValueError, match="座机"):
        normalise_phone("0743-8222222")


def test_a_number_from_abroad_needs_its_country():
    assert normalise_phone("+852 5123 4567") == "+85251234567"
    with pytest.raises(ValueError, match="手机号"):
        normalise_phone("5123 4567")


@pytest.mark.parametrize(
    ("kept", "shown", "masked"),
    [
        ("+8613800138000", "138 0013 8000", "138 **** 8000"),
        ("+85251234567", "+852 5123 4567", "+852 **** 4567"),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_a_number_is_shown_in_groups(kept, shown, masked):
    assert format_phone(kept) == shown
    assert mask_phone(kept) == masked
