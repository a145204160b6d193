"""Drafts of listings: the values that an author typed, stored at every press, whether valid or not."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.choices import flatten_choices
from django.utils.datastructures import MultiValueDict

from accounts.employers.membership import OWNER_ROLE, lock_employer
from accounts.inbox.open_accounts import require_open_account
from accounts.models import Employer, User
from cities.directory.form_fields import format_place_words
from cities.directory.regions import get_region
from listings.choices import IN_PUBLIC, SETTING_ACTIONS, ListingStatus
from listings.employer_desk.posting_forms import FIXED, LINE_FIELD_NAMES, OPEN, PostingForm
from listings.models import Listing, ListingDraft, ListingRevision
from listings.models.revision import TypedValues
from listings.publication import transitions
from listings.publication.posting_quota import list_drafts_of_people
from listings.publication.submission import create_listing_with_draft
from listings.renewals.renewal import get_usual_last_day
from listings.vocabulary.work_slots import decode_slots
from sitekit.forms.pasted_markup import strip_pasted_markup
from sitekit.site_settings.limits import declare_limit
from sitekit.workflow.refusals import Refusal

MAX_DRAFTS = declare_limit("drafts", "发布兼职", "一家单位最多留几份草稿（一份份写）", 30, most=300)
# What a new listing may begin with: not what was taken down.
REUSABLE = IN_PUBLIC | {ListingStatus.WITHDRAWN}
LONGEST_VALUE, MAX_VALUES = 20_000, 64  # of a field; longer input is cut


class DraftChangedElsewhere(Exception):
    """The draft was saved elsewhere after the page was opened; `draft` is the newer one."""

    def __init__(self, draft: ListingDraft) -> None:
        super().__init__()
        self.draft = draft


def find_listing_draft(listing: Listing) -> ListingDraft | None:
    """Return the draft as it is now; its `listing` is this one."""
    draft = ListingDraft.objects.filter(listing=listing).first()
    if draft:
        draft.listing = listing
    return draft


def collect_typed_values(names: Iterable[str], posted: MultiValueDict[str, str]) -> TypedValues:
    """Return the values of the fields as typed, without null characters, and lines without pasted HTML."""
    typed = {name: posted.getlist(name)[:MAX_VALUES] for name in names}
    return strip_typed_lines(
        {
            name: [value[:LONGEST_VALUE].replace("\x00", "") for value in values]
            for name, values in typed.items()
        }
    )


def strip_typed_lines(typed: TypedValues) -> TypedValues:
    """Return the values, fields of one line without pasted HTML: so the author sees at once what is stored."""
    return {
        name: list(map(strip_pasted_markup, values)) if name in LINE_FIELD_NAMES else values
        for name, values in typed.items()
    }


def save_draft(draft: ListingDraft, typed: TypedValues, edition: int) -> tuple[ListingDraft, int]:
    """Store the fields as typed; return the draft and the edition of the form.

    Raise `DraftChangedElsewhere` if other values were saved since `edition`, and
    `ListingDraft.DoesNotExist` if the draft is gone. Saving the same values twice is no change.
    """
    with transaction.atomic():
        listing = draft.listing
        draft = ListingDraft.objects.select_for_update().get(pk=draft.pk)
        draft.listing = listing
        same = all(draft.data.get(name) == values for name, values in typed.items())
        if draft.edition != edition:
            if same:
                return draft, edition
            raise DraftChangedElsewhere(draft)
        _write_values(draft, typed)
    return draft, draft.edition


class SavedValue(NamedTuple):
    """What the draft has in a field, as its author reads it."""

    name: str
    label: str
    words: str


def list_values_saved_elsewhere(
    form: PostingForm, saved: TypedValues, typed: TypedValues
) -> list[SavedValue]:
    """Return the values of the draft that differ from the typed ones, in the order of the form."""
    return [
        SavedValue(name, str(form[name].label), _describe_values(form, name, saved[name]))
        for name in form.fields
        if name in saved and _drop_empty(saved[name]) != _drop_empty(typed.get(name, []))
    ]


def _drop_empty(values: list[str]) -> list[str]:
    return [value.strip() for value in values if value.strip()]


def _describe_values(form: PostingForm, name: str, values: list[str]) -> str:
    choices = dict(flatten_choices(getattr(form.fields[name], "choices", ())))
    return "、".join(str(choices.get(value, value)) for value in _drop_empty(values)) or "没有填"


def change_draft(
    listing: Listing, author: User, choose_values: Callable[[TypedValues], TypedValues]
) -> ListingDraft:
    """Write values into the draft of the listing and return the draft, which is begun if there is none.

    `choose_values` is called while nobody else can change the draft. It gets the present values and returns those
    to write; all other values and the photos stay.
    """
    with transaction.atomic():
        number = begin_edit(listing, author).pk
        draft = ListingDraft.objects.select_for_update(of=("self",)).get(pk=number)
        draft.listing = listing
        _write_values(draft, choose_values(draft.data))
    return draft


def _write_values(draft: ListingDraft, typed: TypedValues) -> None:
    """Write the values into the locked draft. Writing the same values again does not change its edition."""
    if any(draft.data.get(name) != values for name, values in typed.items()):
        draft.data |= typed
        draft.edition += 1
        draft.save(update_fields=["data", "edition", "updated_at"])


def list_known_answers(employer: Employer, user: User | None) -> TypedValues:
    """Return the values with which a new listing of the employer begins: its place, its contact and the usual last
    day."""
    return {
        "place": [format_place_words(get_region(employer.region_id))],
        "contact_name": [employer.contact_name],
        "contact_phone": [get_known_phone(employer, user)],
        "valid_through": [get_usual_last_day().isoformat()],
    }


def get_known_phone(employer: Employer | None, user: User | None) -> str:
    """Return the proved phone of the author; for an owner without one that of the employer, else ""."""
    phone: str | None = ""
    if user and user.phone_proved_at:
        phone = user.phone
    elif employer and employer.phone_proved_at and employer.role == OWNER_ROLE:
        phone = employer.contact_phone
    return (phone or "").removeprefix("+86")


class ValidatedDraft(NamedTuple):
    """`content` has the valid fields; `wrong` names the missing or invalid ones."""

    content: dict[str, Any]
    wrong: list[str]


def validate_draft(draft: ListingDraft) -> ValidatedDraft:
    form = PostingForm(MultiValueDict(draft.data), stored=draft.listing)
    form.is_valid()
    content = {"photos": list(draft.photos)} | form.get_content()
    return ValidatedDraft(content, form.list_wrong_items())


def build_preview(listing: Listing, content: dict[str, Any]) -> Listing:
    """Return an unsaved copy of the listing with this content."""
    preview = Listing(pk=listing.pk, employer=listing.employer, region_id=listing.region_id)
    preview.valid_through = get_usual_last_day()
    for name, value in content.items():
        setattr(preview, name, value)
    return preview


def format_content_as_typed(content: dict[str, Any]) -> TypedValues:
    """Return the content as form data: {field: [values as typed]}."""
    typed = {
        name: _format_typed_value(value) for name, value in content.items() if name != "photos"
    }
    typed["place"] = [format_place_words(get_region(content["region_id"]))]
    del typed["region_id"]
    typed["slots"] = decode_slots(content["slots"])
    typed["pay_kind"] = [OPEN if content["pay_min"] is None else FIXED]
    return typed


def _format_typed_value(value: Any) -> list[str]:
    if isinstance(value, list):
        return value
    if hasattr(value, "normalize"):  # a Decimal: 22, not 22.00
        return [f"{value.normalize():f}"]
    return ["" if value is None else str(value)]


def find_newest_text(listing: Listing) -> ListingRevision | Listing:
    """Return the waiting revision, else for a listing that was never public the last one, else the
    listing's own text."""
    revision = transitions.find_waiting_revision(listing)
    if revision is None and listing.status in transitions.NEVER_PUBLIC:
        revision = listing.revisions.first()
    return revision or listing


def begin_edit(listing: Listing, author: User) -> ListingDraft:
    """Return the existing draft, or create one from the newest text. Raises `AccountClosing`."""
    with transaction.atomic():
        Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)
        if draft := find_listing_draft(listing):
            return draft
        require_open_account(author)
        content = find_newest_text(listing).get_content()
        return ListingDraft.objects.create(
            listing=listing,
            author=author,
            data=format_content_as_typed(content),
            photos=content["photos"],
        )


def create_listing_with_draft_once(
    employer: Employer,
    author: User,
    typed: TypedValues | None = None,
    photos: Iterable[int] = (),
) -> Listing:
    """Create a listing with a draft; raise `Refusal` if there are too many drafts.

    If the author has an unchanged draft with the same data, return its listing instead, so that
    pressing the button twice creates one.
    """
    typed, photos = typed or {}, list(photos)
    with transaction.atomic():
        lock_employer(employer.pk)
        drafts = ListingDraft.objects.filter(
            listing__employer=employer, listing__status=ListingStatus.DRAFT
        )
        same = drafts.filter(author=author, edition=0, data=typed, photos=photos)
        if existing := same.select_related("listing").first():
            return existing.listing
        most = int(MAX_DRAFTS)
        if len(list_drafts_of_people(employer, most=most - 1)) >= most:
            raise Refusal(f"草稿已经有 {most} 份，先把不要的删掉。")
        return create_listing_with_draft(employer, author, typed, photos)


def discard_draft(listing_id: int) -> bool:
    """Delete the draft; return whether the listing was deleted too, because it was only a draft."""
    with transaction.atomic():
        listing = Listing.objects.select_for_update(of=("self",)).get(pk=listing_id)
        ListingDraft.objects.filter(listing=listing).delete()
        unused = (
            listing.status == ListingStatus.DRAFT
            and not listing.revisions.exists()
            and not listing.events.exclude(action__in=SETTING_ACTIONS).exists()
        )
        if unused:
            listing.events.all().delete()  # of its shifts and limits, which go with it
            listing.delete()
    return unused
