"""A process that listens keeps what is set, and obeys a change that another one commits within two seconds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.directory.place_settings import find_place_description
from cities.directory.regions import get_region_by_slug, list_hot_regions
from cities.models import HotCityList, PlaceDescription
from listings.models import CategorySetting
from listings.vocabulary.categories import CATEGORIES
from news.related.pins import RELATED_PINS
from screening.context import Context
from screening.facts.blocked_items import find_blocked_signals
from screening.models import BlockedItem
from sitekit.models import LimitSetting, SiteText
from sitekit.site_settings.limits import DECLARED
from sitekit.site_settings.site_texts import find_current_version
from tests.jobsite.workers import wait_for

pytestmark = pytest.mark.usefixtures("operator_settings", "heard")


def read_settings():
    return (
        int(DECLARED["exports_a_day"]),
        find_current_version("rules"),
        CATEGORIES["flyer"].label,
        len(find_blocked_signals("参加飞鸟计划", Context())),
        len(RELATED_PINS.get()),
        find_place_description(get_region_by_slug("xiangxi")),
        list_hot_regions()[0].slug,
    )


def test_each_setting_is_kept_and_obeyed_when_it_changes():
    assert read_settings() == (3, "2025-12", "传单派发", 0, 0, "", "beijing")
    with CaptureQueriesContext(connection) as captured:
        for _ in range(5):
            read_settings()
    assert len(captured) == 0
    LimitSetting.objects.create(name="exports_a_day", value=5)
    SiteText.objects.create(kind="rules", version="2026-12", body="一", summary="二")
    CategorySetting.objects.create(code="flyer", label="派单")
    BlockedItem.objects.create(kind="word", shown="飞鸟计划", reason="投诉")
    PlaceDescription.objects.create(region=get_region_by_slug("xiangxi"), words="山里的活多")
    HotCityList.objects.create(pk=HotCityList.ONLY, places=[433101])
    expected = (5, "2026-12", "派单", 1, 0, "山里的活多", "jishou")
    wait_for(lambda: read_settings() == expected, "that all are obeyed")
    BlockedItem.objects.all().delete()
    wait_for(lambda: read_settings()[3] == 0, "that the blocked word is free again")
