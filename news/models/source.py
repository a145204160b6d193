"""Where articles come from, and the words they are filed under."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from news.choices import SourceKind


class Source(models.Model):
    name = models.CharField("名称", max_length=60, unique=True)
    kind = models.CharField("类别", max_length=20, choices=SourceKind)

    class Meta:
        verbose_name = verbose_name_plural = "来源"
        ordering = ("name",)

    def __str__(self):
        kind = self.get_kind_display()
        return self.name if kind in self.name else f"{self.name}（{kind}）"


class Tag(models.Model):
    name = models.CharField(
        "标签",
        max_length=30,
        unique=True,
        # It stands in an address, as a whole part of the path.
        validators=[RegexValidator(r"^[^/\\?#%\s][^/\\?#%]*$", "标签里不能有斜线、问号、# 和 %。")],
    )

    class Meta:
        verbose_name = verbose_name_plural = "标签"
        ordering = ("name",)

    def __str__(self):
        return self.name

    @classmethod
    def is_valid_name(cls, name: str) -> bool:
        """Whether a tag may have this name."""
        try:
            cls(name=name).clean_fields()
        except ValidationError:
            return False
        return True

    @classmethod
    def get_or_create_named(cls, names: Sequence[str]) -> list["Tag"]:
        """Return the tags of these names in this order; those that are missing are created."""
        tags = Tag.objects.in_bulk(names, field_name="name")
        if missing := [Tag(name=name) for name in names if name not in tags]:
            Tag.objects.bulk_create(missing, ignore_conflicts=True)  # another process may be first
            tags = Tag.objects.in_bulk(names, field_name="name")
        return [tags[name] for name in names]
