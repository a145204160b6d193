"""How long what follows a removal is kept, and what a person can take along of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobsite.me.personal_data import close_account
from jobsite.operations.retention import purge_expired
from safety.models import CaseExport, FraudCase, Warned
from safety.personal_data import export
from tests.people import make_person
from tests.safety.fraud_removals import record_contact_reveal, remove_listing_for_fraud

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeker():
    return make_person("seeker")


@pytest.fixture
def case(publish, seeker):
    listing = publish(title="在家点赞", contact_phone="13900001111")
    record_contact_reveal(listing, seeker)
    return remove_listing_for_fraud(listing)


def backdate_case(case, days):
    at = timezone.now() - timedelta(days=days)
    FraudCase.objects.update(created_at=at)
    Warned.objects.update(created_at=at)
    CaseExport.objects.update(created_at=at)


def test_after_two_years_nobody_knows_any_more_who_was_warned(case, seeker):
    backdate_case(case, 730)
    purge_expired()
    assert Warned.objects.get().user == seeker
    backdate_case(case, 732)
    purge_expired()
    assert Warned.objects.get().user is None and case.warned == 1


def test_after_three_years_the_case_goes_with_all_that_hangs_on_it(case):
    case.exports.create(by=case.moderator, to="公安局", reason="立案")
    backdate_case(case, 1095)
    purge_expired()
    assert FraudCase.objects.exists()
    backdate_case(case, 1097)
    purge_expired()
    assert not (FraudCase.objects.exists() or Warned.objects.exists())
    assert not CaseExport.objects.exists()


def test_a_warning_outlives_the_line_of_the_ledger(case):
    case.listing.reveals.all().delete()
    assert Warned.objects.get().reveal is None


def test_ones_own_warnings_are_among_ones_own_data(case, seeker):
    (row,) = export(seeker)["fraud_warnings"]
    assert row["case__listing__title"] == "在家点赞"
    assert row["case__fraud_type"] == "brushing_rebate"
    assert export(make_person("stranger"))["fraud_warnings"] == []


def test_with_the_account_the_name_goes(case, seeker):
    close_account(seeker.pk)
    assert Warned.objects.get().user is None


def test_that_it_went_to_the_police_is_kept_for_three_years_from_then(case):
    backdate_case(case, 1500)
    case.exports.create(by=case.moderator, to="公安局", reason="立案")
    purge_expired()
    assert CaseExport.objects.exists()
    backdate_case(case, 1500)
    purge_expired()
    assert not FraudCase.objects.exists()
