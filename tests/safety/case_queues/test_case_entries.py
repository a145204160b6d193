"""A decision notices what others wrote after its page was opened."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from listings.choices import ListingStatus
from listings.models import Listing
from listings.publication.transitions import move_listing
from safety.appeals.transitions import create_appeal
from safety.case_queues.case_entries import ENTRY_KINDS, build_entry_marks
from safety.models import CaseMessage, CaseNote, CaseQuestion, Decision
from safety.reports.submission import submit_report
from screening.fraud_types import list_fraud_type_choices
from tests.people import make_person
from tests.safety.desks import make_moderator_user, make_pending_listing, make_second_look
from tests.safety.verifying import build_licence_fields, make_waiting_employer
from tests.seen_papers import see_papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def second():
    return make_moderator_user("second")


@pytest.fixture
def shop():
    return make_waiting_employer()


def add_entry(name, kind, number, author):
    """Add an entry without an event of the case, as another person."""
    case = {"kind": kind, "number": number}
    if name == "notes":
        CaseNote.objects.create(**case, author=author, words="先别通过，等警方")
    elif name == "questions":
        CaseQuestion.objects.create(**case, asker=author, words="电话打过吗")
    elif name == "answers":
        CaseQuestion.objects.filter(**case).update(
            answer="打过，是空号", answered_by=author, answered_at=timezone.now()
        )
    elif name == "messages":
        CaseMessage.objects.create(**case, author=author, words="已经改好了")
    else:
        listing = Listing.objects.get(pk=number)
        submit_report(reason="asked_fee", words="要交押金", listing=listing)


WORDS = {
    "notes": "先别通过，等警方",
    "questions": "电话打过吗",
    "answers": "打过，是空号",
    "messages": "已经改好了",
    "reports": "要交押金",
}


def read_form(client, kind, number):
    """Claim the case, open its page and return what its form of the decision sends."""
    client.post(reverse(f"desk:{kind}_take", args=[number]))
    context = client.get(reverse(f"desk:{kind}", args=[number])).context
    return {"seen": context["seen"], "entries": context["entries"]}


@pytest.mark.parametrize("name", ENTRY_KINDS)
def test_what_came_after_the_page_was_opened_is_shown_before_it_is_decided(
    client, mod, second, employer, name
):
    case = make_pending_listing(employer)
    CaseQuestion.objects.create(kind="listing", number=case.pk, asker=mod, words="谁认识")
    sent = read_form(client, "listing", case.pk)
    sent |= {"action": "rejected", "reason": "写得太短"}
    add_entry(name, "listing", case.pk, second)
    decide_to = reverse("desk:listing_decide", args=[case.pk])
    answer = client.post(decide_to, sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and not Decision.objects.exists()
    (entry,) = answer.context["new_entries"]
    assert entry.words.endswith(WORDS[name])
    assert (
        f"有新的{ENTRY_KINDS[name].label}" in page and f'href="#{ENTRY_KINDS[name].part}"' in page
    )
    assert f'id="{ENTRY_KINDS[name].part}"' in page, "the link leads to all of them"
    assert "写得太短" in answer.context["form"]["reason"].value(), "what was typed stays"
    sent |= {"seen": answer.context["seen"], "entries": answer.context["entries"]}
    assert client.post(decide_to, sent).status_code == 302 and Decision.objects.count() == 1


def test_ones_own_words_are_not_new(client, mod, employer):
    case = make_pending_listing(employer)
    sent = read_form(client, "listing", case.pk) | {"action": "rejected", "reason": "太短"}
    client.post(reverse("desk:listing_note", args=[case.pk]), {"words": "打过电话"})
    assert client.post(reverse("desk:listing_decide", args=[case.pk]), sent).status_code == 302


@pytest.mark.parametrize("mark", ["", "x", "1-2", "a-b-c-d-e", "-1-0-0-0-0", "0-0-0-0-٣"])
def test_a_mark_that_is_none_refuses_nothing(client, mod, second, employer, mark):
    case = make_pending_listing(employer)
    sent = read_form(client, "listing", case.pk) | {"action": "rejected", "reason": "太短"}
    add_entry("notes", "listing", case.pk, second)
    sent["entries"] = mark
    assert client.post(reverse("desk:listing_decide", args=[case.pk]), sent).status_code == 302


def test_the_page_that_confirms_shows_them_and_keeps_what_was_typed(client, mod, second, employer):
    case = make_pending_listing(employer)
    sent = read_form(client, "listing", case.pk)
    sent |= {"action": "removed_fraud", "reason": "刷单", "confirm": "1", "sure": "on"}
    sent |= {
        "fraud_type": list_fraud_type_choices()[0][0],
        "not_frozen_because": "另一家用了它的名字",
    }
    add_entry("notes", "listing", case.pk, second)
    decide_to = reverse("desk:listing_decide", args=[case.pk])
    answer = client.post(decide_to, sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and not Decision.objects.exists()
    assert WORDS["notes"] in page and "另一家用了它的名字" in page
    sent["entries"] = answer.context["entries"]
    assert client.post(decide_to, sent).status_code == 302 and Decision.objects.exists()


def test_a_text_of_high_risk_is_not_published_over_a_new_note(client, mod, second, employer):
    case = make_pending_listing(employer, level="high", reasons=["刷单"])
    sent = read_form(client, "listing", case.pk) | {"action": "published"}
    add_entry("notes", "listing", case.pk, second)
    decide_to = reverse("desk:listing_decide", args=[case.pk])
    answer = client.post(decide_to, sent)
    assert WORDS["notes"] in answer.content.decode(), "it is shown with what was found"
    answer = client.post(decide_to, sent | {"confirm": "1"})
    assert answer.status_code == 409 and not Decision.objects.exists()
    sent["entries"] = answer.context["entries"]
    assert client.post(decide_to, sent | {"confirm": "1"}).status_code == 302


def test_of_several_the_one_with_a_new_note_is_left(client, mod, second, employer):
    cases = [make_pending_listing(employer, title=title) for title in ("发传单", "搬家")]
    rows = client.get(reverse("desk:listings")).context["rows"]
    add_entry("notes", "listing", cases[1].pk, second)
    sent = {"action": "refuse", "reason": "太短", "case": [row.case for row in rows]}
    page = client.post(reverse("desk:listings_bulk"), sent, follow=True).content.decode()
    assert Decision.objects.get().number == cases[0].pk
    assert "没有处理「搬家」：你打开这件以后有新的备注" in page
    rows = client.get(reverse("desk:listings")).context["rows"]
    client.post(reverse("desk:listings_bulk"), sent | {"case": [row.case for row in rows]})
    assert Decision.objects.count() == 2


def test_the_checks_of_an_employer_stay_typed(client, mod, second, shop):
    see_papers(shop, mod, "licence")
    sent = read_form(client, "employer", shop.pk)
    sent |= {"action": "verified", **build_licence_fields(shop)}
    add_entry("notes", "employer", shop.pk, second)
    answer = client.post(reverse("desk:employer_decide", args=[shop.pk]), sent)
    assert answer.status_code == 409
    assert sent["licence_method"] in answer.content.decode()


def test_every_page_that_shows_reports_counts_them(client, mod, employer):
    owner = make_person("owner")
    employer.memberships.create(user=owner, role="owner")
    listing = make_pending_listing(employer)
    look = make_second_look(listing=listing)
    move_listing(listing.pk, ListingStatus.REJECTED, mod, "太短")
    appeal = create_appeal(listing, owner, "已经补全了，请再看一遍")
    first = submit_report(reason="asked_fee", words="要交押金", listing=listing)
    cases = {"listing": listing, "second": look, "appeal": appeal, "report": first}

    def count(kind):
        marks = build_entry_marks(kind, [cases[kind].pk], mod)
        return int(marks[cases[kind].pk].split("-")[-1])

    before = {kind: count(kind) for kind in cases}
    submit_report(reason="other", words="还有别的", listing=listing)
    assert {kind: count(kind) - before[kind] for kind in cases} == dict.fromkeys(cases, 1)


def test_marks_of_many_cases_take_one_query(mod, second, employer, django_assert_num_queries):
    cases = [make_pending_listing(employer) for _ in range(3)]
    for case in cases:
        add_entry("notes", "listing", case.pk, second)
    with django_assert_num_queries(1):
        marks = build_entry_marks("listing", [case.pk for case in cases], mod)
    assert set(marks.values()) == {"1-0-0-0-0"}


def test_every_form_of_a_decision_sends_the_mark():
    for path in Path("templates/safety").rglob("*.html"):
        for form in re.findall(r"<form.*?</form>", path.read_text(), re.DOTALL):
            if 'name="seen"' in form:
                assert 'name="entries"' in form, path
