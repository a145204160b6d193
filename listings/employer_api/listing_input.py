"""What programs do with listings: the same drafts, forms, gate, moves and quotas as on the pages."""

import datetime
import re
from typing import Any

from django.http import Http404

from listings.choices import IN_PUBLIC, ListingStatus
from listings.employer_api.listing_fields import (
    DEFAULTS,
    convert_to_typed,
    list_field_errors,
    split_errors,
)
from listings.employer_api.problems import ApiRefusal
from listings.employer_api.requests import ApiOutcome
from listings.employer_desk import drafts
from listings.employer_desk.posting_forms import LastDayForm
from listings.listing_moves.own_moves import (
    move_own_listing,
    require_status,
    resume_own_listing,
)
from listings.models import ApiToken, Listing, ListingDraft
from listings.models.revision import TypedValues
from listings.publication import gate
from listings.publication import submission as posting
from listings.publication.gate import PublicationVerdict
from listings.renewals.renewal import submit_renewal

OUTCOMES = {gate.PUBLISH: "published", gate.QUEUE: "waiting", gate.REFUSE: "refused"}
MOVES = {
    "pause": ListingStatus.PAUSED,
    "fill": ListingStatus.FILLED,
    "withdraw": ListingStatus.WITHDRAWN,
}
RESUME = "resume"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_WRONG = "有的字段不对，什么也没有存。"
_UNSIGNED = "提交要写 no_fee: true，承诺不向求职者收任何费用。"


def _require_storable(typed: TypedValues) -> None:
    r"""Refuse half of a character pair, which JSON can write (`\ud800`) and no database can store."""
    broken = [name for name, texts in typed.items() if any(map(_LONE_SURROGATE.search, texts))]
    if broken:
        raise ApiRefusal(422, _WRONG, dict.fromkeys(broken, "里面有认不出的字。"))


def find_own_listing(token: ApiToken, pk: int) -> Listing:
    """Return the employer's listing with its draft; raise Http404 for one of another employer."""
    listing = token.employer.listings.select_related("draft").filter(pk=pk).first()
    if listing is None:
        raise Http404
    listing.employer = token.employer
    return listing


def create_listing_by_api(
    token: ApiToken, values: dict[str, Any], *, submit: bool, no_fee: bool
) -> ApiOutcome:
    """Create a draft. Fields may be missing, unless the draft is to be submitted at once."""
    posting.require_open_for_posting(token.employer)
    typed = convert_to_typed(values)
    typed_with_defaults = DEFAULTS | typed
    _require_valid(typed_with_defaults, typed, None, is_complete=submit)
    listing = drafts.create_listing_with_draft_once(
        token.employer, token.made_by, typed_with_defaults
    )
    if not submit:
        return ApiOutcome(201, listing)
    return ApiOutcome(201, listing, _submit_api_draft(token, listing, no_fee=no_fee))


def change_listing_by_api(
    token: ApiToken, listing: Listing, values: dict[str, Any], *, submit: bool, no_fee: bool
) -> ApiOutcome:
    """Change the draft, which is begun from the newest text if there is none. The public text stays meanwhile."""
    require_status(listing, posting.EDITABLE_STATUSES, "不能再改了，可以另建一条。")
    typed = convert_to_typed(values)

    def require_valid(stored: TypedValues) -> TypedValues:
        _require_valid(stored | typed, typed, listing, is_complete=submit)
        return typed

    drafts.change_draft(listing, token.made_by, require_valid)
    if not submit:
        return ApiOutcome(200, listing)
    return ApiOutcome(200, listing, _submit_api_draft(token, listing, no_fee=no_fee))


def submit_listing_by_api(token: ApiToken, listing: Listing, *, no_fee: bool) -> ApiOutcome:
    require_status(listing, posting.EDITABLE_STATUSES, "不能再提交。")
    return ApiOutcome(200, listing, _submit_api_draft(token, listing, no_fee=no_fee))


def discard_listing_draft(listing: Listing) -> ApiOutcome:
    """Delete the draft; a listing that was never submitted goes with it."""
    if drafts.find_listing_draft(listing) is None:
        raise posting.SubmissionRefused("没有草稿可以删。")
    is_gone = drafts.discard_draft(listing.pk)
    return ApiOutcome(204, None if is_gone else listing)


def make_move(token: ApiToken, listing: Listing, move: str) -> ApiOutcome:
    if move == RESUME:
        resume_own_listing(listing, token.made_by)
    else:
        move_own_listing(listing.pk, MOVES[move], token.made_by)
    return ApiOutcome(200, listing)


def renew_listing_by_api(
    token: ApiToken, listing: Listing, until: datetime.date, *, no_fee: bool
) -> ApiOutcome:
    """Submit the public text with another last day; it is judged like any edit."""
    require_status(listing, IN_PUBLIC, "不能续期。")
    form = LastDayForm({"valid_through": until.isoformat()})
    if not form.is_valid():
        errors = {name: str(words[0]) for name, words in form.errors.items()}
        raise ApiRefusal(422, _WRONG, errors)
    _require_signed(no_fee=no_fee)
    outcome = submit_renewal(listing.pk, until, token.made_by, signed_no_fee=no_fee)
    return ApiOutcome(200, listing, {"outcome": OUTCOMES[outcome], "reasons": []})


def _require_valid(
    all_typed: TypedValues,
    typed: TypedValues,
    stored: Listing | None,
    *,
    is_complete: bool,
) -> None:
    """Raise if a given field is wrong, or, when the listing is to be submitted, if a field is missing."""
    _require_storable(typed)
    wrong, missing = split_errors(
        list_field_errors(all_typed, stored), (name for name in typed if any(typed[name]))
    )
    if wrong or (is_complete and missing):
        raise ApiRefusal(422, _WRONG, wrong | (missing if is_complete else {}))


def _require_signed(*, no_fee: bool) -> None:
    if not no_fee:
        raise ApiRefusal(422, _UNSIGNED, {"no_fee": _UNSIGNED})


def _submit_api_draft(token: ApiToken, listing: Listing, *, no_fee: bool) -> dict[str, Any]:
    _require_signed(no_fee=no_fee)
    draft = ListingDraft.objects.filter(listing=listing).first()
    if draft is None:
        raise posting.SubmissionRefused("没有草稿可以提交；先用 PATCH 改，再提交。")
    draft.listing = listing
    validated = drafts.validate_draft(draft)
    if validated.wrong:
        raise ApiRefusal(422, _WRONG, list_field_errors(draft.data, listing))
    verdict = posting.submit_draft(
        listing.pk, draft.edition, validated.content, token.made_by, signed_no_fee=no_fee
    )
    return build_verdict_fields(verdict)


def build_verdict_fields(verdict: PublicationVerdict) -> dict[str, Any]:
    return {
        "outcome": OUTCOMES[verdict.outcome],
        "reasons": [
            {
                "field": reason.field,
                "reason": reason.words,
                "cure": reason.cure,
                "quote": reason.quote,
            }
            for reason in verdict.reasons
        ],
    }
