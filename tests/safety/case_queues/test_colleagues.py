"""Asking a colleague about a case, and handing one to the senior moderators."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.choices import StaffRole
from accounts.models import Employer, Notice
from accounts.public_text.submission import submit_public_text
from accounts.staff.roles import ensure_role_group
from listings.publication.transitions import approve_listing_edit
from safety.case_queues.escalations import escalate_cases
from safety.case_queues.postponements import defer_case
from safety.models import CaseNote, CaseQuestion, Escalation, Postponement, QueueFilter
from safety.moderation.decisions import make_decision, undo_decision
from safety.periodic_tasks import end_past_escalations
from safety.personal_data import erase
from safety.reports.submission import submit_report
from tests.at_once import has_to_wait
from tests.people import make_person, sign_in
from tests.safety.desks import make_moderator_user, make_pending_listing, waiting_text

pytestmark = pytest.mark.django_db
QUEUE = "/admin/desk/listings/"


@pytest.fixture
def second():
    return make_moderator_user("second")


@pytest.fixture
def senior():
    user = make_moderator_user("senior")
    user.user_permissions.add(Permission.objects.get(codename="take_escalations"))
    return user


def post_desk_form(client, name, number, data=None, user=None):
    if user:
        client.logout()
        sign_in(client, user)
    return client.post(reverse(f"desk:{name}", args=[number]), data or {})


def get_queue_text(client, user=None):
    if user:
        client.logout()
        sign_in(client, user)
    return client.get(QUEUE).content.decode()


def test_a_question_reaches_who_is_asked_and_the_answer_stands_at_the_case(
    client, mod, second, employer
):
    case, third = make_pending_listing(employer, title="代取快递"), make_moderator_user("third")
    asked = {"asked": second.pk, "words": "驿站的押金<b>算不算</b>收费？"}
    answer = post_desk_form(client, "listing_ask", case.pk, asked)
    assert answer.url == reverse("desk:listing", args=[case.pk]) + "#questions"
    question = CaseQuestion.objects.get()
    assert Notice.objects.get(user=second).address == answer.url
    for user, is_shown in ((mod, False), (third, False), (second, True)):
        assert (
            "驿站的押金&lt;b&gt;算不算&lt;/b&gt;收费" in get_queue_text(client, user)
        ) is is_shown
    post_desk_form(client, "question_answer", question.pk, {"answer": "不是问我"}, third)
    question.refresh_from_db()
    assert not question.answered_at
    assert (
        post_desk_form(client, "question_answer", question.pk, {"answer": " "}, second).status_code
        == 422
    )
    post_desk_form(client, "question_answer", question.pk, {"answer": "算，退回"})
    post_desk_form(client, "question_answer", question.pk, {"answer": "再答一次"})
    assert Notice.objects.get(user=mod).text == "算，退回"
    assert "算，退回" in get_queue_text(client, mod)
    post_desk_form(client, "question_read", question.pk, user=second)
    assert "算，退回" in get_queue_text(client, mod), "only who asked has read it"
    post_desk_form(client, "question_read", question.pk)
    assert "算，退回" not in get_queue_text(client, mod)
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert "算，退回" in page and "再答一次" not in page
    owner = make_person("owner")
    employer.memberships.create(user=owner, role="owner")
    client.logout()
    sign_in(client, owner)
    page = client.get(reverse("listings:manage", args=[case.pk])).content.decode()
    assert "驿站的押金" not in page and "算，退回" not in page
    erase(mod)
    assert CaseQuestion.objects.get().asker is None


def test_a_question_to_whoever_knows_is_answered_once(client, mod, second, employer):
    case, stranger = make_pending_listing(employer), make_person("stranger")
    assert post_desk_form(client, "listing_ask", case.pk, {"words": ""}).status_code == 422
    data = {"words": "看看", "asked": stranger.pk}
    assert post_desk_form(client, "listing_ask", case.pk, data).status_code == 422, "no moderator"
    post_desk_form(client, "listing_ask", case.pk, {"words": "谁认得这家店？"})
    question = CaseQuestion.objects.get()
    post_desk_form(client, "question_answer", question.pk, {"answer": "自己答"})
    assert "谁认得这家店" not in get_queue_text(client, mod)
    assert "谁认得这家店" in get_queue_text(client, second)
    page = client.get(reverse("desk:questions")).content.decode()
    assert "谁认得这家店" in page and "大家" in page
    post_desk_form(client, "question_answer", question.pk, {"answer": "认得，开了十年"})
    question.refresh_from_db()
    assert question.answered_by == second


@pytest.mark.parametrize("end", ["is_staff", "is_active", "became an editor"])
def test_a_question_to_who_is_no_moderator_any_more_is_answered_by_whoever_knows(
    client, mod, second, employer, end
):
    case, third = make_pending_listing(employer), make_moderator_user("third")
    asked = {"asked": second.pk, "words": "谁认得这家店？"}
    post_desk_form(client, "listing_ask", case.pk, asked)
    question = CaseQuestion.objects.get()
    assert "谁认得这家店" not in get_queue_text(client, third)
    if end == "became an editor":
        second.groups.set([ensure_role_group(StaffRole.EDITOR)])
    else:
        setattr(second, end, False)
        second.save()
    assert "second（不再是审核员，谁知道都可以答）" in get_queue_text(client)
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert reverse("desk:question_answer", args=[question.pk]) in page
    post_desk_form(client, "question_answer", question.pk, {"answer": "认得，开了十年"})
    assert Notice.objects.get(user=mod).text == "认得，开了十年"


def test_a_senior_filters_for_what_was_handed_over_and_others_get_it_last(
    client, mod, second, senior, employer
):
    hard, easy = (
        make_pending_listing(employer, title="拿不准的"),
        make_pending_listing(employer, title="好定的"),
    )
    assert post_desk_form(client, "listing_escalate", hard.pk, {"reason": ""}).status_code == 422
    answer = post_desk_form(client, "listing_escalate", hard.pk, {"reason": "像中介收费"})
    assert answer.url == reverse("desk:listing", args=[easy.pk])
    page = get_queue_text(client, second)
    assert "像中介收费" in page and "拿不准的" in page
    assert 'name="escalated"' not in page
    client.post(QUEUE + "filter/", {"escalated": "1"})
    assert "好定的" in get_queue_text(client), "only a senior can choose it"
    QueueFilter.objects.update_or_create(moderator=second, defaults={"escalated": True})
    assert "好定的" in get_queue_text(client), "nor does it hold for who is none any more"

    page = get_queue_text(client, senior)
    assert 'name="escalated"' in page and "好定的" in page
    client.post(QUEUE + "filter/", {"escalated": "1"})
    page = get_queue_text(client)
    assert "拿不准的" in page and "好定的" not in page
    assert client.get(QUEUE).context["measured"].number == 1
    answer = client.post(QUEUE + "next/")
    assert answer.url == reverse("desk:listing", args=[hard.pk])

    decision = make_decision("listing", hard.pk, "published", senior)
    assert client.get(QUEUE).context["rows"] == []
    assert Escalation.objects.get().ended_by == decision
    undo_decision(decision.pk, senior)
    assert "拿不准的" in get_queue_text(client), "handed over as before"
    post_desk_form(client, "listing_return", hard.pk)
    assert not Escalation.objects.exists()


@pytest.mark.parametrize("action", ["approve_first", "warned", "watched"])
def test_what_waits_on_after_a_decision_stays_handed_over_and_deferred(
    mod, second, employer, action
):
    """The first of two approvals and a warning leave the case to be decided."""
    kind, number = "employer", employer.pk
    if action == "approve_first":
        kind, number = "listing", make_pending_listing(employer, category="data_entry").pk
    else:
        Employer.objects.filter(pk=employer.pk).update(
            status="pending", submitted_at=timezone.now()
        )
    escalate_cases(kind, [number], second, "拿不准")
    defer_case(kind, [number], second, 1, "等回复")
    make_decision(kind, number, action, mod, "时薪不一样", days=7)
    assert Escalation.objects.get().ended_by is None
    assert Postponement.objects.get().ended_by is None
    final_action = "published" if kind == "listing" else "rejected"
    decision = make_decision(kind, number, final_action, second, "看过了")
    assert Escalation.objects.get().ended_by == decision
    assert Postponement.objects.get().ended_by == decision


def test_who_hands_over_what_a_colleague_handed_over_meanwhile_loses_no_reason(
    client, mod, second, employer
):
    case = make_pending_listing(employer, title="代取快递")
    post_desk_form(client, "listing_escalate", case.pk, {"reason": "像中介收费"})
    sign_in(client, second)
    address = reverse("desk:listing_escalate", args=[case.pk])
    for _press in range(2):
        page = client.post(address, {"reason": "要身份证照片"}, follow=True).content.decode()
        assert f"「代取快递」已经由 {mod} 交给组长：像中介收费。" in page
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert f"{mod}交给组长：像中介收费" in page
    assert page.count("也要交给组长：要身份证照片") == 1
    post_desk_form(client, "listing_escalate", case.pk, {"reason": "像中介收押金"}, mod)
    assert Escalation.objects.get().reason == "像中介收押金", "one's own words are put right"


def test_a_case_that_is_given_back_keeps_that_it_was_handed_over(client, mod, senior, publish):
    listing = publish()
    reports = [submit_report(listing=listing, reason="other", marks=[mark]) for mark in "ab"]
    post_desk_form(client, "report_escalate", reports[0].pk, {"reason": "像中介收费"})
    for _press in range(2):
        post_desk_form(client, "report_return", reports[0].pk, user=senior)
    page = client.get(reverse("desk:report", args=[reports[0].pk])).content.decode()
    assert not Escalation.objects.exists()
    assert page.count("退回给大家。交给组长的原因是：像中介收费") == 1
    note = CaseNote.objects.get()
    assert (note.author, note.number) == (senior, reports[0].pk)


def test_what_waits_no_more_without_a_decision_is_handed_over_no_more(client, mod, publish, owner):
    """The next text of the listing may come months later."""
    past, waiting = (publish(title=title) for title in ("甲店", "乙店"))
    for case in (past, waiting):
        waiting_text(case, owner, title=f"{case.title}改过")
        post_desk_form(client, "listing_escalate", case.pk, {"reason": f"{case.title}像中介收费"})
    post_desk_form(client, "listing_defer", waiting.pk, {"days": "1", "why": "等回复"})
    assert end_past_escalations() == 0 and Postponement.objects.exists()
    approve_listing_edit(past.pk, None)
    assert (end_past_escalations(), end_past_escalations()) == (1, 0)
    assert Escalation.objects.get().number == waiting.pk
    waiting_text(past, owner, title="甲店又改过")
    page = client.get(reverse("desk:listing", args=[past.pk])).content.decode()
    assert "交给组长：" not in page and page.count("交给过组长：甲店像中介收费") == 1
    assert CaseNote.objects.get().author == mod


def test_nothing_is_lost_if_no_senior_comes(client, mod, employer):
    only = make_pending_listing(employer)
    post_desk_form(client, "listing_escalate", only.pk, {"reason": "拿不准"})
    answer = client.post(QUEUE + "next/")
    assert answer.url == reverse("desk:listing", args=[only.pk])


def test_queues_with_questions_are_read_in_as_many_queries(
    client, mod, second, employer, django_assert_max_num_queries
):
    cases = [make_pending_listing(employer, title=f"第{n}件") for n in range(6)]
    for case in cases:
        post_desk_form(client, "listing_ask", case.pk, {"words": "怎么看？"})
        post_desk_form(client, "listing_escalate", case.pk, {"reason": "拿不准"})
    get_queue_text(client, second)
    with django_assert_max_num_queries(24):
        client.get(QUEUE)


def test_the_list_of_questions_takes_as_many_queries_for_one_as_for_several(
    client, mod, second, employer, owner
):
    def ask_about(kind, row, words="怎么看？"):
        post_desk_form(client, f"{kind}_ask", row.pk, {"words": words})

    def count_queries():
        address = reverse("desk:questions")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        return len(queries), page.count("怎么看？")

    intro = {"intro": "做米粉的小店，加微信 mifen2024 详谈。"}
    text = submit_public_text("employer_intro", employer.pk, intro, owner)
    cases = [make_pending_listing(employer, title=f"第{n}件") for n in range(4)]
    post_desk_form(client, "text_ask", text.pk, {"words": "怎么看？"}, second)
    ask_about("listing", cases[0])
    sign_in(client, mod)
    few = count_queries()
    sign_in(client, second)
    for case in cases[1:]:
        ask_about("listing", case)
    ask_about("text", text, "合适吗，怎么看？")
    sign_in(client, mod)
    assert (few[1], count_queries()[1]) == (2, 6)
    assert few[0] == count_queries()[0]


@pytest.mark.parametrize(
    ("button", "words"),
    [("escalate", "没有交给组长"), ("skip", "没有跳过"), ("defer", "没有推迟")],
)
def test_an_old_page_puts_nothing_aside_that_a_colleague_decided(
    client, mod, second, employer, button, words
):
    data = {"reason": "拿不准", "days": "1", "why": "等回复"}
    case = make_pending_listing(employer, title="代取快递")
    make_decision("listing", case.pk, "rejected", second, "工资没有写清")
    address = reverse(f"desk:listing_{button}", args=[case.pk])
    page = client.post(address, data, follow=True).content.decode()
    assert f"「代取快递」已经不用处理了，{words}。" in page
    assert "最近一次是 second 在" in page and "处理的：不通过。" in page
    assert "已交给组长" not in page
    page = client.get(reverse("desk:listing", args=[case.pk])).content.decode()
    assert "现在没有要决定的" in page and address not in page
    assert not Escalation.objects.exists() and not Postponement.objects.exists()


def test_of_reports_on_one_thing_only_those_that_wait_are_handed_over(client, mod, second, publish):
    listing = publish(title="同一条")
    reports = [
        submit_report(listing=listing, reason="other", marks=[mark]) for mark in ("a", "b", "c")
    ]
    make_decision("report", reports[0].pk, "dismissed", second, "查过了")
    post_desk_form(client, "report_escalate", reports[0].pk, {"reason": "拿不准"})
    assert not Escalation.objects.exists()
    post_desk_form(client, "report_escalate", reports[1].pk, {"reason": "拿不准"})
    handed_over = set(Escalation.objects.values_list("number", flat=True))
    assert handed_over == {reports[1].pk, reports[2].pk}


def decide_with_the_other(publish, moderator):
    """Return a report on the same thing, handed over before, and the decision that took it in."""
    listing = publish(title="同一条")
    first, along = (
        submit_report(listing=listing, reason="other", marks=[mark]) for mark in ("a", "b")
    )
    escalate_cases("report", [first.pk, along.pk], moderator, "拿不准")
    defer_case("report", [first.pk, along.pk], moderator, 1, "等回复")
    seen = f"received.{along.pk}"
    return along, make_decision(
        "report", first.pk, "dismissed", moderator, "查过了", seen=seen, also=True
    )


@pytest.mark.parametrize("button", ["escalate", "skip", "defer"])
def test_of_a_report_decided_with_another_an_old_page_says_who_decided(
    client, mod, second, publish, button
):
    along, _decision = decide_with_the_other(publish, second)
    address = reverse(f"desk:report_{button}", args=[along.pk])
    data = {"reason": "拿不准", "days": "1", "why": "等回复"}
    page = client.post(address, data, follow=True).content.decode()
    assert "最近一次是 second 在" in page and "处理的：不成立。" in page


def test_what_was_decided_with_another_is_put_aside_no_more_until_that_is_undone(
    client, second, publish
):
    along, decision = decide_with_the_other(publish, second)
    sign_in(client, second)
    page = client.get(reverse("desk:report", args=[along.pk])).content.decode()
    assert "交给组长：" not in page and "推迟到" not in page
    undo_decision(decision.pk, second)
    page = client.get(reverse("desk:report", args=[along.pk])).content.decode()
    assert "second交给组长：拿不准" in page and "推迟到" in page


def test_a_second_press_asks_a_colleague_once(client, mod, second, employer):
    case, third = make_pending_listing(employer), make_moderator_user("third")
    for colleague in (second, second, third):
        post_desk_form(
            client, "listing_ask", case.pk, {"asked": colleague.pk, "words": "算收费吗？"}
        )
    assert [question.asked for question in CaseQuestion.objects.all()] == [second, third]
    assert Notice.objects.filter(user=second).count() == 1


def test_of_what_is_public_nothing_is_put_aside_but_it_is_decided(client, mod, publish):
    address = reverse("desk:listing", args=[publish().pk])
    page = client.get(address).content.decode()
    assert "由我处理" in page and f"{address}skip/" not in page
    assert f"{address}escalate/" not in page


def test_a_case_that_is_being_decided_is_put_aside_after_that(committed, mod, second, employer):
    case = make_pending_listing(employer)

    def press_skip():
        sign_in(Client(), mod).post(reverse("desk:listing_skip", args=[case.pk]))

    with transaction.atomic():
        make_decision("listing", case.pk, "rejected", second, "工资没有写清")
        assert has_to_wait(press_skip)
    press_skip()
    assert not Postponement.objects.exists()
