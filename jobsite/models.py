"""What the operator says on the pages of the whole site."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from cities.models import Region


class Announcement(models.Model):
    """Words of the operator at the head of public pages: of the nation, of a province, or of a city."""

    class Level(models.IntegerChoices):
        """The gravest is shown first."""

        CALM = 1, "普通"
        CARE = 2, "提醒"
        URGENT = 3, "紧急"

    text = models.CharField("文字", max_length=160, help_text="一两句话，不用写“公告”二字。")
    url = models.CharField(
        "详情地址",
        max_length=300,
        blank=True,
        validators=[
            RegexValidator(r"^(/(?!/)|https://)\S*$", "写 https:// 开头的，或者本站 / 开头的地址。")
        ],
        help_text="可以不填。",
    )
    level = models.PositiveSmallIntegerField("级别", choices=Level, default=Level.CALM)
    place = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="地区",
        help_text="空着：全国所有页面。填省：省里各市县的页面都有。",
    )
    starts_at = models.DateTimeField("从", default=timezone.now)
    ends_at = models.DateTimeField("到", help_text="到时候自动消失。要马上撤下，改成现在。")

    class Meta:
        verbose_name = verbose_name_plural = "公告"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.text[:30]

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "要比“从”晚。"})
