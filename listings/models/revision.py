"""What belongs to a text before it is public: its draft, its assessment, the upload it came in."""

from typing import NamedTuple

from django.db import models
from django.utils import timezone

from accounts.models import Employer, TextAssessment, User
from listings.models.listing import Listing, ListingRevision

type TypedValues = dict[str, list[str]]  # by field of the posting form, as somebody typed them


class ListingDraft(models.Model):
    """What an author has typed so far, right or wrong, for a new listing or an edit of one.

    `data` is {field: [values as typed]}; `edition` grows with every save, so that a form opened
    before another save is recognised.
    """

    listing = models.OneToOneField(Listing, models.CASCADE, related_name="draft")
    author = models.ForeignKey(User, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    photos = models.JSONField(default=list)
    edition = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"


class RevisionAssessment(TextAssessment):
    """The assessment of a revision."""

    revision = models.OneToOneField(
        ListingRevision, models.CASCADE, related_name="assessment", verbose_name="修订"
    )
    shadow = models.JSONField(
        null=True, blank=True, help_text="what a model in its shadow period would have said"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "风险评估"
        indexes = [models.Index(fields=["-score", "id"], name="assessment_by_score")]


class UploadReportLine(NamedTuple):
    """What became of one line of an upload; stored as a list. Reports of former releases end with `digest`."""

    line: int
    title: str
    outcome: str
    words: str
    listing_id: int | None = None
    digest: str = ""  # of the values of the line
    duplicate_id: int | None = None  # an open listing that says the same


class BulkUpload(models.Model):
    """A spreadsheet an employer uploaded: the lines to be processed, and a report on the others.

    Uploading the same lines again gives the same row, and processes those again that failed or whose listing
    was withdrawn. At `created_at` the author confirmed for all lines that no fees are charged.
    """

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="uploads")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=120)
    digest = models.CharField(max_length=64, blank=True, help_text="of all that its lines say")
    rows = models.JSONField(default=list, help_text="still to be done: [line, cells by heading]")
    report = models.JSONField(
        default=list, help_text="[line, title, outcome, words, listing id, digest of the line]"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "批量上传"
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "digest"],
                condition=~models.Q(digest=""),
                name="bulk_upload_once",
            )
        ]

    @property
    def report_lines(self) -> list[UploadReportLine]:
        return [UploadReportLine(*line) for line in self.report]
