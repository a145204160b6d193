"""An article as an entry of a feed."""

from collections.abc import Callable
from html import escape

from django.utils.feedgenerator import SyndicationFeed

from cities.models import Region
from news.models import Article
from sitekit.images.pictures import list_picture_sources, measure_shown_picture
from sitekit.seo.feed_formats import make_addresses_absolute, strip_illegal_xml
from sitekit.web.city_urls import reverse_in_city


def add_feed_article(
    feed: SyndicationFeed, article: Article, absolute: Callable[[str], str], city: Region | None
) -> None:
    """`absolute` makes a path an address. The id is the same in every city's feed."""
    canonical = absolute(article.get_absolute_url())
    categories = [(article.kind, article.get_kind_display())]
    if article.fraud_name:
        categories.append((article.fraud_type, article.fraud_name))
    categories += [(name, name) for name in article.tag_names]
    summary = strip_illegal_xml(article.excerpt)
    feed.add_item(
        strip_illegal_xml(article.title),
        absolute(reverse_in_city("news:article", city, pk=article.pk)),
        escape(summary),  # Django says that it is HTML
        unique_id=canonical,
        author_name=strip_illegal_xml(
            article.source.name if article.source else article.source_label
        ),
        pubdate=article.published_at or article.changed_at,
        updateddate=article.changed_at,
        summary=summary,
        html=strip_illegal_xml(make_addresses_absolute(article.body, canonical)),
        labels=[(strip_illegal_xml(code), strip_illegal_xml(words)) for code, words in categories],
        image=absolute(list_picture_sources(article.hero)["src"]) if article.hero else "",
        image_size=measure_shown_picture(article.hero) if article.hero else 0,
    )
