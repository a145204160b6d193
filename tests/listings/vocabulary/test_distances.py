import pytest

from cities.directory.points import Point
from cities.directory.regions import get_region_by_slug
from listings.vocabulary.distances import (
    Distance,
    format_km,
    format_locations,
    measure_distance,
    parse_locations,
)
from listings.vocabulary.work_places import Location

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("km", "words"),
    [(0, "100 米"), (0.42, "400 米"), (0.949, "900 米"), (0.96, "1 公里"), (1, "1 公里"),
     (2.34, "2.3 公里"), (9.97, "10 公里"), (45.4, "45 公里"), (1234.5, "1,234 公里")],
)  # fmt: skip
def test_a_distance_is_said_no_finer_than_it_is_known(km, words):
    assert format_km(km) == words


def test_how_long_the_way_takes_is_said_where_people_walk_or_ride():
    jishou = get_region_by_slug("jishou")

    def say(km):
        return Distance(jishou, km, is_exact=True).sentence.removeprefix("离吉首市中心")

    assert say(0.5) == "直线约 500 米，步行约 10 分钟"
    assert say(2.3) == "直线约 2.3 公里，步行约 35 分钟，坐公交约 20 分钟"
    assert say(12) == "直线约 12 公里，坐公交约 70 分钟"
    assert say(80) == "直线约 80 公里"


def test_the_centre_of_a_county_is_said_to_be_no_exact_place():
    jishou = get_region_by_slug("jishou")
    assert Distance(jishou, 0.0, is_exact=False).words == "就在吉首"
    assert Distance(jishou, 2.0, is_exact=False).words == "约 5 公里"
    assert Distance(jishou, 43.0, is_exact=False).words == "约 45 公里"
    assert Distance(jishou, 1234.0, is_exact=False).words == "约 1,230 公里"
    for km in (0.0, 43.0):
        assert "对方没有标出具体位置" in Distance(jishou, km, is_exact=False).sentence


def test_the_nearest_of_several_places_counts():
    jishou = get_region_by_slug("jishou")
    far, near = Location(Point(27.948, 109.5995), False), Location(Point(28.262, 109.700), True)
    distance = measure_distance(jishou, [far, near])
    assert distance.is_exact
    assert distance.km < 2
    assert measure_distance(jishou, []) is None


def test_places_stand_in_a_row_to_about_a_hundred_metres():
    places = [Location(Point(28.31164, 109.73891), True), Location(Point(27.948, 109.5995), False)]
    text = format_locations(places)
    assert text.startswith("28.312,109.739;~27.948,109.")
    assert [place.is_exact for place in parse_locations(text)] == [True, False]
    assert parse_locations("x") == parse_locations("") == []
