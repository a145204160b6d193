import pytest

from cities.directory.regions import get_region_ancestors, get_region_by_slug
from listings.vocabulary.monograms import (
    BACKGROUND_COLOURS,
    choose_background_number,
    choose_monogram,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "initial"),
    [
        ("乾州清茗茶饮店", "乾"),
        ("凤凰沱江行文旅服务有限公司", "沱"),
        ("湘西凤凰县酉水商贸", "酉"),
        ("凤凰店", "凤"),
        ("人民北路李女士（家长）", "李"),
        ("“老彭”活动搭建队", "老"),
        ("go 健身", "G"),
        ("8 号仓", "8"),
        ("", ""),
        ("……", ""),
    ],
)
def test_the_first_character_after_the_place(name, initial):
    places = get_region_ancestors(get_region_by_slug("fenghuang"))
    assert choose_monogram(name, places) == initial


def test_a_ground_belongs_to_the_employer():
    assert [choose_background_number(number) for number in (None, 4, 5, 5)] == [1, 1, 2, 2]
    assert {choose_background_number(number) for number in range(20)} == set(
        range(1, BACKGROUND_COLOURS + 1)
    )
