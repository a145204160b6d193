"""Each sign-in leaves a row, which outlives its session by half a year."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import SignIn
from accounts.security.device_names import forget_ended_sessions
from jobsite.me.personal_data import close_account
from jobsite.operations.retention import purge_expired
from tests.accounts.sign_in_pages import last_code, post_code, post_contact
from tests.people import make_person

pytestmark = pytest.mark.django_db
PHONE_BROWSER = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0"


def test_a_sign_in_is_written_down_and_kept_for_half_a_year(client):
    user = make_person("mother", phone="+8613800138000")
    client.defaults |= {"HTTP_USER_AGENT": PHONE_BROWSER, "REMOTE_ADDR": "203.0.113.9"}
    post_contact(client, "13800138000")
    assert not SignIn.objects.exists(), "a code that was sent is no sign-in"
    post_code(client, last_code())
    row = SignIn.objects.get()
    assert (row.user, row.device, row.ip) == (user, "微信（安卓手机）", "203.0.113.9")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ip FROM accounts_signin")
        assert "203.0.113" not in cursor.fetchone()[0]

    client.post("/accounts/logout/")
    forget_ended_sessions()
    close_account(user.pk)
    assert SignIn.objects.count() == 1
    SignIn.objects.update(created_at=timezone.now() - timedelta(days=185))
    assert purge_expired()["sign_ins"] == 1
    assert not SignIn.objects.exists()
