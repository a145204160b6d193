"""Names that stand for a place, and names that do not, in sentences as news and alerts have them."""

import pytest

from cities.directory.gazetteer import find_places
from cities.directory.regions import get_region

pytestmark = pytest.mark.django_db


def list_place_names(text):
    names = (get_region(hit.adcode).name for hit in find_places(text))
    return list(dict.fromkeys(names))


@pytest.mark.parametrize(
    "text",
    [
        # ordinary words
        "这是一个朝阳产业，投的人很多",
        "迎着朝阳出门，骗子也出门了",
        "大家和平共处，长安街上灯火通明",
        "骗子手法高明，话术一套接一套",
        "他夸下海口，说一天能挣五百",
        "主城区、老城区和开发区都要招人",
        "鼓楼下集合，发完传单当天结钱",
        "骗子成功得手后把人拉黑",
        "比如先返十块，再要一千",
        "收到的货未开封，客服却要你先退款",
        "追加投资白银期货，账户一夜清零",
        "全州公安机关开展集中宣传",
        "长子在外打工，次子在家带娃",
        "他喜欢玩德州扑克，输了就去借钱",
        "东方既白，兼职的学生还没睡",
        "长白山的人参，不会九块九包邮",
        "同心协力，共和国的英雄",
        "货物从出海口运走，没有人签字",
        "给店里的生意加点动力",
        # firms
        "他自称海南航空的客服，说航班取消了",
        "冒充南京银行的工作人员来电话",
        "说是北京同仁堂的药，其实是面粉",
        "湖南卫视的节目中奖短信是假的",
        "合同上盖的是杭州某购网络科技有限公司的章",
        "收款方是字节（北京）科技有限公司",
        # persons
        "李四川说，他一共转了三次账",
        "受害人王海南至今没有拿到钱",
        "记者张湖南摄",
        # streets and houses
        "南京路和中山大道的门店都要人",
        "面试地点在福州路二楼，先交体检费",
        "湖南大厦十二层的公司已经人去楼空",
        "到上海酒店门口集合",
        # papers
        "据湖南日报，暑期骗局进入高发期",
        "北京青年报记者体验了三天",
        "湘西网讯 三名学生被骗",
        "河北新闻网记者走访了中介一条街",
        "南方都市报的一篇调查",
        # what nobody meant
        "张家的孩子在港口做暑假工",
        "大连续剧群演招募是假的",
        "玉树临风的男主播，其实是团伙",
    ],
)
def test_a_trap_is_no_place(text):
    assert list_place_names(text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("吉首警方打掉一个刷单窝点", ["吉首市"]),
        ("保靖一女子做兼职被骗", ["保靖县"]),
        ("人在吉首，钱去了境外", ["吉首市"]),
        ("保靖举办培训。保靖县人社局讲了押金的事", ["保靖县"]),
        ("湘西网警提醒：先交钱的都是骗", ["湘西土家族苗族自治州"]),
        ("湘西网友、湖南网民都收到了短信", ["湘西土家族苗族自治州", "湖南省"]),
        ("张家港招普工，张家界招讲解员", ["张家港市", "张家界市"]),
        ("北京市民王女士报了警", ["北京市"]),
        ("湖南大学生暑期打工要留心", ["湖南省"]),
        ("广东人、四川话都被骗子拿来套近乎", ["广东省", "四川省"]),
        ("沈阳和平区一中介关门跑路", ["沈阳市", "和平区"]),
        ("天津 和平 招服务员", ["天津市", "和平区"]),
        ("长沙岳麓、雨花都有人上当", ["长沙市", "岳麓区", "雨花区"]),
        ("辽宁朝阳警方通报", ["辽宁省", "朝阳市"]),
        ("白银市公安局破获一案", ["白银市"]),
        ("佛山高明一工厂拖欠工资", ["佛山市", "高明区"]),
        ("河北省公安厅在石家庄发布", ["河北省", "石家庄市"]),
        ("湖南湘西凤凰古城招摄影助理", ["湖南省", "湘西土家族苗族自治州", "凤凰县"]),
        ("海口警方在海南全省收网", ["海口市", "海南省"]),
        ("南京市玄武区人民法院判了", ["南京市", "玄武区"]),
        ("从长沙到湘西的班车上有人发传单", ["长沙市", "湘西土家族苗族自治州"]),
    ],
)
def test_a_place_is_found_among_its_traps(text, places):
    assert list_place_names(text) == places


def test_a_province_alone_does_not_lend_itself_to_ordinary_names():
    assert list_place_names("湖南有个芙蓉人才计划，凤凰传奇来唱歌") == ["湖南省"]


def test_short_names_are_supported_by_the_place_above_them_and_by_no_neighbour():
    assert list_place_names("湘西州吉首、保靖、花垣都有案子") == [
        "湘西土家族苗族自治州",
        "吉首市",
        "保靖县",
        "花垣县",
    ]
    assert list_place_names("吉首市和保靖都有案子。花垣也有") == ["吉首市"]
