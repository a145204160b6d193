"""What the templates need of an article besides its columns, worked out once for all lists."""

from cities.directory.regions import get_region, get_region_ancestors
from sitekit.images.pictures import file_address
from sitekit.web.city_urls import reverse_in_city


def attach_display_fields(articles, city, mark_scope=False):
    """Give each row its address under the city and the names of its places (`with_places`).

    `mark_scope` adds 全省, 全国 and the like, for rows that concern more than the city.
    """
    for article in articles:
        article.href = reverse_in_city("news:article", city, pk=article.pk)
        places = [place for code in article.place_codes if (place := get_region(code))]
        article.place_names = [place.short_name for place in places]
        article.scope = _scope(places, city) if mark_scope else ""
        article.thumb = _thumb(article)
    return articles


def list_city_scopes(city):
    """What the places around the city are called as wholes: 全州、全省和全国."""
    wholes = [_whole(place) for place in get_region_ancestors(city)[1:]]
    return "、".join(wholes) + ("和" if wholes else "") + "全国"


def _thumb(article):
    """The smallest file of the picture of a row of `for_rows`."""
    digest = getattr(article, "hero_digest", None)
    return file_address(digest, article.hero_width, "webp") if digest else ""


def _whole(place):
    return f"全{'地区' if place.name.endswith('地区') else place.name[-1]}"


def _scope(places, city):
    if not places:
        return "全国"
    around = {place.adcode for place in get_region_ancestors(city)} if city else set()
    return next((_whole(place) for place in reversed(places) if place.adcode in around), "")
