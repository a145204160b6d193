"""What an author has typed so far, kept right or wrong at every step."""

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.models import Employer
from cities.directory.form_fields import format_place_words
from cities.directory.regions import get_region
from listings.choices import ListingStatus
from listings.employer_desk.posting_forms import FIXED, OPEN, ORDER, STEPS
from listings.models import CONTENT_FIELDS, Listing, ListingContent, ListingDraft
from listings.publication import transitions
from listings.publication.submission import new_listing, waiting_revision
from listings.vocabulary.work_slots import decode_slots
from sitekit.workflow.refusals import Refusal

MOST = 30  # drafts of one employer
USUAL = datetime.timedelta(days=30)
LONGEST_VALUE, MOST_VALUES = 20_000, 64  # more than any field takes: the rest is no typing


class TooManyDrafts(Refusal):
    """Says in Chinese that there are too many drafts; nothing was made."""


class DraftChangedElsewhere(Exception):
    """The draft was saved elsewhere after the page was opened; `draft` is the newer one."""

    def __init__(self, draft):
        super().__init__()
        self.draft = draft


def find_listing_draft(listing: Listing) -> ListingDraft | None:
    return ListingDraft.objects.filter(listing=listing).first()


def collect_step_values(step: str, posted) -> dict[str, list[str]]:
    """What the step's fields were given, as typed; a null character is nobody's typing."""
    return {
        name: [value[:LONGEST_VALUE].replace("\x00", "") for value in posted.getlist(name)][
            :MOST_VALUES
        ]
        for name in STEPS[step].fields
    }


def save_draft_step(
    draft: ListingDraft, step: str, typed: dict, edition: int
) -> tuple[ListingDraft, int]:
    """Keep the step's fields as typed, if nobody saved since `edition`; raises `DraftChangedElsewhere`.

    The very same once more is no change: a button pressed twice does no harm. The number is the
    edition that the page stands for now. Where the draft is gone, `ListingDraft.DoesNotExist`.
    """
    with transaction.atomic():
        draft = ListingDraft.objects.select_for_update().get(pk=draft.pk)
        same = all(draft.data.get(name) == values for name, values in typed.items())
        if draft.edition != edition:
            if same:
                return draft, edition
            raise DraftChangedElsewhere(draft)
        if not same or draft.step != step:
            draft.data |= typed
            draft.step = step
            draft.edition += 1
            draft.save()
    return draft, draft.edition


def move_on(draft: ListingDraft, step: str) -> None:
    """Where the author goes on next time; nothing that was typed changes."""
    ListingDraft.objects.filter(pk=draft.pk).update(step=step)


def form_of(draft: ListingDraft, code: str, employer=None):
    """With what was typed and what is wrong with it; fresh where the step was never saved."""
    step = STEPS[code]
    if is_begun(draft, code):
        return step.form(MultiValueDict(draft.data))
    initial = {}
    if code == "what" and employer:
        initial["place"] = format_place_words(get_region(employer.region_id))
    if code == "needs" and employer:
        initial["contact_name"] = employer.contact_name
    if code == "check":
        initial["valid_through"] = usual_end()
    return step.form(initial=initial)


def usual_end() -> str:
    return (timezone.localdate() + USUAL).isoformat()


def is_begun(draft, code):
    return any(name in draft.data for name in STEPS[code].fields)


@dataclass
class ValidatedDraft:
    """`content` has what is right; `wrong` the labels of what is missing or wrong, by step."""

    content: dict
    wrong: dict[str, list[str]] = field(default_factory=dict)


def validate_draft(draft: ListingDraft) -> ValidatedDraft:
    written = ValidatedDraft(content={"photos": list(draft.photos)})
    for code in ORDER:
        form = STEPS[code].form(MultiValueDict(draft.data))
        if not form.is_valid():
            written.wrong[code] = [str(form.fields[name].label) for name in form.errors]
        written.content |= form.content()
    return written


def as_listing(listing: Listing, content: dict) -> Listing:
    """The listing as it would be with this content; not for saving."""
    shown = Listing(pk=listing.pk, employer=listing.employer, region_id=listing.region_id)
    shown.valid_through = timezone.localdate() + USUAL
    for name, value in content.items():
        setattr(shown, name, value)
    return shown


def format_content_as_typed(content: dict) -> dict:
    """The content as somebody would have typed it."""
    data = {name: _typed(value) for name, value in content.items() if name != "photos"}
    data["place"] = [format_place_words(get_region(content["region_id"]))]
    del data["region_id"]
    data["slots"] = decode_slots(content["slots"])
    data["pay_kind"] = [OPEN if content["pay_min"] is None else FIXED]
    return data


def _typed(value):
    if value is None:
        return [""]
    if isinstance(value, list):
        return value
    if hasattr(value, "normalize"):  # a Decimal: 22, not 22.00
        return [f"{value.normalize():f}"]
    return [value if isinstance(value, str) else str(value)]


def begin_edit(listing: Listing, author) -> ListingDraft:
    """A draft from what was last handed in: the waiting text, else the one refused last, else what
    is public. One that is there already is gone on with."""
    with transaction.atomic():
        Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
        if draft := find_listing_draft(listing):
            return draft
        content = _newest(listing)
        return ListingDraft.objects.create(
            listing=listing,
            author=author,
            data=format_content_as_typed(content),
            photos=content["photos"],
        )


def _newest(listing):
    revision = waiting_revision(listing)
    if revision is None and listing.status in transitions.NEVER_PUBLIC:
        revision = listing.revisions.first()
    return content_of(revision or listing)


def content_of(row: ListingContent) -> dict:
    """The fields of a listing or a revision, the region by its code."""
    names = ["region_id" if name == "region" else name for name in CONTENT_FIELDS]
    return {name: getattr(row, name) for name in names}


def create_listing_draft(employer: Employer, author, data=None, photos=()) -> Listing:
    """A new listing with the draft that fills it; raises `TooManyDrafts`.

    One of the author's with the very same in it, untouched since, is taken up instead: a button
    pressed twice makes one.
    """
    data, photos = data or {}, list(photos)
    with transaction.atomic():
        Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
        drafts = ListingDraft.objects.filter(
            listing__employer=employer, listing__status=ListingStatus.DRAFT
        )
        same = drafts.filter(author=author, edition=0, data=data, photos=photos)
        if there := same.select_related("listing").first():
            return there.listing
        if drafts.count() >= MOST:
            raise TooManyDrafts(f"草稿已经有 {MOST} 份，先把不要的删掉。")
        listing = new_listing(employer, author, data)
        ListingDraft.objects.filter(listing=listing).update(photos=photos)
    return listing


def copy_listing_to_draft(listing, author) -> Listing:
    """A new listing with the same words, without the dates that were of the old one."""
    data = format_content_as_typed(content_of(listing))
    data |= {"start_date": [""], "end_date": [""]}
    del data["valid_through"]
    return create_listing_draft(listing.employer, author, data, listing.photos)


def discard_draft(listing_id: int) -> bool:
    """Forget what was typed; whether the listing went too, which was nothing but this draft."""
    with transaction.atomic():
        listing = Listing.objects.select_for_update(of=("self",)).get(pk=listing_id)
        ListingDraft.objects.filter(listing=listing).delete()
        unused = (
            listing.status == ListingStatus.DRAFT
            and not listing.revisions.exists()
            and not listing.events.exists()
        )
        if unused:
            listing.delete()
    return unused
