"""Somebody who did everything one can do here, under words that nobody else has."""

import re
import zlib
from urllib.parse import unquote

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.utils import timezone

from accounts.choices import NoticeKind, TextKind
from accounts.inbox.notices import send_notice
from accounts.models import User
from accounts.public_text.submission import submit_public_text
from accounts.sign_in import consents
from accounts.sign_in.one_time_codes import send_code
from listings.applications.ratings import create_rating
from listings.applications.transitions import create_application, move_application
from listings.detail.contact_reveals import ContactViewer, record_reveal
from listings.models import BulkUpload, Rating, SavedListing, SavedSearch, SeekerProfile
from listings.publication.submission import create_listing_with_draft
from news.models import AlertSubscription
from safety.reports.submission import submit_report
from sitekit.models import Mail
from sitekit.sealing.resealing import list_sealed_columns
from tests.people import make_person

EMAIL, PHONE, NAME, WECHAT = "leaving@example.com", "+8613900001111", "离岛小满", "lidao_xm"
NEEDLES = (EMAIL, PHONE.removeprefix("+86"), NAME, WECHAT)


def make_leaving_seeker(publish, owner):
    """With sign-ups in three states, of the employer that `owner` acts for."""
    user = make_person("leaving", phone=PHONE, phone_proved_at=timezone.now())
    user.name = NAME
    user.save()
    listings = [publish() for _ in range(4)]
    _sign_in_by_everything(user)
    _sign_up(user, owner, listings)
    _make_saved_rows(user, listings[3])
    LogEntry.objects.log_actions(owner.pk, User.objects.filter(pk=user.pk), CHANGE, "改了称呼")
    submit_report(listing=listings[3], reason="fake_info", user=user, email=EMAIL, words="不实")
    listings[0].employer.invitations.create(email=EMAIL, role="recruiter", invited_by=owner)
    send_notice(user, "leaving", f"{NAME}，欢迎", kind=NoticeKind.APPLICATION)
    consents.give_consent(user, "terms")
    send_code("phone", PHONE, str(user.pk))
    return user


def _sign_in_by_everything(user):
    Authenticator.objects.create(user=user, type="webauthn", data={"name": f"{NAME}的手机"})
    SocialAccount.objects.create(
        user=user, provider="weixin", uid="u1", extra_data={"nickname": NAME}
    )


def _sign_up(user, owner, listings):
    profile = {"name": NAME, "phone": PHONE, "wechat": WECHAT}
    SeekerProfile.objects.create(user=user, about=f"我是{NAME}", **profile)
    notes = (f"{NAME}报名", f"{NAME}报名，先垫付刷单也行", f"{NAME}报名")  # the second has to wait
    waiting, accepted, done = (
        create_application(row.pk, user, profile, note)
        for row, note in zip(listings[:3], notes, strict=True)
    )
    for row in (accepted, done):
        move_application(row.pk, "accepted", owner)
    move_application(done.pk, "done", owner)
    marks = {"as_described": True, "on_time": True, "again": True}
    Rating.objects.create(application=done, by="seeker", author=user, words="准时结的", **marks)
    create_rating(done.pk, "employer", owner, marks | {"words": f"{NAME}很勤快"})
    return waiting


def _make_saved_rows(user, listing):
    now = timezone.now()
    SavedListing.objects.create(user=user, listing=listing)
    user.blocked_employers.create(employer=listing.employer)
    SavedSearch.objects.create(user=user, email=EMAIL, title="湘西兼职", confirmed_at=now)
    SavedSearch.objects.create(email=EMAIL.upper(), title="没登录时订的", query="q=1")
    AlertSubscription.objects.create(email=EMAIL, confirmed_at=now)
    record_reveal(listing, ContactViewer(user, EMAIL, PHONE))
    record_reveal(listing, ContactViewer(None, EMAIL))
    Mail.objects.create(key="to me", to=EMAIL, subject=NAME, text="信", sent_at=now)


def make_leaving_employer(user, shop):
    """The one owner of a shop, with a draft and a spreadsheet."""
    shop.memberships.create(user=user, role="owner")
    shop.contact_name, shop.contact_phone = NAME, PHONE
    shop.save()
    intro = f"{NAME}的店，加微信 {WECHAT} 详谈。"
    submit_public_text(TextKind.EMPLOYER_INTRO, shop.pk, {"intro": intro}, user)
    draft = create_listing_with_draft(shop, user)
    draft.draft.data = {"contact_phone": [PHONE]}
    draft.draft.save()
    BulkUpload.objects.create(employer=shop, author=user, name="x", rows=[[1, {"联系人": NAME}]])


CONTACTS = {EMAIL, PHONE.removeprefix("+86")}
TABLES = """
    SELECT quote_ident(table_name) FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def find_personal_traces():
    """{table: needles} of every row of every table that still tells who it was.

    Sealed columns and sessions are searched as whoever has the keys reads them.
    """
    traces_by_table = {}
    for table, text in [*_read_tables(), *_read_sealed_columns(), *_read_sessions()]:
        if needles := find_needles(text.encode()):
            traces_by_table.setdefault(table, set()).update(needles)
    return traces_by_table


def find_contacts_in_dump():
    """{table: contacts} of every row, as whoever has the database and no key reads it."""
    contacts_by_table = {}
    sessions = [("django_session", payload) for payload in read_session_payloads()]
    for table, data in [*((table, text.encode()) for table, text in _read_tables()), *sessions]:
        if contacts := find_needles(data) & CONTACTS:
            contacts_by_table.setdefault(table, set()).update(contacts)
    return contacts_by_table


def read_session_payloads():
    """What stands in sessions under their coding and signature, for which no key is needed."""
    for session in Session.objects.all():
        coded = session.session_data.rsplit(":", 2)[0]
        data = signing.b64_decode(coded.removeprefix(".").encode())
        yield zlib.decompress(data) if coded.startswith(".") else data


def find_needles(data):
    """Those that stand there, however they are spelled."""
    text = unquote(data.decode(errors="ignore")).lower()
    close = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", text)
    return {needle for needle in NEEDLES if needle in text or needle in close}


def _read_tables():
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            for (text,) in cursor.fetchall():
                yield table, text


def _read_sealed_columns():
    for field in list_sealed_columns():
        for value in field.model.objects.values_list(field.attname, flat=True):
            yield field.model._meta.db_table, str(value)


def _read_sessions():
    for session in Session.objects.all():
        yield "django_session", str(session.get_decoded())
