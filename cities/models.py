"""The directory of places: one row for a province, prefecture or county-level place."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sitekit.models import Picture


class RegionLevel(models.TextChoices):
    PROVINCE = "province", "省级"
    CITY = "city", "地级"
    DISTRICT = "district", "县级"


class Region(models.Model):
    """A place of GB/T 2260; its code is the primary key.

    A row with a `successor` is a name that is no longer in use; its address redirects.
    """

    adcode = models.PositiveIntegerField("区划代码", primary_key=True)
    level = models.CharField("级别", max_length=10, choices=RegionLevel)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    name = models.CharField("全称", max_length=40)
    short_name = models.CharField("简称", max_length=40)
    slug = models.SlugField("网址名", max_length=60, unique=True)
    pinyin = models.CharField("拼音", max_length=120, help_text="以空格分隔的音节")
    initials = models.CharField("首字母", max_length=20)
    aliases = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name="别名与旧名"
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="并入",
    )
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    hot_rank = models.PositiveSmallIntegerField("热门序号", null=True, blank=True, unique=True)
    hot_name = models.CharField("热门列表用名", max_length=40, blank=True)
    own_code = models.BooleanField(
        "自编代码", default=False, help_text="港澳台的下级地区没有国标代码，由本站编号"
    )

    class Meta:
        verbose_name = verbose_name_plural = "地区"
        ordering = ("adcode",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level="province") | models.Q(parent__isnull=False),
                name="region_below_province_has_parent",
                violation_error_message="省级以下的地区要有上级。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExchangeGroup(models.Model):
    """The group (副业交流群) that the operator runs for a place; never an employer's."""

    region = models.OneToOneField(Region, models.PROTECT, verbose_name="地区", related_name="+")
    name = models.CharField("群名", max_length=40)
    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="二维码"
    )
    rules = models.TextField("群规", max_length=2000, help_text="一行一条")
    is_open = models.BooleanField("开放", default=False)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "交流群"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_open=False) | models.Q(picture__isnull=False),
                name="exchange_group_open_has_picture",
                violation_error_message="开放之前要先放二维码。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PlaceDescription(models.Model):
    """What a place's first page says of itself, to visitors and to search engines; empty: as shipped."""

    MAX_LENGTH = 120

    region = models.OneToOneField(Region, models.PROTECT, verbose_name="地区", related_name="+")
    words = models.CharField(
        "介绍",
        max_length=MAX_LENGTH,
        blank=True,
        help_text="一两句话：这里常招什么、在哪一片、什么时候忙。显示在这个地方的首页上，也给搜索引擎当摘要。"
        "空着：用自带的。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "地区介绍"
        ordering = ("region",)

    def __str__(self) -> str:
        return str(self.region)


class HotCityList(models.Model):
    """The places that lists of cities name first, in this order; one row. Without it the shipped ones."""

    ONLY = 1  # the key of the row

    places = ArrayField(models.PositiveIntegerField(), default=list, help_text="codes of regions")

    class Meta:
        verbose_name = verbose_name_plural = "热门城市"

    def __str__(self) -> str:
        return "热门城市"
