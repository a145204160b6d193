"""Between nothing and a freeze: a written warning, and for some days every listing looked at by a person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.employers.transitions import find_sanctions
from accounts.models import EmployerEvent, Notice
from listings.models import ListingRevision
from listings.publication.gate import judge_publication
from safety.moderation.decisions import DecisionRefused, make_decision, undo_decision
from tests.conftest import content
from tests.people import person
from tests.safety.desks import status

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(employer):
    user = person("owner")
    employer.memberships.create(user=user, role="owner")
    return user


def press(client, employer, action, **data):
    client.post(reverse("desk:employer_take", args=[employer.pk]))
    data |= {"action": action}
    return client.post(reverse("desk:employer_decide", args=[employer.pk]), data)


def show(client, employer):
    page = client.get(reverse("desk:employer", args=[employer.pk])).content.decode()
    return " ".join(page.split())


def judge(employer):
    verdict = judge_publication(ListingRevision(**content()), employer)
    return verdict.outcome, [reason.code for reason in verdict.reasons]


def test_a_warning_is_told_with_its_reason_and_can_be_taken_back(client, mod, employer, owner):
    assert press(client, employer, "warned").status_code == 422, "a reason is asked for"
    press(client, employer, "warned", reason="写的时薪和实际给的不一样。")
    notice = Notice.objects.get(user=owner)
    assert "收到一次警告" in notice.title and "写的时薪和实际给的不一样。" in notice.text
    page = show(client, employer)
    assert "警告过，没有撤回" in page and "<b>警告</b>" in page
    assert status(employer) == "verified" and judge(employer)[0] == "publish"
    press(client, employer, "unwarned", reason="查实是误会。")
    assert "警告过" not in show(client, employer)
    with pytest.raises(DecisionRefused, match="现在不能这样处理"):
        make_decision("employer", employer.pk, "unwarned", mod, "再撤一次")


def test_a_watched_employer_s_listings_wait_for_some_days(client, mod, employer, owner):
    assert judge(employer) == ("publish", [])
    press(client, employer, "watched", reason="两周里三次改价。", days="7")
    until = find_sanctions(employer.pk).watched_until
    assert judge(employer) == ("queue", ["watched"])
    notice = Notice.objects.get(user=owner)
    assert f"{until:%Y-%m-%d} 以前" in notice.text and "两周里三次改价。" in notice.text
    page = show(client, employer)
    assert f"发的兼职逐条看，到 {until:%Y-%m-%d}" in page and "发的兼职 7 天内都由人看" in page
    event = EmployerEvent.objects.get(action="watched_7")
    at = event.created_at
    for days, outcome in ((7, "queue"), (8, "publish")):
        EmployerEvent.objects.filter(pk=event.pk).update(created_at=at - timedelta(days=days))
        assert judge(employer)[0] == outcome
    EmployerEvent.objects.filter(pk=event.pk).update(created_at=at)
    press(client, employer, "unwatched")
    assert judge(employer) == ("publish", [])


@pytest.mark.parametrize("action", ["warned", "watched"])
def test_within_a_minute_it_is_undone_and_told_nobody(mod, employer, owner, action):
    decision = make_decision("employer", employer.pk, action, mod, "看错了", days=30)
    assert Notice.objects.filter(user=owner).exists()
    undo_decision(decision.pk, mod)
    assert not Notice.objects.filter(user=owner).exists()
    standing = find_sanctions(employer.pk)
    assert (standing.is_warned, standing.watched_until) == (False, None)
    assert judge(employer)[0] == "publish"


def test_an_undone_end_brings_the_watch_back(mod, employer):
    make_decision("employer", employer.pk, "watched", mod, "三次改价", days=90)
    until = find_sanctions(employer.pk).watched_until
    decision = make_decision("employer", employer.pk, "unwatched", mod)
    undo_decision(decision.pk, mod)
    assert find_sanctions(employer.pk).watched_until == until


@pytest.mark.parametrize("days", ["", "0", "8", "99999", "x"])
def test_only_the_offered_days_are_taken(client, mod, employer, days):
    answer = press(client, employer, "watched", reason="三次改价", days=days)
    assert (
        answer.status_code == 422 and not EmployerEvent.objects.filter(reason="三次改价").exists()
    )
