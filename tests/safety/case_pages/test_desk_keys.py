"""A moderator switches off the shortcuts of a single key (WCAG 2.1.4)."""

import pytest
from django.urls import reverse

from safety.models import QueueFilter
from tests.people import sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db
QUEUE = "/admin/desk/listings/"
KEYS = "/admin/desk/keys/"


def test_who_switches_them_off_has_none_in_any_browser_and_nobody_else_changes(
    client, mod, employer
):
    case = make_pending_listing(employer)
    client.post(reverse("desk:listing_take", args=[case.pk]))
    page = client.get(QUEUE).content.decode()
    assert "no-keys" not in page and "aria-keyshortcuts" in page and f'href="{KEYS}"' in page
    answer = client.post(KEYS, {"is_sent": "1"}, follow=True)
    assert "单键快捷键已关掉" in answer.content.decode()
    client.logout()
    sign_in(client, mod)
    for address in (QUEUE, reverse("desk:listing", args=[case.pk])):
        page = client.get(address).content.decode()
        assert "desk no-keys" in page and "aria-keyshortcuts" not in page, address
        assert "单键快捷键关掉了" in page and f'href="{KEYS}"' in page, "where they come back"
    client.post(KEYS, {"is_sent": "1", "single_keys": "on"})
    assert "no-keys" not in client.get(QUEUE).content.decode()
    client.post(KEYS, {"is_sent": "1"})
    client.logout()
    sign_in(client, make_moderator_user("second"))
    assert "no-keys" not in client.get(QUEUE).content.decode()


def test_the_filter_is_cleared_without_the_keys(client, mod):
    client.post(KEYS, {"is_sent": "1"})
    client.post("/admin/desk/listings/filter/", {"risk": "high"})
    client.post("/admin/desk/listings/filter/", {"clear": "1"})
    chosen = QueueFilter.objects.get(moderator=mod)
    assert (chosen.single_keys, chosen.risk) == (False, "")


def test_the_journal_knows_too(admin_client):
    assert "no-keys" not in admin_client.get("/admin/journal/").content.decode()
    admin_client.post(KEYS, {"is_sent": "1"})
    assert "desk no-keys" in admin_client.get("/admin/journal/").content.decode()
