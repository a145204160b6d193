"""Addresses of pages that each city has, and the nation too."""

import pytest

from cities.directory.regions import get_region_by_slug
from sitekit.web.city_urls import reverse_in_city


@pytest.mark.parametrize(
    ("name", "parts", "path"),
    [
        ("listings:list", {}, "jobs/"),
        ("news:tag", {"tag": "刷单"}, "news/tag/%E5%88%B7%E5%8D%95/"),
        ("safety:governance_csv", {}, "governance.csv"),
    ],
)
def test_a_page_has_an_address_under_each_city_and_a_national_one(db, name, parts, path):
    city = get_region_by_slug("xiangxi")
    assert reverse_in_city(name, city, **parts) == f"/xiangxi/{path}"
    assert reverse_in_city(name, **parts) == f"/{path}"
    assert reverse_in_city(name, None, **parts) == f"/{path}"
