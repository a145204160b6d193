from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from sitekit.sealing.sealed_fields import SealedCharField, SealedEmailField, build_contact_index


class Operator(models.Model):
    """Who runs the site: one row, edited in the admin, shown in the footer and on /about/."""

    name = models.CharField("运营者名称", max_length=80, blank=True)
    icp_number = models.CharField("ICP 备案号", max_length=60, blank=True)
    police_number = models.CharField("公安备案号", max_length=60, blank=True)
    hr_licence_number = models.CharField("人力资源服务许可证号", max_length=60, blank=True)
    hr_licence_issuer = models.CharField("许可证发证机关", max_length=80, blank=True)
    hr_licence_until = models.DateField("许可证有效期至", null=True, blank=True)
    services = models.TextField("服务项目", blank=True)
    fees = models.TextField("收费标准", blank=True)
    supervising_phone = models.CharField("监督电话", max_length=40, blank=True)
    complaints_phone = models.CharField("投诉电话", max_length=40, blank=True)
    email = models.EmailField("联系邮箱", blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    check_account = models.CharField(
        "查一查的微信服务号", max_length=40, blank=True, help_text="别人在微信里搜得到的名称"
    )
    check_phone = models.CharField(
        "查一查收短信的号码", max_length=20, blank=True, help_text="短信平台给的上行号码"
    )
    tagline = models.CharField("标语", max_length=60, default="全国专业的网络兼职信息网站")
    takes_applications = models.BooleanField(
        "站内报名",
        default=True,
        help_text="只有 ICP 备案、没有人力资源服务许可证的，请关掉。关掉以后不能再在站内报名，"
        "求职者按兼职上的联系方式联系；已经报了名的照常答复。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "运营者信息"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="operator_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.name or "运营者信息"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Self:
        """Return the row, or an unsaved one with the default tagline only. One query."""
        return cls.objects.filter(pk=1).first() or cls()


class Picture(models.Model):
    """An image written by `sitekit.images.pictures`; its files are named by `digest` and width."""

    digest = models.CharField(max_length=32, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    widths = ArrayField(models.PositiveIntegerField(), help_text="narrowest first")
    codes = ArrayField(
        models.TextField(), default=list, blank=True, help_text="what QR codes in it say"
    )
    wants_reading = models.BooleanField(default=False, help_text="the worker is to read it")
    reading = models.JSONField(
        null=True, blank=True, help_text="a PictureReading; null if it was not read"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        indexes = [
            models.Index(
                fields=("id",), name="picture_to_read", condition=models.Q(wants_reading=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class Outgoing(models.Model):
    """A message that waits to be sent or was sent; there is only one for each key."""

    key = models.CharField(max_length=120, unique=True)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True, blank=True)
    not_after = models.DateTimeField(null=True, blank=True, help_text="later it is of no use")
    is_secret = models.BooleanField(default=False, help_text="its text goes once it was sent")
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


def _build_waiting_indexes(prefix: str) -> list[models.Index]:
    """Return the indexes of the rows that wait, and of those that wait and are secret."""
    waiting, urgent = models.Q(sent_at=None), models.Q(sent_at=None, is_secret=True)
    return [
        models.Index(fields=("not_before", "id"), name=f"{prefix}_waiting", condition=waiting),
        models.Index(fields=("id",), name=f"{prefix}_urgent", condition=urgent),
    ]


class Mail(Outgoing):
    to = SealedEmailField()
    subject = models.CharField(max_length=200)
    headers = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "邮件"
        indexes = [*_build_waiting_indexes("mail"), build_contact_index("to", "mail_by_address")]

    def __str__(self) -> str:
        return self.subject


class TextMessage(Outgoing):
    """A text message; providers accept the name of a template and its values, no free text."""

    to = SealedCharField(max_length=16, help_text="E.164")
    kind = models.CharField(max_length=20, help_text="which of the provider's templates")
    words = models.JSONField(default=dict, help_text="what fills the template")

    class Meta:
        verbose_name = verbose_name_plural = "短信"
        indexes = [
            *_build_waiting_indexes("text_message"),
            build_contact_index("to", "text_message_by_phone"),
        ]

    def __str__(self) -> str:
        return self.kind


class Tally(models.Model):
    """How many times something was done in a period; see `sitekit.web.rate_limits`."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)


class Chore(models.Model):
    """When a periodic task is to be done next; see `sitekit.maintenance.periodic`."""

    name = models.CharField("名称", max_length=60, primary_key=True)
    due_at = models.DateTimeField("下一次")
    done_at = models.DateTimeField("上一次做完", null=True)
    trouble = models.CharField("没做成", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定时工作"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class BackfillProgress(models.Model):
    """How far a backfill came; see `sitekit.maintenance.backfills`."""

    name = models.CharField("名称", max_length=60, primary_key=True)
    version = models.PositiveIntegerField("第几版")
    reached = models.BigIntegerField("做到哪个编号", default=0)
    row_count = models.PositiveBigIntegerField("做了几行", default=0)
    finished_at = models.DateTimeField("做完时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "旧数据的补写"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SitemapEntry(models.Model):
    """A line of a sitemap that would take long to make while it is asked for, written every hour."""

    section = models.CharField(max_length=20, help_text="its sitemap; index for that of sitemaps")
    path = models.CharField(max_length=200)
    lastmod = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "网站地图的一行"
        constraints = [
            models.UniqueConstraint(fields=("section", "path"), name="sitemap_entry_once")
        ]

    def __str__(self) -> str:
        return self.path


class PushProgress(models.Model):
    """How far a search engine was told of changes; a row for each kind of event that it hears of."""

    engine = models.CharField(max_length=20)
    source = models.CharField(max_length=20, help_text="whose events: listing or article")
    reached = models.BigIntegerField(help_text="the last event that was told of")
    failures = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送给搜索引擎"
        constraints = [
            models.UniqueConstraint(fields=("engine", "source"), name="push_progress_once")
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.source} {self.reached}"


class SiteText(models.Model):
    """A version of a text that the site gives itself. What is in force, or was, does not change any more:
    whoever agreed to it can read it again."""

    class Kind(models.TextChoices):
        RULES = "rules", "账号规则"
        PRIVACY = "privacy", "隐私说明"

    kind = models.CharField("哪一份", max_length=8, choices=Kind)
    version = models.SlugField(
        "版本", max_length=16, help_text="写在地址里，如 2026-12。只用数字、小写字母和 -。"
    )
    body = models.TextField(
        "正文",
        max_length=40_000,
        help_text="空一行分段；“# ”开头的一行是小标题，“- ”开头的是一条。",
    )
    summary = models.TextField(
        "改了什么", max_length=600, help_text="三五句话，请人重新同意时先给对方看；公开。"
    )
    in_force_since = models.DateField("从哪天起算数", default=timezone.localdate)
    asks_consent = models.BooleanField(
        "请每个人重新同意",
        default=False,
        help_text="改动关系到别人的权利，就勾上：每个人下次打开自己的页面，先看改了什么，同意了再用。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "规则和隐私说明"
        ordering = ("kind", "-in_force_since", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "version"),
                name="site_text_version_once",
                violation_error_message="这个版本已经有了，换一个。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"


class LimitSetting(models.Model):
    """A limit that the operator set otherwise than it is shipped; see `sitekit.site_settings.limits`."""

    labels: ClassVar[dict[str, str]] = {}  # of the limits that are declared

    name = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "限额"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__gte=1), name="limit_setting_allows_one"
            )
        ]

    def __str__(self) -> str:
        return self.labels.get(self.name, self.name)
