from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from cities.models import Region
from news.choices import ArticleKind
from news.models.article import Article


class RelatedPin(models.Model):
    """An article that is always first among related articles, or is never shown among them."""

    class Effect(models.TextChoices):
        FIRST = "first", "放在最前"
        KEPT_OUT = "kept_out", "不放"

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="+", verbose_name="哪篇", db_index=False
    )
    effect = models.CharField("怎么放", max_length=8, choices=Effect, default=Effect.FIRST)
    page = models.ForeignKey(
        Article,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="只在这一篇旁边",
        db_index=False,
        help_text="空着：在下面那些地区和种类的所有文章旁边。",
    )
    place = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="只在这个地区的页面",
        help_text="空着：各地的页面都算，全国的也算。",
    )
    kind = models.CharField(
        "只在这一类文章旁边",
        max_length=8,
        choices=ArticleKind,
        blank=True,
        help_text="空着：各类都算。",
    )
    starts_on = models.DateField("从", default=timezone.localdate)
    ends_on = models.DateField("到", null=True, blank=True, help_text="这一天还算；空着：一直。")

    class Meta:
        verbose_name = verbose_name_plural = "相关内容的置顶和排除"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_effect_display()}：{self.article}"

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = "不能早于“从”。"
        if self.page_id and self.page_id == self.article_id:
            errors["page"] = "一篇文章不放在自己旁边。"
        if errors:
            raise ValidationError(errors)
