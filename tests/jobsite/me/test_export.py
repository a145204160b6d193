"""Taking one's data along: all of one's own, nothing of anybody else's."""

import io
import json
import zipfile

import pytest

from jobsite.me import personal_data as personal
from listings.detail.contact_reveals import ContactViewer, record_reveal
from listings.models import ContactReveal
from listings.publication.transitions import move_listing
from safety.models import Report
from safety.reports.transitions import move_report
from sitekit.models import TextMessage
from tests.jobsite import leaving
from tests.jobsite.me.leavers import leaver, owner, seeker
from tests.people import make_person, sign_in

__all__ = ["leaver", "owner", "seeker"]
pytestmark = pytest.mark.django_db
EXPORT = "/me/export/"
FILES = {
    "account",
    "account_events",
    "alert_subscriptions",
    "appeals",
    "applications",
    "blocked_employers",
    "consents",
    "contacts_seen",
    "digests",
    "drafts",
    "employers",
    "fraud_warnings",
    "listings_done_by_me",
    "notes_on_applications",
    "listings_written",
    "mails",
    "notices",
    "papers_looked_at",
    "saved_list_filters",
    "replies_to_moderators",
    "profile",
    "ratings",
    "reports",
    "saved",
    "searches",
    "sign_in",
    "text_messages",
    "texts_written",
    "uploads",
    "api_tokens",
    "job_feeds",
}


def download_personal_data(client):
    response = client.post(EXPORT)
    assert response.status_code == 200
    packed = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    files = {name.removesuffix(".json"): packed.read(name).decode() for name in packed.namelist()}
    assert files.pop("说明.txt")
    return {name: json.loads(text) for name, text in files.items()}


def test_it_is_an_archive_that_nobody_keeps(client, seeker):
    response = sign_in(client, seeker).post(EXPORT)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
    assert b"".join(response.streaming_content)


def test_all_of_ones_own_is_in_it(client, seeker):
    data = download_personal_data(sign_in(client, seeker))
    assert set(data) == FILES
    assert data["account"]["email"] == leaving.EMAIL and data["account"]["phone"] == leaving.PHONE
    assert data["profile"]["wechat"] == leaving.WECHAT
    assert [row["status"] for row in data["applications"]] == ["applied", "accepted", "done"]
    assert data["applications"][0]["handed_over"]["name"] == leaving.NAME
    assert len(data["searches"]) == 2 and len(data["saved"]) == 1
    assert len(data["blocked_employers"]) == 1
    assert len(data["contacts_seen"]) >= 2
    assert data["reports"][0]["words"] == "不实"
    assert data["ratings"]["by_me"][0]["words"] == "准时结的"
    assert data["ratings"]["of_me"][0]["words"] == f"{leaving.NAME}很勤快"
    (note,) = data["texts_written"]
    assert note["status"] == "waiting" and note["values"]["message"].startswith(leaving.NAME)
    assert data["sign_in"]["other_accounts"][0]["provider"] == "weixin"
    assert data["alert_subscriptions"] and data["mails"] and data["consents"] and data["notices"]


def test_nothing_of_anybody_else_is_in_it(client, seeker, owner):
    moderator = make_person("moderator", is_staff=True)
    move_report(Report.objects.get().pk, "upheld", moderator, "查实了")
    text = json.dumps(download_personal_data(sign_in(client, seeker)), ensure_ascii=False)
    assert "查实了" in text
    for other in (moderator, owner):
        assert other.email not in text and f'"{other.name}"' not in text


def test_a_code_that_was_sent_is_not_in_it(client, seeker):
    from sitekit.messages.outbox import deliver_due

    deliver_due()
    rows = download_personal_data(sign_in(client, seeker))["text_messages"]
    assert [row["text"] for row in rows] == [""]


def test_an_employer_takes_what_it_wrote(client, employer, publish):
    user = make_person("leaving", phone=leaving.PHONE)
    leaving.make_leaving_employer(user, employer)
    listing = publish()
    listing.revisions.update(author=user)
    move_listing(listing.pk, "paused", user)
    data = download_personal_data(sign_in(client, user))
    assert data["employers"][0]["contact_phone"] == leaving.PHONE
    assert data["listings_written"][0]["title"] == listing.title
    assert data["listings_done_by_me"][0]["after"] == "paused"
    assert data["drafts"] and data["uploads"]


def test_a_colleagues_contact_is_not_in_it(client, employer):
    user = make_person("leaving", phone=leaving.PHONE)
    leaving.make_leaving_employer(user, employer)
    colleague = make_person("colleague")
    employer.memberships.create(user=colleague, role="recruiter")
    data = download_personal_data(sign_in(client, colleague))
    assert data["employers"][0]["name"] == employer.name
    assert leaving.NAME not in json.dumps(data, ensure_ascii=False)


def test_somebody_without_anything_gets_an_archive_too(client):
    data = download_personal_data(sign_in(client, make_person("new")))
    assert data["profile"] is None and data["applications"] == []


def test_without_an_address_nobody_elses_rows_are_taken(client, seeker):
    user = make_person("phone-only", phone="+8613900002222")
    user.email = None
    user.save()
    data = download_personal_data(sign_in(client, user))
    assert data["mails"] == data["searches"] == data["contacts_seen"] == data["reports"] == []
    assert data["alert_subscriptions"] == []


def test_by_a_phone_that_nobody_proved_no_strangers_rows_are_taken(
    client, publish, employer, owner
):
    """Staff may have typed a wrong digit of it: it may be the phone of somebody without an account."""
    user = make_person("mistyped", phone="+8613900002222")
    viewer = ContactViewer(phone="+8613900002222")
    reveal = record_reveal(publish(), viewer)
    TextMessage.objects.create(key="w", to=viewer.phone, kind="warning", text="你联系过的兼职")
    employer.invitations.create(email=viewer.phone, role="recruiter", invited_by=owner)
    data = download_personal_data(sign_in(client, user))
    assert data["contacts_seen"] == data["text_messages"] == []
    personal.close_account(user.pk)
    assert ContactReveal.objects.get(phone=viewer.phone) == reveal
    assert TextMessage.objects.filter(to=viewer.phone).exists(), "it was not sent yet"
    assert employer.invitations.filter(email=viewer.phone).exists()


def test_three_a_day(client, seeker):
    sign_in(client, seeker)
    answers = [client.post(EXPORT) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "请明天再来" in answers[3].content.decode()
    for answer in answers[:3]:
        assert b"".join(answer.streaming_content)


def test_a_get_only_explains(client, seeker):
    page = sign_in(client, seeker).get(EXPORT)
    assert page["Content-Type"].startswith("text/html")
    assert leaving.PHONE not in page.content.decode()


def test_somebody_who_signed_in_long_ago_is_asked_again(client, seeker):
    client.force_login(seeker, backend="accounts.backends.EmailOrPhoneBackend")
    assert client.post(EXPORT).url == "/accounts/reauthenticate/?next=%2Fme%2Fexport%2F"


def test_what_is_exported_is_erased():
    assert set(personal.EXPORTED) == set(personal.ERASED)
