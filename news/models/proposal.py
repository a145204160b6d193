"""Proposals of the site about an article, and other sources of the same story."""

from django.conf import settings
from django.db import models

from news.models.article import Article
from news.models.source import Source


class Proposal(models.Model):
    """A kind, fraud type, level, tag or place found in the text, which an editor accepts or refuses.

    An import is published with its proposals in use; a draft waits for the editor.
    """

    class What(models.TextChoices):
        KIND = "kind", "类别"
        FRAUD_TYPE = "fraud_type", "骗局类型"
        LEVEL = "level", "预警级别"
        TAG = "tag", "标签"
        PLACE = "place", "地区"

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        ACCEPTED = "accepted", "已采用"
        REFUSED = "refused", "不采用"

    shown: str  # the value in words, set by the admin
    article = models.ForeignKey(Article, models.CASCADE, related_name="proposals")
    what = models.CharField("项目", max_length=12, choices=What)
    value = models.CharField("建议", max_length=40, help_text="代码、标签名或地区代码")
    why = models.CharField("依据", max_length=120, blank=True)
    in_use = models.BooleanField("文章正在用", default=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自动建议"
        ordering = ("what", "pk")
        constraints = [
            # A refused value is not proposed again.
            models.UniqueConstraint(fields=("article", "what", "value"), name="proposal_once")
        ]

    def __str__(self):
        return f"{self.get_what_display()}：{self.value}"


class ArticleSource(models.Model):
    """Another source of an article: the same story was merged into it, and its page names it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="other_sources")
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, verbose_name="来源", related_name="+"
    )
    title = models.CharField("标题", max_length=120)
    url = models.URLField("原文地址", max_length=500, blank=True)
    date = models.DateField("原文日期", null=True, blank=True)
    author = models.CharField("作者", max_length=60, blank=True)
    import_key = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "其他来源"
        ordering = ("pk",)

    def __str__(self):
        return str(self.source) if self.source_id else "来源未注明"
