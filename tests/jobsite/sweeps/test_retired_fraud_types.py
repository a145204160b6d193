"""What was stored with a fraud type stays readable when its folder has gone."""

import pytest
from django.apps import apps

from tests import access
from tests.addresses import FORMS, PAGES, fill_addresses

pytestmark = pytest.mark.django_db
FIELDS = ("fraud_type", "second_type")
RETIRED = "retired_type"
ANSWERS = {200, 410}  # a page, or the tombstone of a removed listing


def retire_stored_types():
    """Return how many rows of each model have a fraud type that no folder has, from now on."""
    changed = {}
    for model in apps.get_models():
        for name in {field.name for field in model._meta.concrete_fields} & set(FIELDS):
            rows = model._base_manager.exclude(**{name: ""}).exclude(**{f"{name}__isnull": True})
            if count := rows.update(**{name: RETIRED}):
                changed[model._meta.label] = count
    return changed


def find_fault(client, address):
    """Return what an address fails with, or "": all failing ones are listed at once."""
    try:
        response = client.get(address)
        for close in response._resource_closers:
            close()
    except Exception as error:
        return repr(error)
    if response.status_code not in ANSWERS:
        return response.status_code
    is_named = not response.streaming and RETIRED.encode() in response.content
    return "names the code" if is_named else ""


def list_readers(asks):
    """Yield (role, address) with one role that may read it."""
    for ask in asks:
        if role := next((role for role, status in ask.answers.items() if status == 200), None):
            yield role, ask.address


def test_every_page_shows_rows_whose_fraud_type_has_gone(cast):
    clients, values = cast
    changed = retire_stored_types()
    assert {"listings.Listing", "news.Article", "safety.FraudCase"} <= changed.keys(), changed
    asked = [("visitor", address) for address in fill_addresses(PAGES | FORMS, values)]
    for asks in access.GET.values():
        asked += [(role, address.format(**values)) for role, address in list_readers(asks)]
    faults = {address: find_fault(clients[role], address) for role, address in asked}
    assert {address: fault for address, fault in faults.items() if fault} == {}
