import pytest

from textkit.story_facts import (
    MAX_NAMES,
    extract_figures,
    extract_story_names,
    weigh_figure,
)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("涉案金额2.6亿余元，涉及网店3187家", ["2.6亿元", "3187家"]),
        ("累计刷单62.58万单", ["62.58万单"]),
        ("涉案2.6亿！警方打掉一团伙", ["2.6亿元"]),
        ("26000万元 260,000,000元 2.60亿元 ２.6亿元", ["2.6亿元"]),
        ("损失38500元", ["3.85万元"]),
        ("被骗三次，共4.26万余元人民币", ["4.26万元"]),
        ("追回2,731元", ["2731元"]),
        ("1.2千亿元，1.5万亿元，一共27百亿元", ["1200亿元", "15000亿元", "2700亿元"]),
    ],
)
def test_figures_have_one_spelling(text, figures):
    assert extract_figures(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "2026年6月18日 18:30",
        "今年25岁，高165cm",
        "拨打96110或者12381",
        "客服热线4008001234",
        "先返1000元，再交5000元、20000元、300万元",
        "抓获23名，涉案12人",
        "同比下降12.5%",
        "电话13800138000",
        "尾号1234单",
        "第1234名",
        "",
    ],
)
def test_what_stands_in_many_stories_is_no_figure(text):
    assert extract_figures(text) == []


def test_the_longer_a_figure_the_more_it_tells():
    assert [weigh_figure(f) for f in ("3187家", "62.58万单", "2.6亿元", "3.85万元", "1.2万元")] == [
        3,
        3,
        2,
        2,
        1,
    ]
    assert weigh_figure("1314元") == weigh_figure("2980元") == 1  # prices and fees repeat
    assert weigh_figure("不是数字") == 0


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
    assert len(extract_story_names(text)) == MAX_NAMES
