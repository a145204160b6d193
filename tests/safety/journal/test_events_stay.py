"""No address changes or deletes an event: not the admin's, not those of the rows they belong to."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from accounts.models import Consent, SignIn, User
from listings.models import ListingEvent
from safety.journal.event_sources import SOURCES
from safety.journal_pages.search_views import record_search
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user
from tests.safety.fraud_removals import record_contact_reveal, remove_listing_for_fraud
from tools.demo.factories import make_article

pytestmark = pytest.mark.django_db
# The row of a person is edited; that they came and left is read from it.
EVENTS = {source.rows().model for source in SOURCES} - {User}


@pytest.fixture
def boss():
    return make_person("boss", is_staff=True, is_superuser=True)


def list_event_admins(request):
    """Every admin and inline of a model of events."""
    for model, model_admin in admin.site._registry.items():
        if model in EVENTS:
            yield model_admin
        for inline in model_admin.inlines:
            if inline.model in EVENTS:
                yield inline(model, admin.site)


def test_no_admin_may_add_change_or_delete_one(boss):
    request = RequestFactory().get("/")
    request.user = boss
    admins = list(list_event_admins(request))
    assert len(admins) > 5
    may = {
        f"{type(model_admin).__name__} {deed}"
        for model_admin in admins
        for deed in ("change", "delete")
        if getattr(model_admin, f"has_{deed}_permission")(request)
    }
    assert may == set()


def test_no_address_takes_one_away_or_the_row_that_it_belongs_to(boss, publish, owner):
    client = sign_in(Client(), boss)
    listing = publish()
    record_contact_reveal(listing, owner)
    article = make_article()
    case = remove_listing_for_fraud(listing, make_moderator_user())
    SignIn.objects.create(user=owner)
    Consent.objects.create(user=owner, kind="terms", version="1")
    LogEntry.objects.log_actions(boss.pk, User.objects.filter(pk=owner.pk), CHANGE, "x")
    record_search(boss, f"兼职 {listing.pk}", "处理举报")
    before = {model: _list_row_keys(model) for model in EVENTS}
    assert sum(map(bool, before.values())) > 8
    for row in (listing, listing.employer, owner, article, case, ListingEvent.objects.first()):
        for address in list_admin_addresses(row):
            client.post(address, {"post": "yes", "reason": "改掉", "_save": ""})
    for model in EVENTS - {LogEntry}:
        assert _list_row_keys(model) == before[model], model
    assert set(before[LogEntry]) <= set(_list_row_keys(LogEntry))


def _list_row_keys(model):
    return sorted(model._base_manager.values_list("pk", flat=True))


def list_admin_addresses(row):
    for act in ("change", "delete"):
        try:
            yield reverse(
                f"admin:{row._meta.app_label}_{row._meta.model_name}_{act}", args=[row.pk]
            )
        except NoReverseMatch:
            continue
