"""再发一条: an earlier listing opens the page of pasted posts, filled."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import SignedInRequest
from listings.employer_desk.guest_drafts import GuestDraft, get_guest_draft, store_guest_draft
from listings.employer_desk.own_listings import own_listing_page
from listings.models import Listing
from listings.paste_posting.listing_copies import create_employer_draft, read_listing_copy


@own_listing_page(takes="post")
def copy_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Open the page of pasted posts with a copy of the listing.

    A text that was begun on that page before becomes a draft of the employer; raises `Refusal` if there are too
    many.
    """
    guest_draft, employer = get_guest_draft(request), listing.employer
    if guest_draft and guest_draft.has_own_words and employer:
        create_employer_draft(guest_draft, employer, request.user)
        messages.info(request, "之前没提交的那份，已存到草稿里。")
    draft = GuestDraft(home=listing.region_id, copied_from=listing.pk)
    draft.typed = read_listing_copy(listing, timezone.localdate()).collect_values()
    store_guest_draft(request, draft)
    return redirect("listings:post_pasted")
