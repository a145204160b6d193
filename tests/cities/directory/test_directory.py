import pytest

from cities.directory import regions
from cities.directory.name_search import find_place_meant, search_places

pytestmark = pytest.mark.django_db


def get_region_of_slug(slug):
    return regions.get_region_by_slug(slug)


def test_after_the_first_use_nothing_is_asked_of_the_database(django_assert_num_queries):
    regions.list_regions()
    with django_assert_num_queries(0):
        region = get_region_of_slug("fenghuang")
        regions.get_region_ancestors(region)
        regions.get_region_children(region.parent)
        regions.list_nearby_cities(region)
        search_places("js")
        assert region.parent.parent.name == "湖南省"


def test_ancestors_begin_with_the_place_itself():
    names = [r.short_name for r in regions.get_region_ancestors(get_region_of_slug("fenghuang"))]
    assert names == ["凤凰", "湘西", "湖南"]


@pytest.mark.parametrize(
    ("code", "site"),
    [
        (433123, 433100),  # 凤凰 → 湘西
        (110105, 110000),  # 北京's 朝阳区 → 北京
        (500153, 500000),  # 荣昌 → 重庆
        (810101, 810000),  # 中西区 → 香港
        (330782, 330782),  # 义乌 is hot
        (429004, 429004),  # 仙桃 stands directly under its province
        (430000, 430000),
        (441900, 441900),
    ],
)
def test_the_site_of_a_place(code, site):
    assert regions.get_region_site(regions.get_region(code)).adcode == site


def test_the_city_of_a_hot_county_is_its_prefecture_and_a_province_has_none():
    assert regions.get_city(regions.get_region(330782)).adcode == 330700
    assert regions.get_city(regions.get_region(430000)) is None
    assert regions.get_city(regions.get_region(310115)).adcode == 310000


def test_children_leave_out_names_no_longer_in_use():
    names = [r.name for r in regions.get_region_children(regions.get_region(310000))]
    assert "静安区" in names
    assert "闸北区" not in names
    assert len(names) == 16


def test_nearby_cities_are_the_nearest_and_never_the_place_itself():
    near = regions.list_nearby_cities(get_region_of_slug("xiangxi"), 5)
    assert {"张家界市", "怀化市"} <= {r.name for r in near}
    assert "湘西土家族苗族自治州" not in {r.name for r in near}
    inside = regions.list_nearby_cities(get_region_of_slug("fenghuang"), 5)
    assert "湘西土家族苗族自治州" not in {r.name for r in inside}


def test_a_place_without_a_point_still_has_neighbours():
    assert regions.list_nearby_cities(
        next(r for r in regions.list_regions() if r.name == "白杨市"), 3
    )


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("湘西", "湘西土家族苗族自治州"),
        ("xiangxi", "湘西土家族苗族自治州"),
        ("Xiang Xi", "湘西土家族苗族自治州"),
        ("吉首", "吉首市"),
        ("jishou", "吉首市"),
        ("襄樊", "襄阳市"),
        ("xiangfan", "襄阳市"),
        ("绍兴县", "柯桥区"),
        ("崇文", "东城区"),
        ("chaoyang", "朝阳市"),
        ("lüliang", "吕梁市"),
        ("湖南凤凰", "凤凰县"),
        ("臺北", "台北市"),
        ("ｂｅｉｊｉｎｇ", "北京市"),
    ],
)
def test_search_puts_the_very_place_first(typed, first):
    assert search_places(typed)[0].name == first


def test_initials_find_every_place_that_has_them():
    assert "湘西" in {r.short_name for r in search_places("xx")}
    assert "吉首" in {r.short_name for r in search_places("js")}


def test_of_equal_matches_those_near_come_first_and_better_ones_before_them():
    assert search_places("js", near_place=get_region_of_slug("xiangxi"))[0].short_name == "吉首"
    assert search_places("js", near_place=get_region_of_slug("fenghuang"))[0].short_name == "吉首"
    assert search_places("js")[0].short_name != "吉首"
    in_hunan = [r.short_name for r in search_places("cs", near_place=get_region_of_slug("xiangxi"))]
    assert in_hunan[0] == "长沙"
    assert search_places("changsha", near_place=get_region_of_slug("xiangxi"))[0].name == "长沙市"
    # as the south says it; elsewhere the equal spelling goes before it
    assert search_places("xianxi", near_place=get_region_of_slug("jishou"))[0].short_name == "湘西"
    assert search_places("xianxi", near_place=get_region_of_slug("beijing"))[0].short_name == "线西"


@pytest.mark.parametrize(
    "typed", ["", "   ", "\0", "-", "%_", "zzzzzz", "没有这个地方吧", "a" * 9000]
)
def test_what_names_no_place_finds_none(typed):
    assert search_places(typed) == []


def test_one_letter_does_not_bring_the_whole_country():
    assert 0 < len(search_places("a")) <= 60


@pytest.mark.parametrize(
    ("typed", "name"),
    [("xianxi", "湘西"), ("cansa", "长沙"), ("sanghai", "上海"), ("zhunyi", "遵义")],
)
def test_a_place_is_found_as_the_south_pronounces_it(typed, name):
    places = search_places(typed)
    assert name in [place.short_name for place in places[:3]]
    meant = find_place_meant(typed, places)
    assert meant is None or meant.short_name == name  # 线西 in Taiwan is not where it leads


@pytest.mark.parametrize(
    ("typed", "name"), [("yangjiang", "阳江"), ("guangzhou", "广州"), ("changsha", "长沙")]
)
def test_a_name_that_is_typed_in_full_leads_there_whatever_sounds_alike(typed, name):
    assert find_place_meant(typed, search_places(typed)).short_name == name
