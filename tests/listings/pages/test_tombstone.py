"""What the address of a listing removed for fraud answers: which kind, since when, what to do."""

import pytest

from listings.publication.transitions import LISTING_STATE_MACHINE, move_listing
from screening.fraud_types import FraudType, list_fraud_types
from screening.fraud_types.advice import get_advice
from tests.daily_tests import mark_each

pytestmark = pytest.mark.django_db


@pytest.fixture
def removed(publish):
    def made(fraud_type="brushing_rebate", **fields):
        listing = publish(
            title="在家点赞", duties="先垫后返佣金", contact_phone="13900001111", **fields
        )
        move_listing(listing.pk, "removed_fraud", None, "群里让人垫钱", fraud_type=fraud_type)
        return listing

    return made


@pytest.mark.parametrize("kind", mark_each(4, list_fraud_types()))
def test_it_names_the_kind_and_says_what_to_do(client, removed, kind):
    response = client.get(removed(kind).get_absolute_url())
    page = response.content.decode()
    assert response.status_code == 410
    is_named = kind != FraudType.OTHER  # 其他 tells nobody what it was
    assert (f"骗局类型：{FraudType(kind).label}" in page) == is_named and "其他" not in page
    given = get_advice(kind)
    for line in (*given.now, *given.paid, *given.continues):
        assert line.split("“")[0] in page
    assert f"/xiangxi/alerts/{kind}/" in page and "/check/" in page


def test_it_says_where_those_find_evidence_who_were_warned(client, removed):
    page = client.get(removed().get_absolute_url()).content.decode()
    assert "报过名的，我们发了提醒，里面有报警用的证据" in page and 'href="/me/inbox/"' in page


def test_it_says_since_when(client, removed):
    listing = removed()
    at = listing.events.get(after="removed_fraud").created_at
    listing.events.filter(after="removed_fraud").update(created_at=at.replace(2026, 3, 4, 4))
    assert "2026 年 3 月 4 日" in client.get(listing.get_absolute_url()).content.decode()


def test_nothing_of_the_listing_is_left_on_it(client, removed):
    listing = removed()
    page = client.get(listing.get_absolute_url()).content.decode()
    for word in ("在家点赞", "先垫后返佣金", "13900001111", listing.employer.name, "群里让人垫钱"):
        assert word not in page, word


def test_it_is_not_indexed_and_the_same_for_everybody(client, removed, admin_client):
    address = removed().get_absolute_url()
    visited, other = client.get(address), admin_client.get(address)
    assert visited.content == other.content and "noindex" in visited.content.decode()
    main = visited.content.decode().partition("<main")[2].partition("</main")[0]
    assert "Set-Cookie" not in visited and "<form" not in main


def test_an_online_one_leads_to_the_alerts_of_the_nation(client, removed):
    listing = removed(mode="online", category="copywriting")
    page = client.get(listing.get_absolute_url())
    assert page.status_code == 410 and "/alerts/brushing_rebate/" in page.content.decode()


def test_what_is_done_to_it_later_is_no_removal(client, removed):
    listing = removed()
    at = listing.events.get(after="removed_fraud").created_at
    listing.events.filter(after="removed_fraud").update(created_at=at.replace(2026, 3, 4, 4))
    listing.refresh_from_db()
    LISTING_STATE_MACHINE.record_event(
        listing, listing.status, actor=None, action="remove_shift", reason="早班"
    )
    assert "2026 年 3 月 4 日" in client.get(listing.get_absolute_url()).content.decode()
