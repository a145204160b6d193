"""Words besides those of listings at the desk: introductions, ratings, replies, messages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, Notice, PublicText
from accounts.public_text.submission import submit_public_text
from safety.appeals.transitions import create_appeal
from safety.case_queues.queue_filters import NO_FILTER
from safety.casework.text_case import TextCase
from safety.models import Decision
from safety.moderation.decisions import DecisionRefused, make_decision, undo_decision
from tests.accounts.staff.test_roles import make_colleague
from tests.answers import read_body
from tests.people import make_person
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
OLD, NEW = "做米粉的小店。", "做米粉的小店，加微信 mifen2024 详谈。"


@pytest.fixture
def boss(employer):
    owner = make_person("boss")
    employer.memberships.create(user=owner, role="owner")
    return owner


@pytest.fixture
def text(employer, boss):
    Employer.objects.filter(pk=employer.pk).update(intro=OLD)
    return submit_intro(employer, boss)


def submit_intro(employer, author, intro=NEW):
    return submit_public_text("employer_intro", employer.pk, {"intro": intro}, author)


def decide_text(text, mod, action="approved", reason="", **more):
    return make_decision("text", text.pk, action, mod, reason, **more)


def get_intro(employer):
    return Employer.objects.values_list("intro", flat=True).get(pk=employer.pk)


def test_the_queue_takes_as_many_queries_for_many_rows(
    client, mod, text, boss, django_assert_num_queries
):
    def count_rows():
        with django_assert_num_queries(16):
            return len(client.get("/admin/desk/texts/").context["rows"])

    client.get("/admin/desk/texts/")
    assert count_rows() == 1
    for number in range(3):
        submit_intro(make_employer(f"示例小店{number}", region="jishou"), boss)
    assert count_rows() == 4


def test_a_row_says_what_is_written_and_why_it_waits(client, mod, text, employer):
    shown = read_body(client.get("/admin/desk/texts/"))
    assert f"「{employer.name}」的介绍" in shown and "mifen2024" in shown and "<mark>" in shown
    assert "正文里写了微信号" in shown


def test_the_worst_come_first(mod, text, boss):
    risky = submit_intro(
        make_employer("示例小店", region="jishou"), boss, "跟着老师做单，本钱和佣金一起返，先小后大"
    )
    assert risky.level == "high"
    assert [row.pk for row in TextCase().list_cases(NO_FILTER)] == [risky.pk, text.pk]


@pytest.mark.parametrize("is_appealed", [False, True])
def test_the_walk_goes_on_behind_what_the_moderator_wrote_or_refused(
    client, mod, employer, boss, monkeypatch, is_appealed
):
    """However many of these stand first."""
    monkeypatch.setattr("safety.case_pages.next_case.NEXT_CASES_READ", 1)
    for number in range(2):
        text = submit_intro(make_employer(f"示例小店{number}", region="jishou"), mod)
        if is_appealed:
            PublicText.objects.filter(pk=text.pk).update(author=boss)
            decide_text(text, mod, "refused", "不写微信")
            create_appeal(PublicText.objects.get(pk=text.pk), boss, "没有写微信")
    other = submit_intro(employer, boss)
    PublicText.objects.filter(pk=other.pk).update(created_at=timezone.now() + timedelta(days=1))
    assert client.post("/admin/desk/texts/next/").url == reverse("desk:text", args=[other.pk])


def test_an_admin_walks_through_own_words_only_where_nobody_else_may_decide(text, place):
    boss = make_person("admin", is_staff=True, is_superuser=True)
    make_colleague("far away", places=[place("hefei")])
    PublicText.objects.filter(pk=text.pk).update(author=boss)
    submit_intro(make_employer("合肥的店", region="hefei"), boss)
    assert TextCase().list_waiting(boss) == [text.pk]


def test_the_case_shows_old_and_new_with_marks(client, mod, text):
    page = client.get(reverse("desk:text", args=[text.pk]))
    html = page.content.decode()
    assert "<ins>" in html and 'id="reason-1"' in html and 'href="#reason-1"' in html
    assert "通过以前，公开的还是原来的" in read_body(page)


def test_approved_words_are_public_and_the_author_is_told(client, mod, text, employer, boss):
    client.post(reverse("desk:text_take", args=[text.pk]))
    data = {"action": "approved", "seen": TextCase().hash_state(TextCase().find(text.pk))}
    client.post(reverse("desk:text_decide", args=[text.pk]), data)
    assert get_intro(employer) == NEW
    notice = Notice.objects.filter(user=boss).latest("pk")
    assert notice.title == f"「{employer.name}」的介绍通过了" and notice.not_before
    assert Decision.objects.get().waited


def test_words_of_high_risk_are_published_by_a_second_step(client, mod, text, employer, boss):
    PublicText.objects.filter(pk=text.pk).update(level="high", score=90)
    address = reverse("desk:text_decide", args=[text.pk])
    page = read_body(client.post(address, {"action": "approved"}))
    assert "风险高，90 分" in page and "正文里写了微信号" in page and get_intro(employer) == OLD
    client.post(address, {"action": "approved", "confirm": "1"})
    assert get_intro(employer) == NEW


def test_refused_words_stay_unseen_and_the_reason_is_told(mod, text, employer, boss):
    with pytest.raises(DecisionRefused, match="请写明原因"):
        decide_text(text, mod, "refused")
    decide_text(text, mod, "refused", "微信号请去掉。")
    assert get_intro(employer) == OLD
    notice = Notice.objects.filter(user=boss).latest("pk")
    assert "没有通过" in notice.title and "微信号请去掉。" in notice.text
    assert notice.address == f"/employer/details/?employer={employer.pk}"


@pytest.mark.parametrize(("action", "reason"), [("approved", ""), ("refused", "去掉")])
def test_an_undone_decision_is_told_nobody(mod, text, employer, boss, action, reason):
    before = Notice.objects.count()
    undo_decision(decide_text(text, mod, action, reason).pk, mod)
    text.refresh_from_db()
    assert (text.status, get_intro(employer)) == ("waiting", OLD)
    assert Notice.objects.count() == before
    assert [event.action for event in text.events.all()] == [
        "undo",
        {"approved": "approve", "refused": "refuse"}[action],
        "submit",
    ]


def test_a_version_that_was_replaced_meanwhile_is_not_decided(mod, text, employer, boss):
    seen = TextCase().hash_state(TextCase().find(text.pk))
    submit_intro(employer, boss, f"{NEW}再来。")
    with pytest.raises(DecisionRefused, match="刚刚有了变化"):
        decide_text(text, mod, seen=seen)
    with pytest.raises(DecisionRefused, match="已被取代"):
        decide_text(text, mod)
    assert PublicText.objects.get(status="waiting").values["intro"].endswith("再来。")


def test_a_doubtful_name_is_said_where_the_employer_is_verified(client, mod, employer):
    Employer.objects.filter(pk=employer.pk).update(name="小铺微信abc12345")
    shown = read_body(client.get(reverse("desk:employer", args=[employer.pk])))
    assert "名称：正文里写了微信号" in shown
