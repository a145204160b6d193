"""Of a person who used everything and closed the account a dump, the files and the log tell nothing,
but for the words that were handed in to be kept."""

import io
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Employer
from accounts.periodic_tasks import end_old_sessions
from accounts.verification.papers import store_paper
from listings.detail.contact_reveals import ContactViewer, record_reveal
from safety.reports.submission import submit_report
from sitekit.models import Picture
from tests.conftest import tea_shop
from tests.jobsite import leaving
from tests.people import sign_in

pytestmark = pytest.mark.django_db
# What stays by intention: others act on it, and the page says so before the account is closed.
KEPT = {"safety_report": "the words of a report, on whose outcome a moderator decided"}


@pytest.fixture
def user(settings, tmp_path, publish, owner):
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    user = leaving.make_leaving_seeker(publish, owner)
    _act_as_sole_trader(user)
    _come_without_an_account(publish())
    return user


def _act_as_sole_trader(user):
    shop = tea_shop()
    Employer.objects.filter(pk=shop.pk).update(name=f"{leaving.NAME}的小店", licence_code="")
    shop.refresh_from_db()
    leaving.make_leaving_employer(user, shop)
    LogEntry.objects.log_actions(user.pk, Employer.objects.filter(pk=shop.pk), CHANGE, "改了介绍")
    written = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = leaving.WECHAT  # what a phone notes about the picture
    Image.new("RGB", (900, 600), "tan").save(written, "JPEG", exif=exif)
    paper = SimpleUploadedFile(f"{leaving.WECHAT}.jpg", written.getvalue(), "image/jpeg")
    store_paper(shop, "licence", paper, user)


def _come_without_an_account(listing):
    """With the same phone and mailbox, in other spellings."""
    guest = Client(REMOTE_ADDR="203.0.113.7")
    guest.post("/accounts/login/", {"contact": "139 0000 1111"})
    guest.post("/accounts/login/password/", {"contact": leaving.EMAIL.upper(), "password": "wrong"})
    record_reveal(listing, ContactViewer(phone=leaving.PHONE))
    record_reveal(listing, ContactViewer(email=leaving.EMAIL.title()))
    submit_report(
        listing=listing,
        reason="fake_info",
        email=leaving.EMAIL.upper(),
        words=f"对方让我加{leaving.WECHAT}",
    )


def test_a_dump_the_files_and_the_log_tell_nothing_of_who_closed_the_account(
    user, caplog, django_capture_on_commit_callbacks
):
    papers = list_files(settings.PRIVATE_ROOT)
    before = leaving.find_personal_traces()
    assert {"accounts_employer", "django_admin_log", "django_session"} <= set(before) and papers
    caplog.set_level(logging.DEBUG)
    with django_capture_on_commit_callbacks(execute=True):
        assert sign_in(Client(), user).post("/me/close/", {"sure": "on"}).status_code == 302
    assert set(leaving.find_personal_traces()) == {*KEPT, "django_session"}
    _pass_half_an_hour()
    assert leaving.find_personal_traces() == {"safety_report": {leaving.WECHAT}}
    assert not list_files(settings.PRIVATE_ROOT)
    assert not [
        path for path in list_files(settings.MEDIA_ROOT) if leaving.find_needles(path.read_bytes())
    ]
    assert not leaving.find_needles(_read_log(caplog).encode())


def _pass_half_an_hour():
    """The session of the sign-in that was given up ends, and the worker clears it."""
    soon = timezone.now() + timedelta(minutes=31)
    ended = Session.objects.filter(expire_date__lt=soon)
    assert ended.exists()
    ended.update(expire_date=timezone.now() - timedelta(seconds=1))
    end_old_sessions()
    call_command("purge", stdout=io.StringIO())


def list_files(root):
    return [path for path in Path(root).rglob("*") if path.is_file()]


def _read_log(caplog):
    return "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )


def test_the_search_finds_every_spelling(publish):
    for text in ("+8613900001111", "139 0000 1111", "139-0000-1111", "Leaving%40Example.com"):
        Picture.objects.all().delete()
        Picture.objects.create(digest="d", width=1, height=1, widths=[1], codes=[text])
        assert leaving.find_personal_traces().get("sitekit_picture"), text
