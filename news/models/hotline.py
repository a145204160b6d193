from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

POLICE = "110"


class Hotline(models.Model):
    """A number to call that the operator added, or a shipped number with other words."""

    number = models.CharField(
        "号码",
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^\d[\d-]{1,14}\d$", "只写数字，区号后面可以有 -。")],
        help_text="自带的号码也写在这里，就照这里的显示。",
    )
    words = models.CharField(
        "什么时候打", max_length=40, help_text="如：劳动保障，拖欠工资、扣证件。"
    )
    footer_name = models.CharField(
        "页脚里叫", max_length=12, blank=True, help_text="如：报警。空着：不放在每页下面。"
    )
    position = models.PositiveSmallIntegerField(
        "排第几", null=True, blank=True, help_text="在页脚里；空着的排在后面。"
    )
    in_advice = models.BooleanField(
        "每种骗局的建议里都列上",
        default=False,
        help_text="自带的号码照各种骗局的建议，不看这一项。",
    )
    is_shown = models.BooleanField("显示", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "求助电话"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.number} {self.footer_name or self.words}"

    def clean(self) -> None:
        if self.number == POLICE and not self.is_shown:
            raise ValidationError({"is_shown": "报警电话不能去掉。"})
