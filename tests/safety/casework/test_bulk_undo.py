"""What was decided by one press of a button is told once, and undone by one press."""

import pytest
from django.urls import reverse

from safety.moderation.decisions import make_decision
from safety.moderation.desk_layout import build_navigation
from tests.safety.desks import (
    get_stored_status,
    hash_state,
    make_moderator_user,
    make_pending_listing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_cases(employer):
    return [make_pending_listing(employer, title=title) for title in ("派发", "理货")]


def decide_in_bulk(client, listings, action="refuse", **data):
    cases = [f"{listing.pk}:{hash_state(listing)}" for listing in listings]
    data = {"action": action, "case": cases, "reason": "写得不清楚", **data}
    return client.post(reverse("desk:listings_bulk"), data, follow=True)


def press_undo(client, moderator, **data):
    return client.post(build_navigation(moderator)["undoable"].address, data, follow=True)


def test_one_bar_tells_of_all_and_undoes_all(client, mod, two_cases):
    page = decide_in_bulk(client, two_cases).content.decode()
    assert page.count("没有通过 2 件：「") == 1 and "一分钟内可以一起撤销" in page
    assert 'class="success"' not in page and "退回" not in page
    answer = press_undo(client, mod, from_queue="1")
    assert [get_stored_status(case) for case in two_cases] == ["pending"] * 2
    assert answer.redirect_chain[-1][0] == reverse("desk:listings")
    page = answer.content.decode()
    assert "已撤销：「" in page and "「派发」" in page and "「理货」" in page
    assert 'class="undo-bar"' not in page


def test_of_many_three_are_named(client, mod, employer):
    cases = [make_pending_listing(employer, title=f"第{n}件") for n in range(5)]
    page = decide_in_bulk(client, cases, "approve").content.decode()
    words = page.split('class="undo-bar"')[1].split("</form>")[0]
    assert "已通过 5 件：「" in words and words.count("「") == 3 and "」等" in words


def test_what_was_decided_before_is_not_undone_with_it(client, mod, employer, two_cases):
    before = make_pending_listing(employer, title="之前的")
    make_decision("listing", before.pk, "rejected", mod, "不清楚")
    decide_in_bulk(client, two_cases)
    press_undo(client, mod)
    assert get_stored_status(before) == "rejected"
    assert "没有通过「之前的」" in client.get(reverse("desk:listings")).content.decode()


def test_what_somebody_else_has_moved_since_stays_and_is_named(client, mod, two_cases):
    first = two_cases[0]
    decide_in_bulk(client, two_cases, "approve")
    make_decision("listing", first.pk, "held", make_moderator_user("second"), "核实")
    page = press_undo(client, mod, from_queue="1").content.decode()
    assert [get_stored_status(case) for case in two_cases] == ["held", "pending"]
    assert "已撤销：「理货」" in page and "没有撤销「派发」" in page


def test_one_stays_in_the_queue_or_among_those_of_its_employer(client, mod, employer, two_cases):
    page = decide_in_bulk(client, two_cases[:1]).content.decode()
    assert 'name="from_queue"' in page.split('class="undo-bar"')[1].split("</form>")[0]
    answer = press_undo(client, mod, from_queue="1")
    assert answer.redirect_chain[-1][0] == reverse("desk:listings")
    page = decide_in_bulk(client, two_cases[:1], employer=employer.pk).content.decode()
    assert f'name="employer" value="{employer.pk}"' in page.split('class="undo-bar"')[1]
    answer = press_undo(client, mod, employer=employer.pk)
    assert answer.redirect_chain[-1][0] == reverse("desk:employer_cases", args=[employer.pk])
