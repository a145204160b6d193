"""What author, moderator and reader are told of pay, settlement and hours."""

import pytest
from django.urls import reverse

from listings.vocabulary.work_slots import encode_slots
from tests.listings.minimums import add_minimum
from tests.listings.posting import (
    CONTACT,
    make_filled_draft,
    make_submitted_listing,
    sign_in_member,
)
from tests.people import sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
FIGURE = "湖南最低一档的最低小时工资 18 元（2025-09-01 起，湖南省人社厅）"
FIVE_DAYS = encode_slots([f"{day}m" for day in range(1, 6)])
DAYS, WEEK = "《劳动合同法》第七十二条", "《劳动合同法》第六十八条"


def get_listing_page_text(client, listing):
    return client.get(listing.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("pay", "unit", "words"),
    [
        (22, "hour", f"每小时 22 元，高于{FIGURE}。"),
        (18, "hour", f"每小时 18 元，等于{FIGURE}。"),
        (17, "hour", f"每小时 17 元，低于{FIGURE}。"),
        (160, "day", f"合每小时 20 元（没有写每天几小时，按 8 小时算），高于{FIGURE}。"),
    ],
)
def test_the_page_compares_the_pay_with_the_minimum(client, hunan, publish, pay, unit, words):
    assert words in get_listing_page_text(client, publish(pay_min=pay, pay_max=pay, pay_unit=unit))


@pytest.mark.parametrize("unknown", [{"pay_unit": "piece"}, {"mode": "online"}])
def test_without_an_hour_or_a_place_there_is_no_line(client, hunan, publish, unknown):
    assert "最低小时工资" not in get_listing_page_text(client, publish(**unknown))


def test_an_unconfirmed_figure_is_not_shown_even_after_a_confirmed_one(client, hunan, publish):
    listing = publish(pay_min=20, pay_max=20, pay_unit="hour")
    add_minimum(19, tier=3, in_force_since="2026-01-01", is_confirmed=False)
    assert "最低小时工资" not in get_listing_page_text(client, listing)


def test_the_reader_is_told_of_late_settlement_and_many_hours(client, publish):
    page = get_listing_page_text(
        client, publish(settlement="monthly", hours_per_day=8, slots=FIVE_DAYS)
    )
    assert "最长 15 天结一次" in page
    assert "每周 40 小时" in page
    page = get_listing_page_text(
        client, publish(settlement="semi_monthly", hours_per_day=4, slots=FIVE_DAYS)
    )
    assert "最长 15 天结一次" not in page
    assert "每周 20 小时" not in page


def test_payment_within_more_than_fifteen_days_is_late_too(client, publish):
    assert "最长 15 天" in get_listing_page_text(
        client, publish(settlement="on_completion", latest_pay_days=16)
    )
    assert "最长 15 天" not in get_listing_page_text(
        client, publish(settlement="on_completion", latest_pay_days=15)
    )


def test_the_author_reads_the_law_at_the_pay_and_is_not_refused(client, employer):
    sign_in_member(client, employer)
    slots = ["1m", "2m", "3m", "4m"]
    pk = make_filled_draft(client, slots=slots, hours_per_day="7", settlement="monthly")
    page = client.get(f"/employer/listings/{pk}/draft/").content.decode()
    assert DAYS in page and WEEK in page and "每周 28 小时" in page
    assert "没有发现要改的地方" in page


def test_the_moderator_reads_it_with_the_pay(client, hunan, employer):
    _client, author = sign_in_member(client, employer)
    listing, _verdict = make_submitted_listing(
        employer, author, duties=CONTACT, settlement="monthly"
    )
    sign_in(client, make_moderator_user())
    page = client.get(reverse("desk:listing", args=[listing.pk])).content.decode()
    assert DAYS in page
    assert f"每小时 22 元，高于{FIGURE}。" in page
