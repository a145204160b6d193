"""Who chose what gets what, and by which channel."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.choices import NoticeKind as K
from accounts.inbox.notices import send_notice
from accounts.inbox.preferences import wants_in_inbox
from accounts.inbox.settings_form import NOTICE_KIND_EXPLANATIONS, NoticeSettingsForm
from accounts.inbox.stop_links import NOTICE_KINDS_OF_LETTERS
from accounts.models import Notice, User
from sitekit.messages.channels import CHANNELS
from sitekit.models import Mail, TextMessage
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("notice_template")]
PHONE, SETTINGS = "+8613900139011", "/me/notices/"
CONTACTS = {
    "phone": {"phone": PHONE, "phone_proved_at": True},
    "unproved": {"phone": PHONE},
    "mail": {"email": "reader@example.com"},
    "both": {"phone": PHONE, "phone_proved_at": True, "email": "reader@example.com"},
}


def make_reader(contacts, **fields):
    contacts = dict(CONTACTS[contacts])
    if contacts.get("phone_proved_at"):
        contacts["phone_proved_at"] = timezone.now()
    return make_user(**contacts, **fields)


def get_channels(user, kind, **how):
    """By which the notice came, as letters: i for the inbox, m for a mail, t for a text message."""
    send_notice(user, "k", "录用了：发传单", kind=kind, **{"text_message": True} | how)
    models = {"i": Notice, "m": Mail, "t": TextMessage}
    return "".join(letter for letter, model in models.items() if model.objects.exists())


ON, OFF = True, False
TABLE = [
    # contacts, kind, choices of the kind, came by
    ("phone", K.APPLICATION, {}, "it"),
    ("phone", K.HIRING, {}, "it"),
    ("phone", K.CASES, {}, "it"),
    ("phone", K.APPLICATION, {"text_messages": OFF}, "i"),
    ("unproved", K.APPLICATION, {}, "i"),
    ("unproved", K.APPLICATION, {"text_messages": ON}, "i"),
    ("mail", K.APPLICATION, {}, "im"),
    ("mail", K.APPLICATION, {"mails": OFF}, "i"),
    ("mail", K.APPLICATION, {"mails": OFF, "text_messages": ON}, "i"),
    ("both", K.APPLICATION, {}, "im"),
    ("both", K.APPLICATION, {"text_messages": ON}, "imt"),
    ("both", K.APPLICATION, {"text_messages": ON, "mails": OFF}, "it"),
    ("both", K.HIRING, {"mails": OFF}, "i"),
    # The inbox is the record of everything but subscriptions.
    ("both", K.APPLICATION, {"inbox": OFF}, "im"),
    ("mail", K.SEARCHES, {}, "m"),
    ("mail", K.SEARCHES, {"inbox": ON}, "im"),
    ("mail", K.ALERTS, {"mails": OFF}, "i"),
    ("mail", K.ALERTS, {"mails": OFF, "inbox": OFF}, ""),
    ("phone", K.SEARCHES, {"inbox": OFF, "text_messages": OFF}, ""),
    # Nobody turns off what is about their safety.
    ("mail", K.SECURITY, {"mails": OFF, "inbox": OFF}, "im"),
    ("phone", K.SECURITY, {"text_messages": OFF}, "it"),
]


@pytest.mark.parametrize(("contacts", "kind", "choices", "expected"), TABLE)
def test_who_gets_what_by_which_channel(contacts, kind, choices, expected):
    user = make_reader(contacts, notice_choices={kind.value: choices})
    assert get_channels(user, kind) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(K.APPLICATION, "i"), (K.SEARCHES, "m"), (K.ALERTS, "m"), (K.SECURITY, "im")],
)
def test_who_wanted_no_mails_before_gets_only_what_was_subscribed_to(kind, expected):
    assert get_channels(make_reader("both", wants_mail=False), kind) == expected


def test_a_choice_says_more_than_what_was_wanted_before():
    choices = {"application": {"mails": True}}
    user = make_reader("mail", wants_mail=False, notice_choices=choices)
    assert get_channels(user, K.APPLICATION) == "im"


def test_a_choice_is_of_one_kind():
    user = make_reader("both", notice_choices={"hiring": {"mails": False}})
    assert get_channels(user, K.APPLICATION) == "im"


def test_what_need_not_be_heard_soon_costs_nothing():
    user = make_reader("both", notice_choices={"hiring": {"text_messages": True}})
    assert get_channels(user, K.HIRING, text_message=False) == "im"


@pytest.mark.parametrize(
    ("kind", "hours", "waits_until"),
    [(K.APPLICATION, {}, 8), (K.SECURITY, {}, None), (K.HIRING, {"quiet_until": 10}, 10)],
)
@pytest.mark.usefixtures("quiet_hours")
def test_at_night_it_waits_but_for_what_is_about_safety(monkeypatch, kind, hours, waits_until):
    night = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(timezone, "now", lambda: night)
    assert get_channels(make_reader("both", **hours), kind) == "im"
    start = Mail.objects.get().not_before
    assert (start and timezone.localtime(start).hour) == waits_until
    assert Notice.objects.get().not_before is None, "the inbox wakes nobody"


def test_all_kinds_and_channels_can_be_told_apart():
    assert {kind for kinds in NOTICE_KINDS_OF_LETTERS.values() for kind in kinds} == {*K}
    assert {*NOTICE_KIND_EXPLANATIONS} == {*K} - {K.SECURITY}
    assert len({channel.export_name[0] for channel in CHANNELS}) == len(CHANNELS)


def read_hidden_field(client):
    """Return what the page sends along of the boxes that it has."""
    return re.search(r'name="offered" value="([^"]*)"', read_body(client.get(SETTINGS)))[1]


def post_notice_settings(client, **fields):
    hours = {"quiet_from": "22", "quiet_until": "8"}
    return client.post(SETTINGS, {"offered": read_hidden_field(client)} | hours | fields)


def test_what_is_chosen_on_the_page_holds(client):
    reader = make_reader("both")
    sign_in(client, reader)
    page = read_body(client.get(SETTINGS))
    assert "139 0013 9011" in page and "reader@example.com" in page
    assert "招聘进展" not in page, "who acts for no employer"
    answer = post_notice_settings(
        client, application=["text_messages"], searches=["inbox"], quiet_until="10"
    )
    assert answer.url == SETTINGS and "已保存" in read_body(client.get(SETTINGS))
    reader.refresh_from_db()
    assert reader.notice_choices["application"] == {"mails": False, "text_messages": True}
    assert reader.quiet_until == 10 and wants_in_inbox(reader, K.SEARCHES)
    assert get_channels(reader, K.APPLICATION) == "it"
    post_notice_settings(client, application=["mails"])
    reader.refresh_from_db()
    assert reader.notice_choices["application"]["mails"]


def test_what_came_after_the_page_was_opened_is_not_switched_off_by_saving_it(client, employer):
    reader = make_reader("mail")
    sign_in(client, reader)
    offered = read_hidden_field(client)
    User.objects.filter(pk=reader.pk).update(phone=PHONE, phone_proved_at=timezone.now())
    employer.memberships.create(user=reader, role="recruiter")
    post_notice_settings(client, offered=offered, searches=["inbox"])
    reader.refresh_from_db()
    assert reader.notice_choices["application"] == {"mails": False}
    assert reader.notice_choices["searches"] == {"inbox": True, "mails": False}
    assert reader.notice_choices["hiring"] == {}
    # Refused once, the same page has the new box, too.
    post_notice_settings(client, offered=offered, application=["text_messages"])
    reader.refresh_from_db()
    assert reader.notice_choices["application"] == {"mails": False, "text_messages": True}
    post_notice_settings(client)
    reader.refresh_from_db()
    assert reader.notice_choices["hiring"] == {"mails": False, "text_messages": False}


def test_only_what_reaches_the_reader_is_offered(client, owner):
    form = NoticeSettingsForm(None, user=make_reader("unproved"), is_employer=False)
    assert form.fields["application"].choices == []
    assert [name for name, _ in form.fields["searches"].choices] == ["inbox"]
    sign_in(client, owner)
    page = read_body(client.get(SETTINGS))
    assert "招聘进展" in page and "绑定手机" in page and 'value="text_messages"' not in page


@pytest.mark.parametrize(
    "wrong", [{"application": ["pigeon"]}, {"quiet_from": "25"}, {"quiet_until": "x"}]
)
def test_what_is_none_of_them_is_refused_at_its_field(client, wrong):
    reader = make_reader("both")
    sign_in(client, reader)
    page = read_body(post_notice_settings(client, **wrong))
    assert "没有这" in page
    reader.refresh_from_db()
    assert reader.notice_choices == {} and reader.quiet_from == 22


def test_the_page_takes_few_queries(client, django_assert_num_queries):
    sign_in(client, make_person("reader"))
    # session, person, whether they act for an employer, operator
    with django_assert_num_queries(4):
        client.get(SETTINGS)
