"""Family names, villages and round sums of a story, which tell a case together."""

import pytest

from textkit.story_names import MOST_NAMES, extract_story_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("家住凤凰县塘坪村的王某被骗5万元", ["王某", "塘坪村", "约5万元"]),
        ("王女士和王某某是一家", ["王某"]),
        ("竹山社区的田先生转了300元、5万余元", ["田某", "竹山社区", "约300元", "约5万元"]),
        ("全村农村行政村驻村干部，返乡、老乡、坐镇、我们村、村民委员会", []),
        ("某女士在某小区被骗", []),
        ("押金380元，涉案2.6亿元", []),  # figures, which weigh by themselves
    ],
)
def test_names_are_read_one_way_however_they_are_written(text, names):
    assert extract_story_names(text) == names


def test_of_a_list_of_names_a_few_are_kept():
    text = "".join(f"{name}某" for name in "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐")
    assert len(extract_story_names(text)) == MOST_NAMES
