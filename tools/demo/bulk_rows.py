"""Writes many rows at once: the same rows as the transitions leave, without a query for each."""

from itertools import batched

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Least
from django.utils import timezone

from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing, ListingEvent, ListingRevision
from listings.search.search_index import refresh_search_rows
from news.analysis.keywords import index_article_terms
from news.articles.article_places import build_place_rows
from news.choices import ArticleStatus
from news.models import Article, ArticleEvent, ArticleRegion, Source, Tag
from sitekit.workflow.periods import HOUR

ROWS_PER_INSERT = 500


def create_listings_in_bulk(rows, actor=None):
    """`rows` are (employer, published at, content); yields how many each batch has written."""
    for batch in batched(rows, ROWS_PER_INSERT):
        with transaction.atomic():
            listings = Listing.objects.bulk_create(_build_bulk_listing(*row) for row in batch)
            texts = ListingRevision.objects.bulk_create(
                ListingRevision(
                    listing=listing,
                    status=RevisionStatus.APPROVED,
                    created_at=listing.created_at,
                    **content,
                )
                for listing, (_employer, _at, content) in zip(listings, batch, strict=True)
            )
            ListingEvent.objects.bulk_create(
                ListingEvent(
                    listing=listing,
                    actor=actor,
                    action="publish",
                    before=ListingStatus.DRAFT,
                    after=ListingStatus.PUBLISHED,
                    created_at=published_at,
                    revision=text,
                )
                for listing, text, (_employer, published_at, _content) in zip(
                    listings, texts, batch, strict=True
                )
            )
            refresh_search_rows([listing.pk for listing in listings])
        yield len(listings)


def _build_bulk_listing(employer, at, content):
    return Listing(
        employer=employer,
        status=ListingStatus.PUBLISHED,
        published_at=at,
        created_at=at - HOUR,
        **content,
    )


def create_sources_in_bulk(named):
    """`named` are pairs of name and kind; return {name: Source} of them all."""
    Source.objects.bulk_create(
        (Source(name=name, kind=kind) for name, kind in sorted(named)), ignore_conflicts=True
    )
    return {row.name: row for row in Source.objects.filter(name__in=[name for name, _ in named])}


def create_articles_in_bulk(rows, actor=None):
    """`rows` are (Article without a key, its places with those around them, its tags)."""
    done = 0
    for batch in batched(rows, ROWS_PER_INSERT):
        with transaction.atomic():
            for article, places, _tags in batch:
                article.prepare()
                article.national = not places
                article.status = ArticleStatus.PUBLISHED
            articles = Article.objects.bulk_create(article for article, _, _ in batch)
            ArticleRegion.objects.bulk_create(
                row for article, places, _tags in batch for row in build_place_rows(article, places)
            )
            _tag_all(batch)
            ArticleEvent.objects.bulk_create(
                ArticleEvent(
                    article=article,
                    who=actor,
                    what=ArticleEvent.What.PUBLISH,
                    before=ArticleStatus.DRAFT,
                    after=ArticleStatus.PUBLISHED,
                )
                for article in articles
            )
            _date_events(articles)
            index_article_terms(articles)
        done += len(batch)
    return done


def _tag_all(batch):
    names = {name for _, _, tags in batch for name in tags}
    Tag.objects.bulk_create((Tag(name=name) for name in names), ignore_conflicts=True)
    tag_ids = {row.name: row.pk for row in Tag.objects.filter(name__in=names)}
    through = Article.tags.through
    through.objects.bulk_create(
        through(article_id=article.pk, tag_id=tag_ids[name])
        for article, _, tags in batch
        for name in tags
    )


def _date_events(articles):
    """`at` is set by the clock on creation; the demo's events happened with the publication."""
    published = Article.objects.filter(pk=OuterRef("article_id")).values("published_at")
    ArticleEvent.objects.filter(article__in=articles).update(
        at=Least(Subquery(published), timezone.now())
    )
