"""Where articles come from, and the words they are filed under."""

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from news.choices import SourceKind

# Patterns that tell the kind of a source by its name. The first match counts: a newspaper of the police is a
# newspaper.
SOURCE_KIND_PATTERNS = (
    (
        r"(报|报社|电视台|广播电台|台|杂志|新闻网|新闻|客户端|红网|新华网|新华社|人民网)$",
        SourceKind.MEDIA,
    ),
    (r"反诈|反电信网络诈骗", SourceKind.ANTI_FRAUD_CENTER),
    (r"公安|警方|网警|派出所", SourceKind.POLICE),
    (r"法院|检察院", SourceKind.COURT_PROCURATORATE),
    (r"人力资源和?社会保障|人社", SourceKind.HR_BUREAU),
    (r"市场监(督)?管|消费者协会|消委会", SourceKind.MARKET_REGULATOR),
    (r"网信|互联网信息办公室", SourceKind.CYBERSPACE),
)


def guess_source_kind(name: str) -> SourceKind:
    """Return the kind that the name tells; media if it tells none."""
    kinds = (kind for pattern, kind in SOURCE_KIND_PATTERNS if re.search(pattern, name))
    return next(kinds, SourceKind.MEDIA)


def does_name_tell_kind(name: str, kind: str) -> bool:
    """Whether the name tells readers the kind, such as 县公安局 or 日报. Words in brackets at its end do not count."""
    bare_name = re.sub(r"（[^（）]*）$", "", name)
    patterns = [pattern for pattern, its_kind in SOURCE_KIND_PATTERNS if its_kind == kind]
    return any(re.search(pattern, bare_name) for pattern in patterns)


class Source(models.Model):
    name = models.CharField("名称", max_length=60, unique=True)
    kind = models.CharField("类别", max_length=20, choices=SourceKind)

    class Meta:
        verbose_name = verbose_name_plural = "来源"
        ordering = ("name",)

    def __str__(self):
        kind = self.get_kind_display()
        is_told = kind in self.name or does_name_tell_kind(self.name, self.kind)
        return self.name if is_told else f"{self.name}（{kind}）"


class Tag(models.Model):
    name = models.CharField(
        "标签",
        max_length=30,
        unique=True,
        # The name is used in addresses, as a whole part of the path.
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
