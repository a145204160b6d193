"""The context of the page of a listing's case: the marked text, why it waits, and the facts beside it."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from listings.choices import ListingStatus as S
from listings.detail.photos import list_content_photos
from listings.models import CONTENT_FIELDS, Listing, ListingRevision, RevisionAssessment
from listings.pay_law.pay_findings import describe_pay_comparison, list_pay_notes
from listings.publication.completeness import list_missing_fields
from listings.publication.photo_texts import PHOTO_SIGNAL_FIELD as PHOTO_FIELD
from listings.publication.transitions import list_hold_events, needs_two_people
from safety.aftercare.other_listings import list_employer_fraud_cases
from safety.case_queues.case_findings import describe_risk, list_unmarked_reasons
from safety.case_queues.finding_names import get_mark_tone, list_photo_findings
from safety.casework.report_sources import describe_sources
from safety.casework.similar_listings import find_listings_like
from safety.checker.marked_pictures import mark_picture
from safety.moderation.case_facts import MAX_FACTS_SHOWN, collect_employer_facts, list_events
from safety.moderation.permissions import list_moderators_of
from safety.moderation.text_changes import FieldChange, find_changed_fields, format_field_value
from sitekit.models import Picture
from sitekit.ocr.picture_text import join_readings
from sitekit.ocr.stored_readings import get_stored_reading
from textkit.marked_text import MarkSpan, number_reasons, render_marks

# These fields are shown as the text, the others beside it as facts.
_TEXTS = ("duties", "requirements")
_PAY = ("pay_min", "pay_max", "pay_unit")
_LABELS = {field.name: str(field.verbose_name) for field in Listing._meta.local_fields}
_ELSEWHERE = {"title", *_TEXTS, *_PAY, "photos", "contact_name", "contact_phone", "contact_wechat"}


def build_listing_context(
    listing: Listing, text: ListingRevision | None, assessment: RevisionAssessment | None
) -> dict[str, Any]:
    """Return the template context. `text` is the revision that is decided with the case, `assessment` its result."""
    shown = text or listing
    marks, spans = number_reasons(assessment.signals if assessment else [], get_mark_tone)
    fields = _mark_fields(spans, shown)
    return {
        "listing": listing,
        "text": text,
        "shown": shown,
        "marked_title": fields["title"]["html"],
        "texts": [fields[name] for name in _TEXTS],
        "details": [field for name, field in fields.items() if name not in _ELSEWHERE],
        "pay": f"{shown.pay_words} {shown.pay_unit_words}",
        "pay_facts": [
            words
            for words in (
                describe_pay_comparison(shown),
                *(f"{note.words}{note.cure}" for note in list_pay_notes(shown)),
            )
            if words
        ],
        "contact": [field for name, field in fields.items() if name.startswith("contact_")],
        "photos": _mark_photos(list_content_photos(shown), spans),
        "marks": marks,
        "assessment": assessment,
        "risk_words": describe_risk(assessment.level, assessment.score) if assessment else "",
        "in_photos": (
            list_photo_findings(assessment.reasons, assessment.signals) if assessment else []
        ),
        "why": _list_why(listing, assessment),
        "missing": list_missing_fields(shown),
        "changes": _find_changes(listing, text),
        **_collect_facts(listing, shown),
    }


def _collect_facts(listing: Listing, shown: Listing | ListingRevision) -> dict[str, Any]:
    """Return the facts in the column beside the text."""
    employer = listing.employer
    return {
        "alike": find_listings_like(listing, shown),
        "history": list_events(listing),
        "reports": describe_sources(list(listing.reports.all()[:MAX_FACTS_SHOWN])),
        "reveals": listing.reveals.count(),
        "frauds": listing.fraud_cases.all()[:3],
        "employer": employer,
        "others": (
            employer.listings.exclude(pk=listing.pk).order_by("-pk")[:MAX_FACTS_SHOWN]
            if employer
            else []
        ),
        **collect_employer_facts(employer),
    }


def _list_why(listing: Listing, assessment: RevisionAssessment | None) -> list[Mapping[str, Any]]:
    """Return the reasons why the case waits that are not marked in its text; each has `words`."""
    reasons = (
        list(list_unmarked_reasons(assessment.reasons, assessment.signals)) if assessment else []
    )
    has_kind = bool(listing.category)  # a draft may have none
    if not (assessment and assessment.reasons) and has_kind and listing.kind.is_high_risk:
        reasons.append({"words": "这一类都由审核员看过再发布。"})
    for case in list_employer_fraud_cases(listing.employer, listing)[:3]:
        day = timezone.localtime(case.created_at)
        words = f"同一单位的「{case.listing.title}」{day:%Y-%m-%d} 因涉诈下架：{case.reason}"
        reasons.insert(0, {"words": words})
    if listing.status == S.HELD:
        hold = list_hold_events(listing).first()
        reasons.insert(0, {"words": f"风险暂停：{hold.reason if hold else ''}"})
    if assessment is None:
        reasons.append({"words": "还没有自动检查的结果，请整条看一遍。"})
    return reasons


def _mark_fields(
    spans: Mapping[str, list[MarkSpan]], content: Listing | ListingRevision
) -> dict[str, dict[str, str | SafeString]]:
    """Return label and marked text of each field by its name."""
    texts = {name: format_field_value(content, name) for name in CONTENT_FIELDS}
    return {
        name: {
            "label": _LABELS[name],
            "html": render_marks(text, spans.get(name, ()), overlap="split"),
        }
        for name, text in texts.items()
    }


def _mark_photos(
    photos: list[dict[str, Any]], spans: Mapping[str, list[MarkSpan]]
) -> list[dict[str, Any]]:
    """Add the marked picture to each photo that has findings."""
    fields = {photo["pk"]: PHOTO_FIELD.format(photo["pk"]) for photo in photos}
    pictures = Picture.objects.in_bulk([pk for pk, field in fields.items() if field in spans])
    for photo in photos:
        picture = pictures.get(photo["pk"])
        reading = picture and get_stored_reading(picture)
        if reading:
            read = join_readings([reading])
            photo_spans = spans[fields[photo["pk"]]]
            photo["marked"] = mark_picture(0, reading, photo["largest"], read, photo_spans)
    return photos


def _find_changes(listing: Listing, text: ListingRevision | None) -> list[FieldChange]:
    """Return the changes since the last approved or submitted text; none for the first text of a listing."""
    if text is None:
        return []
    if listing.status not in (S.PENDING, S.REJECTED, S.DRAFT):
        return find_changed_fields(listing, text)
    earlier = listing.revisions.filter(pk__lt=text.pk).order_by("-pk").first()
    return find_changed_fields(earlier, text) if earlier else []


def describe_two_people(listing: Listing, text: ListingRevision | None) -> list[dict[str, str]]:
    """Return, as a reason why the text waits, which of the two approvals are still missing."""
    if text is None or not needs_two_people(text):
        return []
    first_approver = text.first_approver
    words = "这一类要两位审核员先后通过。"
    words += (
        f"第一遍由{first_approver}通过，等另一位。" if first_approver else "还没有人通过第一遍。"
    )
    if list_moderators_of(listing.region_id).count() < 2:
        words += "现在只有一位审核员，要等有了第二位才能公开。"
    return [{"words": words}]
