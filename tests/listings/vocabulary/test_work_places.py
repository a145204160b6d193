import pytest

from cities.directory.points import Point
from cities.directory.regions import get_region_by_slug
from listings.vocabulary.work_places import (
    PlaceUnreadable,
    WorkPlace,
    normalise_coordinates,
    normalise_further_places,
    read_further_places,
    strip_coordinates,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("city", "typed", "stored"),
    [
        ("jishou", "凤凰县 虹桥中路 12 号", "凤凰县 虹桥中路 12 号"),
        ("jishou", "凤凰虹桥中路12号", "凤凰县 虹桥中路12号"),
        ("jishou", "湖南省湘西土家族苗族自治州 凤凰县，虹桥中路", "凤凰县 虹桥中路"),
        ("xiangxi", "吉首市 人民北路\n\n 花垣县  边城大道 ", "吉首市 人民北路\n花垣县 边城大道"),
        ("jishou", "凤凰县 虹桥中路；凤凰县 虹桥中路", "凤凰县 虹桥中路"),
        ("jishou", "凤凰县 古城 27.94800,109.59950", "凤凰县 古城 109.59950,27.94800"),
        ("yuelu", "长沙县 星沙大道", "长沙县 星沙大道"),
        ("yuelu", "长沙市长沙县星沙大道", "长沙县 星沙大道"),
        ("yuelu", "长沙市 五一大道", "长沙市 五一大道"),
        ("beijing", "北京市朝阳区 建国路", "朝阳区 建国路"),
        ("dongguan", "东莞 鸿福路", "东莞市 鸿福路"),
        ("jishou", "", ""),
    ],
)
def test_lines_are_stored_in_one_spelling_and_read_back(city, typed, stored):
    main = get_region_by_slug(city)
    assert normalise_further_places(typed, main) == stored
    assert normalise_further_places(stored, main) == stored
    assert "\n".join(place.line for place in read_further_places(stored, main)) == stored


@pytest.mark.parametrize(
    ("city", "typed", "message"),
    [
        ("jishou", "岳麓区 麓山南路", "认不出湘西的区县"),
        ("jishou", "凤凰县", "只有区县"),
        ("jishou", "凤凰县 109.59950,27.94800", "只有区县"),
        ("jishou", "凤凰县 古城 116.40739,39.90421", "公里，请再看一遍"),
        ("jishou", "\n".join(f"凤凰县 虹桥中路 {n} 号" for n in range(5)), "最多写 5 个地点"),
        ("hunan", "凤凰县 虹桥中路", "先把上面的地区写到城市或区县"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(city, typed, message):
    with pytest.raises(PlaceUnreadable, match=message):
        normalise_further_places(typed, get_region_by_slug(city))


def test_coordinates_must_lie_about_where_the_address_does():
    jishou = get_region_by_slug("jishou")
    assert normalise_coordinates(" 28.3116，109.7389 ", jishou) == "109.73890,28.31160"
    assert normalise_coordinates("", jishou) == ""
    with pytest.raises(PlaceUnreadable, match="写得不对"):
        normalise_coordinates("乾州", jishou)
    with pytest.raises(PlaceUnreadable, match="离吉首市有"):
        normalise_coordinates("116.40739,39.90421", jishou)


def test_a_county_is_placed_at_its_centre_and_a_city_nowhere():
    jishou, xiangxi = get_region_by_slug("jishou"), get_region_by_slug("xiangxi")
    assert WorkPlace(jishou, "人民北路").location.is_exact is False
    assert WorkPlace(xiangxi, "人民北路").location is None
    exact = WorkPlace(xiangxi, "人民北路", Point(28.3, 109.7)).location
    assert (exact.point, exact.is_exact) == (Point(28.3, 109.7), True)


def test_screening_reads_no_coordinates():
    text = "凤凰县 古城 109.59950,27.94800\n花垣县 边城大道 8 号"
    assert strip_coordinates(text) == "凤凰县 古城\n花垣县 边城大道 8 号"
