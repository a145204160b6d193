"""What becomes of the lines of an upload: a few in one transaction, none twice, none stopping others.

Lines that are not done yet stand in the upload itself, so that work that was cut off goes on where
it stopped: at the next request, or by the clock.
"""

import hashlib
import json
import logging
import time
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.employers.membership import get_member_role
from accounts.inbox.notices import send_notice
from accounts.models import Employer
from listings.bulk_upload.columns import EXAMPLE
from listings.bulk_upload.form_data import build_form_data, heading_of
from listings.choices import ListingStatus
from listings.employer_desk.posting_forms import ORDER, STEPS
from listings.models import BulkUpload, Listing, ListingDraft
from listings.publication import gate
from listings.publication import submission as posting

logger = logging.getLogger(__name__)
PUBLISHED, WAITING, DRAFT = "published", "waiting", "draft"
REFUSED, KNOWN, SKIPPED = "refused", "known", "skipped"
WORDS = {
    PUBLISHED: "已发布",
    WAITING: "等审核",
    DRAFT: "留作草稿",
    REFUSED: "没收",
    KNOWN: "以前传过",
    SKIPPED: "跳过",
}
CHUNK = 10  # lines in a transaction
SECONDS = 8.0  # of a request
MOST_DRAFTS = 200
UPLOADS_LOOKED_AT = 100
GONE = "上传的人已经不在这家单位"
CUT_OFF = timedelta(minutes=2)


def begin_upload(employer: Employer, author, name: str, lines) -> tuple[BulkUpload, bool]:
    """The upload of these lines, and whether they are new: the same lines again are the same one."""
    rows = [[line.number, line.cells, line.problem] for line in lines]
    said = json.dumps([row[1:] for row in rows], ensure_ascii=False, sort_keys=True)
    return BulkUpload.objects.get_or_create(
        employer=employer,
        digest=hashlib.sha256(said.encode()).hexdigest(),
        defaults={"author": author, "name": name[-120:], "rows": rows},
    )


def process_upload(number: int, seconds: float = SECONDS) -> None:
    """Do what is left of an upload, as far as the time goes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction.atomic():
            # The employer first, as in `posting`; it makes one upload wait for another, too.
            upload = BulkUpload.objects.get(pk=number)
            employer = Employer.objects.select_for_update(of=("self",)).get(pk=upload.employer_id)
            upload = BulkUpload.objects.select_for_update(of=("self",)).get(pk=number)
            if not upload.rows:
                return
            if not _may_act(upload.author, employer):
                upload.rows = [[line, cells, GONE] for line, cells, _problem in upload.rows]
            _chunk(upload, employer)


def go_on() -> int:
    """Uploads whose request was cut off: how many there were."""
    old = BulkUpload.objects.filter(created_at__lt=timezone.now() - CUT_OFF).exclude(rows=[])
    numbers = list(old.order_by("pk").values_list("pk", flat=True)[:20])
    for number in numbers:
        process_upload(number)
    return len(numbers)


def _may_act(author, employer):
    return author.is_active and bool(get_member_role(author, employer))


def _chunk(upload, employer):
    known = _known(employer)
    for line, cells, problem in upload.rows[:CHUNK]:
        title = cells.get("title", "")[:60]
        digest = ""
        try:
            with transaction.atomic():
                digest, outcome, words, listing = _line(upload, employer, cells, problem, known)
        except Exception as error:  # of one line: the others must not suffer for it
            logger.error("a line of upload %s failed: %s", upload.pk, type(error).__name__)  # noqa: TRY400
            outcome, words, listing = REFUSED, "出了错，没有收；请把这一行单独填一遍。", None
        known |= {digest: listing} if listing else {}
        upload.report.append([line, title, outcome, words, listing, digest])
    upload.rows = upload.rows[CHUNK:]
    upload.save(update_fields=["rows", "report"])
    if not upload.rows:
        _tell(upload)


def _tell(upload):
    """Once for the whole table, without a mail: its report is on the page where it was sent."""
    found = Counter(entry[2] for entry in upload.report)
    counts = [f"{WORDS[code]} {found[code]} 条" for code in WORDS if found[code]]
    send_notice(
        upload.author,
        f"upload-{upload.pk}-done",
        f"「{upload.name[:60]}」处理完了",
        f"{'，'.join(counts)}。",
        address=reverse("listings:upload_report", args=[upload.pk]),
        button="看结果",
        mail=False,
    )


def _line(upload, employer, cells, problem, known):
    """(digest, outcome, words, number of the listing or None)."""
    if problem:
        return "", REFUSED, f"{problem}。", None
    if cells.get("title", "").startswith(EXAMPLE):
        return "", SKIPPED, "示例行，不收。", None
    data, problems = build_form_data(cells)
    said = json.dumps([data, problems], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()
    if words := _there_already(known.get(digest)):
        return digest, KNOWN, words, known[digest]
    if employer.listings.filter(status=ListingStatus.DRAFT).count() >= MOST_DRAFTS:
        return digest, REFUSED, f"草稿已经有 {MOST_DRAFTS} 条，先发掉或删掉一些再传。", None
    listing = posting.new_listing(employer, upload.author, data)
    content, wrong = _read(data)
    if problems or wrong:
        _name(listing, cells)
        return digest, DRAFT, f"{'；'.join([*wrong, *problems])}。", listing.pk
    return digest, *_submit(upload, employer, listing, content), listing.pk


def _read(data):
    """(content, what is wrong by column): the same forms as on the pages."""
    content: dict = {"photos": []}
    wrong: dict[str, str] = {}
    for code in ORDER:
        form = STEPS[code].form(MultiValueDict(data))
        form.is_valid()
        for name, errors in form.errors.items():
            heading = heading_of(name, str(form.fields[name].label))
            wrong.setdefault(heading, f"{heading}：{errors[0].removesuffix('。')}")
        content |= form.content()
    return content, list(wrong.values())


def _submit(upload, employer, listing, content):
    """A text that would be refused stays a draft: its author puts it right and hands it in."""
    verdict = gate.judge_publication({**content}, employer)
    if verdict.outcome == gate.REFUSE:
        _name(listing, content)
        return DRAFT, f"没有通过检查：{verdict.words}"
    try:
        with transaction.atomic():
            verdict = posting.submit_text(
                listing, content, upload.author, signed_no_fee=True, tell=False
            )
            ListingDraft.objects.filter(listing=listing).delete()
    except posting.SubmissionRefused as reason:
        _name(listing, content)
        return DRAFT, str(reason)
    if verdict.outcome == gate.PUBLISH:
        return PUBLISHED, ""
    return WAITING, verdict.words


def _name(listing, content):
    """A draft that stays is found by its title."""
    title = content.get("title", "")[:60]
    Listing.objects.filter(pk=listing.pk).update(title=title)


def _known(employer):
    """By digest: the listings that lines of earlier uploads, or of this one, became."""
    reports = employer.uploads.order_by("-pk").values_list("report", flat=True)
    entries = [entry for report in reports[:UPLOADS_LOOKED_AT] for entry in reversed(report)]
    return {entry[5]: entry[4] for entry in reversed(entries) if entry[4]}


def _there_already(number):
    """Words where the line's listing is still there; what was withdrawn may come again."""
    if number is None:
        return ""
    listing = Listing.objects.filter(pk=number).first()
    if listing is None or listing.status == ListingStatus.WITHDRAWN:
        return ""
    return f"以前传过同样的一行，没有再建；那一条现在是「{listing.get_status_display()}」。"
