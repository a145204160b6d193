"""Codes that prove a phone or a mailbox."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Notice, ProofCode
from accounts.sign_in.one_time_codes import (
    CodeRefused,
    is_used_up,
    purge_old_codes,
    send_code,
    verify_code,
)
from sitekit.forms.phone_numbers import PhoneField
from sitekit.messages import outbox
from sitekit.models import Mail, TextMessage
from sitekit.web import rate_limits
from tests.accounts.sign_in_pages import (
    PHONE,
    build_wrong_code,
    get_main_text,
    last_code,
    list_waiting_codes,
    post_contact,
)
from tests.at_once import at_once
from tests.clock import advance_clock
from tests.people import make_person

pytestmark = pytest.mark.django_db


def send_and_read_code(to=PHONE, purpose="x", who="user 1"):
    send_code(purpose, to, who)
    return last_code()


def test_a_code_is_right_once():
    code = send_and_read_code()
    assert verify_code("x", PHONE, code)
    assert not verify_code("x", PHONE, code)


@pytest.mark.parametrize("to", [PHONE, "mother@example.com"])
def test_it_leaves_at_once(to, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send_code("x", to, "user 1")
    assert ProcrastinateJob.objects.filter(task_name=outbox.TASK, status="todo").count() == 1


@pytest.mark.parametrize("shape", ["{} ", " {}", "{0[0]} {0[1]} {0[2]}{0[3]}{0[4]}{0[5]}"])
def test_spaces_do_not_matter(shape):
    assert verify_code("x", PHONE, shape.format(send_and_read_code()))


def test_full_width_digits_are_digits():
    code = send_and_read_code()
    assert verify_code("x", PHONE, "".join(chr(ord(digit) + 0xFEE0) for digit in code))


def test_a_code_is_for_its_purpose_and_its_phone():
    code = send_and_read_code()
    assert not verify_code("y", PHONE, code)
    assert not verify_code("x", "+8613800138001", code)
    assert verify_code("x", PHONE, code)


def test_a_code_for_another_purpose_leaves_the_first_one_good(monkeypatch):
    code = send_and_read_code()
    advance_clock(monkeypatch, timedelta(minutes=2))
    send_and_read_code(purpose="y")
    assert verify_code("x", PHONE, code)


def test_a_code_is_good_for_ten_minutes(monkeypatch):
    code = send_and_read_code()
    advance_clock(monkeypatch, timedelta(minutes=10, seconds=1))
    assert not verify_code("x", PHONE, code)


def test_five_wrong_tries_spoil_it():
    code = send_and_read_code()
    for _ in range(5):
        assert not is_used_up("x", PHONE)
        assert not verify_code("x", PHONE, build_wrong_code(code))
    assert is_used_up("x", PHONE)
    assert not verify_code("x", PHONE, code)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_one_by_one():
    code = send_and_read_code()
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 6)]
    answers = at_once(*[lambda what=what: verify_code("x", PHONE, what) for what in wrong])
    assert answers == [False] * 5
    assert not verify_code("x", PHONE, code)


@pytest.mark.django_db(transaction=True)
def test_one_code_given_twice_at_the_same_moment_is_right_once():
    code = send_and_read_code()

    answers = at_once(*[lambda: verify_code("x", PHONE, code)] * 4)
    assert sorted(answers) == [False, False, False, True]


def test_a_new_code_voids_the_one_before(monkeypatch):
    first = send_and_read_code()
    advance_clock(monkeypatch, timedelta(minutes=2))
    second = send_and_read_code()
    assert first == second or not verify_code("x", PHONE, first)
    assert verify_code("x", PHONE, second)


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "😀", "٠١٢٣٤٥", "x" * 9999])
def test_nonsense_is_wrong(given):
    send_and_read_code()
    assert not verify_code("x", PHONE, given)


def test_a_second_code_has_to_wait_a_minute(monkeypatch):
    send_and_read_code()
    with pytest.raises(CodeRefused, match="秒后可以重发"):
        send_and_read_code()
    assert len(list_waiting_codes()) == 1
    advance_clock(monkeypatch, timedelta(minutes=2))
    send_and_read_code()
    assert len(list_waiting_codes()) == 2


@pytest.mark.parametrize(
    ("asking", "is_known", "most"),
    [("one network", False, 10), ("many networks", False, 24), ("many networks", True, 48)],
)
def test_one_phone_gets_few_in_a_day(monkeypatch, asking, is_known, most):
    got, midnight = 0, datetime(2099, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(rate_limits, "PERIODS_BEGIN", midnight.timestamp())
    for half_hour in range(48):
        moment = midnight + timedelta(minutes=30 * half_hour)
        monkeypatch.setattr(timezone, "now", lambda: moment)  # noqa: B023
        who = "1" if asking == "one network" else f"{half_hour}"
        try:
            send_code("x", PHONE, who, is_known=is_known)
            got += 1
        except CodeRefused:
            pass
    assert got == most


def test_a_stranger_on_one_network_does_not_use_up_the_owner_s_codes(monkeypatch):
    moment = datetime(2099, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(rate_limits, "PERIODS_BEGIN", moment.timestamp())
    for minute in range(60):
        monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(minutes=minute))  # noqa: B023
        with suppress(CodeRefused):
            send_code("x", PHONE, "a stranger's network")
    send_code("y", PHONE, "the owner's")
    assert len(list_waiting_codes()) == 6


@pytest.mark.parametrize(
    "number",
    [
        "+19005551234",
        "+882160000000",
        "+88213300655",
        "+2348031234567",
        "+864008123123",
        "+85251234567",
    ],
)
def test_codes_go_to_mainland_mobiles_unless_a_setting_says_more(client, settings, number):
    page = get_main_text(post_contact(client, number))
    assert "发不到这个号码，请填内地的手机号，或者用邮箱。" in page
    with pytest.raises(ValidationError, match="请填内地的手机号。'"):  # it takes no mailbox
        PhoneField(gets_code=True).clean(number)
    with pytest.raises(CodeRefused):
        send_code("x", number, "user 1")
    assert list_waiting_codes() == []
    settings.SMS_REGIONS = ["CN", "HK"]
    post_contact(client, number)
    assert [to for to, _ in list_waiting_codes()] == ([number] if number.startswith("+852") else [])


@pytest.mark.parametrize(
    ("name", "within"), [("SMS_CODES_AN_HOUR", "一小时"), ("SMS_CODES_A_DAY", "一天")]
)
def test_the_site_sends_no_more_than_its_budget_and_tells(settings, caplog, name, within):
    make_person("visitor")
    boss = make_person("boss", is_superuser=True, is_staff=True, wants_mail=False)
    setattr(settings, name, 3)
    for number in range(3):
        send_and_read_code(f"+861380013800{number}", who=f"network {number}")
    for number in range(3, 6):
        with pytest.raises(CodeRefused, match="用邮箱"):
            send_and_read_code(f"+861380013800{number}", who=f"network {number}")
    assert TextMessage.objects.count() == 3
    assert within in Notice.objects.get(user=boss).text
    assert Mail.objects.get().to == boss.email
    assert len(caplog.records) == 1 and "138" not in caplog.text
    send_and_read_code("mother@example.com")  # letters cost nothing


def test_who_asks_for_many_phones_is_stopped():
    for number in range(60):
        send_and_read_code(f"+86138001380{number:02}")
    with pytest.raises(CodeRefused):
        send_and_read_code("+8613900139000")
    send_and_read_code("+8613900139000", who="user 2")


def test_neither_phone_nor_code_is_kept_readable():
    code = send_and_read_code()
    row = ProofCode.objects.get()
    assert PHONE not in row.key
    assert code not in row.code


def test_a_phone_gets_a_text_message_that_is_of_no_use_later():
    code = send_and_read_code()
    message = TextMessage.objects.get()
    assert (message.to, message.kind, message.words) == (PHONE, "code", {"code": code})
    assert message.is_secret
    assert message.not_after == ProofCode.objects.get().until


def test_a_mailbox_gets_a_mail():
    code = send_and_read_code("a@example.com")
    mail = Mail.objects.get()
    assert mail.to == "a@example.com"
    assert code in mail.text
    assert code not in mail.subject
    assert mail.is_secret
    assert verify_code("x", "A@example.com", code)


def test_what_is_over_goes(monkeypatch):
    send_and_read_code()
    purge_old_codes()
    assert ProofCode.objects.count() == 1
    advance_clock(monkeypatch, timedelta(minutes=11))
    purge_old_codes()
    assert ProofCode.objects.count() == 0
