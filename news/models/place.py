"""The places of an article."""

from django.db import models
from django.db.models import Q

from cities.models import Region
from news.models.article import Article


class ArticleRegion(models.Model):
    """A place of an article: one that its text names, one that an editor shows it in as well, or one that
    encloses such a place."""

    # Both keys begin an index of several columns.
    article = models.ForeignKey(Article, models.CASCADE, related_name="places", db_index=False)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name="地区", db_index=False
    )
    named = models.BooleanField("文中所指", default=True, editable=False)
    also_shown = models.BooleanField(
        "也在这里显示", default=False, db_default=False, editable=False
    )
    # Copies of `Article.build_place_columns`; a scheduled article has its moment here before it is due.
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
                fields=("region", *columns, "-published_at", "-article"),
                name=name,
                condition=condition,
            )
            for name, columns, condition in (
                ("article_place_newest", (), None),
                ("article_place_kind", ("kind",), None),
                ("article_place_fraud_type", ("fraud_type",), ~Q(fraud_type="")),
                ("article_place_named", (), Q(named=True)),
                ("article_place_named_kind", ("kind",), Q(named=True)),
            )
        ]

    def __str__(self):
        return str(self.region)
