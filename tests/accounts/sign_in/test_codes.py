"""Codes that prove a phone or a mailbox."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import ProofCode
from accounts.sign_in.one_time_codes import (
    TooManyCodes,
    is_used_up,
    purge_old_codes,
    send_code,
    verify_code,
)
from sitekit.messages import outbox
from sitekit.models import Mail, TextMessage
from tests.accounts.sign_in_pages import PHONE, last_code, later, other, sent
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


def send(to=PHONE, purpose="x", who="user 1"):
    send_code(purpose, to, who)
    return last_code()


def test_a_code_is_right_once():
    code = send()
    assert verify_code("x", PHONE, code)
    assert not verify_code("x", PHONE, code)


@pytest.mark.parametrize("to", [PHONE, "mother@example.com"])
def test_it_leaves_at_once(to, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send_code("x", to, "user 1")
    assert ProcrastinateJob.objects.filter(task_name=outbox.TASK, status="todo").count() == 1


@pytest.mark.parametrize("shape", ["{} ", " {}", "{0[0]} {0[1]} {0[2]}{0[3]}{0[4]}{0[5]}"])
def test_spaces_do_not_matter(shape):
    assert verify_code("x", PHONE, shape.format(send()))


def test_full_width_digits_are_digits():
    code = send()
    assert verify_code("x", PHONE, "".join(chr(ord(digit) + 0xFEE0) for digit in code))


def test_a_code_is_for_its_purpose_and_its_phone():
    code = send()
    assert not verify_code("y", PHONE, code)
    assert not verify_code("x", "+8613800138001", code)
    assert verify_code("x", PHONE, code)


def test_a_code_for_another_purpose_leaves_the_first_one_good(monkeypatch):
    code = send()
    later(monkeypatch, timedelta(minutes=2))
    send(purpose="y")
    assert verify_code("x", PHONE, code)


def test_a_code_is_good_for_ten_minutes(monkeypatch):
    code = send()
    later(monkeypatch, timedelta(minutes=10, seconds=1))
    assert not verify_code("x", PHONE, code)


def test_five_wrong_tries_spoil_it():
    code = send()
    for _ in range(5):
        assert not is_used_up("x", PHONE)
        assert not verify_code("x", PHONE, other(code))
    assert is_used_up("x", PHONE)
    assert not verify_code("x", PHONE, code)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_counted_one_by_one():
    code = send()
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 6)]
    answers = at_once(*[lambda what=what: verify_code("x", PHONE, what) for what in wrong])
    assert answers == [False] * 5
    assert not verify_code("x", PHONE, code)


@pytest.mark.django_db(transaction=True)
def test_one_code_given_twice_at_the_same_moment_is_right_once():
    code = send()

    answers = at_once(*[lambda: verify_code("x", PHONE, code)] * 4)
    assert sorted(answers) == [False, False, False, True]


def test_a_new_code_voids_the_one_before(monkeypatch):
    first = send()
    later(monkeypatch, timedelta(minutes=2))
    second = send()
    assert first == second or not verify_code("x", PHONE, first)
    assert verify_code("x", PHONE, second)


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "😀", "٠١٢٣٤٥", "x" * 9999])
def test_nonsense_is_wrong(given):
    send()
    assert not verify_code("x", PHONE, given)


def test_a_second_code_has_to_wait_a_minute(monkeypatch):
    send()
    with pytest.raises(TooManyCodes, match="过一会儿"):
        send()
    assert len(sent()) == 1
    later(monkeypatch, timedelta(minutes=2))
    send()
    assert len(sent()) == 2


def test_one_phone_gets_few_in_a_day(monkeypatch):
    got, midnight = 0, datetime(2099, 1, 1, tzinfo=UTC)
    for hour in range(20):
        monkeypatch.setattr(timezone, "now", lambda: midnight + timedelta(hours=hour))  # noqa: B023
        try:
            send(who=f"user {hour}")
            got += 1
        except TooManyCodes:
            pass
    assert got == 10


def test_who_asks_for_many_phones_is_stopped():
    for number in range(60):
        send(f"+86138001380{number:02}")
    with pytest.raises(TooManyCodes):
        send("+8613900139000")
    send("+8613900139000", who="user 2")


def test_neither_phone_nor_code_is_kept_readable():
    code = send()
    row = ProofCode.objects.get()
    assert PHONE not in row.key
    assert code not in row.code


def test_a_phone_gets_a_text_message_that_is_of_no_use_later():
    code = send()
    message = TextMessage.objects.get()
    assert (message.to, message.kind, message.words) == (PHONE, "code", {"code": code})
    assert message.is_secret
    assert message.not_after == ProofCode.objects.get().until


def test_a_mailbox_gets_a_mail():
    code = send("a@example.com")
    mail = Mail.objects.get()
    assert mail.to == "a@example.com"
    assert code in mail.text
    assert code not in mail.subject
    assert mail.is_secret
    assert verify_code("x", "A@example.com", code)


def test_what_is_over_goes(monkeypatch):
    send()
    purge_old_codes()
    assert ProofCode.objects.count() == 1
    later(monkeypatch, timedelta(minutes=11))
    purge_old_codes()
    assert ProofCode.objects.count() == 0
