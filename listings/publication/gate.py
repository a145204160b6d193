"""Decide whether a text is published at once, waits for a moderator, or is refused; and why.

DESIGN 7 "Publication": the same for a new text and for an edit. Only the rules decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.employers.membership import get_verification_level
from accounts.models import Employer
from accounts.public_text.judgement import (
    PUBLISH,
    QUEUE,
    REFUSE,
    PublicationReason,
    ScreenedFields,
    TextVerdict,
    describe_uncertainty,
    list_refusals,
    list_risks,
    list_wording_reasons,
)
from listings.choices import ListingStatus, WorkMode
from listings.copies import contacts_in_text
from listings.copies.copy_search import count_copies
from listings.copies.fingerprints import build_fingerprint_text
from listings.models import Listing, ListingContent, ListingSource
from listings.pay_law.pay_findings import PayFinding, judge_pay
from listings.publication.photo_texts import PhotoFindings
from listings.publication.repost_sources import is_in_sample
from listings.vocabulary import categories
from listings.vocabulary.venues import find_named_venue
from screening.context import Context
from screening.facts import tiers
from screening.refitted_models import judge_in_shadow
from screening.screen import screen_text

REFUSED_BEFORE = "refused_before"
COMPANY = "company_text"  # only of a repost: the name of an employer was checked
# Where the place of the work stands; requirements rather name experience.
_PLACE_TEXTS = ("title", "address", "duties")
_CONTACT_CURE = "请写到“联系方式”那几栏里，正文里的删掉。"


@dataclass(frozen=True)
class PublicationVerdict(TextVerdict):
    """The signals of a photo point into what was read in it.

    `shadow` is the result of a model in its shadow period; it does not affect the outcome.
    """

    shadow: dict | None = None


class ScreenedText(ScreenedFields):
    """The written fields of a listing."""

    def __init__(self, content: ListingContent, company: str = "") -> None:
        texts = {name: content.read_text(name) for name in contacts_in_text.TEXTS}
        super().__init__(texts | {COMPANY: company})


def build_screening_context(content: ListingContent, listing_id: int | None = None) -> Context:
    """Return what screening reads besides the text; copies in `listing_id` itself do not count."""
    is_placed = content.region_id and content.mode != WorkMode.ONLINE
    contact_fields = (content.read_text(name) for name in contacts_in_text.FIELDS)
    return Context(
        category=content.category,
        pay_min=content.pay_min,
        pay_max=content.pay_max,
        pay_unit=content.pay_unit,
        tier=tiers.get_tier(content.region_id) if is_placed else tiers.ANYWHERE,
        contacts=tuple(contact for contact in contact_fields if contact),
        spread=count_copies(build_fingerprint_text(content), listing_id),
    )


def judge_publication(
    content: ListingContent,
    employer: Employer | None,
    *,
    listing: Listing | None = None,
    refused_by_hand: bool = False,
) -> PublicationVerdict:
    """Judge a text.

    Copies in the `listing` itself, if it exists already, do not count. A repost has no employer,
    but the company that its source named; unless the source is trusted it waits. `refused_by_hand`:
    a moderator refused the text before this one, so a moderator looks at this one too.
    """
    repost = listing if listing is not None and listing.is_repost else None
    company = repost.company_text if repost else ""
    text = ScreenedText(content, company)
    assessment = screen_text(
        text.whole, build_screening_context(content, listing.pk if listing else None)
    )
    photos = PhotoFindings(content.photos)
    pay_finding = judge_pay(content)
    reasons = [
        *list_refusals(text, assessment),
        *_list_pay_reasons(pay_finding, is_refused=True),
    ]
    outcome = REFUSE
    if not reasons:
        reasons = [
            *list_risks(assessment),
            *_list_pay_reasons(pay_finding, is_refused=False),
            *list_wording_reasons(text, assessment, _CONTACT_CURE),
            *photos.reasons,
            *_list_category_reasons(content.category),
            *_list_venue_reasons(content, employer.name if employer else company),
            *_list_author_reasons(employer, refused_by_hand, repost is not None),
        ]
        reasons = reasons or describe_uncertainty(assessment)
        if repost:
            reasons += _list_source_reasons(repost, is_harmless=not reasons)
        outcome = QUEUE if reasons else PUBLISH
    return PublicationVerdict(
        outcome=outcome,
        reasons=tuple(reasons),
        signals=(*map(text.describe_signal, assessment.signals), *photos.signals),
        score=assessment.score,
        level=assessment.level,
        fraud_type=assessment.fraud_type,
        shadow=judge_in_shadow(text.whole),
    )


def _list_pay_reasons(
    finding: PayFinding | None, *, is_refused: bool
) -> Iterator[PublicationReason]:
    if finding and finding.is_refused == is_refused:
        yield PublicationReason(finding.code, finding.words, finding.cure)


def _list_category_reasons(category: str) -> Iterator[PublicationReason]:
    kind = categories.CATEGORIES.get(category)
    if kind and kind.high_risk:
        yield PublicationReason("category", f"「{kind.label}」这一类都由审核员看过再发布。")


def _list_venue_reasons(content: ListingContent, company: str) -> Iterator[PublicationReason]:
    """Yield a reason if the words or the company name a venue for adults, but the author chose none."""
    if content.venue or content.mode == WorkMode.ONLINE:
        return
    texts = [content.read_text(name) for name in _PLACE_TEXTS]
    if named := find_named_venue([*texts, company]):
        words = f"像是在“{named.words}”干活，场所填的却是普通场所。"
        cure = f"是的话，请把场所选成“{named.venue.label}”；不在那里干活的不用改，审核员看过就行。"
        yield PublicationReason("venue", words, cure)


def _list_author_reasons(
    employer: Employer | None, refused_by_hand: bool, is_repost: bool
) -> Iterator[PublicationReason]:
    if refused_by_hand:
        yield PublicationReason(REFUSED_BEFORE, "上一版是审核员退回的，这一版也由审核员看。")
    if is_repost:
        return
    # An appeal may have restored others.
    if employer and employer.listings.filter(status=ListingStatus.REMOVED_FRAUD).exists():
        yield PublicationReason("fraud_before", "这家单位有信息因涉诈下架过，再发的都由审核员看。")
    # `identity`: its phone was checked, and its id card or licence.
    level = get_verification_level(employer) if employer and employer.in_good_standing else ""
    if level != "identity":
        words = "单位还没有通过认证，认证前发的都要审核员看过。"
        yield PublicationReason("employer", words, "手机验证过、身份证或营业执照核对过，就快了。")


def _list_source_reasons(repost: Listing, *, is_harmless: bool) -> Iterator[PublicationReason]:
    """The sample is one of the harmless ones: the others wait anyway."""
    source = ListingSource.objects.filter(name=repost.source_name).first()
    if source is None or not source.is_trusted:
        yield PublicationReason("repost_source", "转载的信息要审核员看过再发布。")
    elif is_harmless and is_in_sample(source, repost.source_id):
        words = f"抽查：这个来源每 {source.sample_every} 条由审核员看 1 条。"
        yield PublicationReason("repost_sample", words)
