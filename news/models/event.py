"""What happened to an article."""

from django.db import models

from accounts.models import User
from news.choices import ArticleStatus
from news.models.article import Article


class ArticleEvent(models.Model):
    """Who did what to an article, and why. It is written in the same transaction and never changed.

    An edit leaves the status as it was.
    """

    class What(models.TextChoices):
        PUBLISH = "publish", "发布"
        SCHEDULE = "schedule", "定时"
        DUE = "due", "到时发布"
        WITHDRAW = "withdraw", "撤回"
        BACK_TO_DRAFT = "back_to_draft", "改回草稿"
        EDIT = "edit", "修改"

    # An article with a history can't be deleted.
    article = models.ForeignKey(Article, models.PROTECT, related_name="events")
    who = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="操作人"
    )
    what = models.CharField("动作", max_length=20, choices=What)
    why = models.CharField("原因", max_length=200, blank=True)
    before = models.CharField("原状态", max_length=10, choices=ArticleStatus)
    after = models.CharField("新状态", max_length=10, choices=ArticleStatus)
    changes = models.JSONField(
        "改了什么", default=dict, blank=True, help_text="name of the field: [words before, after]"
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "经过"
        ordering = ("at", "pk")
        indexes = [models.Index(fields=("article", "at"), name="article_event_history")]

    def __str__(self):
        before, after = self.get_before_display(), self.get_after_display()
        return f"{self.get_what_display()}：{before} → {after}"
