"""Writes the places of an article; the places that enclose them are stored too."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet

from accounts.staff.scope import StaffScope
from cities.directory.regions import (
    get_current_region,
    get_region_ancestors,
    read_newly_retired_regions,
    require_region,
)
from cities.models import Region
from news.models import Article, ArticleRegion
from sitekit.maintenance.backfills import Backfill, restart_backfill


def set_places(
    article: Article, regions: Iterable[Region], also_shown: Iterable[Region] | None = None
) -> None:
    """Make `regions` the places the article is about; run it inside a transaction.

    The article is also shown in the lists, feeds and related articles of `also_shown`; None keeps the present ones. An
    article about no place is national: it is shown everywhere and has no further places. A retired region is replaced
    by its successor.
    """
    regions = [get_current_region(region) for region in regions]
    if also_shown is None:
        also_shown = [] if article.national else list_also_shown(article)
    others = [get_current_region(region) for region in also_shown] if regions else []
    named, shown = ({region.adcode for region in places} for places in (regions, others))
    is_named = {
        place.adcode: place.adcode in named
        for region in (*regions, *others)
        for place in get_region_ancestors(region)
    }
    if not article.national:
        article.places.exclude(region_id__in=is_named).delete()
    ArticleRegion.objects.bulk_create(
        build_place_rows(article, is_named, shown - named),
        update_conflicts=True,
        update_fields=["named", "also_shown", *article.build_place_columns()],
        unique_fields=["article", "region"],
    )
    if article.national != (not is_named):
        article.national = not is_named
        Article.objects.filter(pk=article.pk).update(national=article.national)


def build_article_scope_condition(scope: StaffScope, path: str = "") -> Q:
    """Return the condition that an article names a place of the scope; `path`, such as `article__`, leads to it.
    Articles without a place are for staff of the whole country."""
    if scope.is_national:
        return Q()
    rows = ArticleRegion.objects.filter(scope.build_condition("region"), named=True)
    return Q(**{f"{path}pk__in": rows.values("article")})


def list_named_codes(article: Article) -> list[int]:
    """Return the codes of the places that the article is about; one query."""
    return list(article.places.filter(named=True).values_list("region_id", flat=True))


def list_also_shown(article: Article) -> list[Region]:
    """Return the further places in which an editor shows the article; one query."""
    codes = article.places.filter(also_shown=True).order_by("region")
    return [require_region(code) for code in codes.values_list("region_id", flat=True)]


def build_place_rows(
    article: Article, is_named: Mapping[int, bool], also_shown: Collection[int] = ()
) -> list[ArticleRegion]:
    """Return unsaved rows for {code of a place: whether the text names it}."""
    repeated = article.build_place_columns()
    return [
        ArticleRegion(
            article=article,
            region_id=code,
            named=named,
            also_shown=code in also_shown,
            **repeated,
        )
        for code, named in is_named.items()
    ]


def move_out_of_retired_places(article_ids: Sequence[int]) -> None:
    """Replace retired places of these articles, which the caller has locked, by their successors."""
    read_newly_retired_regions()
    for article in Article.objects.filter(pk__in=article_ids).defer("body", "text", "bands"):
        set_places(article, [require_region(code) for code in list_named_codes(article)])


def _list_articles_of_retired_places() -> QuerySet[Article]:
    retired = Region.objects.exclude(successor=None)
    return Article.objects.filter(
        pk__in=ArticleRegion.objects.filter(region__in=retired).values("article")
    )


ARTICLE_PLACES = Backfill(
    "资讯的地区换成现在的", 1, _list_articles_of_retired_places, move_out_of_retired_places
)


def move_articles_of_retired_places(**_signal: object) -> None:
    """Receiver of `places_retired`."""
    restart_backfill(ARTICLE_PLACES)
