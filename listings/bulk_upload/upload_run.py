"""Process the lines of an upload: a few in a transaction, none twice, errors one by one.

The upload stores the lines still to be processed, so that interrupted work continues with the next
request or by the periodic task.
"""

import hashlib
import json
import logging
import time
from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_member_or_owners
from accounts.employers.membership import get_member_role
from accounts.inbox.open_accounts import write_for_account
from accounts.models import Employer, User
from cities.directory.regions import require_region
from listings.bulk_upload.columns import EXAMPLE_PREFIX
from listings.bulk_upload.form_data import build_form_data
from listings.bulk_upload.resumable_runs import (
    CHUNK_ROWS,
    RUN_SECONDS,
    continue_interrupted,
    lock_run,
)
from listings.bulk_upload.typed_submission import (
    DRAFT,
    PUBLISHED,
    WAITING,
    submit_typed_listing,
)
from listings.choices import ListingStatus
from listings.imports.record_source import Record
from listings.models import BulkUpload, Listing
from listings.models.revision import UploadReportLine
from listings.publication import submission as posting
from listings.publication.posting_quota import describe_full_drafts

logger = logging.getLogger(__name__)
REFUSED, KNOWN, SKIPPED = "refused", "known", "skipped"
UPLOAD_OUTCOME_LABELS = {
    PUBLISHED: "已发布",
    WAITING: "待审核",
    DRAFT: "已存草稿",
    REFUSED: "未导入",
    KNOWN: "已导入过",
    SKIPPED: "已跳过",
}
UPLOADS_LOOKED_AT = 100
AUTHOR_GONE_MESSAGE = "上传的人已经不在这家单位"
LINE_FAILED_MESSAGE = "出了错，这一行没有存下，请单独填一遍。"


def begin_upload(
    employer: Employer, author: User, name: str, lines: list[Record]
) -> tuple[BulkUpload, bool]:
    """Return the upload of these lines, and whether it is new: the same lines give the same one."""
    rows = _list_rows(lines)
    serialised = json.dumps([row[1:] for row in rows], ensure_ascii=False, sort_keys=True)
    with write_for_account(author):
        return BulkUpload.objects.get_or_create(
            employer=employer,
            digest=hashlib.sha256(serialised.encode()).hexdigest(),
            defaults={"author": author, "name": name[-120:], "rows": rows},
        )


def repeat_lines(upload: BulkUpload, author: User, name: str, lines: list[Record]) -> int:
    """Have lines of a finished upload processed again, now for `author`; return how many. They are those whose
    listing was withdrawn or deleted, and those that were refused for another reason than a fault of the line.

    `lines` say the same as those of the upload; their numbers may be others.
    """
    with transaction.atomic():
        locked = lock_run(BulkUpload.objects.all(), upload.pk, "employer")
        if locked is None:
            return 0
        upload, _employer = locked
        if upload.rows or len(upload.report) != len(lines):
            return 0
        report_lines = upload.report_lines
        standing = _list_standing(line.listing_id for line in report_lines if line.listing_id)
        report = []
        for (number, cells, problem), line in zip(_list_rows(lines), report_lines, strict=True):
            has_failed = line.outcome == REFUSED and not problem
            is_lost = line.listing_id not in standing if line.listing_id else has_failed
            if is_lost:
                upload.rows.append([number, cells, problem])
            else:
                report.append(list(line._replace(line=number)))
        if upload.rows:
            upload.report, upload.author, upload.name = report, author, name[-120:]
            upload.created_at = timezone.now()  # of the declaration of this author
            upload.save()
    return len(upload.rows)


def _list_rows(lines: list[Record]) -> list[list[Any]]:
    return [[line.line, line.cells, line.problem] for line in lines]


def process_upload(number: int, seconds: float = RUN_SECONDS) -> None:
    """Process the remaining lines of an upload for at most `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction.atomic():
            locked = lock_run(BulkUpload.objects.all(), number, "employer")
            if locked is None:
                return
            upload, employer = locked
            if not upload.rows:
                return
            author = upload.author
            if not author.is_active or not get_member_role(author, employer):
                upload.rows = [
                    [line, cells, AUTHOR_GONE_MESSAGE] for line, cells, _problem in upload.rows
                ]
            _process_chunk(upload, employer)


def continue_interrupted_uploads() -> int:
    """Continue the uploads whose request was interrupted; return how many there were."""
    return continue_interrupted(BulkUpload.objects.exclude(rows=[]), process_upload)


def _process_chunk(upload: BulkUpload, employer: Employer) -> None:
    earlier = _map_earlier_lines(employer)
    for row in upload.rows[:CHUNK_ROWS]:
        record = Record(*row)
        title = record.cells.get("title", "")[:60]
        line = UploadReportLine(record.line, title, REFUSED, LINE_FAILED_MESSAGE)
        try:
            with transaction.atomic():
                line = _process_line(upload, employer, record, line, earlier)
        except Exception as error:  # the other lines are processed all the same
            logger.error("a line of upload %s failed: %s", upload.pk, type(error).__name__)  # noqa: TRY400
        if line.listing_id:
            earlier[line.digest] = line.listing_id
        upload.report.append(list(line))
    upload.report.sort(key=itemgetter(0))  # some lines may have been processed before the others
    upload.rows = upload.rows[CHUNK_ROWS:]
    upload.save(update_fields=["rows", "report"])
    if not upload.rows:
        _notify_author(upload, employer)


def _notify_author(upload: BulkUpload, employer: Employer) -> None:
    """Send one notice each time that the file was processed, without a mail: the page shows the report."""
    outcomes = Counter(line.outcome for line in upload.report_lines)
    counts = [
        f"{UPLOAD_OUTCOME_LABELS[code]} {outcomes[code]} 条"
        for code in UPLOAD_OUTCOME_LABELS
        if outcomes[code]
    ]
    message = MemberMessage(
        f"upload-{upload.pk}-{upload.created_at:%Y%m%d%H%M%S%f}-done",
        f"「{upload.name[:60]}」处理完了",
        f"{'，'.join(counts)}。",
        reverse("listings:upload_report", args=[upload.pk]),
        "看结果",
    )
    notify_member_or_owners(employer, upload.author, message, mail=False)


def _process_line(
    upload: BulkUpload,
    employer: Employer,
    record: Record,
    line: UploadReportLine,
    earlier: dict[str, int],
) -> UploadReportLine:
    """Return `line`, which says that it is refused, with what became of it."""
    if record.problem:
        return line._replace(words=f"{record.problem}。")
    if line.title.startswith(EXAMPLE_PREFIX):
        return line._replace(outcome=SKIPPED, words="示例行，不发。")
    typed_line = build_form_data(record.cells, require_region(employer.region_id))
    digest = typed_line.compute_digest()
    line = line._replace(digest=digest)
    if digest in earlier and (words := _describe_existing(earlier[digest])):
        return line._replace(outcome=KNOWN, words=words, listing_id=earlier[digest])
    begun_now = [before.listing_id for before in upload.report_lines if before.listing_id]
    if words := describe_full_drafts(employer, begun_now):
        return line._replace(words=words)
    listing = posting.create_listing_with_draft(employer, upload.author, typed_line.typed)
    typed_outcome = submit_typed_listing(
        employer, listing, upload.author, typed_line, signed_at=upload.created_at
    )
    if typed_outcome.outcome == DRAFT:  # it gets its title, so that it is found
        Listing.objects.filter(pk=listing.pk).update(title=line.title)
    return line._replace(
        outcome=typed_outcome.outcome,
        words=typed_outcome.words,
        listing_id=listing.pk,
        duplicate_id=typed_outcome.duplicate,
    )


def _map_earlier_lines(employer: Employer) -> dict[str, int]:
    """Return the id of the newest listing by the digest of its line, for the latest uploads and this one."""
    uploads = employer.uploads.order_by("-created_at").only("report")[:UPLOADS_LOOKED_AT]
    digests = {
        line.listing_id: line.digest
        for upload in uploads
        for line in upload.report_lines
        if line.listing_id
    }
    return {digests[listing_id]: listing_id for listing_id in sorted(digests)}


def _describe_existing(listing_id: int) -> str:
    """Return words if the line's listing exists; a withdrawn one may be uploaded again."""
    listing = _list_standing([listing_id]).get(listing_id)
    if listing is None:
        return ""
    return f"以前传过同样的一行，没有再建；那一条现在是「{listing.get_status_display()}」。"


def _list_standing(listing_ids: Iterable[int]) -> dict[int, Listing]:
    """Return those that exist and were not withdrawn, by id."""
    return Listing.objects.exclude(status=ListingStatus.WITHDRAWN).in_bulk(list(listing_ids))
