"""The queue of appeals at the moderators' desk, and its cases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.models import Listing
from listings.publication.transitions import move_listing
from safety.case_queues.queue_filters import NO_FILTER
from safety.models import Appeal, Decision
from safety.moderation.claims import get_claim
from safety.moderation.decisions import (
    CASE_TYPES,
    REFUSALS,
    DecisionRefused,
    make_decision,
    undo_decision,
)
from tests.accounts.staff.test_roles import make_colleague
from tests.conftest import build_listing_publisher
from tests.people import make_person, sign_in
from tests.safety.appealing import employer_at, make_appeal, make_superuser
from tests.safety.desk_queues import (
    APPEALS,
    in_order,
    move_listing_to_held,
    post_case_decision,
    read_body,
    reload_row,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


def test_the_queue_of_appeals_says_whose_turn_it_is(desk, first, second, owner, publish):
    own_appeal = make_appeal(move_listing_to_held(publish(title="甲"), first), owner)
    others = make_appeal(move_listing_to_held(publish(title="乙"), second), owner)
    page = read_body(desk.get(APPEALS))
    assert in_order(page) == [own_appeal.pk, others.pk]
    assert page.count("由别人来看") == 1
    assert desk.post(f"{APPEALS}next/").url == f"{APPEALS}{others.pk}/"
    assert "由另一位审核员来看" in read_body(desk.get(f"{APPEALS}{own_appeal.pk}/"))
    assert post_case_decision(desk, own_appeal, "dismissed", APPEALS).status_code == 409
    assert reload_row(own_appeal).status == "open"


def test_ones_own_use_up_nothing_of_what_is_read(desk, first, second, owner, publish, monkeypatch):
    monkeypatch.setattr("safety.case_pages.next_case.NEXT_CASES_READ", 1)
    make_appeal(move_listing_to_held(publish(title="甲"), first), owner)
    others = make_appeal(move_listing_to_held(publish(title="乙"), second), owner)
    assert desk.post(f"{APPEALS}next/").url == f"{APPEALS}{others.pk}/"


def test_after_a_decision_ones_own_is_not_taken_up(desk, first, second, owner, publish):
    own_appeal = make_appeal(move_listing_to_held(publish(title="甲"), first), owner)
    others = make_appeal(move_listing_to_held(publish(title="乙"), second), owner)
    assert post_case_decision(desk, others, "dismissed", APPEALS).url == APPEALS
    assert get_claim("appeal", own_appeal.pk) is None


def test_upholding_asks_twice_and_restores(desk, second, owner, publish):
    listing = move_listing_to_held(publish(title="周末传单派发"), second)
    row = make_appeal(listing, owner)
    page = read_body(desk.post(f"{APPEALS}{row.pk}/take/", follow=True))
    assert "有人反映要押金" in page and row.words in page
    asked = post_case_decision(desk, row, "upheld", APPEALS)
    assert "重新公开" in read_body(asked) and reload_row(row).status == "open"
    done = post_case_decision(desk, row, "upheld", APPEALS, confirm="1", sure="on")
    assert done.status_code == 302
    assert (reload_row(row).status, reload_row(listing).status) == ("upheld", "published")
    assert "/admin/desk/undo/" not in read_body(desk.get(APPEALS))
    with pytest.raises(DecisionRefused):
        undo_decision(Decision.objects.get().pk, Decision.objects.get().moderator)


def test_a_dismissal_can_be_undone_for_a_minute(desk, second, owner, publish):
    row = make_appeal(move_listing_to_held(publish(), second), owner)
    post_case_decision(desk, row, "dismissed", APPEALS)
    assert reload_row(row).status == "dismissed"
    desk.post(f"/admin/desk/undo/{Decision.objects.get().pk}/")
    assert reload_row(row).status == "open"


def test_what_has_expired_meanwhile_comes_back_as_expired(desk, second, owner, publish):
    listing = move_listing_to_held(publish(), second)
    row = make_appeal(listing, owner)
    past = timezone.localdate() - timedelta(days=1)
    Listing.objects.filter(pk=listing.pk).update(valid_through=past)
    desk.post(f"{APPEALS}{row.pk}/take/")
    assert "有效期已经过了" in read_body(desk.get(f"{APPEALS}{row.pk}/"))
    post_case_decision(desk, row, "upheld", APPEALS, confirm="1", sure="on")
    assert (reload_row(row).status, reload_row(listing).status) == ("upheld", "published")
    assert not Listing.objects.live().filter(pk=listing.pk).exists()


def test_what_moved_since_it_was_seen_is_looked_at_again(desk, second, owner, publish):
    listing = move_listing_to_held(publish(), second)
    row = make_appeal(listing, owner)
    move_listing(listing.pk, "removed", second, "查实了")
    refused = post_case_decision(desk, row, "dismissed", APPEALS, seen="open.held")
    assert refused.status_code == 409 and reload_row(row).status == "open"
    assert "不一样了" in read_body(desk.get(f"{APPEALS}{row.pk}/"))


def test_an_appeal_of_an_employer_has_a_case_too(desk, second, owner, employer):
    row = make_appeal(employer_at(employer, "banned", second), owner)
    page = read_body(desk.get(f"{APPEALS}{row.pk}/"))
    assert employer.name in page and "材料对不上" in page
    post_case_decision(desk, row, "upheld", APPEALS, confirm="1", sure="on")
    assert reload_row(employer).status == "pending" and reload_row(row).status == "upheld"


def test_the_queue_of_appeals_costs_the_same_for_many(
    desk, second, owner, publish, django_assert_num_queries
):
    for _ in range(2):
        make_appeal(move_listing_to_held(publish(), second), owner)
    desk.get(APPEALS)
    # session, person, second factor, permissions of the person and of groups, own filter, what is put aside, the
    # appeals, who has them in hand, notes, what passes the filter, counts
    with django_assert_num_queries(14) as few:
        desk.get(APPEALS)
    for _ in range(4):
        make_appeal(move_listing_to_held(publish(), second), owner)
    assert Appeal.objects.count() == 6
    with django_assert_num_queries(len(few)):
        desk.get(APPEALS)


def test_an_admin_decides_appeals_where_nobody_elses_rights_hold(client, place):
    """A colleague of another place can open none of them, so that they would wait for ever."""
    admin = make_superuser("boss")
    make_colleague("far away", places=[place("beijing")])
    numbers = {}
    for slug in ("xiangxi", "beijing"):
        owner = make_person(f"owner of {slug}")
        shop = make_employer(f"{slug}的新店", member=owner, region=slug)
        listing = build_listing_publisher(shop)(region_id=place(slug).adcode)
        make_decision("listing", listing.pk, "held", admin, "有人说要押金")
        numbers[slug] = make_appeal(listing, owner).pk
    case_type = CASE_TYPES["appeal"]
    waiting = set(case_type.list_waiting(admin))
    assert waiting & set(numbers.values()) == {numbers["xiangxi"]}
    rows = case_type.attach_queue_display(list(case_type.list_queue_rows(NO_FILTER)), admin)
    is_own = {row.pk: row.is_own for row in rows}
    assert (is_own[numbers["xiangxi"]], is_own[numbers["beijing"]]) == (False, True)
    page = sign_in(client, admin).get(f"/admin/desk/appeals/{numbers['xiangxi']}/")
    assert [code for code, _action in page.context["choices"]] == ["upheld", "dismissed"]
    make_decision("appeal", numbers["xiangxi"], "dismissed", admin, "证据不够")
    with pytest.raises(REFUSALS, match="另一位审核员"):
        make_decision("appeal", numbers["beijing"], "dismissed", admin, "证据不够")
