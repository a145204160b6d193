"""Searches of the journal by staff, and exports of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from accounts.models import User
from safety.choices import TermKind
from sitekit.sealing.sealed_fields import SealedCharField, build_contact_index

TERM_LENGTH = 120


class JournalSearch(models.Model):
    """One search: the typed term, the reason, and the rows that it found (`listing:12`, `user:5` …)."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁查的")
    term = SealedCharField("查什么", max_length=TERM_LENGTH, blank=True)
    kind = models.CharField("认出来是", max_length=10, choices=TermKind)
    masked = models.CharField("显示成", max_length=40, blank=True)
    reason = models.CharField("事由", max_length=200)
    subjects = ArrayField(models.CharField(max_length=30), default=list, verbose_name="查到的")
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "查人查事的记录"
        ordering = ("-created_at", "-pk")
        permissions = [("read_journal", "查人查事"), ("export_journal", "依法调取时导出")]
        indexes = [
            GinIndex(fields=["subjects"], name="journal_search_subjects"),
            build_contact_index("term", "journal_search_by_term"),
            models.Index(fields=["created_at"], name="journal_search_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"


class JournalExport(models.Model):
    """One export of the journal: the shown rows as CSV, or a signed pack for an authority, with a recipient,
    a legal basis and a file number. The file is built when it is downloaded."""

    class Form(models.TextChoices):
        TABLE = "table", "表格"
        PACK = "pack", "签名包"

    search = models.ForeignKey(JournalSearch, models.PROTECT, related_name="exports")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁导出的")
    form = models.CharField("导出的是", max_length=5, choices=Form)
    recipient = models.CharField("交给哪个机关", max_length=60, blank=True)
    legal_basis = models.CharField("法律依据", max_length=100, blank=True)
    file_number = models.CharField("文号", max_length=60, blank=True)
    reason = models.CharField("为什么", max_length=200)
    group = models.CharField("哪一类", max_length=10, blank=True)
    since = models.DateField("从哪天", null=True, blank=True)
    until = models.DateField("到哪天", null=True, blank=True)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "查人查事的导出"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["-created_at"], name="journal_export_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(form="table")
                | ~models.Q(recipient="") & ~models.Q(legal_basis="") & ~models.Q(file_number=""),
                name="journal_pack_says_for_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.pk}"
