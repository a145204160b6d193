"""A moderator of some places sees and decides only what lies there."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import TextKind
from accounts.models import Employer
from accounts.public_text.submission import submit_public_text
from accounts.staff.posts import change_post
from accounts.staff.scope import PostTerms
from cities.directory.regions import get_region_by_slug
from safety.appeals.transitions import create_appeal
from safety.case_queues.case_questions import CaseLink, ask_colleague
from safety.dashboard.figures import list_recent_decisions
from safety.models import Decision
from safety.moderation.decisions import CASE_TYPES, DecisionRefused, make_decision
from safety.moderation.permissions import list_moderators_of
from safety.reports.submission import submit_report
from tests.accounts.staff.test_roles import make_colleague
from tests.articles import make_alert
from tests.conftest import build_listing_publisher
from tests.databases import shared_rows
from tests.people import make_person, sign_in
from tests.safety.desks import (
    get_stored_status,
    hash_state,
    make_moderator_user,
    make_pending_listing,
)
from tools.demo.factories import make_employer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def local(client, place):
    user = make_colleague("local", places=[place("xiangxi")])
    sign_in(client, user)
    return user


def cases_of(slug, place):
    """{kind: number} of a waiting case of each kind in a place."""
    owner = make_person(f"owner-{slug}")
    shop = make_employer(f"{slug}的店", member=owner, region=slug)
    there = {"region_id": place(slug).adcode}
    public, held = (
        build_listing_publisher(shop)(**there),
        build_listing_publisher(shop)(title="另一条", **there),
    )
    make_decision("listing", held.pk, "held", make_moderator_user(f"by-{slug}"), "有人说要押金")
    text = submit_public_text(
        TextKind.EMPLOYER_INTRO, shop.pk, {"intro": "加微信 mifen2024"}, owner
    )
    waiting = make_employer(f"{slug}待核对", region=slug)
    Employer.objects.filter(pk=waiting.pk).update(status="pending")
    return {
        "listing": make_pending_listing(shop, owner, **there).pk,
        "employer": waiting.pk,
        "text": text.pk,
        "report": submit_report(listing=public, reason="fake_info").pk,
        "appeal": create_appeal(held, owner, "没有收过钱。").pk,
    }


@pytest.fixture(scope="module")
def cases(django_db_setup, django_db_blocker):
    """By place, once for all tests of the module."""
    with shared_rows(django_db_blocker):
        yield {slug: cases_of(slug, get_region_by_slug) for slug in ("xiangxi", "beijing")}


@pytest.fixture
def here(cases):
    return cases["xiangxi"]


@pytest.fixture
def far(cases):
    return cases["beijing"]


@pytest.mark.parametrize("kind", ["listing", "employer", "text", "report", "appeal"])
def test_queue_counts_next_and_pages_have_only_what_lies_there(client, local, here, far, kind):
    case_type = CASE_TYPES[kind]
    queue = client.get(reverse(f"desk:{case_type.queue_name}"))
    numbers = {row.pk for row in queue.context["rows"]}
    assert here[kind] in numbers and far[kind] not in numbers
    assert queue.context["measured"].number == queue.context["waiting_in_all"] == len(numbers)
    assert client.get(reverse(f"desk:{kind}", args=[here[kind]])).status_code == 200
    assert client.get(reverse(f"desk:{kind}", args=[far[kind]])).status_code == 404
    for number in sorted(numbers):
        client.post(reverse(f"desk:{kind}_skip", args=[number]))
    for number in (None, *numbers):
        after = {"after": number} if number else {}
        address = client.post(reverse(f"desk:{case_type.queue_name}_next"), after).url
        assert address in {
            reverse(f"desk:{case_type.queue_name}"),
            *(reverse(f"desk:{kind}", args=[each]) for each in numbers),
        }
    sign_in(client, make_moderator_user("national"))
    assert client.get(reverse(f"desk:{kind}", args=[far[kind]])).status_code == 200


@pytest.mark.parametrize("kind", ["listing", "employer", "text", "report", "appeal"])
def test_nothing_elsewhere_is_decided_by_whatever_door(client, local, far, kind):
    decide = reverse(f"desk:{kind}_decide", args=[far[kind]])
    assert client.post(decide, {"action": "held", "reason": "x"}).status_code == 404
    with pytest.raises(DecisionRefused, match="不在你负责的地区"):
        make_decision(kind, far[kind], next(iter(CASE_TYPES[kind].actions)), local, "x")
    assert not Decision.objects.filter(moderator=local).exists()


def test_several_at_once_leave_out_what_lies_elsewhere(client, local, here, far):
    listings = [CASE_TYPES["listing"].find(cases["listing"]).listing for cases in (here, far)]
    cases = [f"{listing.pk}:{hash_state(listing)}" for listing in listings]
    client.post(reverse("desk:listings_bulk"), {"action": "approve", "case": cases})
    assert [get_stored_status(listing) for listing in listings] == ["published", "pending"]


def test_figures_load_and_lists_of_the_admin_count_only_there(client, local, here, far):
    assert list_recent_decisions(local).count() == 1
    assert list_recent_decisions(make_moderator_user("national")).count() == 2
    dashboard = client.get(reverse("desk:dashboard"))
    assert dashboard.context["summary"]["n"] == 1
    loads = client.get(reverse("desk:load")).context["loads"]
    assert [load.place_words for load in loads] == ["湘西"]
    for name, expected in (
        ("listings_listing", 3),
        ("accounts_employer", 2),
        ("safety_decision", 1),
        ("safety_report", 1),
        ("safety_appeal", 1),
    ):
        page = client.get(reverse(f"admin:{name}_changelist"))
        assert page.context["cl"].result_count == expected, name
    for query in ("商场新品派发员", str(far["listing"])):
        result_page = client.get(reverse("admin:listings_listing_changelist"), {"q": query})
        numbers = {row.pk for row in result_page.context["cl"].result_list}
        assert far["listing"] not in numbers
    assert client.get(f"/admin/listings/listing/{far['listing']}/change/").status_code == 404
    assert client.get(f"/admin/listings/listing/{here['listing']}/change/").status_code == 200


def test_a_report_on_an_article_is_for_who_is_of_the_whole_country(client, local):
    report = submit_report(article=make_alert(), reason="wrong_facts")
    assert client.get(reverse("desk:report", args=[report.pk])).status_code == 404
    sign_in(client, make_moderator_user("national"))
    assert client.get(reverse("desk:report", args=[report.pk])).status_code == 200


def test_only_colleagues_who_may_open_a_case_are_asked_about_it(client, local, here, far, place):
    far_colleague = make_colleague("far-colleague", places=[place("beijing")])
    province = make_colleague("province", places=[place("hunan")])
    names = {user.name for user in list_moderators_of(place("jishou").adcode)}
    assert {"local", "province"} <= names and "far-colleague" not in names
    page = client.get(reverse("desk:listing", args=[here["listing"]])).content.decode()
    assert "province" in page and "far-colleague" not in page
    ask = reverse("desk:listing_ask", args=[here["listing"]])
    assert client.post(ask, {"asked": far_colleague.pk, "words": "看看"}).status_code == 422
    case = CaseLink("listing", far["listing"], "x", "/admin/desk/")
    question = ask_colleague(case, far_colleague, None, "谁知道？")
    assert client.get(reverse("desk:questions")).context["all_questions"] == []
    answer = reverse("desk:question_answer", args=[question.pk])
    assert client.post(answer, {"answer": "我"}).status_code == 404
    assert province not in list_moderators_of(None)


def test_whoever_knows_answers_for_a_moderator_whose_places_changed(
    client, local, here, far, place
):
    asker = make_colleague("asker", places=[place("xiangxi")])
    moved = make_colleague("moved", places=[place("xiangxi"), place("beijing")])
    cases = [CaseLink("listing", rows["listing"], "x", "/admin/desk/") for rows in (here, far)]
    question, elsewhere = [ask_colleague(case, asker, moved, "押金算不算？") for case in cases]
    questions = reverse("desk:questions")
    assert client.get(questions).context["all_questions"] == [], "it is to a colleague"
    terms = PostTerms("moderator", False, (place("beijing").pk,))
    change_post(moved.pk, terms, make_user(is_superuser=True, is_staff=True), "调去北京")
    (shown,) = client.get(questions).context["all_questions"]
    assert shown.row == question
    client.post(reverse("desk:question_answer", args=[question.pk]), {"answer": "不算"})
    question.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (question.answered_by, elsewhere.asked) == (local, moved)


def test_a_place_costs_no_query_and_a_page_as_many_for_many_rows(
    client, place, here, django_assert_num_queries, django_assert_max_num_queries
):
    counts = []
    for user in (
        make_moderator_user("national"),
        make_colleague("scoped", places=[place("xiangxi")]),
    ):
        sign_in(client, user)
        with django_assert_max_num_queries(15) as queries:
            client.get(reverse("desk:listings"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    make_pending_listing(Employer.objects.get(name="xiangxi的店"), title="又一条")
    with django_assert_num_queries(counts[1]):
        assert len(client.get(reverse("desk:listings")).context["rows"]) == 3


def test_an_employers_other_cases_are_those_there(client, local, here, far, place):
    """An employer of the place with a listing elsewhere."""
    shop = Employer.objects.get(name="xiangxi的店")
    elsewhere = make_pending_listing(shop, region_id=place("beijing").adcode)
    page = client.get(reverse("desk:employer_cases", args=[shop.pk]))
    numbers = {row.pk for row in page.context["rows"]}
    assert here["listing"] in numbers and elsewhere.pk not in numbers
    strange = Employer.objects.get(name="beijing的店")
    assert client.get(reverse("desk:employer_cases", args=[strange.pk])).status_code == 404
    assert client.get(reverse("desk:employer_papers", args=[strange.pk])).status_code == 404


def test_what_is_alike_elsewhere_is_not_offered_for_the_same_decision(client, local, place):
    duties = "居家就能做，给短视频点赞关注，每单结一次，先垫付后返还，有意的加客服进群领任务。"
    scam = {"title": "居家点赞员", "duties": duties}
    shops = [make_employer(f"{slug}的店", region=slug) for slug in ("xiangxi", "beijing", "jishou")]
    case, far, near = (
        make_pending_listing(shop, level="high", region_id=shop.region_id, **scam) for shop in shops
    )
    ask = {"action": "removed_fraud", "reason": "先垫付", "seen": hash_state(case)}
    for user, numbers in ((local, {near.pk}), (make_moderator_user("national"), {near.pk, far.pk})):
        sign_in(client, user)
        page = client.post(reverse("desk:listing_decide", args=[case.pk]), ask)
        assert {choice.number for choice in page.context["alike"]} == numbers


def test_two_moderators_of_two_cities_and_a_senior_one_work_side_by_side(here, far, place):
    """Each opens, decides and hands over what lies there; what was handed over the senior one decides."""
    west, east = (make_colleague(city, places=[place(city)]) for city in ("xiangxi", "beijing"))
    senior = make_colleague("senior", role="senior")
    desks = {user: sign_in(Client(), user) for user in (west, east, senior)}
    listings = {
        user: CASE_TYPES["listing"].find(cases["listing"]).listing
        for user, cases in ((west, here), (east, far))
    }

    def post(user, page, case, **data):
        address = reverse(f"desk:listing_{page}", args=[case.pk])
        return desks[user].post(address, {"state": hash_state(case), **data}).status_code

    for user, case in listings.items():
        assert desks[user].get(reverse("desk:listing", args=[case.pk])).status_code == 200
    assert post(west, "decide", listings[east], action="published") == 404
    assert post(east, "escalate", listings[west], reason="拿不准") == 404
    assert post(west, "escalate", listings[west], reason="像中介收费") == 302
    assert post(east, "decide", listings[east], action="published") == 302
    assert [get_stored_status(listings[user]) for user in (west, east)] == ["pending", "published"]
    page = desks[senior].get(reverse("desk:listing", args=[listings[west].pk]))
    assert "像中介收费" in page.content.decode()
    assert post(senior, "decide", listings[west], action="published") == 302
    assert get_stored_status(listings[west]) == "published"
    decisions = Decision.objects.filter(moderator__in=desks).values_list("number", "moderator")
    assert set(decisions) == {(listings[east].pk, east.pk), (listings[west].pk, senior.pk)}
    in_the_west = list_recent_decisions(west)
    assert in_the_west.filter(moderator=senior).exists()
    assert not in_the_west.filter(moderator=east).exists()


def test_cases_here_of_an_employer_that_is_registered_elsewhere_are_decided_together(
    client, local, place
):
    owner = make_person("guest-owner")
    guest = make_employer("外地的店", member=owner, region="beijing")
    numbers = [
        make_pending_listing(guest, owner, title=title, region_id=place("xiangxi").adcode).pk
        for title in ("周末传单", "展会检票")
    ]
    group, employer = (
        reverse(name, args=[guest.pk]) for name in ("desk:employer_cases", "desk:employer")
    )
    case = client.get(reverse("desk:listing", args=[numbers[0]])).content.decode()
    assert group in case and f'href="{employer}"' not in case and "外地的店" in case
    page = client.get(group)
    assert [row.pk for row in page.context["rows"]] == numbers
    assert f'href="{employer}"' not in page.content.decode()
