"""The directory as it is built: codes, levels, pinyin, slugs, the hot names in their order."""

from collections import Counter
from pathlib import Path

import pytest

from cities.directory import regions
from cities.directory.form_fields import PlaceField, suggest_places
from tools.places.slugs import RESERVED

pytestmark = pytest.mark.django_db

HOT = Path("cities/data/hot_cities.txt")


def get_single_region(name, within=None):
    matching = [
        r
        for r in regions.list_regions_by_name(name)
        if within is None or r.adcode // 10000 == within
    ]
    assert len(matching) == 1, f"{name}: {matching}"
    return matching[0]


def test_there_are_34_provinces():
    assert len(regions.list_provinces()) == 34


def test_every_place_below_a_province_has_its_parent_one_or_two_levels_up():
    for region in regions.list_regions():
        if region.level == "province":
            assert region.parent_id is None
        elif region.level == "city":
            assert region.parent.level == "province"
        else:
            assert region.parent.level in ("city", "province")


@pytest.mark.parametrize("name", ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"])
def test_rows_that_only_stand_for_a_level_are_no_places(name):
    assert regions.list_regions_by_name(name) == []


def test_development_zones_and_towns_are_no_places():
    zones = [r for r in regions.list_regions() if not r.own_code and 71 <= r.adcode % 100 <= 79]
    assert zones == []
    assert max(r.adcode for r in regions.list_regions()) < 1_000_000


@pytest.mark.parametrize("name", ["东莞", "中山市", "儋州", "嘉峪关"])
def test_four_cities_have_no_counties(name):
    city = next(r for r in regions.list_regions_by_name(name) if r.level == "city")
    assert regions.get_region_children(city) == []


@pytest.mark.parametrize(
    ("name", "province"), [("济源", "河南"), ("仙桃", "湖北"), ("文昌", "海南"), ("石河子", "新疆")]
)
def test_what_a_province_runs_directly_has_the_province_above_it(name, province):
    region = get_single_region(name)
    assert region.parent.short_name == province
    assert regions.get_city(region) == region
    assert regions.get_region_site(region) == region


@pytest.mark.parametrize(
    ("slug", "code"),
    [
        ("luan", 341500),
        ("xiamen", 350200),
        ("chongqing", 500000),
        ("changzhi", 140400),
        ("lishui", 331100),
        ("yuxian", 130726),
        ("chaoyang", 211300),
        ("taizhou", 321200),
        ("taizhou-zhejiang", 331000),
        ("jilin", 220200),
        ("jilin-sheng", 220000),
        ("hainan", 460000),
        ("shanxi", 140000),
        ("shaanxi", 610000),
        ("xiangxi", 433100),
        ("changshaxian", 430121),
    ],
)
def test_the_plain_slug_goes_to_the_best_known_place(slug, code):
    assert regions.get_region_by_slug(slug).adcode == code


@pytest.mark.parametrize(
    "pair",
    ["台州 泰州", "宜春 伊春", "福州 抚州", "苏州 宿州", "榆林 玉林"],
)
def test_cities_that_sound_alike_have_addresses_of_their_own(pair):
    first, second = (
        next(r for r in regions.list_regions_by_name(n) if r.level == "city") for n in pair.split()
    )
    assert first.pinyin == second.pinyin
    assert first.slug != second.slug


def test_all_slugs_differ_and_none_is_the_address_of_a_page():
    slugs = Counter(r.slug for r in [*regions.list_regions(), *regions.list_retired_regions()])
    assert [slug for slug, times in slugs.items() if times > 1] == []
    assert not RESERVED & set(slugs)


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("六安市", "lu an"),
        ("蔚县", "yu xian"),
        ("厦门市", "xia men"),
        ("漯河市", "luo he"),
        ("闵行区", "min hang"),
        ("宕昌县", "tan chang"),
        ("乐都区", "le du"),
        ("略阳县", "lue yang"),
        ("湘西土家族苗族自治州", "xiang xi"),
        ("浦东新区", "pu dong xin qu"),
    ],
)
def test_names_are_read_as_people_there_read_them(name, pinyin):
    assert get_single_region(name).pinyin == pinyin


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("湘西土家族苗族自治州", "湘西"),
        ("双江拉祜族佤族布朗族傣族自治县", "双江"),
        ("万柏林区", "万柏林"),
        ("神农架林区", "神农架"),
        ("管城回族区", "管城"),
        ("长沙县", "长沙县"),
        ("恩施市", "恩施市"),
        ("伊宁县", "伊宁县"),
        ("伊宁市", "伊宁"),
        ("广西壮族自治区", "广西"),
    ],
)
def test_short_names_are_what_people_say(name, short):
    assert get_single_region(name).short_name == short


def test_the_286_hot_names_stand_in_their_order():
    listed = HOT.read_text(encoding="utf-8").split()
    assert [r.hot_name for r in regions.list_hot_regions()] == listed
    assert [r.hot_rank for r in regions.list_hot_regions()] == list(range(1, 287))


@pytest.mark.parametrize(
    ("listed", "name"),
    [
        ("吉林", "吉林市"),
        ("朝阳", "朝阳市"),
        ("海南", "海南省"),
        ("襄樊", "襄阳市"),
        ("绍兴县", "柯桥区"),
        ("双流", "双流区"),
        ("增城", "增城区"),
        ("富阳", "富阳区"),
        ("上虞", "上虞区"),
        ("长乐", "长乐区"),
        ("香港", "香港特别行政区"),
        ("台湾", "台湾省"),
        ("伊犁", "伊犁哈萨克自治州"),
        ("长沙县", "长沙县"),
    ],
)
def test_a_hot_name_means_the_right_place(listed, name):
    assert next(r for r in regions.list_hot_regions() if r.hot_name == listed).name == name


@pytest.mark.parametrize(
    ("former", "heir"),
    [
        ("襄樊市", "襄阳市"),
        ("绍兴县", "柯桥区"),
        ("双流县", "双流区"),
        ("增城市", "增城区"),
        ("富阳市", "富阳区"),
        ("上虞市", "上虞区"),
        ("长乐市", "长乐区"),
        ("闸北区", "静安区"),
        ("宣武区", "西城区"),
        ("南汇区", "浦东新区"),
        ("璧山县", "璧山区"),
        ("思茅市", "普洱市"),
        ("九江县", "柴桑区"),
        ("横县", "横州市"),
    ],
)
def test_a_former_name_leads_to_the_place_that_took_over(former, heir):
    assert get_single_region(former).name == heir


def test_below_hong_kong_macao_and_taiwan_the_codes_are_ours_and_marked_so():
    for region in regions.list_regions():
        beyond = region.adcode // 10000 in (71, 81, 82)
        assert region.own_code == (beyond and region.level != "province"), region


def test_only_districts_of_taiwan_and_a_new_town_lack_a_point():
    lacking = [r for r in regions.list_regions() if r.lng is None and r.adcode // 10000 != 71]
    assert [r.name for r in lacking] == ["白杨市"]
    assert all(r.lng for r in regions.list_regions() if r.level != "district")


def test_what_forms_suggest_they_take():
    for place, name in zip(hot := regions.list_hot_regions(), suggest_places(hot), strict=True):
        assert PlaceField().clean(name) == place
