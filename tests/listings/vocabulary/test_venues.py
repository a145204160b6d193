"""Which words name a venue for adults as the place of the work, and which only come near one."""

import pytest

from listings.choices import Venue
from listings.imports.cell_parsers import CellUnreadable
from listings.imports.row_parser import READERS
from listings.vocabulary.venues import find_named_venue
from tests.linear_time import is_linear


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ("酒吧服务员", Venue.BAR),
        ("清吧驻唱", Venue.BAR),
        ("ＫＴＶ 包厢服务员", Venue.KTV),
        ("K T V 前台", Venue.KTV),
        ("在KTV门口迎宾", Venue.KTV),
        ("为KTV招包厢服务员", Venue.KTV),
        ("KTV服务员有经验优先", Venue.KTV),
        ("楼下KTV招服务员", Venue.KTV),
        ("夜场服务员日结", Venue.KTV),
        ("夜总会服务生", Venue.KTV),
        ("迪厅气氛组", Venue.KTV),
        ("在网吧收银，打扫卫生。", Venue.NET_CAFE),
        ("周六晚上网吧收银", Venue.NET_CAFE),
        ("网咖网管", Venue.NET_CAFE),
        ("电竞馆前台", Venue.NET_CAFE),
        ("足浴店前台接待", Venue.BATH),
        ("足疗店保洁", Venue.BATH),
        ("洗浴中心搓澡", Venue.BATH),
        ("养生会所前台", Venue.BATH),
        ("棋牌室看店", Venue.CARD_ROOM),
        ("麻将馆端茶倒水", Venue.CARD_ROOM),
        ("没有夜场经验也能做，酒吧端盘子", Venue.BAR),
    ],
)
def test_the_place_of_the_work_is_found(text, venue):
    assert find_named_venue([text]).venue == venue


@pytest.mark.parametrize(
    "text",
    [
        "KTV 旁边的奶茶店",
        "网吧隔壁的早餐店",
        "在酒吧对面的烧烤摊帮忙",
        "对面是KTV，很好找",
        "旁边有个棋牌室",
        "给酒吧送酒水的司机",
        "往KTV、酒吧配送冰块",
        "配送酒水到KTV",
        "向网吧推销饮料",
        "到各网吧张贴海报",
        "KTV门口发传单",
        "KTV音响安装学徒",
        "酒吧装修小工",
        "超市足浴盆促销员",
        "洗浴用品导购",
        "棋牌游戏测试",
        "正规餐厅，不是KTV",
        "非夜场，正规服务员",
        "不去酒吧，不陪酒",
        "夜场、KTV勿扰",
        "有酒吧工作经验优先",
        "电影夜场检票",
        "滑雪场夜场教练",
        "酒吧街口的奶茶店店员",
        "月子会所保洁",
        "健身会所前台",
        "社会所需的志愿者",
        "协会所在地发传单",
        "下班一起喝酒吧",
        "收工还能上网吧",
        "吧台收银",
    ],
)
def test_what_only_comes_near_one_is_left(text):
    assert find_named_venue([text]) is None


def test_the_first_text_that_names_one_counts():
    named = find_named_venue(["周末服务员", "KTV 旁边", "", "ktv 三楼"])
    assert (named.venue, named.words) == (Venue.KTV, "KTV")


@pytest.mark.parametrize("piece", ["给酒吧送酒水", "ktv旁", "会所在地", "不是酒 吧\n", "上网吧"])
def test_a_long_text_is_read_in_linear_time(piece):
    assert is_linear(lambda text: find_named_venue([text]), piece)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("普通场所", ""),
        ("酒吧", "bar"),
        ("ＫＴＶ", "ktv"),
        ("KTV·歌舞厅", "ktv"),
        ("网咖", "net_cafe"),
        ("足浴店", "bath"),
        ("麻将馆", "card_room"),
        ("其他娱乐场所", "other"),
    ],
)
def test_cells_are_read_as_people_write_them(cell, code):
    parse, empty = READERS["venue"]
    assert (parse(cell), empty) == (code, "")


@pytest.mark.parametrize("cell", ["写字楼", "？", "ordinary"])
def test_a_cell_of_other_words_is_not_taken_for_the_ordinary_place(cell):
    with pytest.raises(CellUnreadable):
        READERS["venue"][0](cell)
