"""The registry of channels: one more is an entry of it, nothing else."""

from datetime import timedelta

import pytest

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice, withdraw_notices
from sitekit import personal_data as personal
from sitekit.messages import channels
from sitekit.messages.channel_base import Channel
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail, TextMessage
from sitekit.workflow import advisory_lock
from tests.people import make_person

pytestmark = pytest.mark.django_db


class Webhook(Channel):
    """A third way to send; it borrows the table of the text messages."""

    model, lock, log_name = TextMessage, 1, "webhooks"
    export_name, export_fields = "webhooks", ("text",)
    retention_code, retention_label = "webhooks", "发出的群消息"
    sent: list[str] = []

    def send(self, row):
        self.sent.append(row.text)

    def list_account_rows(self, user):
        return TextMessage.objects.filter(to=f"room-{user.pk}")

    def get_notice_address(self, user):
        return f"room-{user.pk}"

    def build_notice(self, *, key, to, title, text, not_before, stop):
        return TextMessage(key=key, to=to, kind="notice", text=title, not_before=not_before)


@pytest.fixture
def webhook(monkeypatch):
    monkeypatch.setattr(channels, "CHANNELS", (channels.MailChannel, Webhook))
    monkeypatch.setattr(Webhook, "sent", [])
    return Webhook


def test_notices_leave_by_a_channel_that_was_added(webhook):
    user = make_person("reader")
    send_notice(user, "k", "录用了你", kind=NoticeKind.APPLICATION)
    assert (Mail.objects.count(), TextMessage.objects.count()) == (1, 1)
    assert deliver_due() == (2, 0)
    assert webhook.sent == ["录用了你"]
    assert personal.export(user)["webhooks"] == [{"text": "录用了你"}]
    personal.erase(user)
    assert not Mail.objects.exists() and not TextMessage.objects.exists()


def test_what_waits_there_is_taken_back_too(webhook):
    send_notice(
        make_person("reader"),
        "k",
        "录用了你",
        wait=timedelta(minutes=1),
        kind=NoticeKind.APPLICATION,
    )
    withdraw_notices(["k"])
    assert not Mail.objects.exists() and not TextMessage.objects.exists()


def test_who_wants_no_mails_gets_none_of_it(webhook):
    send_notice(
        make_person("quiet", wants_mail=False), "k", "录用了你", kind=NoticeKind.APPLICATION
    )
    assert not TextMessage.objects.exists()


def test_no_two_channels_share_a_lock_or_a_name():
    ours = channels.CHANNELS
    others = [number for name, number in vars(advisory_lock).items() if name.endswith("_LOCK")]
    locks = [*others, *(channel.lock for channel in ours)]
    assert len(others) > 1 and len(set(locks)) == len(locks)
    for name in ("model", "log_name", "export_name", "retention_code"):
        assert len({getattr(channel, name) for channel in ours}) == len(ours), name


def test_sign_in_codes_by_text_go_first():
    by_turn = sorted(channels.create_channels(), key=lambda channel: channel.turn)
    assert by_turn[0].model is TextMessage
