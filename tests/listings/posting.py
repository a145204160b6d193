"""What somebody types into the posting form, and whom they post for."""

import datetime

from django.utils import timezone

from listings.models import ListingDraft
from listings.publication import submission as posting
from tests.conftest import content
from tests.people import person, sign_in
from tools.demo.factories import make_employer
from tools.faults.typed_posting import TYPED

FEE = "上岗前交服装费 200 元。"
CONTACT = "有意加微信 abc12345 详聊。"


def days(number):
    return (timezone.localdate() + datetime.timedelta(number)).isoformat()


def acting(client, employer, name="boss", role="owner"):
    """Somebody who acts for the employer, signed in."""
    user = person(name)
    employer.memberships.create(user=user, role=role)
    return sign_in(client, user), user


def begun(client):
    """The number of a fresh draft, made by the button."""
    response = client.post("/employer/listings/new/")
    return int(response["Location"].split("/")[3])


def press(client, pk, go="judge", edition=None, **changed):
    """Press a button of the page with what stands there, `changed` by field."""
    draft = ListingDraft.objects.filter(listing=pk).first()
    edition = draft.edition if edition is None and draft else edition
    typed = (draft.data if draft else {}) or TYPED | {"valid_through": days(20)}
    data = {"edition": edition or 0, "go": go} | typed | changed
    return client.post(f"/employer/listings/{pk}/draft/", data)


def filled(client, **changed):
    """A draft with everything typed; `changed` by field."""
    pk = begun(client)
    press(client, pk, **changed)
    return pk


def handed_in(client, pk, **more):
    return press(client, pk, "submit", **({"no_fee": "yes"} | more))


def submitted(employer, author, **fields):
    """A listing whose text was submitted, and the verdict."""
    listing = posting.create_listing_with_draft(employer, author)
    verdict = posting.submit_text(listing, content(**fields), author, True)
    listing.refresh_from_db()
    return listing, verdict


def edited(listing, author, **fields):
    text = listing.get_content() | fields
    verdict = posting.submit_text(listing, text, author, True)
    listing.refresh_from_db()
    return verdict


def unproved(**fields):
    return make_employer(status="pending", checks="", **fields)
