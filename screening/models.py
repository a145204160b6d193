"""The tables that screening reads besides its rules. Apps above fill them; no foreign key leads to those apps."""

from django.db import models
from django.utils import timezone

from screening.fraud_types import list_fraud_type_choices


class KnownContact(models.Model):
    """A contact of a listing that was removed for fraud, as a keyed hash (HMAC): it recognises the
    contact when it comes again and tells nobody what it is."""

    class Kind(models.TextChoices):
        PHONE = "phone", "电话"
        WECHAT = "wechat", "微信"
        QQ = "qq", "QQ"
        LINK = "link", "网址"
        MAIL = "mail", "邮箱"

    digest = models.CharField(max_length=64)
    kind = models.CharField("种类", max_length=8, choices=Kind)
    fraud_type = models.CharField("骗局类型", max_length=24, choices=list_fraud_type_choices)
    source = models.PositiveBigIntegerField("来自兼职", help_text="number of the removed listing")
    added_at = models.DateTimeField("记下时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "涉诈联系方式"
        constraints = [
            models.UniqueConstraint(fields=["digest", "source"], name="known_contact_once")
        ]
        indexes = [models.Index(fields=["source"], name="known_contact_by_source")]


class BlockedItem(models.Model):
    """An item of the operator's blocklist: a contact, stored as a keyed hash like `KnownContact`, a word, or a
    domain. An ended item stays in the table, with its history."""

    class Kind(models.TextChoices):
        CONTACT = "contact", "联系方式"
        WORD = "word", "词语"
        DOMAIN = "domain", "网址域名"

    class Effect(models.TextChoices):
        QUEUE = "queue", "由审核员看过再发布"
        REFUSE = "refuse", "不予发布"

    kind = models.CharField("种类", max_length=8, choices=Kind)
    shown = models.CharField(
        "内容", max_length=80, help_text="联系方式只留加密记号，存好以后看不到全部。"
    )
    digest = models.CharField(max_length=64, blank=True, editable=False, help_text="of a contact")
    effect = models.CharField("怎么办", max_length=8, choices=Effect, default=Effect.QUEUE)
    reason = models.CharField("为什么停用", max_length=200)
    added_at = models.DateTimeField("加入时间", default=timezone.now, editable=False)
    ends_at = models.DateTimeField(
        "到什么时候", null=True, blank=True, help_text="空着：一直有效。要解除，改成现在。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "停用名单"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.shown}"


class PayNorm(models.Model):
    """What a kind of work pays in a tier of cities, in one unit: robust figures of live listings.

    An empty category or tier stands for all of them. `low` and `high` bound what is plausible.
    """

    category = models.CharField("类别", max_length=24, blank=True)
    tier = models.CharField("城市等级", max_length=12, blank=True)
    unit = models.CharField("计酬单位", max_length=8)
    label = models.CharField(
        "说的是", max_length=20, blank=True, help_text="传单派发；空白是各类兼职"
    )
    count = models.PositiveIntegerField("样本")
    low = models.DecimalField("下界", max_digits=9, decimal_places=2)
    median = models.DecimalField("中位数", max_digits=9, decimal_places=2)
    high = models.DecimalField("上界", max_digits=9, decimal_places=2)
    computed_at = models.DateTimeField("计算时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "薪酬参考"
        constraints = [
            models.UniqueConstraint(fields=["category", "tier", "unit"], name="pay_norm_once")
        ]

    def __str__(self) -> str:
        return self.label or "各类兼职"


class TrainedModel(models.Model):
    """The screening model fitted anew, from the corpus and moderators' decisions.

    It looks on in its shadow period; switched on, it judges in place of the shipped one.
    """

    class State(models.TextChoices):
        SHADOW = "shadow", "试看"
        ACTIVE = "active", "启用"
        RETIRED = "retired", "停用"

    state = models.CharField("状态", max_length=8, choices=State, default=State.SHADOW)
    terms = models.JSONField("词项", help_text="see screening.linear_model.training")
    figures = models.JSONField("交叉验证", default=dict)
    data_from = models.DateTimeField("数据从")
    data_to = models.DateTimeField("数据到")
    counts = models.JSONField("样本", default=dict)
    created_at = models.DateTimeField("训练时间", default=timezone.now)
    switched_at = models.DateTimeField("切换时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "识别模型"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state="active"),
                name="trained_model_one_active",
            )
        ]

    def __str__(self) -> str:
        return f"模型 {self.pk}"


class TrainingRun(models.Model):
    """A training requested in the admin: it waits for the worker, runs, and ends with a model or a failure."""

    class Failure(models.TextChoices):
        FEW = "few", "处理过的不够多，没有训练。"
        NOT_INSTALLED = "missing", "后台任务用的环境里没有装 scikit-learn，没有训练。"
        MEMORY = "memory", "内存不够，没有训练完。网站照常用原来的模型。"
        TOO_OFTEN = "often", "三次都被中断，不再试了。等服务器空闲时再开始一次。"
        ERROR = "error", "程序出错，没有训练完。网站照常用原来的模型。"

    asked_at = models.DateTimeField("什么时候要求的", default=timezone.now)
    started_at = models.DateTimeField("开始", null=True, blank=True)
    starts = models.PositiveSmallIntegerField("开始过几次", default=0)
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    model = models.ForeignKey(TrainedModel, models.SET_NULL, null=True, blank=True)
    failure = models.CharField("没做成", max_length=8, choices=Failure, blank=True)
    trouble = models.CharField("出错的地方", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "识别模型的训练"
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="training_run_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"第 {self.pk} 次训练"
