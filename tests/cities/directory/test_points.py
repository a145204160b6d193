import pytest

from cities.directory.centres import find_nearest_centre, list_centres
from cities.directory.points import Point, measure_km, parse_coordinates
from cities.directory.regions import get_region_by_slug


@pytest.mark.parametrize(
    "text", ["109.7389,28.3116", "28.3116, 109.7389", "（109.7389，28.3116）", " 109.7389 28.3116 "]
)
def test_coordinates_are_read_in_either_order(text):
    assert parse_coordinates(text) == Point(28.3116, 109.7389)
    assert str(parse_coordinates(text)) == "109.73890,28.31160"


@pytest.mark.parametrize(
    "text",
    ["", "吉首", "109.7389", "109.73,28.31", "2.3522,48.8566", "109.7389,109.7389", "28.3116,28.3116",
     "109.7389,28.3116,1.0000", "109.738९,28.3116", "1" * 5000],
)  # fmt: skip
def test_what_is_no_point_in_china_or_too_coarse_is_none(text):
    assert parse_coordinates(text) is None


def test_distances_are_great_circles():
    beijing, shanghai = Point(39.9042, 116.4074), Point(31.2304, 121.4737)
    assert measure_km(beijing, shanghai) == pytest.approx(1067, abs=2)
    assert measure_km(beijing, beijing) == 0


@pytest.mark.django_db
def test_the_nearest_centre_is_a_county_or_a_city_without_any():
    assert find_nearest_centre(Point(28.27, 109.70)).slug == "jishou"
    slugs = {region.slug for region, _point in list_centres()}
    assert {"dongguan", "jishou"} <= slugs
    assert not {"xiangxi", "hunan"} & slugs
    assert get_region_by_slug("fenghuang") in {region for region, _point in list_centres()}
