"""What seekers hand over is sealed in the database."""

import pytest
from django.db import connection

from listings.models import Application, SeekerProfile
from sitekit.sealing.resealing import reseal_all_columns
from tests.people import make_person

pytestmark = pytest.mark.django_db
DATA = {"name": "小满", "phone": "+8613900001111", "wechat": "lidao_xm", "grown": True}


@pytest.fixture
def application(publish):
    return Application.objects.create(listing=publish(), seeker=make_person("seeker"), profile=DATA)


def read_stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT profile FROM listings_application ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_it_is_read_as_it_was_and_the_database_holds_none_of_it(application):
    application.refresh_from_db()
    assert application.profile == DATA
    (stored,) = read_stored()
    assert stored.startswith("sealed:") and "小满" not in stored and "1390000" not in stored


def test_what_is_gone_is_told_from_what_is_there(application):
    rows = Application.objects
    assert rows.exclude(profile={}).get() == rows.get(profile=DATA) == application
    rows.update(profile={})
    assert read_stored() == [""]
    application.refresh_from_db()
    assert application.profile == {} and rows.get(profile={}) and not rows.exclude(profile={})


def test_without_its_key_nothing_is_shown_and_nothing_is_lost(settings, application):
    settings.CONTACT_SEAL_KEYS = [b"o" * 32]
    application.save()
    stored = read_stored()
    settings.CONTACT_SEAL_KEYS = []
    Application.objects.get().save()
    assert (Application.objects.get().profile, read_stored()) == ({}, stored)
    assert reseal_all_columns().unreadable == 1
    settings.CONTACT_SEAL_KEYS = [b"o" * 32]
    assert Application.objects.get().profile == DATA


def test_phone_and_wechat_of_the_kept_profile_are_sealed(application):
    SeekerProfile.objects.create(
        user=application.seeker, name="小满", phone=DATA["phone"], wechat="lidao_xm"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM listings_seekerprofile t")
        (row,) = cursor.fetchone()
    assert "1390000" not in row and "lidao" not in row
    profile = SeekerProfile.objects.get(phone=DATA["phone"])
    assert (profile.phone, profile.wechat) == (DATA["phone"], "lidao_xm")
