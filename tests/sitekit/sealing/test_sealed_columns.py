"""Contacts stand in the database under a key that it does not hold, and are found by equality."""

import pickle

import pytest
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Value
from django.forms import modelform_factory

from accounts.models import User
from sitekit.models import Mail, TextMessage
from sitekit.sealing.resealing import reseal_all_columns, reseal_contacts
from sitekit.sealing.sealed_text import log_unreadable_contact
from sitekit.system_checks import check_sealing_keys

pytestmark = pytest.mark.django_db
OLD, NEW = b"o" * 32, b"n" * 32
ADDRESS = "Mother@Example.com"


@pytest.fixture(autouse=True)
def nothing_told_yet():
    log_unreadable_contact.cache_clear()


def make_stored_mail(to=ADDRESS, key="k"):
    return Mail.objects.create(key=key, to=to, subject="s", text="t")


def read_stored(table="sitekit_mail", column='"to"'):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY id")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def store_raw_address(text):
    with connection.cursor() as cursor:
        cursor.execute('UPDATE sitekit_mail SET "to" = %s', [text])


def test_the_database_holds_none_of_it_and_the_code_reads_it():
    mail = make_stored_mail()
    (stored,) = read_stored()
    assert stored.startswith("sealed:") and "mother" not in stored.lower()
    mail.refresh_from_db()
    assert mail.to == ADDRESS
    assert list(Mail.objects.values_list("to", flat=True)) == [ADDRESS]
    Mail.objects.update(to="other@example.com")
    mail.refresh_from_db()
    assert mail.to == "other@example.com" not in read_stored()[0]
    mail.to = "third@example.com"
    Mail.objects.bulk_update([mail], ["to"])
    assert Mail.objects.get().to == "third@example.com" not in read_stored()[0]
    Mail.objects.update(to=Value("fourth@example.com"))
    assert Mail.objects.get().to == "fourth@example.com" not in read_stored()[0]


def test_the_same_address_is_another_text_in_each_row_and_another_hash_in_each_column():
    make_stored_mail(), make_stored_mail(key="l")
    first, second = read_stored()
    assert first != second and first[:49] == second[:49]
    TextMessage.objects.create(key="k", to=ADDRESS, kind="code", text="t")
    (text,) = read_stored("sitekit_textmessage")
    assert text[:16] == first[:16] and text[16:49] != first[16:49]


def test_it_is_found_by_equality_in_any_case_of_letters():
    mail, empty = make_stored_mail(), make_stored_mail("", "l")
    make_stored_mail("else@example.com", "m")
    rows = Mail.objects
    assert rows.get(to=ADDRESS) == rows.get(to__iexact=ADDRESS.upper()) == mail
    assert rows.get(to__in=[ADDRESS, "nobody@example.com"]) == mail
    assert not rows.filter(to__in=[]).exists()
    assert rows.get(to="") == empty and rows.exclude(to="").count() == 2
    assert set(rows.filter(to__in=["", ADDRESS])) == {mail, empty}
    assert rows.exclude(to=ADDRESS).count() == 2
    assert not rows.filter(to__isnull=True).exists()


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Mail.objects.filter(to__contains="example").exists(),
        lambda: Mail.objects.filter(to__lower="a").exists(),
        lambda: Mail.objects.filter(to=F("subject")).exists(),
        lambda: Mail.objects.filter(to__in=Mail.objects.values("subject")).exists(),
        lambda: Mail.objects.filter(subject__in=Mail.objects.values("to")).exists(),
        lambda: Mail.objects.update(to=F("subject")),
    ],
)
def test_what_the_database_cannot_answer_is_an_error_and_no_empty_list(ask):
    make_stored_mail()
    with pytest.raises(FieldError):
        ask()


def test_a_key_is_replaced_while_rows_of_both_are_found(settings, capsys):
    settings.CONTACT_SEAL_KEYS = [OLD]
    old = make_stored_mail()
    settings.CONTACT_SEAL_KEYS = [NEW, OLD]
    new = make_stored_mail(key="l")
    assert set(Mail.objects.filter(to=ADDRESS)) == {old, new}
    assert {mail.to for mail in Mail.objects.all()} == {ADDRESS}
    call_command("rotate_keys")
    assert "1" in capsys.readouterr().out
    assert reseal_contacts() == 0
    settings.CONTACT_SEAL_KEYS = [NEW]
    assert Mail.objects.filter(to=ADDRESS).count() == 2
    assert {mail.to for mail in Mail.objects.all()} == {ADDRESS}


def test_more_rows_than_a_batch_are_all_sealed_anew(settings, monkeypatch):
    monkeypatch.setattr("sitekit.sealing.resealing.SECRETS_PER_BATCH", 2)
    settings.CONTACT_SEAL_KEYS = [OLD]
    for number in range(5):
        make_stored_mail(f"{number}@example.com", f"k{number}")
    settings.CONTACT_SEAL_KEYS = [NEW, OLD]
    assert reseal_contacts() == 5
    settings.CONTACT_SEAL_KEYS = [NEW]
    assert sorted(mail.to for mail in Mail.objects.all()) == [f"{n}@example.com" for n in range(5)]


def test_a_key_that_is_missed_is_told_once_a_minute_and_not_for_each_row(
    settings, caplog, monkeypatch
):
    moment = 6000.0
    monkeypatch.setattr("sitekit.sealing.sealed_text.time.monotonic", lambda: moment)
    settings.CONTACT_SEAL_KEYS = [OLD]
    for number in range(3):
        make_stored_mail(f"{number}@example.com", f"k{number}")
    settings.CONTACT_SEAL_KEYS = [NEW]
    assert [mail.to for mail in Mail.objects.all()] == [""] * 3
    assert len(caplog.messages) == 1 and "CONTACT_SEAL_KEYS" in caplog.text
    moment += 60
    assert Mail.objects.first().to == ""
    assert len(caplog.messages) == 2


def test_the_site_s_own_key_may_change_too(settings):
    make_stored_mail()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert Mail.objects.get(to=ADDRESS).to == ADDRESS
    assert reseal_contacts() == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert Mail.objects.get(to=ADDRESS).to == ADDRESS


def test_without_its_key_it_reads_as_empty_and_is_stored_again_as_it_stood(settings, caplog):
    settings.CONTACT_SEAL_KEYS = [OLD]
    make_stored_mail()
    stored = read_stored()
    settings.CONTACT_SEAL_KEYS = [NEW]
    mail = Mail.objects.get()
    assert mail.to == "" and "CONTACT_SEAL_KEYS" in caplog.text
    pickle.loads(pickle.dumps(mail)).save()  # noqa: S301
    assert read_stored() == stored
    count = reseal_all_columns()
    assert (count.changed, count.unreadable) == (0, 1)
    with pytest.raises(CommandError, match="1"):
        call_command("rotate_keys")
    (error,) = check_sealing_keys(None)[1:]
    assert error.id == "sitekit.E001" and "sitekit.mail.to" in error.msg
    settings.CONTACT_SEAL_KEYS = [NEW, OLD]
    assert Mail.objects.get().to == ADDRESS
    assert [message.id for message in check_sealing_keys(None)] == ["sitekit.E007"]


def test_a_form_that_shows_it_empty_stores_it_again_as_it_stood(settings):
    settings.CONTACT_SEAL_KEYS = [OLD]
    user = User.objects.create_user("mother@example.com")
    stored = read_stored("accounts_user", "email")
    settings.CONTACT_SEAL_KEYS = [NEW]
    fields = ["email", "phone", "name"]
    form = modelform_factory(User, fields=fields)({"name": "小田"}, instance=User.objects.get())
    assert form.is_valid() and form.save().name == "小田"
    assert read_stored("accounts_user", "email") == stored
    form = modelform_factory(User, fields=fields)(
        {"email": "other@example.com"}, instance=User.objects.get()
    )
    assert form.is_valid() and form.save() == user
    assert User.objects.get().email == "other@example.com"


def test_none_is_found_as_what_is_not_there():
    User.objects.create_user("mother@example.com")
    rows = User.objects.filter
    assert rows(phone=None).exists() and not rows(email=None).exists()
    assert not rows(email="").exists() and User.objects.exclude(phone="+8613800138000").exists()


def test_an_altered_text_is_none():
    make_stored_mail()
    (stored,) = read_stored()
    store_raw_address(stored[:-4] + "AAA=")
    assert Mail.objects.get().to == ""


def test_who_types_the_mark_gets_it_back_as_typed():
    typed = make_stored_mail("sealed:x@example.com")
    typed.refresh_from_db()
    assert typed.to == "sealed:x@example.com" not in read_stored()[0]


def test_what_stood_there_before_is_sealed_by_the_daily_job():
    make_stored_mail()
    store_raw_address(ADDRESS)
    assert Mail.objects.get().to == ADDRESS, "readable before it is sealed"
    assert reseal_contacts() == 1
    sealed = read_stored()
    assert sealed[0].startswith("sealed:") and Mail.objects.get(to=ADDRESS)
    assert reseal_contacts() == 0, "twice is once"
    assert read_stored() == sealed
