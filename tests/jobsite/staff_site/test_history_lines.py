"""The history of a row in the admin tells what was done to it, and nothing else."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from news.models import Tag
from tests.articles import make_article
from tests.edit_marks import read_edit_mark
from tests.news.editing import press_button

pytestmark = pytest.mark.django_db


def test_a_button_that_changes_no_field_logs_only_what_it_does(admin_client):
    article = make_article(status="draft")
    press_button(admin_client, article, "_publish")
    article.refresh_from_db()
    assert article.status == "published"
    assert not LogEntry.objects.filter(change_message="[]").exists()
    assert LogEntry.objects.filter(object_id=article.pk).count() <= 1


def test_a_save_is_logged_only_if_it_changed_something(admin_client):
    tag = Tag.objects.create(name="防骗")
    address = reverse("admin:news_tag_change", args=[tag.pk])
    for name, line_count in (("防骗", 0), ("反诈", 1)):
        answer = admin_client.post(address, {"name": name, **read_edit_mark(tag)})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        assert LogEntry.objects.count() == line_count
