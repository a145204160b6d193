"""The desk offers nobody what concerns their own employer, unless nobody else may decide it there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Employer
from accounts.public_text.submission import submit_public_text
from safety.appeals.transitions import create_appeal
from safety.case_queues.escalations import escalate_cases
from safety.models import (
    CaseMessage,
    CaseNote,
    CaseQuestion,
    Claim,
    Escalation,
    Postponement,
    Report,
    SecondLook,
)
from safety.moderation.decisions import CASE_TYPES, make_decision
from safety.moderation.permissions import find_own_employers
from safety.reports.submission import submit_report
from tests.accounts.staff.test_roles import make_colleague
from tests.conftest import make_employer
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing, waiting_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_cases(publish, employer, owner):
    """A case of each kind that concerns the employer, by kind."""
    listing = publish()
    waiting_text(publish(title="公开的那条"), owner, title="改过的")
    refused = make_pending_listing(employer, owner, title="退回的")
    make_decision("listing", refused.pk, "rejected", make_moderator_user("earlier"), "没写工资")
    refused.refresh_from_db()
    intro = {"intro": "做米粉的小店，加微信 mifen2024 详谈。"}
    event = listing.events.create(action="publish", after="published")
    look = SecondLook.objects.create(
        listing=listing, event=event.pk, approved_at=event.created_at, by_machine=True
    )
    Employer.objects.filter(pk=employer.pk).update(status="pending", submitted_at=event.created_at)
    return {
        "listing": make_pending_listing(employer, title="代取快递").pk,
        "employer": employer.pk,
        "text": submit_public_text("employer_intro", employer.pk, intro, owner).pk,
        "report": submit_report(listing=listing, reason="other", marks=["a"]).pk,
        "appeal": create_appeal(refused, owner, "写得很清楚").pk,
        "second": look.pk,
    }


def list_queue_numbers(client, case_type):
    rows = client.get(reverse(f"desk:{case_type.queue_name}")).context["rows"]
    return {row.case_number for row in rows}


def count_shown(client, case_type):
    context = client.get(reverse(f"desk:{case_type.queue_name}")).context
    return context["measured"].number, context["waiting_in_all"]


def open_next(client, case_type):
    return client.post(reverse(f"desk:{case_type.queue_name}_next")).url


def test_of_each_kind_ones_own_is_neither_listed_nor_counted_nor_offered(
    client, employer, own_cases
):
    insider, stranger = make_moderator_user("insider"), make_moderator_user("stranger")
    employer.memberships.create(user=insider, role="recruiter")
    for kind, number in own_cases.items():
        case_type = CASE_TYPES[kind]
        sign_in(client, stranger)
        assert number in list_queue_numbers(client, case_type)
        assert count_shown(client, case_type)[0] == count_shown(client, case_type)[1] > 0
        client.logout()
        sign_in(client, insider)
        assert list_queue_numbers(client, case_type) == set()
        assert count_shown(client, case_type) == (0, 0)
        assert open_next(client, case_type) == reverse(f"desk:{case_type.queue_name}")
        page = client.get(reverse(f"desk:{kind}", args=[number])).content.decode()
        assert "这和你自己的单位有关" in page and 'name="action"' not in page
        client.logout()


@pytest.mark.parametrize(
    "button", ["take", "skip", "defer", "resume", "ask", "escalate", "return", "decide"]
)
def test_of_ones_own_a_button_of_an_old_page_does_nothing(client, employer, own_cases, button):
    insider, stranger = make_moderator_user("insider"), make_moderator_user("stranger")
    employer.memberships.create(user=insider, role="recruiter")
    sign_in(client, insider)
    data = {"reason": "拿不准", "days": "1", "why": "等回复", "words": "怎么看？"}
    for kind, number in own_cases.items():
        escalate_cases(kind, [number], stranger, "像中介收费")
        address = reverse(f"desk:{kind}_{button}", args=[number])
        page = client.post(address, data, follow=True).content.decode()
        assert "这和你自己的单位有关" in page.partition('id="decide"')[0]
        assert reverse(f"desk:{kind}_ask", args=[number]) not in page
    assert not Claim.objects.exists() and not Postponement.objects.exists()
    assert not CaseQuestion.objects.exists() and not CaseNote.objects.exists()
    assert {row.moderator for row in Escalation.objects.all()} == {stranger}


@pytest.mark.parametrize("kind", ["report", "listing", "employer"])
def test_of_ones_own_no_report_is_taken_and_the_employer_is_not_asked(
    client, employer, own_cases, kind
):
    insider, number = make_moderator_user("insider"), own_cases[kind]
    employer.memberships.create(user=insider, role="recruiter")
    sign_in(client, insider)
    name = "report_review" if kind == "report" else f"{kind}_ask_employer"
    address = reverse(f"desk:{name}", args=[number])
    assert address not in client.get(reverse(f"desk:{kind}", args=[number])).content.decode()
    page = client.post(address, {"words": "押金是谁收的？"}, follow=True).content.decode()
    assert "这和你自己的单位有关" in page.partition('id="decide"')[0]
    assert not Claim.objects.exists() and not CaseMessage.objects.exists()
    assert Report.objects.get().status == "received"


def test_a_note_about_ones_own_is_kept(client, employer, own_cases):
    insider = make_moderator_user("insider")
    employer.memberships.create(user=insider, role="recruiter")
    address = reverse("desk:listing_note", args=[own_cases["listing"]])
    sign_in(client, insider).post(address, {"words": "这是我家的店"})
    assert CaseNote.objects.get().author == insider


def test_other_employers_cases_are_offered_as_before(client, employer, own_cases):
    insider = make_moderator_user("insider")
    employer.memberships.create(user=insider, role="recruiter")
    other = make_pending_listing(make_employer("另一家店"))
    sign_in(client, insider)
    assert list_queue_numbers(client, CASE_TYPES["listing"]) == {other.pk}
    assert open_next(client, CASE_TYPES["listing"]) == reverse("desk:listing", args=[other.pk])


def test_an_admin_is_offered_it_where_nobody_else_may_decide(client, employer, place):
    boss = make_person("boss", is_staff=True, is_superuser=True)
    make_colleague("far away", places=[place("beijing")])
    employer.memberships.create(user=boss, role="owner")
    here, there = (
        make_pending_listing(employer, region_id=place(slug).adcode)
        for slug in ("xiangxi", "beijing")
    )
    sign_in(client, boss)
    assert list_queue_numbers(client, CASE_TYPES["listing"]) == {here.pk}
    assert open_next(client, CASE_TYPES["listing"]) == reverse("desk:listing", args=[here.pk])
    assert make_decision("listing", here.pk, "published", boss)
    assert find_own_employers(boss).decided_in.covers_region(there.region_id)


def test_it_costs_no_query_a_row(client, employer, django_assert_num_queries):
    insider = make_moderator_user("insider")
    employer.memberships.create(user=insider, role="recruiter")
    make_pending_listing(make_employer("另一家店"))
    sign_in(client, insider)
    client.get(reverse("desk:listings"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk:listings"))
    for title in ("传单", "检票"):
        make_pending_listing(employer, title=title)
        make_pending_listing(make_employer(f"{title}的店"), title=title)
    with django_assert_num_queries(len(few)):
        assert len(client.get(reverse("desk:listings")).context["rows"]) == 3
