"""What is public, and what belongs to a place."""

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils import timezone

from cities.directory.regions import get_region_ancestors

# `ArticleQuerySet.published` for what is written as SQL, with the article as `a`.
PUBLIC = "a.status IN ('published', 'scheduled') AND a.published_at <= %(now)s"


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Published, or scheduled and due: a published one always has a moment that has passed."""
        return self.filter(status__in=("published", "scheduled"), published_at__lte=timezone.now())

    # The feeds of a place walk an index that begins with it, newest first, and stop when full. So
    # what narrows them by kind or fraud type (`facts`) and what orders them is asked of the place's
    # row, which repeats it; whether an article is public is asked of the article as well.

    def in_place(self, region, **facts):
        """What concerns the place or a place inside it (those rows hold every enclosing place)."""
        row = FilteredRelation("places", condition=Q(places__region_id=region.adcode))
        facts = {f"at__{name}": value for name, value in facts.items()}
        return (
            self.alias(at=row)
            .filter(at__published_at__lte=timezone.now(), **facts)
            .alias(moment=F("at__published_at"))
        )

    def concerning(self, region):
        """What is about no place in particular, or about this one; not by an index of the place."""
        return self.filter(Q(national=True) | Exists(_places(region_id=region.adcode)))

    def outside(self, region):
        return self.filter(~Exists(_places(region_id=region.adcode)))

    def around(self, region, limit, **facts):
        """The newest that concern the whole of a larger place around it, or the nation."""
        wider = [
            self.in_place(place, named=True, **facts) for place in get_region_ancestors(region)[1:]
        ]
        parts = [part.outside(region) for part in wider] + [self.national(**facts)]
        numbers = union_articles([part.newest().values("pk")[:limit] for part in parts])
        return self.model.objects.filter(pk__in=numbers).newest()[:limit]

    def national(self, **facts):
        """What concerns no place in particular."""
        return self.filter(national=True, **facts)

    def with_places(self):
        """Adds `place_codes`: the places the text is about, as codes for the directory."""
        named = _places(named=True).order_by("region_id").values("region_id")
        return self.annotate(place_codes=ArraySubquery(named))

    def with_tags(self):
        """Adds `tag_ids` and `tag_names`, in the order in which the tags were given."""
        through = self.model.tags.through.objects.filter(article_id=OuterRef("pk")).order_by("pk")
        return self.annotate(
            tag_ids=ArraySubquery(through.values("tag_id")),
            tag_names=ArraySubquery(through.values("tag__name")),
        )

    def newest(self):
        moment = "moment" if "moment" in self.query.annotations else "published_at"
        return self.order_by(f"-{moment}", "-pk")

    def for_rows(self):
        """What a feed row shows, without the long texts, in one query."""
        rows = self.with_places().select_related("source").defer("body", "text")
        return rows.annotate(hero_digest=F("hero__digest"), hero_width=F("hero__widths__0"))


def union_articles(parts):
    """The order within each part counts; that of the whole is to be made by who asks."""
    return parts[0].union(*parts[1:]).order_by() if len(parts) > 1 else parts[0]


def _places(**lookups):
    # By name, because the models import this module.
    model = apps.get_model("news", "ArticleRegion")
    return model.objects.filter(article_id=OuterRef("pk"), **lookups)
