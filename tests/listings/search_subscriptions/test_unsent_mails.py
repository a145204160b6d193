"""A mail that was written at night, and what became of its listings until the morning."""

from datetime import timedelta

import pytest
from django.core import mail as sent_mail

from jobsite.operations.housekeeping import deliver_messages
from listings.models import SavedSearchHit
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import move_listing, restore_listing
from listings.search_subscriptions.unsent_mails import rewrite_unsent_search_mails
from sitekit.models import Mail
from tests.clock import advance_clock
from tests.listings.searches import make_saved_search, write_due_mails

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock_at_noon", "quiet_hours"),
]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def written(monkeypatch, publish):
    """Two listings of the night, and the mail about them that waits."""
    make_saved_search()
    advance_clock(monkeypatch, 11 * HOUR)
    listings = [publish(title=title) for title in ("活一", "活二")]
    advance_clock(monkeypatch, MINUTE)
    (mail,) = write_due_mails()
    assert mail.subject.endswith("等 2 条") and mail.not_before
    return listings


def deliver_in_the_morning(monkeypatch):
    advance_clock(monkeypatch, 10 * HOUR)
    sent_mail.outbox.clear()
    deliver_messages()
    return list(sent_mail.outbox)


def test_what_was_removed_at_night_is_not_told_in_the_morning(monkeypatch, written):
    first, second = written
    move_listing(first.pk, "removed_fraud", None, "骗人的", fraud_type="brushing")
    (mail,) = deliver_in_the_morning(monkeypatch)
    assert "活一" not in mail.subject + mail.body and "活二" in mail.subject
    assert "有 1 条新的" in mail.body
    assert [hit.listing_id for hit in SavedSearchHit.objects.all()] == [second.pk]
    assert deliver_in_the_morning(monkeypatch) == []


def test_a_mail_of_which_nothing_is_left_is_taken_back(monkeypatch, written, employer):
    move_employer_with_listings(employer.pk, "frozen", None, "核实投诉")
    assert deliver_in_the_morning(monkeypatch) == [] and not Mail.objects.exists()


def test_what_was_released_later_is_told_then(monkeypatch, written):
    first, _ = written
    move_listing(first.pk, "held", None, "有人举报")
    assert len(deliver_in_the_morning(monkeypatch)) == 1
    restore_listing(first.pk, None, "查过了，没问题")
    advance_clock(monkeypatch, MINUTE)
    (mail,) = write_due_mails()
    assert "活一" in mail.text and "活二" not in mail.text


def test_what_nothing_happened_to_stays_as_it_was(written, django_assert_num_queries):
    before = Mail.objects.get()
    with django_assert_num_queries(2):
        assert rewrite_unsent_search_mails() == 0
    assert Mail.objects.get() == before
    Mail.objects.all().delete()
    with django_assert_num_queries(1):
        assert rewrite_unsent_search_mails() == 0
