"""How tests remove a listing for fraud: at the desk, as a moderator does."""

import io
import zipfile

from listings.applications.transitions import create_application
from listings.detail.contact_reveals import ContactViewer, record_reveal
from listings.models import ContactReveal
from safety.models import FraudCase
from safety.moderation.decisions import make_decision
from tests.safety.desks import make_moderator_user

KIND = "brushing_rebate"


def remove_listing_for_fraud(
    listing, by=None, reason="群里让人先垫钱", fraud_type=KIND, not_frozen_because=""
):
    by = by or make_moderator_user("fraud-moderator")
    words = {"fraud_type": fraud_type, "confirmed": True, "not_frozen_because": not_frozen_because}
    make_decision("listing", listing.pk, "removed_fraud", by, reason, **words)
    return FraudCase.objects.get(listing=listing, withdrawn_at=None)


def record_contact_reveal(listing, user=None, **left):
    """Somebody was shown the contact."""
    return record_reveal(listing, ContactViewer(user, **left))


def sign_up(listing, seeker, phone="+8613800000000"):
    return create_application(listing.pk, seeker, {"name": "小龙", "phone": phone, "slots": 0})


def make_contact_reveals(listing, count):
    ContactReveal.objects.bulk_create(
        ContactReveal(listing=listing, email=f"v{n}@example.com") for n in range(count)
    )


def read_zip_files(response):
    """{name: bytes} of a ZIP that was answered."""
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
