"""Decide whether a text is published at once, waits for a moderator, or is refused; and why.

A new text and an edit are judged alike, except that what was public before may stay in a category that takes no new
listings. The verdict comes from the rules, the screening model, and what the tables know of the employer, of copies and
of earlier refusals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from accounts.employers.membership import get_verification_level
from accounts.employers.transitions import (
    get_watch_end,
    list_unchecked_owners,
    list_watch_events,
)
from accounts.models import Employer
from accounts.public_text.divided_phones import find_phone_beside, find_phone_of_two_pieces
from accounts.public_text.employer_texts import list_employer_texts
from accounts.public_text.judgement import (
    PUBLISH,
    QUEUE,
    REFUSE,
    PublicationReason,
    ScreenedFields,
    TextVerdict,
    describe_divided_phone,
    describe_uncertainty,
    list_divided_phone_reasons,
    list_refusals,
    list_risks,
    list_wording_reasons,
)
from listings.choices import ListingStatus, WorkMode
from listings.copies import contacts_in_text
from listings.copies.copy_search import CopyCounts
from listings.copies.fingerprints import build_fingerprint_text, sketch_listing_text
from listings.copies.listing_texts import LISTING_TEXT
from listings.models import Listing, ListingContent, ListingSource, Shift
from listings.pay_law import clock_times
from listings.pay_law.pay_findings import PayFinding, judge_pay
from listings.publication.photo_texts import PHOTO_CURE, PhotoFindings
from listings.publication.refused_texts import RefusedTexts
from listings.publication.repost_sources import is_in_sample
from listings.publication.transitions import NEVER_PUBLIC
from listings.vocabulary import categories
from listings.vocabulary.age_limits import (
    ADULT_AGE_YEARS,
    MIN_WORK_AGE_YEARS,
    find_minors_welcome,
)
from listings.vocabulary.venues import find_named_venue
from screening.context import Context
from screening.facts import tiers
from screening.reading.folded_text import FoldedText
from screening.refitted_models import ShadowModel, load_active_model
from screening.screen import add_facts, assess_text

REFUSED_BEFORE = "refused_before"
REFUSED_ELSEWHERE = "refused_elsewhere"
COMPANY = "company_text"  # only of a repost: the name of an employer was checked
# Where the place of the work stands; requirements rather name experience.
_PLACE_TEXTS = ("title", "address", "further_places", "duties")
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
        texts = {name: content.read_text(name) for name in contacts_in_text.TEXT_FIELDS}
        super().__init__(texts | {COMPANY: company})


def build_screening_context(content: ListingContent) -> Context:
    """Return the context that the fields of the text give; the caller adds what the tables know."""
    is_placed = content.region_id and content.mode != WorkMode.ONLINE
    contact_fields = (content.read_text(name) for name in contacts_in_text.CONTACT_FIELD_KINDS)
    return Context(
        category=content.category,
        pay_min=content.pay_min,
        pay_max=content.pay_max,
        pay_unit=content.pay_unit,
        tier=tiers.get_tier(content.region_id) if is_placed else tiers.ANYWHERE,
        contacts=tuple(contact for contact in contact_fields if contact),
    )


@dataclass(frozen=True)
class TextToJudge:
    """Copies in the `listing` itself, if it exists already, do not count. A repost has no employer,
    but the company that its source named; unless the source is trusted it waits. `refused_by_hand`:
    a moderator refused the text before this one, so a moderator looks at this one too.
    """

    content: ListingContent
    employer: Employer | None
    listing: Listing | None = None
    refused_by_hand: bool = False

    @property
    def repost(self) -> Listing | None:
        return self.listing if self.listing is not None and self.listing.is_repost else None

    @property
    def company(self) -> str:
        return self.repost.company_text if self.repost else ""

    def list_companions(self) -> list[str]:
        """Return what else its employer has public."""
        judged = (LISTING_TEXT, self.listing.pk if self.listing else 0)
        return list_employer_texts(self.employer, judged) if self.employer else []


def judge_publication(
    content: ListingContent,
    employer: Employer | None,
    *,
    listing: Listing | None = None,
    refused_by_hand: bool = False,
) -> PublicationVerdict:
    """Judge one text; `TextToJudge` says what is given."""
    return PublicationJudge([TextToJudge(content, employer, listing, refused_by_hand)]).judge_text(
        0
    )


class PublicationJudge:
    """Judges texts one after another; everything that the tables know about them is looked up at once.

    Copies are counted when each text is judged. If the caller decides about one text before the next is judged, it
    calls `note_decision`.
    """

    def __init__(self, texts: Sequence[TextToJudge]) -> None:
        self._texts = texts
        self._screened = [ScreenedText(text.content, text.company) for text in texts]
        contexts = (build_screening_context(text.content) for text in texts)
        folded = [screened.folded for screened in self._screened]
        self._contexts = add_facts(list(zip(folded, contexts, strict=True)))
        self._copies = CopyCounts([_build_copied_text(text) for text in texts])
        names = {text.repost.source_name for text in texts if text.repost}
        self._sources = ListingSource.objects.in_bulk(names, field_name="name")
        self._records = _load_employer_records(texts)
        self._night_shifts = _load_night_shifts(texts)
        self._refused = RefusedTexts({text.employer.pk for text in texts if text.employer})
        self._model, self._shadow = load_active_model(), ShadowModel()

    def note_decision(self, listing: Listing) -> None:
        """Count copies with the status and the text that the listing has now."""
        self._copies.note_decision(listing)

    def judge_text(self, number: int) -> PublicationVerdict:
        """Judge the text with this place in the list."""
        text_to_judge = self._texts[number]
        screened = self._screened[number]
        context = replace(self._contexts[number], spread=self._copies.count_copies(number))
        assessment = assess_text(screened.folded, context, self._model)
        photos = PhotoFindings(text_to_judge.content.photos)
        pay_finding = judge_pay(text_to_judge.content)
        stops = [
            *list_refusals(screened, assessment, has_author=not text_to_judge.repost),
            *_list_pay_reasons(pay_finding, is_refused=True),
            *_list_hidden_category_reasons(text_to_judge),
        ]
        # The author of a refused text reads everything that can be corrected, so its risk and category are left out.
        reasons: list[PublicationReason] = [
            *(stops or list_risks(screened, assessment)),
            *_list_pay_reasons(pay_finding, is_refused=False),
            *list_wording_reasons(screened, assessment, _CONTACT_CURE),
            *(
                list_divided_phone_reasons(screened, _CONTACT_CURE, text_to_judge.list_companions)
                or _list_photo_phone_reasons(screened, photos.texts, text_to_judge)
            ),
            *photos.reasons,
            *(() if stops else _list_category_reasons(text_to_judge.content.category)),
            *_list_venue_reasons(text_to_judge),
            *_list_night_reasons(text_to_judge, self._night_shifts),
            *_list_age_reasons(text_to_judge.content),
        ]
        if not stops:
            reasons += _list_author_reasons(text_to_judge, self._records)
            reasons += self._list_refusals_elsewhere(text_to_judge)
            reasons = reasons or describe_uncertainty(screened, assessment)
            if text_to_judge.repost:
                reasons += self._list_source_reasons(text_to_judge.repost, is_harmless=not reasons)
        return PublicationVerdict(
            outcome=REFUSE if stops else QUEUE if reasons else PUBLISH,
            reasons=tuple(reasons),
            signals=(*map(screened.describe_signal, assessment.signals), *photos.signals),
            score=assessment.score,
            level=assessment.level,
            fraud_type=assessment.fraud_type,
            shadow=self._shadow.judge_text(screened.folded),
        )

    def _list_refusals_elsewhere(self, text: TextToJudge) -> Iterator[PublicationReason]:
        listing_id = text.listing.pk if text.listing else None
        if text.employer and self._refused.has_similar(text.employer.pk, text.content, listing_id):
            words = "你们有一条几乎一样的被审核员退回或下架过，这一条也由审核员看。"
            yield PublicationReason(REFUSED_ELSEWHERE, words)

    def _list_source_reasons(
        self, repost: Listing, *, is_harmless: bool
    ) -> Iterator[PublicationReason]:
        """Only harmless texts are in the sample; the others wait for a moderator anyway."""
        source = self._sources.get(repost.source_name)
        if source is None or not source.is_trusted:
            yield PublicationReason("repost_source", "转载的信息要审核员看过再发布。")
        elif is_harmless and is_in_sample(source, repost.source_id):
            words = f"抽查：这个来源每 {source.sample_every} 条由审核员看 1 条。"
            yield PublicationReason("repost_sample", words)


def _build_copied_text(text: TextToJudge) -> tuple[list[int], int | None]:
    sketch = sketch_listing_text(build_fingerprint_text(text.content))
    return sketch, text.listing.pk if text.listing else None


def _list_photo_phone_reasons(
    screened: ScreenedText, photo_texts: Sequence[str], text: TextToJudge
) -> Iterator[PublicationReason]:
    """Yield a reason if a piece of a number stands in a photo."""
    if not photo_texts:
        return
    photos = FoldedText("\n".join([screened.whole, *photo_texts]))
    pieces = find_phone_of_two_pieces(photos)
    if pieces := pieces or find_phone_beside(photos, text.list_companions):
        yield describe_divided_phone(screened, pieces, PHOTO_CURE)


def _list_pay_reasons(
    finding: PayFinding | None, *, is_refused: bool
) -> Iterator[PublicationReason]:
    if finding and finding.is_refused == is_refused:
        yield PublicationReason(
            finding.code, finding.words, finding.cure, "pay_min", is_stop=is_refused
        )


def _list_hidden_category_reasons(text: TextToJudge) -> Iterator[PublicationReason]:
    """Yield a reason if the category takes no new listings. Listings that were public in it may be edited."""
    kind = categories.CATEGORIES.get(text.content.category)
    is_new = text.listing is None or text.listing.status in NEVER_PUBLIC
    if kind and is_new and kind.change.is_hidden:
        words = f"「{kind.label}」这一类现在不收新的兼职。"
        yield PublicationReason(
            "hidden_category", words, "请选别的类别。", "category", is_stop=True
        )


def _list_category_reasons(category: str) -> Iterator[PublicationReason]:
    kind = categories.CATEGORIES.get(category)
    if kind and kind.is_high_risk:
        words = f"「{kind.label}」这一类都由审核员看过再发布。"
        yield PublicationReason("category", words, field="category")


def _list_venue_reasons(text: TextToJudge) -> Iterator[PublicationReason]:
    """Yield a reason if the words or the company name a venue for adults, but the author chose none."""
    content = text.content
    if content.venue or content.mode == WorkMode.ONLINE:
        return
    texts = [content.read_text(name) for name in _PLACE_TEXTS]
    company = text.employer.name if text.employer else text.company
    if named := find_named_venue([*texts, company]):
        words = f"像是在“{named.words}”干活，场所填的却是普通场所。"
        cure = f"是的话，请把场所选成“{named.venue.label}”；不在那里干活的不用改，审核员看过就行。"
        yield PublicationReason("venue", words, cure, "venue")


def _load_night_shifts(texts: Sequence[TextToJudge]) -> dict[int, Shift]:
    """Return one coming night shift for each listing whose text is open to minors, if it has one.

    Drafts are left out, because adding a night shift to them was refused.
    """
    open_to_minors = [
        text.listing.pk
        for text in texts
        if text.listing
        and text.employer
        and text.listing.status != ListingStatus.DRAFT
        and text.content.minimum_age < ADULT_AGE_YEARS
    ]
    if not open_to_minors:
        return {}
    shifts = Shift.objects.filter(listing__in=open_to_minors, day__gte=timezone.localdate())
    return {
        shift.listing_id: shift
        for shift in shifts
        if clock_times.is_at_night(shift.begins, shift.ends)
    }


def _list_night_reasons(
    text: TextToJudge, night_shifts: Mapping[int, Shift]
) -> Iterator[PublicationReason]:
    """Yield a reason if words or shifts name work at night, but the author made no choice that limits the work to
    adults."""
    content = text.content
    if content.minimum_age >= ADULT_AGE_YEARS:
        return
    shift = night_shifts.get(text.listing.pk) if text.listing else None
    if quote := _find_night_work(content) or (f"班次 {shift.words}" if shift else ""):
        words = (
            f"写着“{quote}”，像是要上夜班；没勾夜间时段，就会按年满 {MIN_WORK_AGE_YEARS} 周岁公开。"
        )
        cure = (
            f"22 点到 6 点要干活的，请在“时段”里勾上夜间（要年满 {ADULT_AGE_YEARS} 周岁）；"
            "不用上夜班的不用改，审核员看过就行。"
        )
        yield PublicationReason("night", words, cure, "slots")


def _find_night_work(content: ListingContent) -> str:
    for name in ("work_hours", "title", "duties", "requirements"):
        text = content.read_text(name)
        quote = clock_times.find_night_range(text, are_plain_hours=name == "work_hours")
        is_about_hours = name in ("work_hours", "title")
        if quote := quote or clock_times.find_night_words(text, is_about_hours=is_about_hours):
            return quote
    return ""


def _list_age_reasons(content: ListingContent) -> Iterator[PublicationReason]:
    """Yield a reason if the words take people who are too young for the venue, the hours or the kind of work."""
    if content.minimum_age < ADULT_AGE_YEARS:
        return
    for name in contacts_in_text.TEXT_FIELDS:
        text = content.read_text(name)
        if place := find_minors_welcome(text):
            quote = text[place[0] : place[1]]
            words = (
                f"这份活要满 {ADULT_AGE_YEARS} 周岁（看场所、时段和类别），文字里却写了“{quote}”。"
            )
            yield PublicationReason(
                "minors", words, f"改成年满 {ADULT_AGE_YEARS} 周岁。", name, quote
            )
            return


class _EmployerHistory(NamedTuple):
    """What is known of an employer besides its checks; an appeal may have restored other listings."""

    has_fraud: bool
    has_new_owners: bool  # alone: nobody acts who was an owner when it was checked
    watched_until: date | None  # a moderator wants to see each of its listings


def _load_employer_records(texts: Sequence[TextToJudge]) -> dict[int, _EmployerHistory]:
    numbers = {text.employer.pk for text in texts if text.employer}
    frauds = Listing.objects.filter(employer=OuterRef("pk"), status=ListingStatus.REMOVED_FRAUD)
    last = list_watch_events().filter(employer=OuterRef("pk"))
    watch = (Subquery(last.values(column)[:1]) for column in ("action", "created_at"))
    owners = list_unchecked_owners().filter(employer=OuterRef("pk"))
    rows = Employer.objects.filter(pk__in=numbers)
    columns = rows.values_list("pk", Exists(frauds), Exists(owners), *watch)
    return {
        number: _EmployerHistory(has_fraud, is_new, get_watch_end(action, at) if action else None)
        for number, has_fraud, is_new, action, at in columns
    }


def _list_author_reasons(
    text: TextToJudge, records: Mapping[int, _EmployerHistory]
) -> Iterator[PublicationReason]:
    employer = text.employer
    if text.refused_by_hand:
        yield PublicationReason(REFUSED_BEFORE, "上一版是审核员退回的，这一版也由审核员看。")
    if text.repost:
        return
    record = records.get(employer.pk) if employer else None
    if record and record.watched_until:
        words = f"{record.watched_until:%Y-%m-%d} 以前，这家单位发的每一条都由审核员看过再发布。"
        yield PublicationReason("watched", words)
    if record and record.has_fraud:
        yield PublicationReason("fraud_before", "这家单位有信息因涉诈下架过，再发的都由审核员看。")
    # `identity`: its phone was checked, and its id card or licence.
    level = get_verification_level(employer) if employer and employer.is_in_good_standing else ""
    if level != "identity":
        words = "单位还没有通过认证，认证前发的都要审核员看过。"
        yield PublicationReason("employer", words, "单位通过认证后，大多不用再等审核。")
    elif record and record.has_new_owners:
        words = "核对资料时的负责人都不在了，或者很久没有登录；下次核对通过以前，发的都由审核员看过再发布。"
        yield PublicationReason("new_owners", words, "不用改，等一等就好。")
