"""Between nothing and a freeze: a written warning, and for some days every listing looked at by a person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.employers.transitions import find_sanctions, list_standing_sanctions
from accounts.models import EmployerEvent, Notice
from listings.models import ListingRevision
from listings.publication.gate import judge_publication
from safety.appeals.transitions import decide_appeal
from safety.casework.appeal_case import AppealCase
from safety.models import Appeal
from safety.moderation.decisions import DecisionRefused, make_decision, undo_decision
from sitekit.templatetags.sitekit import cn_date
from sitekit.workflow.refusals import MoveRefused
from tests.conftest import build_listing_fields
from tests.people import make_person, sign_in
from tests.safety.desks import get_stored_status, make_moderator_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(employer):
    user = make_person("owner")
    employer.memberships.create(user=user, role="owner")
    return user


def press_button(client, employer, action, **data):
    client.post(reverse("desk:employer_take", args=[employer.pk]))
    data |= {"action": action}
    return client.post(reverse("desk:employer_decide", args=[employer.pk]), data)


def get_employer_page(client, employer):
    page = client.get(reverse("desk:employer", args=[employer.pk])).content.decode()
    return " ".join(page.split())


def judge_revision(employer):
    verdict = judge_publication(ListingRevision(**build_listing_fields()), employer)
    return verdict.outcome, [reason.code for reason in verdict.reasons]


def test_a_warning_is_told_with_its_reason_and_can_be_taken_back(client, mod, employer, owner):
    assert press_button(client, employer, "warned").status_code == 422, "a reason is asked for"
    press_button(client, employer, "warned", reason="写的时薪和实际给的不一样。")
    notice = Notice.objects.get(user=owner)
    assert "收到一次警告" in notice.title and "写的时薪和实际给的不一样。" in notice.text
    page = get_employer_page(client, employer)
    assert "警告过，没有撤回" in page and "<b>警告</b>" in page
    assert get_stored_status(employer) == "verified" and judge_revision(employer)[0] == "publish"
    press_button(client, employer, "unwarned", reason="查实是误会。")
    assert "警告过" not in get_employer_page(client, employer)
    with pytest.raises(DecisionRefused, match="现在不能这样处理"):
        make_decision("employer", employer.pk, "unwarned", mod, "再撤一次")


def test_a_watched_employer_s_listings_wait_for_some_days(client, mod, employer, owner):
    assert judge_revision(employer) == ("publish", [])
    press_button(client, employer, "watched", reason="两周里三次改价。", days="7")
    until = find_sanctions(employer.pk).watched_until
    assert judge_revision(employer) == ("queue", ["watched"])
    notice = Notice.objects.get(user=owner)
    assert f"{until:%Y-%m-%d} 以前" in notice.text and "两周里三次改价。" in notice.text
    page = get_employer_page(client, employer)
    assert f"发的兼职逐条看，到 {until:%Y-%m-%d}" in page and "发的兼职 7 天内都由人看" in page
    event = EmployerEvent.objects.get(action="watched_7")
    at = event.created_at
    for days, outcome in ((7, "queue"), (8, "publish")):
        EmployerEvent.objects.filter(pk=event.pk).update(created_at=at - timedelta(days=days))
        assert judge_revision(employer)[0] == outcome
    EmployerEvent.objects.filter(pk=event.pk).update(created_at=at)
    press_button(client, employer, "unwatched")
    assert judge_revision(employer) == ("publish", [])


@pytest.mark.parametrize("action", ["warned", "watched"])
def test_within_a_minute_it_is_undone_and_told_nobody(mod, employer, owner, action):
    decision = make_decision("employer", employer.pk, action, mod, "看错了", days=30)
    assert Notice.objects.filter(user=owner).exists()
    undo_decision(decision.pk, mod)
    assert not Notice.objects.filter(user=owner).exists()
    standing = find_sanctions(employer.pk)
    assert (standing.is_warned, standing.watched_until) == (False, None)
    assert judge_revision(employer)[0] == "publish"


def test_an_undone_end_brings_the_watch_back(mod, employer):
    make_decision("employer", employer.pk, "watched", mod, "三次改价", days=90)
    until = find_sanctions(employer.pk).watched_until
    decision = make_decision("employer", employer.pk, "unwatched", mod)
    undo_decision(decision.pk, mod)
    assert find_sanctions(employer.pk).watched_until == until


def test_an_undone_end_leaves_the_watch_its_days_and_its_reason(mod, employer):
    make_decision("employer", employer.pk, "watched", mod, "三次改价", days=30)
    began = timezone.now() - timedelta(days=10)
    EmployerEvent.objects.filter(action="watched_30").update(created_at=began)
    until = find_sanctions(employer.pk).watched_until
    undo_decision(make_decision("employer", employer.pk, "unwatched", mod).pk, mod)
    assert until == timezone.localdate(began) + timedelta(days=30)
    assert find_sanctions(employer.pk).watched_until == until
    (sanction,) = list_standing_sanctions(employer.pk)
    assert (sanction.until, sanction.reason) == (until, "三次改价")
    EmployerEvent.objects.filter(action="watched_30", reason="三次改价").update(
        created_at=began - timedelta(days=21)
    )
    assert judge_revision(employer)[0] == "publish", "it is over on its day"


def test_the_undo_of_a_second_warning_leaves_the_first(mod, employer):
    make_decision("employer", employer.pk, "warned", mod, "时薪和实际给的不一样")
    second = make_decision("employer", employer.pk, "warned", mod, "点错了")
    undo_decision(second.pk, mod)
    assert find_sanctions(employer.pk).is_warned
    (sanction,) = list_standing_sanctions(employer.pk)
    assert sanction.reason == "时薪和实际给的不一样"
    undo_decision(make_decision("employer", employer.pk, "unwarned", mod, "查实了").pk, mod)
    assert find_sanctions(employer.pk).is_warned


def test_the_undo_of_what_was_not_the_last_is_refused(mod, employer):
    first = make_decision("employer", employer.pk, "warned", mod, "时薪不一样")
    make_decision("employer", employer.pk, "warned", mod, "又不一样")
    with pytest.raises(MoveRefused, match="这之后又有别的处理"):
        undo_decision(first.pk, mod)
    assert find_sanctions(employer.pk).is_warned


@pytest.mark.parametrize("days", ["", "0", "8", "99999", "x"])
def test_only_the_offered_days_are_taken(client, mod, employer, days):
    answer = press_button(client, employer, "watched", reason="三次改价", days=days)
    assert (
        answer.status_code == 422 and not EmployerEvent.objects.filter(reason="三次改价").exists()
    )


def read_desk(client, owner):
    sign_in(client, owner)
    return " ".join(client.get("/employer/").content.decode().split())


def test_what_stands_against_an_employer_stands_on_its_own_desk(client, mod, employer, owner):
    make_decision("employer", employer.pk, "warned", mod, "写的时薪和实际给的不一样。")
    make_decision("employer", employer.pk, "watched", mod, "两周里三次改价。", days=7)
    until = find_sanctions(employer.pk).watched_until
    desk = read_desk(client, owner)
    assert "单位收到过警告" in desk and "原因：写的时薪和实际给的不一样。" in desk
    assert "发的兼职要逐条审核" in desk and "原因：两周里三次改价。" in desk
    assert " ".join(f"到 {cn_date(until)}为止".split()) in desk
    assert desk.count(reverse("safety:appeal_employer", args=[employer.pk])) == 2
    ended = EmployerEvent.objects.get(action="watched_7")
    EmployerEvent.objects.filter(pk=ended.pk).update(
        created_at=ended.created_at - timedelta(days=8)
    )
    desk = read_desk(client, owner)
    assert "逐条审核" not in desk and "单位收到过警告" in desk
    decision = make_decision("employer", employer.pk, "unwarned", mod, "查实是误会。")
    assert "警告" not in read_desk(client, owner)
    undo_decision(decision.pk, mod)
    assert "原因：写的时薪和实际给的不一样。" in read_desk(client, owner), "not that of the undo"


def test_each_of_both_is_appealed_against_and_another_moderator_ends_it(
    client, mod, employer, owner
):
    make_decision("employer", employer.pk, "watched", mod, "两周里三次改价。", days=30)
    make_decision("employer", employer.pk, "warned", mod, "时薪不一样。")
    path = reverse("safety:appeal_employer", args=[employer.pk])
    sign_in(client, owner)
    page = client.get(path).content.decode()
    assert "时薪不一样。" in page and "两周里三次改价。" not in page, "the newest first"
    words = {"words": "那天是按另外的约定算的，有群里的记录。"}
    client.post(path, words)
    warning = Appeal.objects.get()
    assert (warning.against, warning.decided_by, warning.against_label) == ("warned", mod, "警告")
    assert client.get(path)["Location"] == reverse("safety:appeal", args=[warning.pk])
    other = make_moderator_user("other")
    assert "警告马上撤回。" in AppealCase().list_consequences(warning)
    decide_appeal(warning.pk, "dismissed", other, "记录对不上。")
    sign_in(client, owner)
    assert "两周里三次改价。" in client.get(path).content.decode(), "the one that was not yet"
    client.post(path, words)
    watch = Appeal.objects.get(against="watched")
    assert "不再逐条审核" in AppealCase().list_consequences(watch)[0]
    assert "两周里三次改价。" in show_appeal(client, other, watch)
    decide_appeal(watch.pk, "upheld", other, "改价有说明。")
    standing = find_sanctions(employer.pk)
    assert standing.is_warned and not standing.watched_until
    sign_in(client, owner)
    assert client.get(path)["Location"] == reverse("safety:appeal", args=[warning.pk])
    make_decision("employer", employer.pk, "warned", mod, "又有人说时薪不一样。")
    client.post(path, words)
    again = Appeal.objects.get(status="open")
    decide_appeal(again.pk, "upheld", other, "这次记录属实。")
    assert not find_sanctions(employer.pk).is_warned


def show_appeal(client, user, appeal):
    sign_in(client, user)
    return client.get(reverse("desk:appeal", args=[appeal.pk])).content.decode()


@pytest.mark.parametrize("reason", ["撤销", " 撤销 "])
def test_a_typed_reason_is_not_taken_for_an_undo(client, mod, employer, reason):
    refused = press_button(client, employer, "warned", reason=reason)
    assert refused.status_code == 409 and "把原因写完整" in refused.content.decode()
    assert not EmployerEvent.objects.filter(action="warned").exists()
    make_decision("employer", employer.pk, "warned", mod, "撤销过两次面试，没有说明")
    assert find_sanctions(employer.pk).is_warned
