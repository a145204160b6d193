import pytest

from cities.directory.gazetteer import find_places, resolve_place
from cities.directory.regions import get_region

pytestmark = pytest.mark.django_db


def list_place_names(text):
    return [get_region(hit.adcode).name for hit in find_places(text)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("合肥招周末促销", ["合肥市"]),
        ("湘西凤凰县一女子在吉首被骗", ["湘西土家族苗族自治州", "凤凰县", "吉首市"]),
        ("蔚县剪纸厂招人", ["蔚县"]),
        ("北京朝阳区，临时工", ["北京市", "朝阳区"]),
        ("北京朝阳招服务员", ["北京市", "朝阳区"]),
        ("辽宁朝阳招服务员", ["辽宁省", "朝阳市"]),
        ("吉林市船营区", ["吉林市", "船营区"]),
        ("襄樊老店", ["襄阳市"]),
        ("长沙岳麓和长沙县都要人", ["长沙市", "岳麓区", "长沙县"]),
    ],
)
def test_places_named_in_a_text_are_found(text, places):
    assert list_place_names(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "朝阳初升，老城区很和平",
        "凤凰传说",
        "昆山",  # the short name of a county-level place, alone
        "鼓楼区招聘",  # four cities have one
        "三明治店员，大理石台面，长治久安",
        "在阿里巴巴上班",
        "南京路步行街，中山大道，延安西路",
        "欢迎各位来宾，日照充足",
        "",
        "单",
    ],
)
def test_what_only_sounds_like_a_place_is_left_alone(text):
    assert list_place_names(text) == []


def test_an_ordinary_word_needs_its_parent_right_before_it():
    assert list_place_names("石家庄人爱和平") == ["石家庄市"]
    assert list_place_names("天津和平区") == ["天津市", "和平区"]
    assert list_place_names("沈阳 和平 招人") == ["沈阳市", "和平区"]


def test_a_county_name_counts_when_its_parent_is_named_anywhere():
    assert list_place_names("凤凰招人。地点在湖南湘西") == [
        "凤凰县",
        "湖南省",
        "湘西土家族苗族自治州",
    ]


def test_a_hit_says_where_it_stands():
    text = "周末在合肥市发传单"
    hit = find_places(text)[0]
    assert text[hit.start : hit.end] == hit.name == "合肥市"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("安徽省 - 合肥市", "合肥市"),
        ("上海市 - 松江区", "松江区"),
        ("重庆市 - 璧山县", "璧山区"),
        ("重庆市 - 石柱县", "石柱土家族自治县"),
        ("湘西州凤凰县", "凤凰县"),
        ("湖南省湘西土家族苗族自治州吉首市", "吉首市"),
        ("苏州", "苏州市"),
        ("上海市 - 外滩", "上海市"),
        ("吉林省 - 吉林市", "吉林市"),
        ("吉林 - 长春", "长春市"),
        ("江苏省 - 昆山市", "昆山市"),
        ("湖北省 - 襄樊市", "襄阳市"),
        ("北京市 - 北京市 - 朝阳区", "朝阳区"),
        ("广东省/东莞市", "东莞市"),
    ],
)
def test_the_place_of_a_listing_is_read(text, name):
    assert resolve_place(text).name == name


@pytest.mark.parametrize("text", ["", "全国", "不限", " - ", "\0", "火星 - 基地"])
def test_a_text_that_names_no_place_gives_none(text):
    assert resolve_place(text) is None
