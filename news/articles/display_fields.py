"""Sets what list templates show of an article besides its columns."""

from collections.abc import Sequence

from cities.directory.regions import get_region, get_region_ancestors
from cities.models import Region
from news.models import Article
from sitekit.images.pictures import build_picture_url
from sitekit.web.city_urls import reverse_in_city


def attach_display_fields[Articles: Sequence[Article]](
    articles: Articles, city: Region | None, mark_scope: bool = False
) -> Articles:
    """Set `href` (under the city), `place_names`, `scope` and `thumb` of articles `with_places`.

    `scope` is 全省, 全国 and the like if `mark_scope`, for rows that concern more than the city.
    """
    for article in articles:
        article.href = reverse_in_city("news:article", city, pk=article.pk)
        places = [place for code in article.place_codes if (place := get_region(code))]
        article.place_names = [place.short_name for place in places]
        article.scope = _find_scope(places, city) if mark_scope else ""
        digest = getattr(article, "hero_digest", None)  # of a row of `with_row_columns`
        article.thumb = build_picture_url(digest, article.hero_width, "webp") if digest else ""
    return articles


def describe_city_scopes(city: Region) -> str:
    """Return the names of what encloses the city: 全州、全省和全国."""
    scopes = [_name_scope(place) for place in get_region_ancestors(city)[1:]]
    return "、".join(scopes) + ("和" if scopes else "") + "全国"


def _name_scope(place: Region) -> str:
    return f"全{'地区' if place.name.endswith('地区') else place.name[-1]}"


def _find_scope(places: Sequence[Region], city: Region | None) -> str:
    if not places:
        return "全国"
    around = {place.adcode for place in get_region_ancestors(city)} if city else set()
    return next((_name_scope(place) for place in reversed(places) if place.adcode in around), "")
