"""What is public, and what belongs to a place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject, Left
from django.utils import timezone

from cities.directory.regions import get_region_ancestors
from cities.models import Region

# The condition of `ArticleQuerySet.published` for queries in SQL, where `a` is the article.
PUBLIC = "a.status IN ('published', 'scheduled') AND a.published_at <= %(now)s"
COMPARED_CHARACTERS = 400  # texts are compared by so many characters


class ArticleQuerySet(models.QuerySet):
    def published(self, now: datetime | None = None) -> Self:
        """Published, or scheduled and due."""
        due = now or timezone.now()
        return self.filter(status__in=("published", "scheduled"), published_at__lte=due)

    def dated(self) -> Self:
        """Leave out imports without a date (`Article.is_undated`)."""
        own = Q(import_key=None) | Q(import_key__startswith="guide:")
        return self.filter(own | Q(source_date__isnull=False))

    def in_force(self) -> Self:
        """Leave out alerts whose last day is past."""
        return self.exclude(alert_until__lt=timezone.localdate())

    def leading(self) -> Self:
        """Leave out articles whose story another article leads."""
        return self.filter(lead__isnull=True)

    # The lists of a place read an index that begins with the place, newest first, and stop when
    # full. So kind and fraud type (`facts`) and the order are taken from the row of the place, which
    # repeats them; whether an article is public is read from the article as well.

    def in_place(self, region: Region, **facts: Any) -> Self:
        """Return the articles about the place or a place inside it; adds the alias `moment`."""
        row = FilteredRelation("places", condition=Q(places__region_id=region.adcode))
        place_facts = {f"at__{name}": value for name, value in facts.items()}
        return (
            self.alias(at=row)
            .filter(at__published_at__lte=timezone.now(), **place_facts)
            .alias(moment=F("at__published_at"))
        )

    def concerning(self, region: Region) -> Self:
        """Return the articles that are national or about this place, without using an index of the place."""
        return self.filter(
            Q(national=True) | Exists(_related_rows("ArticleRegion", region_id=region.adcode))
        )

    def outside(self, region: Region) -> Self:
        return self.filter(~Exists(_related_rows("ArticleRegion", region_id=region.adcode)))

    def around(self, region: Region, limit: int, **facts: Any) -> Self:
        """Return the newest articles that name a place around the region, or are national."""
        wider = [
            self.in_place(place, named=True, **facts) for place in get_region_ancestors(region)[1:]
        ]
        parts = [articles.outside(region) for articles in wider] + [self.national(**facts)]
        newest = union_articles([part.newest().values("pk")[:limit] for part in parts])
        return type(self)(self.model).filter(pk__in=newest).newest()[:limit]

    def national(self, **facts: Any) -> Self:
        return self.filter(national=True, **facts)

    def with_places(self) -> Self:
        """Add `place_codes`: the codes of the places the text names."""
        named = _related_rows("ArticleRegion", named=True).order_by("region_id").values("region_id")
        return self.annotate(place_codes=ArraySubquery(named))

    def with_tags(self) -> Self:
        """Add `tag_ids` and `tag_names`, in the order in which the tags were given."""
        tagged = _related_rows("Article_tags").order_by("pk")
        return self.annotate(
            tag_ids=ArraySubquery(tagged.values("tag_id")),
            tag_names=ArraySubquery(tagged.values("tag__name")),
        )

    def with_matters(self) -> Self:
        """Add what related content compares: `matters`, the [{"term", "weight"}] of what the article is about, from
        `ArticleTerm`, and `opening`, the beginning of its text."""
        matter_rows = _related_rows("ArticleTerm", term__startswith="#")
        return self.annotate(
            matters=ArraySubquery(matter_rows.values(row=JSONObject(term="term", weight="weight"))),
            opening=Left("text", COMPARED_CHARACTERS),
        )

    def newest(self) -> Self:
        moment = "moment" if "moment" in self.query.annotations else "published_at"
        return self.order_by(f"-{moment}", "-pk")

    def with_row_columns(self) -> Self:
        """Add what a row of a list shows, without the long texts; one query."""
        rows = self.with_places().select_related("source").defer("body", "text")
        followers = apps.get_model("news", "Article").objects.filter(lead=OuterRef("pk"))
        count = followers.published().order_by().values("lead").annotate(number=Count("pk"))
        return rows.annotate(
            hero_digest=F("hero__digest"),
            hero_width=F("hero__widths__0"),
            followers_count=Coalesce(Subquery(count.values("number")), 0),
        )


def union_articles(parts: Sequence[models.QuerySet]) -> models.QuerySet:
    """Return the rows of all parts, unordered; each part keeps its order and limit."""
    return parts[0].union(*parts[1:]).order_by() if len(parts) > 1 else parts[0]


def _related_rows(model_name: str, **lookups: Any) -> models.QuerySet:
    # By its name, because the models import this module.
    model = apps.get_model("news", model_name)
    return model._default_manager.filter(article_id=OuterRef("pk"), **lookups)
