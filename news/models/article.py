"""Articles: texts with a kind, a status, a source; alerts have a fraud type and a level too."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone

from cities.models import Region
from news.article_html.article_body import (
    clean_article_html,
    cut_article_excerpt,
    extract_html_text,
    fingerprint_article,
)
from news.choices import AlertLevel, ArticleKind, ArticleStatus
from news.models.querysets import ArticleQuerySet
from news.models.source import Source, Tag
from screening.fraud_types import get_fraud_type, list_fraud_type_choices
from sitekit.models import Picture
from textkit.story_facts import extract_figures, extract_story_names
from textkit.text_sketches import sketch_text, split_sketch_bands

# Sent in the transaction that saves another title or text; `before` is the stored pair of both,
# None for a new article.
article_text_changed = Signal()
# Sent in the transaction that makes an article public, or no longer public.
article_moved = Signal()

MAX_FIGURES = 40
# The fields that `prepare` derives from title, summary and body.
TEXTS = frozenset(("title", "summary", "body"))
DERIVED = ("body", "text", "excerpt", "fingerprint", "sketch", "bands", "figures")

# Begins the import key of a guide that the site itself wrote and `load_guides` brought in.
GUIDE_KEY = "guide:"

# The value of `published_at` for an import with an unknown date: it is last in every list, never new, and in no
# mail.
UNDATED = datetime(1990, 1, 1, tzinfo=UTC)


class Article(models.Model):
    kind = models.CharField("类别", max_length=10, choices=ArticleKind, default=ArticleKind.NEWS)
    title = models.CharField("标题", max_length=120)
    seo_title = models.CharField(
        "搜索标题",
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="搜索引擎和浏览器标签上的标题；空着用上面的标题。",
    )
    summary = models.CharField(
        "摘要",
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="列表、订阅源和搜索结果里标题下面的两三句话；空着用正文开头。",
    )
    body = models.TextField("正文", help_text="保存时只留下段落、小标题、列表、引文、链接和图注。")
    text = models.TextField("纯文本", editable=False)
    excerpt = models.CharField("摘要", max_length=130, editable=False)  # what lists show
    fingerprint = models.CharField("文本指纹", max_length=64, editable=False, db_index=True)
    # For finding the same story in other words: `textkit.text_sketches`, `textkit.story_facts`.
    sketch = ArrayField(models.IntegerField(), default=list, editable=False)
    bands = ArrayField(models.BigIntegerField(), default=list, editable=False)
    figures = ArrayField(models.CharField(max_length=20), default=list, editable=False)

    fraud_type = models.CharField(
        "骗局类型", max_length=30, choices=list_fraud_type_choices, blank=True
    )
    alert_level = models.CharField("预警级别", max_length=10, choices=AlertLevel, blank=True)
    alert_until = models.DateField(
        "预警至", null=True, blank=True, help_text="高危预警在城市首页显示到这一天；不填为 14 天。"
    )

    status = models.CharField(
        "状态", max_length=10, choices=ArticleStatus, default=ArticleStatus.DRAFT, editable=False
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True, editable=False)

    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, verbose_name="来源", help_text="本站所写不填"
    )
    source_url = models.URLField("原文地址", max_length=500, blank=True)
    source_date = models.DateField("原文日期", null=True, blank=True)
    author = models.CharField("作者", max_length=60, blank=True)
    import_key = models.CharField(
        "导入键", max_length=64, null=True, blank=True, unique=True, editable=False
    )
    # The article of another source that tells the same story and stands for this one in lists and
    # feeds; `news.analysis.story_leads` sets it.
    lead = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers", editable=False
    )
    hero = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="头图"
    )
    hero_caption = models.CharField("头图说明", max_length=200, blank=True)

    regions = models.ManyToManyField(
        Region, through="ArticleRegion", related_name="+", verbose_name="涉及地区"
    )
    # Whether there are no `places`; `news.articles.article_places` sets it, and partial indexes read it.
    national = models.BooleanField("全国", default=True, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles", verbose_name="标签")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    objects = ArticleQuerySet.as_manager()
    markup_readers = {"body": extract_html_text}  # by the column that holds markup
    _prepared: tuple[str, str, str] | None = None  # its `TEXTS`, when `prepare` last ran

    # Not columns. By `with_places`, `with_matters`, `with_tags`, `with_row_columns`:
    place_codes: list[int]
    matters: list[dict[str, Any]]
    opening: str
    tag_ids: list[int]
    tag_names: list[str]
    hero_digest: str | None
    hero_width: int
    followers_count: int
    # By `news.articles.display_fields`:
    href: str
    place_names: list[str]
    scope: str
    thumb: str
    # By `news.related`:
    source_name: str
    scope_rank: int
    scope_label: str
    where: str
    guide: str
    reason: str
    reason_chip: str
    score: float
    # By `news.alert_subscriptions.sending`:
    public_since: datetime
    # By `find_same_story`, the share of equal text:
    likeness: float
    # By `select_page_columns`; `read` and `answers` by the admin:
    reads: int | None
    others: list[dict[str, str]]
    tellings: list[dict[str, Any]]
    unchecked: list[str]
    read: int | None
    answers: dict[str, Any]

    class Meta:
        verbose_name = verbose_name_plural = "资讯"
        ordering = ("-published_at", "-pk")
        indexes = [
            GinIndex(fields=("bands",), name="article_bands"),
            GinIndex(fields=("figures",), name="article_figures"),
            *(
                models.Index(
                    fields=(*columns, "-published_at", "-id"), name=name, condition=condition
                )
                for name, columns, condition in (
                    ("article_newest", (), None),
                    ("article_kind", ("kind",), None),
                    ("article_fraud_type", ("fraud_type",), None),
                    ("article_guide", ("fraud_type",), Q(kind="guide")),
                    ("article_national", (), Q(national=True)),
                    ("article_national_kind", ("kind",), Q(national=True)),
                    (
                        "article_national_fraud_type",
                        ("fraud_type",),
                        Q(national=True) & ~Q(fraud_type=""),
                    ),
                )
            ),
            models.Index(
                fields=("alert_until", "published_at"),
                name="article_danger",
                condition=Q(alert_level="danger"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("scheduled", "published", "withdrawn"))
                | Q(published_at__isnull=False),
                name="article_public_has_published_at",
                violation_error_message="发布过或定时发布的文章要有发布时间。",
            ),
            models.CheckConstraint(
                condition=Q(kind="alert") & ~Q(fraud_type="") & ~Q(alert_level="")
                | ~Q(kind="alert") & Q(alert_level=""),
                name="article_alert_has_type_and_level",
                violation_error_message="预警要有骗局类型和预警级别；不是预警的不填级别。",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | ~Q(withdrawn_reason=""),
                name="article_withdrawn_has_reason",
                violation_error_message="撤回要写原因。",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""),
                name="article_says_something",
                violation_error_message="标题和正文都不能为空。",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__in": allowed}), name=f"article_{field}_known"
                )
                for field, allowed in (
                    ("kind", ArticleKind.values),
                    ("status", ArticleStatus.values),
                    ("alert_level", ["", *AlertLevel.values]),
                )
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        saves_text = fields is None or not TEXTS.isdisjoint(fields)
        if saves_text:
            self.prepare()
            if fields is not None:
                kwargs["update_fields"] = {*fields, *DERIVED}
        repeated = self.build_place_columns()
        changes_places = not self._state.adding and (
            fields is None or not {"status", *repeated}.isdisjoint(fields)
        )
        with transaction.atomic(savepoint=False):
            before = self._read_stored_text() if saves_text else None
            super().save(*args, **kwargs)
            if saves_text and before != (self.title, self.text):
                article_text_changed.send(Article, article=self, before=before)
            if changes_places:
                self.places.update(**repeated)

    def _read_stored_text(self) -> tuple[str, str] | None:
        """Return the stored title and text, and lock the row until the transaction ends."""
        if self._state.adding:
            return None
        stored = Article.objects.select_for_update(of=("self",)).filter(pk=self.pk)
        return stored.values_list("title", "text").first()

    def prepare(self) -> None:
        """Clean the body and set the `DERIVED` fields; call it before `bulk_create`."""
        if self._prepared == (self.title, self.summary, self.body):
            return
        self.body = clean_article_html(self.body)
        self.text = extract_html_text(self.body)
        self.excerpt = self.summary or cut_article_excerpt(self.body)
        self.fingerprint = fingerprint_article(self.text)
        self.sketch = sketch_text(self.text)
        self.bands = split_sketch_bands(self.sketch)
        title_and_text = f"{self.title}\n{self.text}"
        self.figures = [
            *extract_figures(title_and_text)[:MAX_FIGURES],
            *extract_story_names(title_and_text),
        ]
        self._prepared = (self.title, self.summary, self.body)

    def build_place_columns(self) -> dict[str, str | datetime | None]:
        """Return the fields that each of its `places` copies, for the indexes of a place.

        `save` and `news.articles.article_places` update the copies; a bulk update must do it itself.
        """
        has_moment = self.status in (ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED)
        return {
            "kind": self.kind,
            "fraud_type": self.fraud_type,
            "published_at": self.published_at if has_moment else None,
        }

    def get_absolute_url(self) -> str:
        return reverse("news:article", kwargs={"pk": self.pk})

    @property
    def changed_at(self) -> datetime:
        """The last change for readers; publication counts as one."""
        return max(self.updated_at, self.published_at or self.updated_at)

    @property
    def is_public(self) -> bool:
        return self.status == ArticleStatus.PUBLISHED or self.is_due

    @property
    def is_due(self) -> bool:
        """Whether it is scheduled for a moment that has come: it is public without any job."""
        at = self.published_at
        return self.status == ArticleStatus.SCHEDULED and at is not None and at <= timezone.now()

    @property
    def is_import(self) -> bool:
        return bool(self.import_key) and not str(self.import_key).startswith(GUIDE_KEY)

    @property
    def is_undated(self) -> bool:
        """Whether it was imported without a date: the day of the import says nothing about its age."""
        return self.is_import and self.source_date is None

    @property
    def fraud_name(self) -> str:
        """The name of its fraud type, "" if the type has no name of its own."""
        return get_fraud_type(self.fraud_type).known_name if self.fraud_type else ""

    @property
    def is_alert(self) -> bool:
        return self.kind == ArticleKind.ALERT

    @property
    def source_label(self) -> str:
        if self.source_id:
            return str(self.source)
        return "来源未注明" if self.is_import else "本站"

    @property
    def level_chip(self) -> str:
        """The CSS class of the level's chip: red for danger only."""
        return {"danger": "r", "warning": "a"}.get(self.alert_level, "")
