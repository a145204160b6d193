"""The places of an article."""

from django.db import models
from django.db.models import Q

from cities.models import Region
from news.models.article import Article


class ArticleRegion(models.Model):
    """A place of an article. `named` is false for the enclosing places that a named one implies."""

    # Both keys begin an index of several columns.
    article = models.ForeignKey(Article, models.CASCADE, related_name="places", db_index=False)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name="地区", db_index=False
    )
    named = models.BooleanField("文中所指", default=True, editable=False)
    # Copies of `Article.repeated`; a scheduled article has its moment here before it is due.
    kind = models.CharField(max_length=10, editable=False)
    fraud_type = models.CharField(max_length=30, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "涉及地区"
        constraints = [
            models.UniqueConstraint(fields=("article", "region"), name="article_region_once")
        ]
        indexes = [
            models.Index(
                fields=("region", "-published_at", "-article"), name="article_place_newest"
            ),
            models.Index(
                fields=("region", "kind", "-published_at", "-article"), name="article_place_kind"
            ),
            models.Index(
                fields=("region", "fraud_type", "-published_at", "-article"),
                name="article_place_fraud_type",
                condition=~Q(fraud_type=""),
            ),
            models.Index(
                fields=("region", "-published_at", "-article"),
                name="article_place_named",
                condition=Q(named=True),
            ),
            models.Index(
                fields=("region", "kind", "-published_at", "-article"),
                name="article_place_named_kind",
                condition=Q(named=True),
            ),
        ]

    def __str__(self):
        return str(self.region)
