"""Writes the places of an article; the places that enclose them are stored too."""

from collections.abc import Iterable, Mapping

from cities.directory.regions import get_current_region, get_region_ancestors
from cities.models import Region
from news.models import Article, ArticleRegion


def set_places(article: Article, regions: Iterable[Region]) -> None:
    """Make `regions` the places the article is about; run it inside a transaction.

    A retired region is replaced by the one that succeeded it.
    """
    regions = [get_current_region(region) for region in regions]
    named = {region.adcode for region in regions}
    is_named = {
        place.adcode: place.adcode in named
        for region in regions
        for place in get_region_ancestors(region)
    }
    if not article.national:
        article.places.exclude(region_id__in=is_named).delete()
    ArticleRegion.objects.bulk_create(
        build_place_rows(article, is_named),
        update_conflicts=True,
        update_fields=["named", *article.build_place_columns()],
        unique_fields=["article", "region"],
    )
    if article.national != (not is_named):
        article.national = not is_named
        Article.objects.filter(pk=article.pk).update(national=article.national)


def build_place_rows(article: Article, is_named: Mapping[int, bool]) -> list[ArticleRegion]:
    """Return unsaved rows for {code of a place: whether the text names it}."""
    repeated = article.build_place_columns()
    return [
        ArticleRegion(article=article, region_id=code, named=named, **repeated)
        for code, named in is_named.items()
    ]
