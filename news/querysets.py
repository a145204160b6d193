"""What is public, and what belongs to a place."""

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cities import directory


def enclosing(region):
    """Codes of the place and of the places around it, nearest first."""
    return [place.adcode for place in directory.ancestors(region)]


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Published, or scheduled and due: a published one always has a moment that has passed."""
        return self.filter(status__in=("published", "scheduled"), published_at__lte=timezone.now())

    def in_place(self, region):
        """What concerns the place or a place inside it (those rows hold every enclosing place)."""
        return self.filter(Exists(_places(region_id=region.adcode)))

    def around(self, region):
        """What concerns the whole of a larger place around it, or the nation."""
        wider = enclosing(region)[1:]
        named = Exists(_places(region_id__in=wider, named=True)) if wider else Q(pk__in=())
        return self.filter(named | ~Exists(_places())).exclude(
            Exists(_places(region_id=region.adcode))
        )

    def national(self):
        """What concerns no place in particular."""
        return self.filter(~Exists(_places()))

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
        return self.order_by("-published_at", "-pk")

    def for_rows(self):
        """What a feed row shows, without the long texts, in one query."""
        return self.with_places().select_related("source").defer("body", "text")


def _places(**lookups):
    # By name, because the models import this module.
    model = apps.get_model("news", "ArticleRegion")
    return model.objects.filter(article_id=OuterRef("pk"), **lookups)
