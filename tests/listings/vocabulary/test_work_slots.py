from hypothesis import given
from hypothesis import strategies as st

from listings.vocabulary import work_slots as slots


@given(st.integers(0, slots.ALL))
def test_codes_come_back_as_the_same_number(value):
    assert slots.encode_slots(slots.decode_slots(value)) == value


def test_words_join_days_with_the_same_parts():
    assert slots.describe_slots(0) == "时间不限"
    assert slots.describe_slots(slots.ALL) == "每天 全天"
    assert slots.describe_slots(slots.encode_slots(["6a", "7a"])) == "周六、周日 下午"
    assert (
        slots.describe_slots(slots.encode_slots(["1e", "2e", "3e", "4e", "5e"]))
        == "周一至周五 晚上"
    )
    assert slots.describe_slots(slots.encode_slots(["1m", "6a"])) == "周一 上午；周六 下午"


def test_unknown_codes_are_left_out():
    assert slots.encode_slots(["8a", "6x", "", "6aa", "６a"]) == 0
