"""What somebody types into the posting form, and whom they post for."""

import datetime

from django.utils import timezone

from listings.models import ListingDraft
from listings.publication import submission as posting
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer
from tools.faults.typed_posting import TYPED

FEE = "上岗前交服装费 200 元。"
CONTACT = "有意加微信 abc12345 详聊。"


def format_day_from_today(number):
    return (timezone.localdate() + datetime.timedelta(number)).isoformat()


def sign_in_member(client, employer, name="boss", role="owner"):
    """Somebody who acts for the employer, signed in."""
    user = make_person(name)
    employer.memberships.create(user=user, role=role)
    return sign_in(client, user), user


def make_draft(client):
    """The number of a fresh draft, made by the button."""
    response = client.post("/employer/listings/new/")
    return int(response["Location"].split("/")[3])


def press_button(client, pk, go="judge", edition=None, **changed):
    """Press a button of the page with what stands there, `changed` by field."""
    draft = ListingDraft.objects.filter(listing=pk).first()
    edition = draft.edition if edition is None and draft else edition
    typed = (draft.data if draft else {}) or TYPED | {"valid_through": format_day_from_today(20)}
    data = {"edition": edition or 0, "go": go} | typed | changed
    return client.post(f"/employer/listings/{pk}/draft/", data)


def make_filled_draft(client, **changed):
    """A draft with everything typed; `changed` by field."""
    pk = make_draft(client)
    press_button(client, pk, **changed)
    return pk


def handed_in(client, pk, **more):
    return press_button(client, pk, "submit", **({"no_fee": "yes"} | more))


def make_submitted_listing(employer, author, **fields):
    """A listing whose text was submitted, and the verdict."""
    listing = posting.create_listing_with_draft(employer, author)
    verdict = posting.submit_text(
        listing, build_listing_fields(**fields), author, signed_no_fee=True
    )
    listing.refresh_from_db()
    return listing, verdict


def submit_edited_text(listing, author, **fields):
    text = listing.get_content() | fields
    verdict = posting.submit_text(listing, text, author, signed_no_fee=True)
    listing.refresh_from_db()
    return verdict


def make_unproved_employer(**fields):
    return make_employer(status="pending", checks="", **fields)
