"""Papers are for reviewers, and each look is noted."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.verification.papers import purge_paper
from tests.accounts.registration import PHONE, pdf, upload
from tests.answers import words
from tests.people import person, sign_in

pytestmark = pytest.mark.django_db


def reviewer(client, *codenames):
    staff = person("reviewer", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    sign_in(client, staff)
    return staff


def address_of(document):
    return f"/admin/accounts/employer/papers/{document.pk}/"


@pytest.fixture
def document(client, shop):
    upload(client, pdf())
    return shop.documents.get()


def test_a_reviewer_gets_it_as_a_file_and_the_look_is_noted(document):
    client = Client()
    staff = reviewer(client, "view_employerdocument")
    answer = client.get(address_of(document))
    assert b"".join(answer.streaming_content) == pdf()
    assert answer["Content-Disposition"] == f'attachment; filename="paper-{document.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
    note = LogEntry.objects.get()
    assert (note.user, note.object_id) == (staff, str(document.pk))
    assert not document.employer.events.filter(actor=staff).exists(), "its case has not changed"


def test_nobody_else_gets_it(document):
    client = Client()
    assert client.get(address_of(document)).status_code == 302
    reviewer(client, "view_employer", "change_employer")
    assert client.get(address_of(document)).status_code == 403
    sign_in(client, document.uploaded_by)
    assert client.get(address_of(document)).status_code == 302
    assert not LogEntry.objects.exists()


def test_what_was_purged_is_gone(document, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        purge_paper(document)
    client = Client()
    reviewer(client, "view_employerdocument")
    assert client.get(address_of(document)).status_code == 404


def test_the_admin_shows_papers_code_and_contact(client, document):
    sign_in(client, person("boss", is_staff=True, is_superuser=True))
    page = words(client.get(f"/admin/accounts/employer/{document.employer_id}/change/"))
    assert address_of(document) in page
    assert document.employer.licence_code in page and PHONE in page
