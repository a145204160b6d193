"""Who wrote several reports on one item, and what one decision of all of them tells."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.inbox.notices import list_visible_notices
from safety.models import Decision, Report
from safety.reports.submission import submit_report
from sitekit.models import Mail, TextMessage
from tests.clock import advance_clock
from tests.safety.desk_queues import post_case_decision
from tools.demo.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notice_template")]


@pytest.fixture
def seeker():
    return make_user(phone="+8613900139011", phone_proved_at=timezone.now())


@pytest.fixture
def decide(desk, publish, seeker):
    """Dismiss two reports of the seeker and three of two mailboxes in one decision; return all five."""
    listing = publish()
    writers = [
        {"user": seeker, "words": "一"},
        {"email": "a@example.com"},
        {"user": seeker, "words": "二"},
        {"email": "A@example.com"},
        {"email": "b@example.com"},
    ]
    rows = [
        submit_report(listing=listing, reason="fake_info", marks=[f"mark {number}"], **writer)
        for number, writer in enumerate(writers)
    ]
    seen = f"received.{'-'.join(str(row.pk) for row in rows[1:])}"

    def decide_all():
        post_case_decision(desk, rows[0], "dismissed", also="on", seen=seen)
        assert not Report.objects.exclude(status="dismissed").exists()
        return rows

    return decide_all


def test_each_reporter_is_told_once_of_one_decision(decide, seeker, monkeypatch):
    rows = decide()
    assert TextMessage.objects.count() == 1
    advance_clock(monkeypatch, timedelta(seconds=66))
    assert list_visible_notices(seeker).count() == 1
    mails = {mail.to.lower(): mail.text for mail in Mail.objects.all()}
    assert Mail.objects.count() == len(mails) == 2
    for number in (1, 3):
        assert rows[number].display_ticket in mails["a@example.com"]
        assert rows[number].display_ticket not in mails["b@example.com"]
    assert rows[4].display_ticket in mails["b@example.com"]


def test_nobody_is_told_of_it_once_it_was_undone(decide, desk, seeker, monkeypatch):
    decide()
    desk.post(f"/admin/desk/undo/{Decision.objects.get().pk}/")
    assert not Report.objects.exclude(status="received").exists()
    advance_clock(monkeypatch, timedelta(minutes=5))
    assert not list_visible_notices(seeker).exists()
    assert not Mail.objects.exists() and not TextMessage.objects.exists()
