"""What a moderator typed or chose stays on the page when a form of the desk is refused."""

from typing import NamedTuple

import pytest
from django.urls import reverse
from lxml import html

from safety import desk_urls
from safety.models import CaseNote, CaseQuestion, Decision, FraudCase
from safety.moderation.claims import claim_case, release_claim
from safety.moderation.decisions import make_decision
from safety.reports.submission import submit_report
from tests.safety.desks import hash_state, make_moderator_user, make_pending_listing
from tests.safety.verifying import build_licence_fields, make_waiting_employer

pytestmark = pytest.mark.django_db
WORDS = "打过三次电话都没有人接"
# By the end of the name of their address: nothing is typed into them, or they are not refused once they are valid.
NOTHING_IS_LOST = {
    *("take", "release", "skip", "resume", "return", "next", "undo", "read", "review", "open"),
    *("filter", "keys", "search", "export", "file"),
}
SCAM = {"duties": "先垫钱点赞，三分钟返利，进群领单。" * 3, "contact_phone": "13900007777"}


class Desk(NamedTuple):
    client: object
    mod: object
    second: object
    employer: object

    def open(self, kind, number):
        self.client.post(reverse(f"desk:{kind}_take", args=[number]))
        context = self.client.get(reverse(f"desk:{kind}", args=[number])).context
        return {"seen": context["seen"], "entries": context["entries"]}

    def send(self, name, number, **data):
        arguments = [number] if number else []
        return self.client.post(reverse(f"desk:{name}", args=arguments), data)

    def add_note(self, kind, number):
        CaseNote.objects.create(kind=kind, number=number, author=self.second, words="先别定")


@pytest.fixture
def desk(client, mod, employer):
    return Desk(client, mod, make_moderator_user("second"), employer)


def read_page(answer):
    return html.fromstring(answer.content.decode())


def list_values(answer, target):
    """What a browser would send with the form, its buttons left out, as (name, value)."""
    (form,) = read_page(answer).xpath(f"//form[@method='post'][@action='{target}']")
    outside = form.getroottree().xpath(f"//*[@form='{form.get('id')}']") if form.get("id") else []
    values = list(form.form_values())
    for field in outside:
        if field.tag == "select":
            values += [
                (field.get("name"), chosen) for chosen in field.xpath("option[@selected]/@value")
            ]
        elif field.get("type") in ("text", "hidden") or field.get("checked") is not None:
            values.append((field.get("name"), field.get("value", "")))
    return values


def refuse_decision(desk):
    """A note came meanwhile."""
    listing = make_pending_listing(desk.employer)
    sent = desk.open("listing", listing.pk) | {"action": "rejected", "canned": "contact"}
    desk.add_note("listing", listing.pk)
    return desk.send("listing_decide", listing.pk, **sent, reason=WORDS), {
        "reason": WORDS,
        "canned": "contact",
    }


def refuse_watch(desk):
    sent = desk.open("employer", desk.employer.pk) | {"action": "watched", "days": "7"}
    desk.add_note("employer", desk.employer.pk)
    answer = desk.send("employer_decide", desk.employer.pk, **sent, reason=WORDS)
    return answer, {"reason": WORDS, "days": "7"}


def refuse_watch_without_reason(desk):
    sent = desk.open("employer", desk.employer.pk) | {"action": "watched", "days": "90"}
    return desk.send("employer_decide", desk.employer.pk, **sent), {"days": "90"}


def fill_in_reason(desk):
    """Not refused, but without a script it is the server that writes the reason into the field."""
    sent = desk.open("employer", desk.employer.pk) | {"fill": "1", "days": "7"}
    return desk.send("employer_decide", desk.employer.pk, **sent), {"days": "7"}


def refuse_checks(desk):
    shop = make_waiting_employer()
    sent = desk.open("employer", shop.pk) | build_licence_fields(shop)
    sent |= {"action": "verified", "licence_code": "9144030071526726XG"}
    answer = desk.send("employer_decide", shop.pk, **sent, reason=WORDS)
    kept = {"licence_done": "on", "licence_name": shop.name, "licence_code": sent["licence_code"]}
    return answer, kept | {"reason": WORDS, "licence_method": sent["licence_method"]}


def refuse_report(desk):
    listing = make_pending_listing(desk.employer)
    report, _other = (
        submit_report(reason="other", words=words, listing=listing)
        for words in ("收押金", "收服装费")
    )
    sent = desk.open("report", report.pk) | {"action": "upheld", "also": "on"}
    desk.add_note("report", report.pk)
    answer = desk.send("report_decide", report.pk, **sent, reason=WORDS)
    return answer, {"reason": WORDS, "also": "on"}


def refuse_confirmation(desk):
    """A similar listing changed meanwhile; the page of the case leads to the confirmation again."""
    case, alike = (make_pending_listing(desk.employer, title=t, **SCAM) for t in ("甲", "乙"))
    sent = desk.open("listing", case.pk) | {"action": "removed_fraud", "reason": "刷单"}
    kept = {"fraud_type": "brushing_rebate", "not_frozen_because": WORDS}
    chosen = {"confirm": "1", "sure": "on", "alike": f"{alike.pk}:{hash_state(alike)}", **kept}
    claim_case("listing", alike.pk, desk.second)
    answer = desk.send("listing_decide", case.pk, **sent, **chosen)
    assert answer.status_code == 409 and not FraudCase.objects.exists()
    target = reverse("desk:listing_decide", args=[case.pk])
    values = list_values(answer, target)
    answer = desk.client.post(
        target, {name: value for name, value in values if value} | {"action": "removed_fraud"}
    )
    assert answer.status_code == 200 and "再确认一次" in answer.content.decode()
    assert "freeze" not in dict(list_values(answer, target)), "it was not ticked"
    return answer, kept | {"alike": chosen["alike"], "reason": "刷单"}


def refuse_deferral(desk):
    """A colleague decided it: the page has no form for it any more."""
    listing = make_pending_listing(desk.employer)
    make_decision("listing", listing.pk, "rejected", desk.second, "太短")
    return desk.send("listing_defer", listing.pk, days="2", why=WORDS), None


def refuse_escalation(desk):
    listing = make_pending_listing(desk.employer)
    make_decision("listing", listing.pk, "rejected", desk.second, "太短")
    return desk.send("listing_escalate", listing.pk, reason=WORDS), None


def refuse_answer(desk):
    listing = make_pending_listing(desk.employer)
    question = CaseQuestion.objects.create(
        kind="listing", number=listing.pk, asker=desk.second, words="谁认识", answer="我"
    )
    CaseQuestion.objects.update(answered_at=question.created_at)
    return desk.send("question_answer", question.pk, answer=WORDS), None


def refuse_question_to_employer(desk):
    listing = make_pending_listing(desk.employer)
    make_decision("listing", listing.pk, "rejected", desk.second, "太短")
    return desk.send("listing_ask_employer", listing.pk, words=WORDS), None


def refuse_long_question_to_employer(desk):
    listing, words = make_pending_listing(desk.employer), WORDS * 30
    return desk.send("listing_ask_employer", listing.pk, words=words), {"words": words}


def refuse_note(desk):
    listing, words = make_pending_listing(desk.employer), WORDS * 60
    return desk.send("listing_note", listing.pk, words=words), {"words": words}


def refuse_question(desk):
    listing, words = make_pending_listing(desk.employer), WORDS * 60
    asked = {"asked": str(desk.second.pk), "words": words}
    return desk.send("listing_ask", listing.pk, **asked), asked


def refuse_of_own_employer(desk):
    listing = make_pending_listing(desk.employer)
    desk.employer.memberships.create(user=desk.mod, role="owner")
    return desk.send("listing_ask", listing.pk, words=WORDS), None


def refuse_several(desk):
    """A colleague has one of them; the other is decided."""
    cases = [make_pending_listing(desk.employer, title=title) for title in ("发传单", "搬家")]
    claim_case("listing", cases[1].pk, desk.second)
    ticks = [f"{case.pk}:{hash_state(case)}:0-0-0-0-0" for case in cases]
    sent = {"action": "refuse", "case": ticks, "canned": ["double", "duties"]}
    answer = desk.send("listings_bulk", None, **sent)
    release_claim("listing", cases[1].pk, desk.second)
    assert Decision.objects.get().number == cases[0].pk
    assert answer.status_code == 409
    return answer, {"canned": ["double", "duties"]}


def refuse_several_unticked(desk):
    make_pending_listing(desk.employer)
    answer = desk.send("listings_bulk", None, action="refuse", reason=WORDS)
    return answer, {"reason": WORDS}


def refuse_several_with_long_reason(desk):
    case = make_pending_listing(desk.employer)
    tick, words = f"{case.pk}:{hash_state(case)}:0-0-0-0-0", WORDS * 30
    group = {"employer": desk.employer.pk}
    answer = desk.send("listings_bulk", None, action="refuse", reason=words, case=tick, **group)
    return answer, {"reason": words, "case": tick}


REFUSED = {
    "decide": (
        *(refuse_decision, refuse_watch, refuse_watch_without_reason, fill_in_reason),
        *(refuse_checks, refuse_report, refuse_confirmation),
    ),
    "defer": (refuse_deferral,),
    "escalate": (refuse_escalation,),
    "answer": (refuse_answer,),
    "employer": (refuse_question_to_employer, refuse_long_question_to_employer),
    "note": (refuse_note,),
    "ask": (refuse_question, refuse_of_own_employer),
    "bulk": (refuse_several, refuse_several_unticked, refuse_several_with_long_reason),
}


def test_each_form_of_the_desk_is_tried():
    posted = {
        route.name.rpartition("_")[2]
        for route in desk_urls.urlpatterns
        if route.callback.page_rules.takes != "read"
    }
    assert posted == {*REFUSED, *NOTHING_IS_LOST}


@pytest.mark.parametrize(
    "refuse", [refuse for tried in REFUSED.values() for refuse in tried], ids=lambda f: f.__name__
)
def test_what_was_typed_or_chosen_is_kept(desk, refuse):
    answer, kept = refuse(desk)
    assert answer.status_code in (200, 403, 409, 422)
    if kept is None:  # there is no form for it any more
        assert WORDS in "".join(read_page(answer).itertext()) or f'value="{WORDS}"' in (
            answer.content.decode()
        )
        return
    values = list_values(answer, answer.request["PATH_INFO"])
    for name, value in kept.items():
        sent = [each.removeprefix("\n") for of, each in values if of == name]
        assert sent == (value if isinstance(value, list) else [value]), (name, sent)


def test_nothing_is_called_unsent_on_a_page_that_was_only_opened(desk):
    listing = make_pending_listing(desk.employer)
    page = desk.client.get(reverse("desk:listing", args=[listing.pk])).content.decode()
    assert "没有发出" not in page
