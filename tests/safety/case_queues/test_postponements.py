"""Cases that are skipped or deferred come back, and no waiting case is out of everybody's reach."""

import random
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from listings.models import ListingRevision
from safety.case_queues.postponements import (
    defer_case,
    find_cases_put_aside,
    get_start_of_day,
    skip_case,
)
from safety.models import Postponement, QueueFilter
from safety.moderation.claims import claim_case, get_claim
from safety.moderation.decisions import CASE_TYPES, make_decision, undo_decision
from safety.periodic_tasks import delete_past_postponements
from safety.personal_data import erase
from safety.reports.submission import submit_report
from tests.daily_tests import mark_each
from tests.people import sign_in
from tests.safety.desks import get_stored_status, make_moderator_user, make_pending_listing

pytestmark = pytest.mark.django_db
QUEUE = "/admin/desk/listings/"


def press_button(client, act, case, **data):
    return client.post(reverse(f"desk:listing_{act}", args=[case.pk]), data)


def get_next(client):
    """The title of the next case, None if there is none."""
    answer = client.post(reverse("desk:listings_next"))
    if answer.url == QUEUE:
        return None
    return client.get(answer.url).context["listing"].title


def list_titles(client):
    return [row.title for row in client.get(QUEUE).context["rows"]]


@pytest.fixture
def cases(employer):
    """Three that wait, the first the longest."""
    rows = [make_pending_listing(employer, title=title) for title in ("一", "二", "三")]
    for hours, row in enumerate(reversed(rows), 1):
        at = timezone.now() - timedelta(hours=hours)
        ListingRevision.objects.filter(listing=row).update(created_at=at)
    return rows


def test_skipping_leads_on_and_the_case_comes_after_the_others(client, mod, cases):
    first, second, third = cases
    press_button(client, "take", first)
    answer = press_button(client, "skip", first)
    assert answer.url == reverse("desk:listing", args=[second.pk])
    assert get_claim("listing", first.pk) is None, "others may have it"
    assert list_titles(client) == ["二", "三", "一"]
    make_decision("listing", second.pk, "published", mod)
    press_button(client, "skip", third)
    page = client.get(client.post(reverse("desk:listings_next")).url)
    assert page.context["listing"] == first, "the one that was skipped first"
    assert "剩下的是跳过、推迟" in page.content.decode()
    assert press_button(client, "skip", first).url == reverse("desk:listing", args=[third.pk])


def test_a_skip_is_undone_from_the_bar_and_ends_tomorrow(client, mod, cases):
    first, *_ = cases
    press_button(client, "skip", first)
    page = client.get(QUEUE).content.decode()
    address = reverse("desk:listing_resume", args=[first.pk])
    assert "已跳过「一」" in page and f'action="{address}"' in page
    assert client.post(address).url == reverse("desk:listing", args=[first.pk])
    assert list_titles(client)[0] == "一" and get_claim("listing", first.pk).moderator == mod
    press_button(client, "skip", first, from_queue="1")
    assert list_titles(client)[-1] == "一"
    assert Postponement.objects.get().until == get_start_of_day(1)
    Postponement.objects.update(until=timezone.now())
    assert list_titles(client)[0] == "一"
    delete_past_postponements()
    assert not Postponement.objects.exists()


def test_a_skip_concerns_nobody_else_a_deferral_tells_them_why(client, mod, cases):
    first, next_case, third = cases
    press_button(client, "skip", first)
    answer = press_button(client, "defer", next_case, days="3", why="等单位回电话")
    assert answer.url == reverse("desk:listing", args=[third.pk])
    page = client.get(QUEUE).content.decode()
    assert "你推迟到" in page and "你跳过了" in page
    client.logout()
    second = make_moderator_user("second")
    sign_in(client, second)
    page = " ".join(client.get(QUEUE).content.decode().split())
    day = f"{get_start_of_day(3):%m-%d}"
    assert f"mod 推迟到 {day}：等单位回电话" in page and "跳过了" not in page
    assert list_titles(client) == ["一", "二", "三"]
    assert (
        "等单位回电话" in client.get(reverse("desk:listing", args=[next_case.pk])).content.decode()
    )
    assert get_claim("listing", third.pk).moderator == mod
    assert get_next(client) == "一"
    make_decision("listing", first.pk, "published", second)
    assert get_next(client) == "二", "the last, but one may take it over"


def test_who_deferred_finds_it_in_the_queue_and_takes_it_back(client, mod, cases):
    _, two, three = cases
    for case in cases:
        press_button(client, "defer", case, days="1", why="等回复")
    assert get_next(client) is None
    assert set(list_titles(client)) == {"一", "二", "三"}
    press_button(client, "resume", two, from_queue="1")
    assert list_titles(client)[0] == "二" and get_next(client) == "二"
    Postponement.objects.filter(number=three.pk).update(until=timezone.now())
    make_decision("listing", two.pk, "published", mod)
    assert get_next(client) == "三", "its day has come"


@pytest.mark.parametrize(
    "data",
    [{}, {"days": "1", "why": " "}, {"days": "99", "why": "等"}, {"days": "1", "why": "a\0"}],
)
def test_a_deferral_without_a_day_and_a_reason_is_none(client, mod, cases, data):
    answer = press_button(client, "defer", cases[0], **data)
    assert answer.status_code == 422 and answer.context["defer_form"].errors
    assert not Postponement.objects.exists()


def test_a_decision_ends_it_and_its_undo_brings_it_back(mod, cases):
    second = make_moderator_user("second")
    first, *_ = cases
    defer_case("listing", [first.pk], mod, 3, "等回复")
    decision = make_decision("listing", first.pk, "published", second)
    assert find_cases_put_aside("listing", mod).by_number == {}
    undo_decision(decision.pk, second)
    assert get_stored_status(first) == "pending" and find_cases_put_aside("listing", mod).own == {
        first.pk
    }


def test_next_on_an_undecided_case_leads_to_another_and_lets_go_of_it(client, mod, cases):
    first, second, _ = cases
    press_button(client, "take", first)
    page = client.get(reverse("desk:listing", args=[first.pk])).content.decode()
    assert f'name="after" value="{first.pk}"' in page
    answer = client.post(reverse("desk:listings_next"), {"after": first.pk})
    assert answer.url == reverse("desk:listing", args=[second.pk])
    assert get_claim("listing", first.pk) is None
    assert client.post(reverse("desk:listings_next"), {"after": "x\0"}).status_code == 302


def follow_next(client, number):
    """Press `n` from this case on until it leads to the queue; the numbers in their order."""
    walked = []
    while len(walked) < 20:
        answer = client.post(reverse("desk:listings_next"), {"after": number} if number else {})
        if answer.url == QUEUE:
            break
        number = int(answer.url.rstrip("/").rpartition("/")[2])
        walked.append(number)
    return walked


def test_next_goes_through_all_undecided_cases_in_order(client, mod, employer, monkeypatch):
    """Not back and forth between two; behind the last it says so and begins with the first again."""
    monkeypatch.setattr("safety.case_pages.next_case.NEXT_CASES_READ", 2)
    cases = [make_pending_listing(employer, title=f"第{n}件").pk for n in range(7)]
    claim_case("listing", cases[2], make_moderator_user("second"))
    skip_case("listing", [cases[0]], mod)
    others = [pk for pk in cases if pk != cases[2]]
    in_order = [*others[1:], cases[0]]
    assert follow_next(client, None) == in_order
    page = client.get(QUEUE).content.decode()
    assert "后面没有还没处理的了" in page and "都处理完了" not in page
    assert follow_next(client, None) == in_order, "the first again"
    assert follow_next(client, in_order[3]) == in_order[4:]
    make_decision("listing", in_order[3], "published", mod)
    assert follow_next(client, in_order[3]) == [pk for pk in in_order if pk != in_order[3]]


def test_a_case_that_was_only_opened_by_the_way_is_held_for_a_minute(client, mod, cases):
    first, second, _ = cases
    client.post(reverse("desk:listings_next"), {"after": first.pk})
    page = client.get(reverse("desk:listing", args=[second.pk])).content.decode()
    assert 'value="published"' in page and "data-is-offer" in page and "动手处理就留十分钟" in page
    assert get_claim("listing", second.pk).until - timezone.now() <= timedelta(minutes=1)
    address = reverse("desk:listing_take", args=[second.pk])
    client.post(address, headers={"X-Desk": "renew"})
    assert get_claim("listing", second.pk).until - timezone.now() > timedelta(minutes=9)
    client.post(reverse("desk:listings_next"), {"after": first.pk})
    assert get_claim("listing", second.pk).until - timezone.now() > timedelta(minutes=9)
    page = client.get(reverse("desk:listing", args=[second.pk])).content.decode()
    assert "data-is-offer" not in page and "在你手里" in page


def test_all_reports_on_one_thing_are_put_aside_together(client, mod, publish):
    listing, other = publish(title="同一条"), publish(title="另一条")
    first = submit_report(listing=listing, reason="other", marks=["a"])
    second = submit_report(listing=listing, reason="fake_info", marks=["b"])
    last = submit_report(listing=other, reason="other", marks=["c"])
    answer = client.post(reverse("desk:report_skip", args=[first.pk]))
    assert answer.url == reverse("desk:report", args=[last.pk])
    rows = client.get(reverse("desk:reports")).context["rows"]
    assert [row.item.title for row in rows] == ["另一条", "同一条"]
    client.post(reverse("desk:report_resume", args=[second.pk]))
    assert not Postponement.objects.exists()


def test_it_goes_with_the_account_and_others_can_not_end_it(client, mod, cases):
    second = make_moderator_user("second")
    defer_case("listing", [cases[0].pk], second, 3, "等回复")
    press_button(client, "resume", cases[0])
    assert Postponement.objects.exists()
    erase(second)
    assert not Postponement.objects.exists()


@pytest.mark.parametrize("seed", mark_each(4, range(4)))
def test_every_waiting_case_is_within_reach_of_somebody(client, employer, place, seed, monkeypatch):
    """Whatever is claimed, skipped, deferred and filtered: by pressing for the next case, or in the
    queue. Both show so few at once that they are no way round it."""
    monkeypatch.setattr("safety.case_pages.next_case.NEXT_CASES_READ", 3)
    monkeypatch.setattr("safety.case_pages.queue_views.QUEUE_PAGE_SIZE", 2)
    choose = random.Random(seed)
    people = [make_moderator_user(f"mod{n}") for n in range(3)]
    regions = [place("hefei").adcode, place("jishou").adcode]
    waiting = {
        make_pending_listing(
            employer, region_id=choose.choice(regions), level=choose.choice(["low", "high"])
        ).pk
        for _ in range(12)
    }
    for pk in sorted(waiting):
        for person in people:
            match choose.choice(["nothing", "nothing", "skip", "defer"]):
                case "skip":
                    skip_case("listing", [pk], person)
                case "defer":
                    defer_case("listing", [pk], person, 7, "等回复")
    claim_case("listing", min(waiting), people[0])
    QueueFilter.objects.create(moderator=people[0], region=place("hefei"))
    reached = set()
    for person in people:
        sign_in(client, person)
        while True:
            reached |= {row.pk for row in client.get(QUEUE).context["rows"]}
            answer = client.post(reverse("desk:listings_next"))
            if answer.url == QUEUE:
                break
            pk = int(answer.url.rstrip("/").rpartition("/")[2])
            reached.add(pk)
            make_decision("listing", pk, "published", person, confirmed=True)
        client.logout()
    assert reached == waiting
    left = set(CASE_TYPES["listing"].list_waiting(people[1]))
    own_cases = [find_cases_put_aside("listing", person).own for person in people]
    assert all(any(pk in numbers for numbers in own_cases) for pk in left), (
        "deferred by whoever sees them"
    )
