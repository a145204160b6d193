from hypothesis import given
from hypothesis import strategies as st

from listings.vocabulary.work_slots import ALL_SLOTS, decode_slots, describe_slots, encode_slots


@given(st.integers(0, ALL_SLOTS))
def test_codes_come_back_as_the_same_number(value):
    assert encode_slots(decode_slots(value)) == value


def test_words_join_days_with_the_same_parts():
    assert describe_slots(0) == "时间不限"
    assert describe_slots(ALL_SLOTS) == "每天 全天和夜间"
    assert describe_slots(encode_slots(["6m", "6a", "6e"])) == "周六 全天"
    assert describe_slots(encode_slots(["6a", "7a"])) == "周六、周日 下午"
    assert describe_slots(encode_slots(["1e", "2e", "3e", "4e", "5e"])) == "周一至周五 晚上"
    assert describe_slots(encode_slots(["1m", "6a"])) == "周一 上午；周六 下午"


def test_unknown_codes_are_left_out():
    assert encode_slots(["8a", "6x", "", "6aa", "６a"]) == 0
