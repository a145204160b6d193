"""How long a sign-up is kept that nobody finished, and a draft whose text was refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobsite.operations.retention import purge_expired
from listings.applications.transitions import create_application
from listings.employer_desk.drafts import begin_edit
from listings.models import Application, Listing, ListingDraft, ListingRevision
from tests.people import make_person

pytestmark = pytest.mark.django_db


def get_past_day(days):
    return timezone.localdate() - timedelta(days)


@pytest.mark.parametrize("status", ["applied", "accepted"])
def test_a_signup_without_a_result_ends_with_its_listing(publish, status):
    """Else the name and the phone stay as long as the employer never answers."""
    profile = {"name": "小龙", "phone": "+8619900000001"}
    application = create_application(publish().pk, make_person("seeker"), profile)
    long_ago = timezone.now() - timedelta(days=1097)
    Application.objects.update(status=status, updated_at=long_ago)
    Listing.objects.update(valid_through=get_past_day(185), end_date=get_past_day(100))
    purge_expired()
    application.refresh_from_db()
    assert application.profile["name"] == "小龙", "the work ended later"
    Listing.objects.update(end_date=get_past_day(185))
    purge_expired()
    application.refresh_from_db()
    assert (application.profile, application.status) == ({}, status)
    Listing.objects.update(valid_through=get_past_day(1097), end_date=None)
    purge_expired()
    assert not Application.objects.exists()


def make_draft(listing, days, **revision):
    """A draft of which nothing changed for so many days; its listing has a text of that status."""
    draft = begin_edit(listing, make_person(f"author{listing.pk}"))
    ListingRevision.objects.create(listing=listing, **listing.get_content(), **revision)
    ListingDraft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(days))
    return draft


def test_a_draft_of_a_refused_text_goes_half_a_year_after_it_was_changed(publish):
    refused = publish(listing_fields={"status": "rejected"})
    draft = make_draft(refused, 185, status="refused")
    kept = [
        make_draft(publish(listing_fields={"status": "rejected"}), 180, status="refused"),
        make_draft(publish(), 185, status="approved"),
        begin_edit(publish(), make_person("writer")),
    ]
    assert purge_expired()["refused_drafts"] == 1
    assert {*ListingDraft.objects.values_list("pk", flat=True)} == {row.pk for row in kept}
    anew = begin_edit(refused, make_person("author"))  # what was refused can still be cured
    assert anew.pk != draft.pk and anew.data["title"] == [refused.title]


def test_a_draft_stays_if_a_newer_text_was_not_refused(publish):
    listing = publish()
    make_draft(listing, 185, status="refused")
    ListingRevision.objects.create(listing=listing, status="approved", **listing.get_content())
    assert purge_expired()["refused_drafts"] == 0
