"""Tables that the staff edit: hourly minimums, and what is set of categories."""

from django.db import models
from django.db.models import Q

from cities.models import Region, RegionLevel
from listings.vocabulary.categories import CHOICES


class HourlyMinimum(models.Model):
    """One tier of a province from a day on. Rows are kept: a new figure is a new row.

    A figure is confirmed once somebody has read the document that prescribes it. One that is not is
    never shown as fact, and refuses nothing.
    """

    province = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="+",
        limit_choices_to={"level": RegionLevel.PROVINCE},
        verbose_name="省份",
    )
    tier = models.PositiveSmallIntegerField("档", help_text="1 是最高的一档。")
    places = models.ManyToManyField(
        Region,
        related_name="+",
        blank=True,
        verbose_name="适用地区",
        help_text="哪一档都没有列出的地方，按省里最低的一档算。",
    )
    yuan_per_hour = models.DecimalField("元/小时", max_digits=5, decimal_places=2)
    yuan_per_month = models.DecimalField(
        "元/月（全日制）", max_digits=7, decimal_places=2, null=True, blank=True
    )
    in_force_since = models.DateField("从哪天起", null=True, blank=True)
    in_force_until = models.DateField(
        "到哪天为止", null=True, blank=True, help_text="同一档有了新的不用填；这一档取消了才填。"
    )
    source_name = models.CharField("出处", max_length=80)
    source_url = models.URLField("出处链接", max_length=300, blank=True)
    read_on = models.DateField("哪天看的原文", null=True, blank=True)
    is_confirmed = models.BooleanField(
        "看过原文",
        default=False,
        help_text="没看过原文的不公开，也不拿来退回别人；低于它的只请审核员核对。",
    )
    # Of the line in listings/data/hourly_minimums.csv; None of a row that was added here.
    file_key = models.CharField(max_length=30, unique=True, null=True, editable=False)
    is_edited = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "最低小时工资"
        ordering = ("province", "tier", "-in_force_since")
        constraints = [
            models.CheckConstraint(
                condition=Q(yuan_per_hour__gt=0),
                name="hourly_minimum_is_positive",
                violation_error_message="每小时多少元，要大于 0。",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed=False)
                | Q(in_force_since__isnull=False, read_on__isnull=False) & ~Q(source_url=""),
                name="hourly_minimum_confirmed_has_source",
                violation_error_message="看过原文的，要填从哪天起、出处链接和哪天看的原文。",
            ),
            models.UniqueConstraint(
                fields=["province", "tier", "in_force_since"],
                name="hourly_minimum_tier_once_a_day",
                violation_error_message="这个省的这一档，从这天起的已经有了。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.tier} 档 {self.yuan_per_hour.normalize():f} 元/小时"


class CategorySetting(models.Model):
    """What the operator set of a category; its code stays, in rows and in addresses."""

    WAITS = ((None, "照自带的"), (True, "都由审核员看过"), (False, "不用等审核员"))

    code = models.CharField("类别", max_length=24, choices=CHOICES, unique=True)
    label = models.CharField("显示的名称", max_length=12, blank=True, help_text="空着：照自带的。")
    position = models.PositiveSmallIntegerField(
        "排第几", null=True, blank=True, help_text="在这一组里；空着的排在后面。"
    )
    is_hidden = models.BooleanField(
        "不收新的", default=False, help_text="已经发布的不受影响，还能修改。"
    )
    waits = models.BooleanField(
        "发布以前", null=True, blank=True, choices=WAITS, help_text="要等的，两个人都看过才公开。"
    )
    adults_only = models.BooleanField(
        "要年满 18 周岁", default=False, help_text="自带的已经要年满 18 周岁的，不能放宽。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "类别设置"
        ordering = ("code",)

    def __str__(self) -> str:
        return str(self.get_code_display())
