"""A database that came back sends nothing that waited in it, and tells what came back with it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import EmployerStatus
from accounts.models import Employer, User
from jobsite.backups.restored_state import (
    MAX_NAMED,
    STANDINGS,
    describe_returns,
    read_former_rows,
)
from listings.choices import ListingStatus
from listings.models import Listing
from sitekit.messages.backlog import measure_backlogs
from sitekit.messages.outbox import MAX_SEND_TRIES, deliver_due
from sitekit.models import Mail, TextMessage
from tests.jobsite.backups.drills import (
    other_database,
    run_backup_command,
    run_management_command,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def make_mail(key, **fields):
    values = {"to": "someone@example.com", "subject": "请你去", "text": "明天见"}
    return Mail.objects.create(key=key, **values | fields)


def test_what_waited_is_held_until_it_is_released(admin_client, mailoutbox):
    morning = timezone.now() + timedelta(hours=9)
    make_mail("waits"), make_mail("code", is_secret=True, text="", headers={})
    make_mail("later", not_before=morning)
    make_mail("sent", sent_at=timezone.now())
    TextMessage.objects.create(key="notice", to="+8613900139000", kind="notice", text="…")
    assert "Held back: 4 messages" in run_management_command("hold_messages")
    assert deliver_due() == (0, 0) and not mailoutbox
    assert all(not backlog.given_up and not backlog.waiting for backlog in measure_backlogs())
    page = admin_client.get("/admin/state/").content.decode()
    part = page[page.index("没寄出去的邮件和短信") :].partition("</section>")[0]
    assert "恢复备份时扣下" in part and "8 次，" not in part
    assert "queue: 3 messages" in run_management_command("hold_messages", "--release")
    deliver_due()
    assert [mail.subject for mail in mailoutbox] == ["请你去"]
    assert Mail.objects.get(key="later").not_before == morning
    assert Mail.objects.get(key="code").tries == MAX_SEND_TRIES


def test_a_restored_site_sends_nothing_old_and_says_what_is_public_again(files, publish):
    listing, leaver = publish(title="周末试饮推广"), make_person("阿秀")
    make_mail("waits")
    path = run_backup_command(files / "backups", "--plain")
    with other_database():
        first = run_management_command("restore", path, "--replace")
        assert "1 messages that waited then are held back" in first and "again" not in first
        assert "It is of 20" in first and "is back." in first
        assert deliver_due() == (0, 0)
        Listing.objects.update(status=ListingStatus.REMOVED_FRAUD)
        Employer.objects.update(status=EmployerStatus.BANNED)
        User.objects.filter(pk=leaver.pk).update(is_active=False)
        second = run_management_command("restore", path, "--replace")
        assert f"Public again are the listings {listing.pk}." in second
        assert f"No longer frozen or banned are the employers {listing.employer_id}." in second
        assert f"or switched off since, the accounts {leaver.pk}." in second
        assert "articles" not in second


def test_of_a_broken_or_empty_former_database_nothing_is_told():
    assert read_former_rows("there_is_none") == {}
    assert describe_returns({}, {STANDINGS[0]: {1}}) == []


def test_many_are_named_in_part():
    numbers = set(range(MAX_NAMED + 2))
    (sentence,) = describe_returns({STANDINGS[0]: set()}, {STANDINGS[0]: numbers})
    assert sentence.endswith(f", {MAX_NAMED - 1} and 2 more.")
