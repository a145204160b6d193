"""How long a sign-up is kept that nobody finished."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobsite.operations.retention import purge_expired
from listings.applications.transitions import create_application
from listings.models import Application, Listing
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
