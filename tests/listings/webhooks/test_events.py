"""Which changes write a delivery, in their own transaction, and what they cost."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import EmployerStatus
from listings.applications.transitions import create_application
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus
from listings.models import Listing, ListingEvent, WebhookDelivery
from listings.publication import transitions
from listings.publication.bulk_transitions import hold_listings, release_listings
from listings.webhooks import events
from listings.webhooks.endpoints import enqueue_test_delivery, remove_webhook_address
from listings.webhooks.events import enqueue_ended_listings, enqueue_listing_events
from sitekit.workflow.refusals import Refusal
from tests.listings.api_client import SCAM, ApiClient
from tests.listings.webhooks.hooked import list_deliveries, make_webhook
from tests.people import make_person
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
ENDED, PUBLISHED = "listing.ended", "listing.published"
REOPENED = "listing.reopened"


@pytest.fixture
def listing(publish):
    return publish()


@pytest.fixture
def hooked(listing, employer, owner):
    return make_webhook(employer, owner)


def test_each_move_tells_its_event_and_silent_ones_none(hooked, listing, employer, owner):
    moves = [
        (S.PAUSED, ""),
        (S.PUBLISHED, PUBLISHED),
        (S.FILLED, ENDED),
        (S.PUBLISHED, PUBLISHED),
        (S.HELD, "listing.held"),
        (S.PUBLISHED, PUBLISHED),
        (S.REMOVED, "listing.removed"),
        (S.PUBLISHED, PUBLISHED),
        (S.WITHDRAWN, ENDED),
    ]
    for to, _event in moves:
        transitions.move_listing(listing.pk, to, owner, "核实过")
    assert list_deliveries(employer) == [(event, listing.pk, None) for _to, event in moves if event]
    assert WebhookDelivery.objects.filter(next_try_at__isnull=False).count() == 8


def test_texts_that_are_decided_and_what_is_undone(hooked, listing, employer, owner):
    _submit_same_text(listing)
    transitions.refuse_listing_edit(listing.pk, None, "写得不清楚")
    _submit_same_text(listing)
    transitions.approve_listing_edit(listing.pk, None)
    transitions.undo_listing_event(ListingEvent.objects.order_by("-pk")[0].pk, None)
    transitions.move_listing(listing.pk, S.REMOVED_FRAUD, None, "骗局", "brush")
    assert [event for event, *_ in list_deliveries(employer)] == [
        "listing.refused", PUBLISHED, REOPENED, "listing.removed",
    ]  # fmt: skip
    pending = make_listing(employer=employer, status=S.PENDING)
    transitions.move_listing(pending.pk, S.REJECTED, None, "写得不清楚")
    assert list_deliveries(employer)[-1] == ("listing.refused", pending.pk, None)


@pytest.mark.parametrize("to", [S.REJECTED, S.PUBLISHED])
def test_a_decision_that_is_undone_is_taken_back(hooked, employer, to):
    pending = make_listing(employer=employer, status=S.PENDING)
    transitions.move_listing(pending.pk, to, None, "写得不清楚")
    transitions.undo_listing_event(ListingEvent.objects.order_by("-pk")[0].pk, None)
    decided = {S.REJECTED: "listing.refused", S.PUBLISHED: PUBLISHED}[to]
    assert [event for event, *_ in list_deliveries(employer)] == [decided, REOPENED]
    transitions.move_listing(pending.pk, S.WITHDRAWN, None)
    assert list_deliveries(employer)[-1] == (ENDED, pending.pk, None)


def test_an_edit_that_was_refused_by_mistake_waits_again(hooked, employer, listing):
    _submit_same_text(listing)
    transitions.refuse_listing_edit(listing.pk, None, "写得不清楚")
    transitions.undo_listing_event(ListingEvent.objects.order_by("-pk")[0].pk, None)
    assert [event for event, *_ in list_deliveries(employer)] == ["listing.refused", REOPENED]


def test_a_fraud_that_was_none_waits_again_if_it_was_never_public(hooked, employer, owner):
    pending = make_listing(employer=employer, status=S.PENDING)
    transitions.move_listing(pending.pk, S.REMOVED_FRAUD, None, "骗局", "brush")
    transitions.restore_listing(pending.pk, None, "申诉成立")
    transitions.move_listing(pending.pk, S.REJECTED, None, "写得不清楚")
    transitions.move_listing(pending.pk, S.PENDING, owner)
    sent = [event for event, *_ in list_deliveries(employer)]
    assert sent == ["listing.removed", REOPENED, "listing.refused"], "a submission is not told"


def _submit_same_text(listing):
    text = listing.revisions.order_by("pk").first()
    text.pk, text.status, text.first_approver = None, RevisionStatus.WAITING, None
    text._state.adding = True
    transitions.submit_revision(listing, text)


def test_many_at_once_in_the_same_queries(hooked, publish, employer, listing):
    """A hold and its release, of one and of six; of an employer without a webhook one query each is asked."""
    stranger = make_employer("别家")
    others = [make_listing(employer=stranger, title=f"别家 {n}") for n in range(3)]
    counts = []
    for size in (1, 6):
        while employer.listings.count() < size:
            publish(title=f"多的 {employer.listings.count()}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            holds = hold_listings(employer.listings.all(), None, "核查")
        counts.append(_count_webhook_queries(queries))
        release_listings(ListingEvent.objects.filter(pk__in=[h.pk for h in holds]), None, "没事")
    assert counts == [3, 3], "which webhooks, how many wait, write"
    with CaptureQueriesContext(connection) as queries:
        hold_listings(stranger.listings.all(), None, "核查")
    assert _count_webhook_queries(queries) == 1 and len(others) == 3
    with CaptureQueriesContext(connection) as queries:
        transitions.move_listing(listing.pk, S.PAUSED, None)
    assert _count_webhook_queries(queries) == 0, "a pause is not told"
    kinds = [event for event, *_ in list_deliveries(employer)]
    assert kinds.count("listing.held") == 7 and kinds.count(PUBLISHED) == 5 + 7


def _count_webhook_queries(queries):
    return sum("listings_webhook" in query["sql"] for query in queries)


def test_what_the_gate_decides_is_told(client, employer, owner):
    """By the API, whose texts a batch of verdicts publishes or refuses."""
    make_webhook(employer, owner)
    api = ApiClient(client, employer, owner=owner)
    good = api.created()
    scam = api.created(title="在家点赞", duties=SCAM)
    assert (good["status"], scam["status"]) == ("published", "rejected")
    assert list_deliveries(employer) == [
        (PUBLISHED, good["id"], None),
        ("listing.refused", scam["id"], None),
    ]


def test_a_listing_that_is_released_paused_is_public_again(hooked, employer, listing, owner):
    transitions.move_listing(listing.pk, S.PAUSED, owner)
    holds = hold_listings(employer.listings.all(), None, "核查")
    release_listings(ListingEvent.objects.filter(pk__in=[h.pk for h in holds]), None, "没事")
    listing.refresh_from_db()
    assert listing.status == S.PAUSED
    assert [event for event, *_ in list_deliveries(employer)] == ["listing.held", PUBLISHED]


def test_what_is_rolled_back_is_not_told(hooked, employer, listing, owner):
    with transaction.atomic():
        transitions.move_listing(listing.pk, S.FILLED, owner)
        assert list_deliveries(employer)
        transaction.set_rollback(True)
    assert list_deliveries(employer) == []


def test_a_sign_up_is_told_by_numbers_only(hooked, employer, listing):
    profile = {"name": "不该出现的人", "slots": 0}
    application = create_application(listing.pk, make_person("seeker"), profile, "周末都有空")
    assert list_deliveries(employer) == [("application.created", listing.pk, application.pk)]
    stored = str(WebhookDelivery.objects.values().get())
    assert "不该出现的人" not in stored and "周末" not in stored


def test_without_an_open_webhook_nothing_is_written(hooked, employer, listing, owner):
    event = listing.events.get(action="publish")
    for status in (EmployerStatus.FROZEN, EmployerStatus.BANNED):
        type(employer).objects.filter(pk=employer.pk).update(status=status)
        enqueue_listing_events([event])
    type(employer).objects.filter(pk=employer.pk).update(status=EmployerStatus.VERIFIED)
    rows = type(hooked).objects.filter(pk=hooked.pk)
    rows.update(switched_off_at=listing.created_at)
    enqueue_listing_events([event])
    hooked.refresh_from_db()
    with pytest.raises(Refusal, match="停用"):
        enqueue_test_delivery(hooked)
    rows.update(switched_off_at=None)
    remove_webhook_address(hooked, owner)
    enqueue_listing_events([event])
    assert list_deliveries(employer) == []


def test_an_event_is_told_once_and_at_most_so_many_wait(
    hooked, employer, listing, owner, monkeypatch
):
    event = listing.events.get(action="publish")
    enqueue_listing_events([event])
    enqueue_listing_events([event])
    assert len(list_deliveries(employer)) == 1
    monkeypatch.setattr(events, "MAX_WAITING", 3)
    for number in range(6):
        transitions.move_listing(listing.pk, (S.FILLED, S.PUBLISHED)[number % 2], owner)
    assert len(list_deliveries(employer)) == 3
    WebhookDelivery.objects.update(next_try_at=None)
    enqueue_listing_events(
        [ListingEvent(pk=-n, listing=listing, after=S.HELD) for n in range(1, 7)]
    )
    assert len(list_deliveries(employer)) == 6, "of a batch too only what there is room for"


def test_the_end_by_date_is_told_once_for_each_last_day(hooked, employer, publish, today, listing):
    def end(row, days_ago, status=S.PUBLISHED):
        day = today - datetime.timedelta(days=days_ago)
        Listing.objects.filter(pk=row.pk).update(valid_through=day, status=status)

    paused, old, filled, lasting = (publish(title=f"兼职 {n}") for n in range(4))
    first = len(list_deliveries(employer))
    end(listing, 1)
    end(paused, 2, S.PAUSED)
    end(old, 4)
    end(filled, 1, S.FILLED)
    end(lasting, 0)
    foreign = make_listing(employer=make_employer("别家"), title="别家的")
    end(foreign, 1)
    assert enqueue_ended_listings() == 2
    assert enqueue_ended_listings() == 0
    assert sorted(list_deliveries(employer)[first:]) == [
        (ENDED, listing.pk, None),
        (ENDED, paused.pk, None),
    ]
    end(listing, 3)  # renewed, and over again
    assert enqueue_ended_listings() == 1
