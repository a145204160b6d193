"""The one way to give an article its places: the enclosing ones are stored with it."""

from cities.directory.regions import get_region, get_region_ancestors
from news.models import Article, ArticleRegion


def set_places(article, regions):
    """Make `regions` the places the article is about; run it inside a transaction."""
    regions = [_in_use(region) for region in regions]
    named = {region.adcode for region in regions}
    rows = {
        place.adcode: place.adcode in named
        for region in regions
        for place in get_region_ancestors(region)
    }
    if not article.national:
        article.places.exclude(region_id__in=rows).delete()
    ArticleRegion.objects.bulk_create(
        rows_of(article, rows),
        update_conflicts=True,
        update_fields=["named", *article.repeated()],
        unique_fields=["article", "region"],
    )
    if article.national != (not rows):
        article.national = not rows
        Article.objects.filter(pk=article.pk).update(national=article.national)


def rows_of(article, places):
    """Rows to be written, of {code: whether it is named}."""
    repeated = article.repeated()
    return [
        ArticleRegion(article=article, region_id=code, named=named, **repeated)
        for code, named in places.items()
    ]


def _in_use(region):
    """The place that took over, for a name out of use."""
    while region.successor_id is not None:
        region = get_region(region.successor_id)
    return region
